"""Groups as teachers see them: aliases, and hiding a post with a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ltitool.actions import concerns, talk
from ltitool.core.audience import Naming
from ltitool.core.concern import ConcernKind
from ltitool.core.roles import Role
from ltitool.core.talk import PAGE
from ltitool.storage.queries.concerns import open_in
from ltitool.storage.tables import Post, TalkGroup, Thread
from tests.web.teaching_browser import counted
from tests.web.teaching_builders import Course, course_in


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=24)
        yield made


@pytest.fixture
def amber(course: Course) -> tuple[int, int, int]:
    """Amber group with Ada and Bo in it, as (group, Ada, Bo)."""
    ada, bo = course.learner("Ada Lovelace"), course.learner("Bo Diddley")
    course.decides(ada, bo)
    return course.group("Marble", ada, bo), ada, bo


def test_without_groups_the_page_says_when_they_form(course: Course) -> None:
    page = course.visit(Role.TUTOR).read("/teaching/groups/")

    assert "There is no group yet." in page


def test_who_waits_for_a_group_is_counted_and_not_named(course: Course) -> None:
    ada, bo = course.learner("Ada Lovelace"), course.learner("Bo Diddley")
    course.decides(ada, bo)
    course.posts(ada, "I write to the voice alone while there is nobody else here to read me")

    page = course.visit(Role.TUTOR).read("/teaching/groups/")

    assert "2 people wait for a group." in page
    assert "Ada" not in page
    assert course.alias(ada) not in page


def test_who_waits_is_put_into_a_group_when_staff_say_so(course: Course) -> None:
    people = [course.learner(name) for name in ("Ada Lovelace", "Bo Diddley", "Cy Young")]
    course.decides(*people)
    tutor = course.visit(Role.TUTOR)

    answer = tutor.post("/teaching/groups/")

    page = tutor.read("/teaching/groups/")
    assert answer.status_code == 303
    assert "Nobody waits for a group." in page
    assert "One group" in page
    assert "Put them into groups now" not in page


def test_groups_are_listed_with_people_posts_and_the_last_post(
    course: Course, amber: tuple[int, int, int]
) -> None:
    _group, ada, bo = amber
    course.posts(ada)
    course.posts(bo)

    page = course.visit(Role.TUTOR).read("/teaching/groups/")

    row = next(line for line in page.split("<tr>") if "Marble" in line)
    assert row.count('<td class="number">2</td>') == 2
    assert "Tue 2 Feb, 12:00" in row


def test_the_talk_is_read_by_aliases_with_the_voices_of_the_story_marked(
    course: Course, amber: tuple[int, int, int]
) -> None:
    group, ada, bo = amber
    first = course.posts(
        ada, "Four days of silence are an answer as well, and Lucy will read it so"
    )
    course.posts(bo, "Then say so to her in one sentence before the weekend, I think", to=first)

    page = course.visit(Role.TUTOR).read(f"{course.talk_of(group)}/")

    assert "Four days of silence" in page
    assert "from the story" in page
    assert course.alias(ada) in page
    assert course.alias(bo) in page
    assert "Ada" not in page
    assert "Diddley" not in page


def test_a_hidden_post_keeps_its_place_and_its_author_reads_the_reason(
    course: Course, amber: tuple[int, int, int]
) -> None:
    group, ada, bo = amber
    post = course.posts(ada, "She lives in the blue house beside the bakery, as everybody knows")
    browser = course.visit(Role.TUTOR)
    assert "Its author still sees it" in browser.read(f"{course.talk_of(group)}/posts/{post}/hide")

    answer = browser.post(f"{course.talk_of(group)}/posts/{post}/hide", reason="Names a place.")

    assert answer.status_code == 303
    for_staff = browser.read(f"{course.talk_of(group)}/")
    assert "Names a place." in for_staff
    assert "blue house" in for_staff
    assert "Names a place." in course.visit(Role.LEARNER, ada).read("/progress/")
    for_others = course.visit(Role.LEARNER, bo).read("/talk/")
    assert "blue house" not in for_others
    assert "Names a place." not in for_others
    assert "post hidden" in course.audited()


def test_hiding_asks_why(course: Course, amber: tuple[int, int, int]) -> None:
    group, ada, bo = amber
    post = course.posts(ada)

    answer = course.visit(Role.TUTOR).post(f"{course.talk_of(group)}/posts/{post}/hide", reason="")

    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert "I would wait until Thursday" in course.visit(Role.LEARNER, bo).read("/talk/")


def test_a_hiding_can_be_taken_back(course: Course, amber: tuple[int, int, int]) -> None:
    group, ada, bo = amber
    post = course.posts(ada)
    browser = course.visit(Role.TUTOR)
    browser.post(f"{course.talk_of(group)}/posts/{post}/hide", reason="A mistake of ours.")

    answer = browser.post(f"{course.talk_of(group)}/posts/{post}/show")

    assert answer.status_code == 303
    assert "A mistake of ours." not in browser.read(f"{course.talk_of(group)}/")
    assert "I would wait until Thursday" in course.visit(Role.LEARNER, bo).read("/talk/")


def test_a_voice_of_the_story_cannot_be_hidden(course: Course, amber: tuple[int, int, int]) -> None:
    group, ada, _bo = amber
    voice = course.opening_post(ada)
    browser = course.visit(Role.INSTRUCTOR)

    answer = browser.post(f"{course.talk_of(group)}/posts/{voice}/hide", reason="why")

    assert answer.status_code == 404
    assert f"/posts/{voice}/hide" not in browser.read(f"{course.talk_of(group)}/")


def test_what_its_author_has_withdrawn_is_read_by_nobody(
    course: Course, amber: tuple[int, int, int]
) -> None:
    group, ada, _bo = amber
    post = course.posts(ada, "I should never have written this, and I take it back at once")
    with course.acting(ada) as (session, reader):
        talk.withdraw(session, reader, post, now=course.now)
    browser = course.visit(Role.INSTRUCTOR)

    page = browser.read(f"{course.talk_of(group)}/")

    assert "never have written" not in page
    assert "Withdrawn by its author." in page
    assert browser.get(f"{course.talk_of(group)}/posts/{post}/hide").status_code == 404


def test_a_group_of_another_activity_is_not_found(
    course: Course, amber: tuple[int, int, int]
) -> None:
    group, ada, _bo = amber
    post = course.posts(ada)
    elsewhere = course.visit(Role.INSTRUCTOR, activity_id=course.other_activity())

    assert elsewhere.get(f"{course.talk_of(group)}/").status_code == 404
    assert elsewhere.get(f"{course.talk_of(group)}/posts/{post}/hide").status_code == 404
    hiding = elsewhere.post(f"{course.talk_of(group)}/posts/{post}/hide", reason="why")
    assert hiding.status_code == 404


def test_what_is_written_while_waiting_is_not_read_by_staff(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    course.decides(ada, bo)
    group = course.group("Marble", bo)
    post = course.posts(ada)

    answer = course.visit(Role.INSTRUCTOR).get(f"{course.talk_of(group)}/posts/{post}/hide")

    assert answer.status_code == 404


def test_a_longer_talk_asks_the_database_no_more_often(
    course: Course, amber: tuple[int, int, int]
) -> None:
    group, ada, bo = amber
    course.posts(ada)
    browser = course.visit(Role.TUTOR)
    with counted(course.database) as short:
        browser.read(f"{course.talk_of(group)}/")
    for number in range(20):
        course.posts(bo, f"Another thought about Lucy, the {number}. one of this long evening talk")
    with counted(course.database) as long:
        browser.read(f"{course.talk_of(group)}/")

    assert len(short) == len(long)


def test_what_a_changed_post_said_before_is_read_by_staff_alone(
    course: Course, amber: tuple[int, int, int]
) -> None:
    group, ada, ben = amber
    post = course.posts(ada, "These were the first words that Ada wrote here, before the change")
    with course.acting(ada) as (session, reader):
        stands = talk.Written("And these are the words that stand now")
        talk.edit(session, reader, post, stands, now=course.now)

    for_staff = course.visit(Role.INSTRUCTOR).read(f"{course.talk_of(group)}/")
    for_ben = course.visit(Role.LEARNER, ben).read("/talk/")

    assert "first words that Ada wrote" in for_staff
    assert "words that stand now" in for_staff
    assert "words that stand now" in for_ben
    assert "first words that Ada wrote" not in for_ben


def test_many_groups_and_a_long_talk_come_in_pages_and_a_link_finds_its_post(
    course: Course, amber: tuple[int, int, int]
) -> None:
    group, ada, _bo = amber
    course.posts(ada)
    with course.database.transaction() as session:
        own = {"activity_id": course.activity_id, "formed_at": course.now}
        session.add_all(TalkGroup(name=f"Hill {number:02}", **own) for number in range(60))
        thread_id = session.scalars(select(Thread.id).filter_by(group_id=group)).one()
        words = {"audience": "", "posted_at": course.now, "person_id": ada, "counts": True}
        session.add_all(
            Post(thread_id=thread_id, text=f"Word {n:03}.", submission_id=f"many-{n}", **words)
            for n in range(PAGE)
        )
        session.flush()  # the last id is needed
        last = session.scalars(select(func.max(Post.id))).one()
    staff = course.visit(Role.TUTOR)

    first, talk_page = staff.read("/teaching/groups/"), staff.read(f"{course.talk_of(group)}/")

    assert "1 to 50 of 61" in first
    assert "Hill 59" not in first
    assert "Hill 59" in staff.read("/teaching/groups/?page=2")
    assert "Page 1 of 2" in talk_page
    assert f"Word {PAGE - 1:03}." not in talk_page
    found = staff.get(f"{course.talk_of(group)}/posts/{last}")
    assert found.location.endswith(f"{course.talk_of(group)}/?page=2#post-{last}")
    assert f"Word {PAGE - 1:03}." in staff.read(f"{course.talk_of(group)}/?page=2")


def test_who_tells_staff_is_shown_to_them_as_was_said_when_they_wrote(course: Course) -> None:
    ada, bo = course.learner("Ada Lovelace"), course.learner("Bo Diddley")
    course.decides(ada, bo)
    for naming, tellers in ((Naming.ALIAS, [ada]), (Naming.NAMED, [ada, bo])):
        with course.database.transaction() as session:
            course.activity(session).naming = naming
        for person_id in tellers:
            with course.acting(person_id) as (session, reader):
                told = concerns.Told(ConcernKind.CARE, "Somebody is not well.", naming.value)
                concerns.tell(session, reader, told, now=course.now)

    with course.database.transaction() as session:
        shown = [row.told_by for row in open_in(session, course.activity_id)]

    assert shown == [course.alias(ada), course.alias(ada), "Bo Diddley"]
