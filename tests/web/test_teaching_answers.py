"""Answers with reasons, and reflections, as staff read them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from ltitool.actions import mending, retention, story
from ltitool.core.audience import Naming
from ltitool.core.roles import Role
from ltitool.storage.tables import AuditEntry, Decision, Reflection
from tests.learner import FIRST
from tests.web.teaching_builders import Course, course_in
from tests.web.teaching_classroom import WORDS

ANSWERS = "/teaching/answers/"
TALKED = f"first/{FIRST[1]}"
WHY = {"reason": "She writes that she has not slept for days."}


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=24)
        yield made


def answers(course: Course, question: str) -> str:
    """Return where staff read the answers to a question of the story of the class."""
    with course.database.session(is_read_only=True) as session:
        return f"{ANSWERS}{course.activity(session).scenario_version_id}/{question}"


def set_apart(course: Course, **namings: Naming) -> None:
    """Let staff be shown people so, by part, from now on."""
    with course.database.transaction() as session:
        course.activity(session).namings = {name: own.value for name, own in namings.items()}


def test_staff_read_each_question_under_the_names_that_authors_were_told(course: Course) -> None:
    ada, bo = course.learner("Ada Lovelace"), course.learner("Bo Diaz")
    course.decides(ada)
    set_apart(course, decide=Naming.NAMED)
    course.decides(bo)
    course.finishes(ada)
    tutor = course.visit(Role.TUTOR)

    whole, first = tutor.read(ANSWERS), tutor.read(answers(course, TALKED))
    reflected = tutor.read(answers(course, "reflect/luck"))

    assert "2 texts" in whole
    assert "nothing yet" not in whole.partition("Decide again")[0]
    assert course.alias(ada) in first
    assert "Ada Lovelace" not in first
    assert "Bo Diaz" in first
    assert course.alias(bo) not in first
    assert first.count(WORDS) == 2
    assert first.count("Who is this?") == 1
    assert (course.alias(ada) in reflected, WORDS in reflected) == (True, True)


def test_drafts_previews_private_questions_and_attempts_that_were_reset_stand_nowhere(
    course: Course,
) -> None:
    kept, shown, reset = course.learner("Kept"), course.learner("Shown"), course.learner("Reset")
    looks = course.learner("Looks", is_preview=True)
    course.decides(shown, reset, looks)
    course.finishes(shown)
    with course.acting(kept) as (session, reader):
        answer = story.Answer("hold", rationale="Not locked in.")
        story.decide(session, reader, FIRST[1], answer, now=course.now)
    with course.acting(reset) as (session, reader):
        mending.reset_attempt(session, reader, "By mistake", actor_id=shown, now=course.now)
    with course.database.transaction() as session:
        course.participant(session, looks).is_preview = True
        scenario = course.scenario(session)
        private = next(one.id for one in scenario.reflect if one.private)
        row = {"activity_id": course.activity_id, "person_id": shown, "reflect_id": private}
        session.add(
            Reflection(**row, text="Mine", first_written_at=course.now, written_at=course.now)
        )
    teacher = course.visit(Role.INSTRUCTOR)

    first = teacher.read(answers(course, TALKED))

    assert course.alias(shown) in first
    assert all(course.alias(one) not in first for one in (kept, reset, looks))
    assert "Not locked in." not in first
    assert teacher.get(answers(course, f"reflect/{private}")).status_code == 404
    assert private not in teacher.read(ANSWERS)


def test_who_wrote_an_answer_is_found_out_with_a_reason_by_those_who_were_named(
    course: Course,
) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    set_apart(course, again=Naming.SEALED, reflect=Naming.NAMED)
    course.finishes(ada)
    tutor, teacher = course.visit(Role.TUTOR), course.visit(Role.INSTRUCTOR)
    alias = course.alias(ada)
    first, again = (
        answers(course, f"{given}/{FIRST[1]}/{alias}/author") for given in ("first", "again")
    )

    assert tutor.post(first, reason="").status_code == 422
    found = tutor.post(first, **WHY)
    refused = [tutor.get(again).status_code, tutor.post(again, **WHY).status_code]
    by_teacher = teacher.post(again, **WHY)
    named = teacher.get(answers(course, f"reflect/luck/{alias}/author"))

    assert refused == [404, 404]
    assert (found.status_code, by_teacher.status_code, named.status_code) == (303, 303, 404)
    page = teacher.read(f"/teaching/people/{ada}?done=revealed")
    assert ("Ada Lovelace" in page, alias in page) == (True, False)
    with course.database.session(is_read_only=True) as session:
        asked = select(AuditEntry.details).filter_by(action="author revealed")
        logged: list[dict[str, Any]] = list(session.scalars(asked))
    assert [one["kind"] for one in logged] == ["first", "again"]
    assert all(one["person"] == ada and one["why"] == WHY["reason"] for one in logged)


def test_answers_stand_by_alias_twenty_five_on_a_page_and_never_by_time(course: Course) -> None:
    people = [course.learner(f"Person {number}") for number in range(27)]
    course.decides(*people)
    aliases = sorted(map(course.alias, people), key=str.casefold)
    teacher = course.visit(Role.INSTRUCTOR)

    pages = [teacher.read(answers(course, f"{TALKED}?page={number}")) for number in (1, 2)]

    told = [[one for one in aliases if f"<bdi>{one}</bdi>" in page] for page in pages]
    assert told == [aliases[:25], aliases[25:]]
    assert [pages[0].index(f"<bdi>{one}</bdi>") for one in told[0]] == sorted(
        pages[0].index(f"<bdi>{one}</bdi>") for one in told[0]
    )
    assert "<time" not in pages[0].partition("<main")[2].partition("</main")[0]


def test_what_was_erased_says_so_and_keeps_what_was_chosen(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    course.now += timedelta(days=400)
    with course.database.transaction() as session:
        retention.erase_expired(session, course.activity_id, now=course.now)

    page = course.visit(Role.TUTOR).read(answers(course, TALKED))

    assert "Erased: the time for which it was kept is over." in page
    assert WORDS not in page


def test_an_answer_stands_as_it_was_typed_and_never_as_markup(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    with course.database.transaction() as session:
        session.execute(update(Decision).values(rationale="<b>Wait</b>", own_change="<i>Or not"))

    page = course.visit(Role.TUTOR).read(answers(course, TALKED))

    assert "&lt;b&gt;Wait&lt;/b&gt;" in page
    assert "&lt;i&gt;Or not" in page


def test_before_anybody_has_answered_the_pages_say_what_will_stand_there(course: Course) -> None:
    tutor = course.visit(Role.TUTOR)

    assert "nothing yet" in tutor.read(ANSWERS)
    assert "Nobody has answered this yet." in tutor.read(answers(course, TALKED))
    assert tutor.get(answers(course, "first/no-such")).status_code == 404
