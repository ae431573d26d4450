"""Where groups come from and by what name people are shown, as instructors set it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ltitool.actions import retention
from ltitool.core.audience import Naming
from ltitool.core.concern import ConcernKind
from ltitool.core.groups import GroupSource
from ltitool.core.position import Outcome
from ltitool.core.roles import Role
from ltitool.storage.tables import (
    Concern,
    GroupAssignment,
    MinorityStatement,
    Position,
    Post,
    TalkGroup,
)
from tests.web.teaching_builders import Course, course_in

GROUPS, NAMES = "/teaching/settings/groups", "/teaching/settings/names"
LISTED = {"source": "listed", "hours": "24", "cap": "6"}


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=24)
        yield made


def test_a_list_is_shown_before_it_is_kept_and_names_stand_there_as_typed(course: Course) -> None:
    course.learner("Ada Lovelace")
    bo = course.learner("Bo")
    teacher = course.visit(Role.INSTRUCTOR)
    people = f"Ada Lovelace,North\n{course.alias(bo)},North"

    shown = teacher.post(GROUPS, **LISTED, people=people)
    with course.database.session(is_read_only=True) as session:
        assert session.scalars(select(GroupAssignment)).all() == []
    kept = teacher.post(GROUPS, **LISTED, people=people, keep="1")

    assert "Keep this list?" in shown.text
    assert "2 people are on it." in shown.text
    assert kept.status_code == 303
    with course.database.session(is_read_only=True) as session:
        assert [row.label for row in session.scalars(select(GroupAssignment))] == ["North"] * 2
        assert course.activity(session).group_source is GroupSource.LISTED


def test_a_list_with_faults_keeps_nothing_and_gives_the_text_back(course: Course) -> None:
    course.learner("Ada")
    teacher = course.visit(Role.INSTRUCTOR)

    answer = teacher.post(GROUPS, **LISTED, people="Ada,North\nNemo,South\nAda,West", keep="1")

    assert answer.status_code == 422
    assert "2 lines cannot be used" in answer.text
    assert "Nemo,South" in answer.text
    with course.database.session(is_read_only=True) as session:
        assert session.scalars(select(GroupAssignment)).all() == []


def test_people_on_the_list_come_into_their_group_when_they_lock(course: Course) -> None:
    ada, bo, cho = [course.learner(name) for name in ("Ada", "Bo", "Cho")]
    people = "Ada,North\nBo,South\nCho,North"
    course.visit(Role.INSTRUCTOR).post(GROUPS, **LISTED, people=people, keep="1")

    course.decides(ada, bo, cho)

    assert course.group_of(ada) == course.group_of(cho) != course.group_of(bo)
    assert "North" in course.visit(Role.TUTOR).read("/teaching/groups/")


def test_the_groups_of_an_earlier_activity_are_kept_and_those_of_other_courses_never(
    course: Course,
) -> None:
    elsewhere = course.other_activity()
    teacher = course.visit(Role.INSTRUCTOR)

    answer = teacher.post(GROUPS, source="earlier", hours="24", cap="6", earlier=str(elsewhere))

    assert answer.status_code == 404


def test_who_chooses_a_group_sees_no_names_and_comes_into_it(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    fields = {"source": "chosen", "hours": "24", "cap": "4"}
    course.visit(Role.INSTRUCTOR).post(GROUPS, **fields)
    course.decides(ada, bo)
    course.visit(Role.LEARNER, ada).post("/group/", group="new")
    browser = course.visit(Role.LEARNER, bo)

    page = browser.read("/group/")
    answer = browser.post("/group/", group=str(course.group_of(ada)))

    assert "one person so far" in page
    assert course.alias(ada) not in page
    assert answer.status_code == 303
    assert course.group_of(ada) == course.group_of(bo) is not None


def test_a_post_is_shown_as_its_author_was_when_they_wrote(course: Course) -> None:
    ada, bo = course.learner("Ada Lovelace"), course.learner("🦊🦊")
    course.decides(ada, bo)
    group = course.group("Marble", ada, bo)
    course.posts(ada)
    teacher = course.visit(Role.INSTRUCTOR)

    saved = teacher.post(NAMES, naming="named", keep_days="180")
    course.posts(bo, "As I see it she must hear of it before the weekend, and from him alone")
    page = course.visit(Role.LEARNER, bo).read("/talk/")
    staff = teacher.read(f"{course.talk_of(group)}/")

    assert saved.status_code == 303
    for text in (page, staff):
        assert course.alias(ada) in text
        assert "Ada Lovelace" not in text
        assert "🦊🦊" in text
        assert course.alias(bo) not in text


def test_above_the_button_stands_who_reads_who_can_find_out_and_until_when(course: Course) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    course.group("Marble", ada)
    page = course.visit(Role.LEARNER, ada).read("/talk/")

    assert "The people of Marble group, three to six with any who join later" in page
    assert f"You are {course.alias(ada)} here." in page
    assert "by giving a reason, which is logged" in page
    assert re.search("It is kept until [^.]*2028, then erased", page)
    assert "Ada Lovelace" not in page


def test_finding_out_who_wrote_asks_why_is_logged_and_shows_no_alias(course: Course) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    group = course.group("Marble", ada)
    path = f"{course.talk_of(group)}/posts/{course.posts(ada)}/author"
    teacher = course.visit(Role.INSTRUCTOR)

    asked = teacher.read(path)
    without = teacher.post(path)
    answer = teacher.post(path, reason="It speaks of a risk to a child.")
    page = teacher.read(answer.headers["Location"].removeprefix(teacher.root))

    assert "Ada" not in asked
    assert without.status_code == 422
    assert "author revealed" in course.audited()
    assert "Ada Lovelace" in page
    assert course.alias(ada) not in page


def test_what_is_sealed_no_tutor_finds_out(course: Course) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    group = course.group("Marble", ada)
    course.visit(Role.INSTRUCTOR).post(NAMES, naming=Naming.SEALED.value, keep_days="365")
    path = f"{course.talk_of(group)}/posts/{course.posts(ada)}/author"
    tutor = course.visit(Role.TUTOR)

    answer = tutor.post(path, reason="I would like to know.")
    page = tutor.read(f"{course.talk_of(group)}/")

    assert answer.status_code == 404
    assert "Only an instructor can find out who this is." in page
    assert "Who is this?" not in page
    assert "Who is this?" in course.visit(Role.INSTRUCTOR).read(f"{course.talk_of(group)}/")
    assert "author revealed" not in course.audited()


def test_merging_says_first_who_can_read_what_then_begins_a_new_talk(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    course.decides(ada, bo)
    one, two = course.group("Marble", ada), course.group("Slate", bo)
    said = "Four days of silence are an answer as well, and Lucy will read it so"
    course.posts(ada, said)
    course.now += timedelta(minutes=1)
    tutor = course.visit(Role.TUTOR)

    asked = tutor.read(f"/teaching/groups/{one}/merge")
    answer = tutor.post(f"/teaching/groups/{one}/merge", group=str(two))

    assert "No post gains a reader." in asked
    assert answer.status_code == 303
    assert course.group_of(ada) == course.group_of(bo) not in {one, two}
    assert said in course.visit(Role.LEARNER, ada).read(f"/group/{one}")
    assert course.visit(Role.LEARNER, bo).get(f"/group/{one}").status_code == 404
    assert said not in course.visit(Role.LEARNER, bo).read("/talk/")


def test_words_are_erased_when_their_time_is_over_and_not_before(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    course.group("Marble", ada)
    post = course.posts(ada)
    tell_everybody(course, ada, post)

    for days, kept in ((364, 4), (1, 0)):
        course.now += timedelta(days=days)
        with course.database.transaction() as session:
            retention.erase_expired(session, course.activity_id, now=course.now)
            words = [session.get_one(Post, post).text]
            for column in (Position.text, MinorityStatement.text, Concern.text):
                words += session.scalars(select(column))
            assert len([text for text in words if text]) == kept


def tell_everybody(course: Course, person_id: int, post_id: int) -> None:
    """Let somebody file a position, tell the class something, and report a post."""
    with course.database.transaction() as session:
        thread_id = session.get_one(Post, post_id).thread_id
        said = {"thread_id": thread_id, "person_id": person_id, "text": "Words", "audience": ""}
        session.add(
            Position(**said, number=1, outcome=Outcome.AGREE, filed_at=course.now),
        )
        session.add(MinorityStatement(**said, written_at=course.now))
        session.add(
            Concern(
                activity_id=course.activity_id,
                person_id=person_id,
                kind=ConcernKind.REPORT,
                post_id=post_id,
                text="Words",
                submission_id="one",
                told_at=course.now,
            )
        )


def test_once_somebody_has_decided_words_are_kept_for_no_longer(course: Course) -> None:
    course.decides(course.learner("Ada"))
    teacher = course.visit(Role.INSTRUCTOR)

    assert teacher.post(NAMES, naming="alias", keep_days="1095").status_code == 409
    assert teacher.post(NAMES, naming="alias", keep_days="90").status_code == 303


def test_a_merged_group_takes_nobody_in(course: Course) -> None:
    ada, bo, cho = [course.learner(name) for name in ("Ada", "Bo", "Cho")]
    course.decides(ada, bo, cho)
    one, two = course.group("Marble", ada), course.group("Slate", bo)
    tutor = course.visit(Role.TUTOR)
    tutor.post(f"/teaching/groups/{one}/merge", group=str(two))

    assert tutor.get(f"/teaching/people/{cho}/move?group={one}").status_code == 404
    with course.database.session(is_read_only=True) as session:
        assert session.get_one(TalkGroup, one).closed_at is not None
