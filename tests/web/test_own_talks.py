"""Talks of people on their own, as staff read them and as their person meets what staff do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ltitool.actions import alone, arranging, library, other_story, teaching
from ltitool.core.audience import Naming
from ltitool.core.roles import Role
from ltitool.core.script import Gate, GateKind, Phase
from ltitool.core.talk import VOICES_ALONE
from ltitool.core.traces import TO_STAFF
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.queries.traces import traces_in
from ltitool.storage.tables import (
    Base,
    GroupMember,
    Participant,
    Person,
    Post,
    TalkGroup,
    Thread,
)
from tests.web.teaching_browser import Browser, counted
from tests.web.teaching_builders import Course, course_in

LIST = "/teaching/groups/own"
OWN_WORDS = "I would wait until Thursday and tell her so in one sentence she can keep"
HALF = Gate(GateKind.READY, share=50)
ASKED = "What would Lucy hear in those four days of silence?"


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=24)
        yield made


@pytest.fixture
def ada(course: Course) -> int:
    """Somebody who works on their own and has answered one of the two voices."""
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    with course.acting(ada) as (session, reader):
        arranging.put_alone(session, reader, actor_id=ada, now=course.now)
    answers(course, ada)
    return ada


def answers(course: Course, person_id: int, text: str = OWN_WORDS) -> None:
    """Answer the first voice, on one's own."""
    with course.acting(person_id) as (session, reader):
        alone.reply(
            session,
            reader,
            alone.voices_for(session, reader)[0].id,
            alone.Reply(text, text, "You, and the teaching staff."),
            now=course.now,
        )


def own_post(course: Course, person_id: int) -> int:
    with course.database.session(is_read_only=True) as session:
        return session.scalars(select(Post.id).where(Post.person_id == person_id)).one()


def says(course: Course, talk: str, text: str = ASKED) -> Browser:
    staff = course.visit(Role.TUTOR)
    assert staff.post(f"{talk}/say", text=text, submission_id=text).status_code == 303
    return staff


def test_staff_find_talks_of_people_on_their_own_by_aliases(course: Course, ada: int) -> None:
    waits = course.learner("Bo Diddley")
    course.decides(waits)
    staff = course.visit(Role.TUTOR)

    assert "2 talks of people on their own" in staff.read("/teaching/groups/")
    page = staff.read(LIST)
    talk = staff.read(f"{course.own_talk_of(ada)}/")

    first, second = (page.index(course.alias(one)) for one in (ada, waits))
    assert first < second  # the newest reply stands first
    assert "on their own" in page
    assert "waits for a group" in page
    assert OWN_WORDS in talk
    assert f"Talk of {course.alias(ada)}" in talk
    assert talk.count("from the story</span>") == VOICES_ALONE
    for text in (page, talk):
        assert "Ada" not in text
        assert "Diddley" not in text


def test_a_word_of_staff_is_read_on_ones_own_page_and_told_of(course: Course, ada: int) -> None:
    says(course, course.own_talk_of(ada))

    learner = course.visit(Role.LEARNER, ada)
    news = learner.read("/")
    page = learner.read("/alone/")

    assert "The teaching staff have written in your talk" in news
    assert ASKED in page
    assert "teaching staff</span>" in page
    with course.database.session(is_read_only=True) as session:
        said = session.scalars(select(Post).where(Post.by_staff.is_(True))).one()
        assert said.audience.startswith("The person whose talk this is")
        found = learner.get(f"/talk/{said.id}")
    assert found.headers["Location"].endswith(f"/alone/#post-{said.id}")
    assert "staff posted" in course.audited()


def test_who_works_alone_answers_staff_on_their_own_page(course: Course, ada: int) -> None:
    talk = course.own_talk_of(ada)
    staff = says(course, talk)
    with course.database.session(is_read_only=True) as session:
        word = session.scalars(select(Post.id).where(Post.by_staff.is_(True))).one()
    learner = course.visit(Role.LEARNER, ada)
    fields = {"text": "She would hear that I am afraid.", "parent": word, "submission_id": "a"}

    assert f'href="{learner.root}/alone/?reply={word}#write"' in learner.read("/alone/")
    kept = learner.post("/alone/posts/answer", **fields, later="1")
    drafted = learner.read("/alone/")
    sent = [learner.post("/alone/posts/answer", **fields) for _time in range(2)]
    page = staff.read(f"{talk}/")

    assert kept.status_code == 303
    assert f">{fields['text']}</textarea>" in drafted.replace(">\n", ">")
    assert [one.status_code for one in sent] == [303, 303]
    assert page.count(str(fields["text"])) == 1
    assert "</textarea>" not in learner.read("/alone/").split('id="voice-')[0]
    staff.post(f"{talk}/posts/{word}/hide", reason="A mistake.")
    late = learner.post("/alone/posts/answer", **{**fields, "submission_id": "b"})
    assert late.status_code == 409
    assert str(fields["text"]) in late.text


def test_an_answer_to_staff_is_none_of_the_two_replies(course: Course, ada: int) -> None:
    says(course, course.own_talk_of(ada))
    with course.database.session(is_read_only=True) as session:
        word = session.scalars(select(Post.id).where(Post.by_staff.is_(True))).one()
    said = {
        "text": "Lucy would hear that nobody has looked at her message yet.",
        "parent": word,
        "submission_id": "a",
    }

    answer = course.visit(Role.LEARNER, ada).post("/alone/posts/answer", **said)

    assert answer.status_code == 303
    with course.database.session(is_read_only=True) as session:
        assert traces_in(session, course.activity_id, ada)[ada].said[-1].to == TO_STAFF


def test_a_reply_of_ones_own_is_changed_and_withdrawn_and_stays_with_the_staff(
    course: Course, ada: int
) -> None:
    post = own_post(course, ada)
    learner = course.visit(Role.LEARNER, ada)
    changed = {"text": "I would rather say it on a walk, and say when we meet.", "may_quote": "y"}

    asked = learner.read(f"/talk/{post}/edit")
    saved = learner.post(f"/talk/{post}/edit", **changed)
    page = learner.read("/alone/")
    withdrawn = learner.post(f"/talk/{post}/withdraw")

    assert "quoted to the whole class" not in asked
    assert saved.headers["Location"].endswith(f"/alone/#post-{post}")
    assert changed["text"] in page
    assert page.count("Keep this reply") == 1
    with course.database.session(is_read_only=True) as session:
        assert session.get_one(Post, post).may_quote is False
    assert withdrawn.status_code == 303
    assert learner.read("/alone/").count("Keep this reply") == VOICES_ALONE


def test_the_voices_of_a_talk_are_those_of_the_story_its_person_lives_through(
    course: Course,
) -> None:
    ada = course.learner("Ada")
    with course.acting(ada) as (session, reader):
        version = library.by_scenario_id(session, "two-grey-ticks")
        assert version is not None
        other_story.take(session, reader, version.id, now=course.now)
    course.decides(ada)
    with course.acting(ada) as (session, reader):
        seeds = [choice.seed for choice in alone.voices_for(session, reader)]
        names = [reader.scenario.character(seed.who).name for seed in seeds if seed]

    page = course.visit(Role.TUTOR).read(f"{course.own_talk_of(ada)}/")

    assert "come from another story than that of the class:" in page
    assert len(names) == VOICES_ALONE
    for name in names:
        assert f">{name}</b>" in page


def test_what_staff_wrote_to_somebody_else_is_not_answered(course: Course, ada: int) -> None:
    bo = course.learner("Bo")
    course.decides(bo)
    says(course, course.own_talk_of(bo))
    with course.database.session(is_read_only=True) as session:
        word = session.scalars(select(Post.id).where(Post.by_staff.is_(True))).one()

    learner = course.visit(Role.LEARNER, ada)

    fields = {"text": "Not for me.", "submission_id": "a"}
    assert learner.post("/alone/posts/answer", **fields, parent=word).status_code == 404
    assert learner.post("/alone/posts/answer", **fields).status_code == 404
    assert ASKED not in learner.read(f"/alone/?reply={word}")


def test_the_queue_of_reports_leads_to_a_post_in_a_talk_of_ones_own(
    course: Course, ada: int
) -> None:
    talk = course.own_talk_of(ada)
    staff = says(course, talk)
    learner = course.visit(Role.LEARNER, ada)
    with course.database.session(is_read_only=True) as session:
        word = session.scalars(select(Post.id).where(Post.by_staff.is_(True))).one()
    assert f'href="{learner.root}/talk/{word}/report"' in learner.read("/alone/")

    told = learner.post(f"/talk/{word}/report", text="It is unkind.", submission_id="r")

    assert told.status_code == 303
    assert f'href="{staff.root}{talk}/posts/{word}"' in staff.read("/teaching/moderation/")
    found = staff.get(f"{talk}/posts/{word}").headers["Location"]
    assert found.endswith(f"{talk}/#post-{word}")


def test_a_hidden_reply_is_read_with_the_reason_by_its_author(course: Course, ada: int) -> None:
    talk, post = course.own_talk_of(ada), own_post(course, ada)
    staff = course.visit(Role.TUTOR)

    hidden = staff.post(f"{talk}/posts/{post}/hide", reason="It names a school.")
    page = course.visit(Role.LEARNER, ada).read("/alone/")
    staff.post(f"{talk}/posts/{post}/show")

    assert hidden.status_code == 303
    assert "It names a school." in page
    assert "It names a school." not in course.visit(Role.LEARNER, ada).read("/alone/")
    assert staff.post(f"{talk}/posts/{post}/pin").status_code == 409


def test_a_locked_talk_keeps_what_is_typed_and_says_whom_to_ask(course: Course, ada: int) -> None:
    talk = course.own_talk_of(ada)
    staff, learner = course.visit(Role.TUTOR), course.visit(Role.LEARNER, ada)
    page = learner.read("/alone/")
    voice = page.rsplit("/alone/", 1)[1].split('"')[0]
    reply = {"text": "She would rather hear no than nothing.", "submission_id": "two"}
    staff.post(f"{talk}/lock")

    locked = learner.read("/alone/")
    refused = learner.post(f"/alone/{voice}", **reply)
    kept = learner.post(f"/alone/{voice}", **reply, later="1")
    again = learner.read("/alone/")
    staff.post(f"{talk}/unlock")

    assert "Locked by the teaching staff" in locked
    assert "they can unlock it, or excuse you" in locked
    assert "<textarea" not in locked
    assert refused.status_code == 409
    assert reply["text"] in refused.text
    assert kept.status_code == 303
    assert reply["text"] in again
    assert learner.post(f"/alone/{voice}", **reply).status_code == 303


def test_what_is_said_to_who_waits_comes_along_and_what_was_said_alone_never_does(
    course: Course,
) -> None:
    waits, had_own = course.learner("Ada"), course.learner("Bo")
    course.decides(waits, had_own)
    with course.acting(had_own) as (session, reader):
        arranging.put_alone(session, reader, actor_id=had_own, now=course.now)
    says(course, course.own_talk_of(waits), "For the group to come.")
    says(course, course.own_talk_of(had_own), "For you alone.")
    answers(course, had_own)

    course.group("Marble", waits)
    for name in ("Slate", "Chalk"):
        group = course.group(name, had_own)

    assert "For the group to come." in course.visit(Role.LEARNER, waits).read("/talk/")
    talk = course.visit(Role.TUTOR).read(f"{course.talk_of(group)}/")
    assert "For you alone." not in talk
    assert OWN_WORDS not in talk


def test_nothing_is_posted_where_others_read_than_the_page_said(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    talk = course.own_talk_of(ada)
    staff = course.visit(Role.TUTOR)
    page = staff.read(f"{talk}/")
    readers = page.split('name="readers" value="')[1].split('"')[0]
    course.group("Marble", ada)

    answer = staff.post(f"{talk}/say", text=ASKED, submission_id="late", readers=readers)

    assert answer.status_code == 409
    assert ASKED in answer.text


def test_somebody_to_whom_staff_have_written_alone_gets_no_group(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    with course.acting(ada) as (session, reader):
        arranging.put_alone(session, reader, actor_id=ada, now=course.now)
    staff = says(course, course.own_talk_of(ada))

    assert staff.post(f"/teaching/people/{ada}/arrange/group").status_code == 409


def test_more_talks_ask_the_database_no_more_often(course: Course, ada: int) -> None:
    staff = course.visit(Role.TUTOR)
    with counted(course.database) as few:
        staff.read(LIST)
    course.decides(*(course.learner(f"Person {n}") for n in range(3)))

    with counted(course.database) as many:
        page = staff.read(LIST)

    assert "4 talks" in page
    assert len(few) == len(many)


def test_where_nobody_gets_a_group_the_page_says_so_and_leads_to_the_talks(course: Course) -> None:
    with course.database.transaction() as session:
        course.activity(session).script = "solo"
    ada = course.learner("Ada")
    course.decides(ada)

    page = course.visit(Role.TUTOR).read("/teaching/groups/")

    assert "Nobody is put into a group here: everybody answers two voices" in page
    assert ">Groups<" not in page
    assert page.count(">Talks<") == 2
    assert "There is no group yet." not in page
    assert "One talk of a person on their own" in page


def test_who_has_written_alone_under_an_alias_goes_on_under_it(course: Course, ada: int) -> None:
    with course.database.transaction() as session:
        course.activity(session).naming = Naming.NAMED
    above = course.visit(Role.LEARNER, ada).read("/alone/")

    answers(course, ada, "Then I would ask her when she has time to hear an answer from me.")
    page = course.visit(Role.TUTOR).read(f"{course.own_talk_of(ada)}/")

    assert f"You are {course.alias(ada)} here." in above
    assert "to hear an answer from me" in page
    assert "Ada" not in page


def test_a_locked_group_is_shown_the_way_to_finish_without_it(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    talk = course.talk_of(course.group("Marble", ada))
    learner = course.visit(Role.LEARNER, ada)
    way = f'href="{learner.root}/alone/instead"'
    assert way not in learner.read("/talk/")

    course.visit(Role.TUTOR).post(f"{talk}/lock")

    assert way in learner.read("/talk/")
    assert learner.post("/alone/instead").status_code == 303
    assert "nothing can be written" not in learner.read("/alone/")


def test_a_part_that_opened_for_a_share_of_the_class_is_told_of_in_the_inbox(
    course: Course,
) -> None:
    with course.database.transaction() as session:
        activity = course.activity(session)
        half = replace(plan_of(session, activity), gates={Phase.TALK: HALF})
        version = activity.scenario_version
        assert version is not None
        teaching.configure(
            session, activity, version=version, plan=half, actor_id=None, now=course.now
        )
    ada, bo = course.learner("Ada"), course.learner("Bo")
    course.learner("Cy")
    course.decides(ada)
    before = course.visit(Role.LEARNER, ada).read("/")

    course.decides(bo)

    assert "“Group talk” is open now" not in before
    assert "“Group talk” is open now" in course.visit(Role.LEARNER, ada).read("/")


CLASS = 3_000


def test_the_pages_of_groups_ask_no_more_often_of_a_large_class(course: Course, ada: int) -> None:
    bo = course.learner("Bo")
    course.decides(bo)
    paths = ("/teaching/groups/", LIST, course.talk_of(course.group("Marble", bo)) + "/")
    staff = course.visit(Role.TUTOR)
    few = [number_asked(course, staff, path) for path in paths]
    with course.database.transaction() as session:
        fill(session, course)

    many = [number_asked(course, staff, path) for path in paths]

    assert few == many
    assert f"{CLASS // 5 + 1} groups" in staff.read(paths[0])
    assert f"{CLASS // 2 + 1:,} talks".replace(",", "") in staff.read(LIST).replace(",", "")


def number_asked(course: Course, staff: Browser, path: str) -> int:
    staff.read(path)
    with counted(course.database) as statements:
        staff.read(path)
    return len(statements)


def fill(session: Session, course: Course) -> None:
    """Let many people have come: half into groups of five, half with a talk of their own."""
    here = {"activity_id": course.activity_id}
    people = range(10_000, 10_000 + CLASS)
    groups = range(10_000, 10_000 + CLASS // 5)
    grouped, alone = people[: CLASS // 2], people[CLASS // 2 :]
    threads = [
        *({**here, "id": one, "group_id": one, "person_id": None} for one in groups),
        *({**here, "id": one + CLASS, "group_id": None, "person_id": one} for one in alone),
    ]
    opened = {"decision_id": "d3", "opened_at": course.now}
    members = [
        {**here, "person_id": one, "group_id": groups[n // 5], "from_at": course.now}
        for n, one in enumerate(grouped)
    ]
    where = {row["person_id"]: row["group_id"] for row in members}
    written = {"text": "Words.", "counts": True, "audience": "", "posted_at": course.now}
    rows: dict[type[Base], list[dict[str, Any]]] = {
        Person: [
            {"id": one, "registration_id": course.registration_id, "lti_id": f"many-{one}"}
            for one in people
        ],
        Participant: [
            {**here, "person_id": one, "alias": f"Alias {one}", "entered_at": course.now}
            for one in people
        ],
        TalkGroup: [
            {**here, "id": one, "name": f"Hill {one}", "formed_at": course.now} for one in groups
        ],
        GroupMember: members,
        Thread: [{**one, **opened} for one in threads],
        Post: [
            {
                **written,
                "thread_id": where.get(one, one + CLASS),
                "person_id": one,
                "submission_id": f"many-{one}",
            }
            for one in people
        ],
    }
    for table, these in rows.items():
        session.execute(insert(table), these)


def test_what_staff_type_in_a_talk_is_kept_until_it_is_posted(course: Course, ada: int) -> None:
    talk = course.own_talk_of(ada)
    where = f"staff:{talk.rsplit('/', 1)[1]}"
    staff = course.visit(Role.TUTOR)

    saved = staff.post("/drafts/", place=where, text="Half a question")

    assert saved.status_code == 200
    assert "Half a question" in staff.read(f"{talk}/")
    assert course.visit(Role.LEARNER).post("/drafts/", place=where, text="x").status_code >= 400
    assert staff.post(f"{talk}/say", text=ASKED, submission_id="whole").status_code == 303
    assert "Half a question" not in staff.read(f"{talk}/")
