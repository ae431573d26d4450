"""A thread as it grows: pages, permalinks, what is new, and the poll that asks for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from werkzeug.test import TestResponse

import ltitool
from ltitool.core.talk import PAGE
from ltitool.storage.database import Database
from ltitool.storage.tables import GroupMember, Person, Post, Thread, ThreadSeen
from tests.conftest import Clock
from tests.launching import TOOL
from tests.learner import POST, REPLY, Learner
from tests.web.test_launch import kept
from tests.web.test_talk import Enter, arrived, group_of_three, posts_of, the_wait_is_over

STATIC = Path(ltitool.__file__).parent / "web" / "static"
Counting = Callable[[Flask], AbstractContextManager[list[str]]]


@pytest.fixture
def group(app: Flask, learner: Enter, clock: Clock) -> list[Learner]:
    """Three people in one group, with nothing said yet."""
    people = group_of_three(learner, clock)
    the_wait_is_over(app, clock)
    return people


def fill(app: Flask, clock: Clock, number: int) -> list[int]:
    """Let the thread of the group grow by so many posts, most of them replies to the first."""
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        thread = session.scalars(select(Thread).where(Thread.group_id.is_not(None))).one()
        members = session.scalars(
            select(GroupMember.person_id).where(GroupMember.group_id == thread.group_id)
        ).all()
        made: list[int] = []
        for one in range(number):
            top_id = made[0] if one % 3 else None
            post = Post(
                thread_id=thread.id,
                parent_id=top_id,
                top_id=top_id,
                person_id=members[one % 3],
                text=f"Thought {one}: {POST}",
                counts=True,
                audience="",
                submission_id=f"fill-{one}",
                posted_at=clock.now + timedelta(seconds=one),
            )
            session.add(post)
            session.flush()
            made.append(post.id)
        return made


def poll(person: Learner, after: int, etag: str = "") -> TestResponse:
    return person.client.get(
        f"{person.url}/talk/new?after={after}",
        base_url=TOOL,
        headers={"If-None-Match": etag} if etag else {},
    )


def newest(page: str) -> int:
    return int(page.split('data-after="')[1].split('"', maxsplit=1)[0])


def test_a_long_thread_is_read_page_by_page(app: Flask, group: list[Learner], clock: Clock) -> None:
    ana, *_others = group
    made = fill(app, clock, 3 * PAGE)

    pages = [ana.get(f"/talk/?page={number}") for number in (1, 2, 3, 4)]

    found = [page.split('id="post-')[1:] for page in pages]
    assert [len(posts) for posts in found] == [PAGE, PAGE, PAGE, 1]
    ids = [int(post.split('"')[0]) for posts in found for post in posts]
    assert sorted(ids[1:]) == made
    assert len(set(ids)) == len(ids)
    assert "Page 2 of 4" in pages[1]
    assert "More replies to a post on the page before" in pages[1]


@pytest.mark.parametrize(("page", "shown"), [("0", 1), ("-3", 1), ("99", 2), ("x", 1)])
def test_a_page_that_is_not_there_is_the_nearest_one(
    app: Flask, group: list[Learner], clock: Clock, page: str, shown: int
) -> None:
    fill(app, clock, PAGE)

    assert f"Page {shown} of 2" in group[0].get(f"/talk/?page={page}")


def test_a_permalink_leads_to_the_page_where_a_post_stands(
    app: Flask, group: list[Learner], clock: Clock
) -> None:
    ana, *_others = group
    made = fill(app, clock, 3 * PAGE)

    for post_id in (made[0], made[1], made[PAGE], made[-3], made[-1]):
        answer = ana.client.get(f"{ana.url}/talk/{post_id}", base_url=TOOL)
        assert answer.location.endswith(f"#post-{post_id}")
        page = ana.client.get(answer.location, base_url=TOOL).text
        assert f'id="post-{post_id}"' in page


def test_the_first_page_of_a_thousand_posts_asks_and_reads_as_much_as_that_of_a_few(
    app: Flask, group: list[Learner], clock: Clock, count_statements: Counting
) -> None:
    ana, *_others = group
    fill(app, clock, PAGE)
    with count_statements(app) as few:
        short = ana.get("/talk/")

    fill_more(app, 950)
    with count_statements(app) as many:
        long = ana.get("/talk/")

    assert len(few) == len(many)
    assert short.count("<article") == long.count("<article") == PAGE
    looks = [STATIC / name for name in ("kaleidoscope.css", "kaleidoscope.js", "frame.js")]
    assert len(long.encode()) + sum(file.stat().st_size for file in looks) < 100_000


def fill_more(app: Flask, number: int) -> None:
    """Let the last post of the thread be said again and again."""
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        last = session.scalars(select(Post).order_by(Post.id.desc()).limit(1)).one()
        session.execute(
            insert(Post),
            [
                {
                    "thread_id": last.thread_id,
                    "person_id": last.person_id,
                    "voice": "",
                    "by_staff": False,
                    "text": f"{last.text} {one}",
                    "counts": True,
                    "audience": "",
                    "state": last.state,
                    "hidden_reason": "",
                    "submission_id": f"more-{one}",
                    "posted_at": last.posted_at,
                }
                for one in range(number)
            ],
        )


def test_a_poll_with_nothing_new_asks_once_and_writes_nothing(
    app: Flask, group: list[Learner], clock: Clock, count_statements: Counting
) -> None:
    ana, *_others = group
    fill(app, clock, 20)
    after = newest(ana.get("/talk/"))

    with count_statements(app) as statements:
        answer = poll(ana, after, f'"{after}-0-0"')

    assert (answer.status_code, answer.data) == (304, b"")
    guard, news = [one for one in statements if one != "BEGIN"]
    assert guard.startswith("SELECT visit.id")
    plan = explained(app, news)
    assert "SCAN post" not in plan
    assert "ix_post_thread_id_id" in plan


def explained(app: Flask, statement: str) -> str:
    """Return how SQLite would answer a statement."""
    database: Database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        connection = session.connection()
        rows = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?")
        )
        return "\n".join(str(row) for row in rows)


def test_a_poll_says_what_came_in_from_others_and_says_it_once(group: list[Learner]) -> None:
    ana, ben, cho = group
    after = newest(ana.get("/talk/"))
    ana.say(POST)
    assert poll(ana, after, f'"{after}-0-0"').status_code == 304

    ben.say(REPLY, ana.voice())
    first = poll(ana, after, f'"{after}-0-0"')
    cho.say(POST)
    second = poll(ana, after, first.headers["ETag"])

    assert first.json is not None
    assert second.json is not None
    assert first.json["words"] == "One new post"
    assert second.json["words"] == "2 new posts"
    assert poll(ana, after, second.headers["ETag"]).status_code == 304
    there = ana.client.get(first.json["url"], base_url=TOOL)
    assert there.location.endswith(first.json["url"].rsplit("/", 1)[1])


def test_a_poll_tells_nothing_of_another_group_or_before_the_talk(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    group_of_three(learner, clock)
    early, waiting = learner("dee"), learner("eli")
    the_wait_is_over(app, clock)
    waiting.play()
    waiting.read_reasons()
    after = newest(waiting.get("/talk/"))

    fill(app, clock, 5)

    for person in (early, waiting):
        assert poll(person, after).json == {"words": "", "url": ""}


def test_what_is_new_since_the_last_visit_stands_under_a_line(
    app: Flask, group: list[Learner], clock: Clock
) -> None:
    ana, ben, cho = group
    ana.say(POST, seen=str(newest(ana.get("/talk/"))))
    assert "New since you were here" not in ana.get("/talk/")

    ben.say(REPLY, ana.voice())
    cho.say("Lucy asked first, and an answer in writing is what she can read again at night.")
    page = ana.get("/talk/")
    seen = page.split('name="seen" value="')[1].split('"')[0]
    before = kept(app, ThreadSeen)
    ana.get("/talk/")

    assert "2 new posts since you were here" in page
    assert page.index("New since you were here") < page.index(REPLY)
    assert [row.post_id for row in kept(app, ThreadSeen)] == [row.post_id for row in before]
    assert ana.send("/talk/seen", {"seen": seen}, form="/talk/").status_code == 303
    assert "new posts since you were here" not in ana.get("/talk/")


def test_a_mark_never_moves_back_and_never_to_a_foreign_post(
    app: Flask, group: list[Learner], learner: Enter
) -> None:
    ana, ben, _cho = group
    ben.say(POST)
    high = newest(ana.get("/talk/"))
    ana.send("/talk/seen", {"seen": str(high)}, form="/talk/")

    ana.send("/talk/seen", {"seen": str(ana.voice())}, form="/talk/")

    assert [row.post_id for row in kept(app, ThreadSeen)] == [high]
    for other in ("999999", "0", "", "x"):
        assert ana.send("/talk/seen", {"seen": other}, form="/talk/").status_code == 404


def test_what_is_new_on_another_page_stays_new(
    app: Flask, group: list[Learner], clock: Clock
) -> None:
    ana, *_others = group
    ana.send("/talk/seen", {"seen": str(ana.voice())}, form="/talk/")
    fill(app, clock, 3 * PAGE)
    page = ana.get("/talk/")
    seen = page.split('<input type="hidden" name="seen" value="')[2].split('"')[0]

    ana.send("/talk/seen", {"seen": seen}, form="/talk/")

    assert "new post" in ana.get("/talk/")
    assert "New since you were here" in ana.get("/talk/?page=2")


def test_replies_know_the_head_of_their_strand_after_the_upgrade(
    app: Flask, group: list[Learner], clock: Clock
) -> None:
    ana, ben, _cho = group
    ana.say(POST)
    [first] = posts_of(app)
    ben.say(REPLY, first.id)
    ana.say(
        "Then the day on which the answer comes should be named at once, tonight.", first.id + 1
    )

    assert [post.top_id for post in posts_of(app)] == [None, first.id, first.id]


def test_an_answer_begun_while_waiting_is_posted_in_the_group(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, *_others = group_of_three(learner, clock)
    page = ana.get("/talk/")
    thread, voice = page.split('name="thread" value="')[1].split('"')[0], ana.voice()
    the_wait_is_over(app, clock)

    answer = ana.say(REPLY, voice, thread=thread)

    assert answer.status_code == 303
    assert REPLY in ana.get("/talk/")


def test_a_post_begun_while_waiting_is_posted_in_the_group(
    app: Flask, learner: Enter, clock: Clock
) -> None:
    ana, *_others = group_of_three(learner, clock)
    page = ana.get("/talk/")
    sent = {
        name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("thread", "seen")
    }
    the_wait_is_over(app, clock)

    answer = ana.say(POST, thread=sent["thread"], seen=sent["seen"])

    assert answer.status_code == 303
    assert POST in ana.get("/talk/")


def test_what_was_written_for_one_group_is_not_posted_in_another(
    app: Flask, group: list[Learner], clock: Clock
) -> None:
    ana, ben, _cho = group
    page = ana.get("/talk/")
    thread = page.split('name="thread" value="')[1].split('"')[0]
    database: Database = app.extensions["database"]
    with database.transaction() as session:
        gone = select(Person.id).where(Person.lti_id == "ana").scalar_subquery()
        left = update(GroupMember).where(GroupMember.person_id == gone)
        session.execute(left.values(until_at=GroupMember.from_at))

    refused = ana.say(POST, thread=thread)
    taken = ben.say(POST, thread=thread)

    assert (refused.status_code, taken.status_code) == (409, 303)
    assert "written for other readers" in refused.text
    assert POST in refused.text
    assert len(posts_of(app)) == 1


def test_the_talk_of_one_person_is_read_from_its_first_post(learner: Enter) -> None:
    ana = arrived(learner, "ana")

    page = ana.get("/talk/")

    assert page.index("A case to answer first") < page.index("No posts yet")
