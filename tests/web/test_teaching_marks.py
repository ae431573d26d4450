"""The class list for attendance and marks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ltitool.core.policy import Rule
from ltitool.core.roles import Role
from tests.web.everything import CREDIT
from tests.web.teaching_builders import Course, course_in

NOTHING = {f"weight_{rule.value}": "" for rule in Rule}
GIVEN = {"weight_attended_live": "1", "weight_instructor_mark": "1"}
ASKED = {**CREDIT, **NOTHING, **GIVEN, "preset": "own"}
PATH = "/teaching/marks/"


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=0)
        made.grade()
        yield made


def filled(*people: int, **fields: str) -> dict[str, object]:
    return {"person": [str(one) for one in people], **fields}


def test_a_class_is_marked_on_one_page_and_the_last_change_undone(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    teacher = course.visit(Role.INSTRUCTOR)
    teacher.post("/teaching/settings/credit", **ASKED)

    teacher.post(PATH, **filled(ada, bo, **{f"there-{ada}": "1", f"mark-{bo}": "70"}))
    page = teacher.read(PATH)
    assert f'name="there-{ada}" value="1" checked' in page
    assert f'name="mark-{bo}" value="70"' in page
    assert "35 of 100" in course.visit(Role.LEARNER, bo).read("/progress/")

    teacher.post(PATH, **filled(ada, bo, everybody="1", **{f"had-{bo}": "70"}))
    assert teacher.read(PATH).count(" checked") == 2
    teacher.post(f"{PATH}undo")
    assert teacher.read(PATH).count(" checked") == 1


def test_what_is_no_mark_is_named_and_nothing_is_kept_or_lost(course: Course) -> None:
    ada, bo = course.learner("Ada"), course.learner("Bo")
    teacher = course.visit(Role.INSTRUCTOR)
    teacher.post("/teaching/settings/credit", **ASKED)

    answer = teacher.post(PATH, **filled(ada, bo, **{f"mark-{ada}": "101", f"mark-{bo}": "7"}))

    assert answer.status_code == 422
    assert "Write a whole number from 0 to 100" in answer.text
    assert 'value="101"' in answer.text
    assert 'value="7"' in answer.text
    assert 'value="7"' not in teacher.read(PATH)


def test_what_somebody_else_noted_meanwhile_stays(course: Course) -> None:
    ada = course.learner("Ada")
    teacher, other = course.visit(Role.INSTRUCTOR), course.visit(Role.INSTRUCTOR)
    teacher.post("/teaching/settings/credit", **ASKED)
    other.post(PATH, **filled(ada, **{f"there-{ada}": "1", f"was-there-{ada}": "0"}))

    teacher.post(PATH, **filled(ada, **{f"was-there-{ada}": "0", f"mark-{ada}": "50"}))

    assert "75 of 100" in course.visit(Role.LEARNER, ada).read("/progress/")


def test_tutors_note_nothing_and_who_asks_for_nothing_is_told_where_to(course: Course) -> None:
    assert course.visit(Role.TUTOR).get(PATH).status_code == 404
    assert "neither attendance nor a mark" in course.visit(Role.INSTRUCTOR).read(PATH)
