"""By what name people are shown, part by part."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from ltitool.core.audience import Naming
from ltitool.core.concern import ConcernKind
from ltitool.core.roles import Role
from ltitool.core.script import Round
from ltitool.storage.tables import Concern, Decision, Reflection
from tests.web.teaching_builders import Course, course_in

NAMES = "/teaching/settings/names"


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=24)
        yield made


def test_each_part_says_by_what_name_staff_read_it_and_keeps_that_name(course: Course) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    course.posts(ada)
    reply = "Four days of silence are an answer as well, and Lucy will read it so"
    course.posts(ada, reply, to=course.opening_post(ada))
    teacher, reader = course.visit(Role.INSTRUCTOR), course.visit(Role.LEARNER, ada)

    saved = teacher.post(NAMES, naming="alias", again="named", reflect="sealed", keep_days="365")
    again = reader.read("/again/")
    course.finishes(ada)
    teacher.post(NAMES, naming="named", decide="named", keep_days="365")

    assert saved.status_code == 303
    assert "They see it under “Ada Lovelace”. In other parts the teaching staff may" in again
    assert "for the teaching staff too. Only an instructor" in reader.read("/reflect/")
    with course.database.session(is_read_only=True) as session:
        kept = session.execute(select(Decision.round, Decision.naming)).all()
        assert {row.round: row.naming for row in kept} == {
            Round.FIRST: Naming.ALIAS,
            Round.AGAIN: Naming.NAMED,
        }
        assert set(session.scalars(select(Reflection.naming))) == {Naming.SEALED}


def test_names_are_set_part_by_part_and_the_same_everywhere_is_the_easy_case(
    course: Course,
) -> None:
    teacher = course.visit(Role.INSTRUCTOR)

    refused = teacher.post(NAMES, naming="alias", reflect="everybody", keep_days="365")
    teacher.post(NAMES, naming="alias", decide="alias", reflect="sealed", keep_days="365")
    shown = teacher.read(NAMES)
    teacher.post(NAMES, naming="sealed", keep_days="365")

    assert refused.status_code == 422
    assert "Choose how staff see people here" in refused.text
    assert "In “Reflect” staff see an alias that tutors cannot look behind." in shown
    assert "In “Decide” staff see" not in shown.partition("<form")[0]
    assert "In “" not in teacher.read(NAMES).partition("<form")[0]


def test_who_told_something_under_a_seal_is_found_out_by_instructors_alone(course: Course) -> None:
    ada = course.learner("Ada")
    with course.database.transaction() as session:
        told = Concern(
            activity_id=course.activity_id,
            person_id=ada,
            kind=ConcernKind.CARE,
            text="I cannot go on.",
            naming=Naming.SEALED,
            submission_id="1",
            told_at=course.now,
        )
        session.add(told)
        session.flush()  # its id is needed
        who = f"/teaching/moderation/{told.id}/who"

    tutor = course.visit(Role.TUTOR)
    refused = [tutor.get(who).status_code, tutor.post(who, reason="To ring.").status_code]
    found = course.visit(Role.INSTRUCTOR).post(who, reason="To ring them today.")

    assert (refused, found.status_code) == ([404, 404], 303)


def test_a_text_is_kept_under_no_wider_naming_than_stood_above_the_button(course: Course) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    teacher, reader = course.visit(Role.INSTRUCTOR), course.visit(Role.LEARNER, ada)
    text = "As I see it she must hear of it before the weekend, and from him alone"
    told = re.search(r'name="shown_as" value="(\w+)"', reader.read("/talk/"))
    assert told
    teacher.post(NAMES, naming="named", keep_days="365")
    sent = {"text": text, "submission_id": "1", "shown_as": told[1]}

    asked = reader.post("/talk/", **sent)
    kept = reader.post("/talk/", **sent, shown_now="named")

    assert asked.status_code == 422
    assert "Who can find out that this is yours has changed" in asked.text
    assert "They see it under “Ada Lovelace”." in asked.text
    assert text in asked.text
    assert kept.status_code == 303


def test_a_naming_that_has_become_narrower_asks_nothing(course: Course) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    course.visit(Role.INSTRUCTOR).post(NAMES, naming="sealed", keep_days="365")
    sent = {"text": "She must hear of it from him alone, and soon.", "shown_as": "alias"}

    kept = course.visit(Role.LEARNER, ada).post("/talk/", **sent, submission_id="1")

    assert kept.status_code == 303
