"""How an instructor sets credit, sees what a change does, and grants what one person needs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ltitool.core.policy import Crediting, Late, Policy, Posting, Rule
from ltitool.core.roles import Role
from ltitool.storage.queries.progress import rules_of
from tests.web.everything import CREDIT
from tests.web.teaching_builders import Course, course_in

NOTHING = {f"weight_{rule.value}": "" for rule in Rule}
OWN = {
    **CREDIT,
    **NOTHING,
    "preset": "own",
    "weight_posts": "3",
    "need_posts": "2",
    "words_posts": "40",
}


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    with course_in(tmp_path) as made:
        made.configure(hours=0)
        made.grade()
        yield made


def policy_of(course: Course) -> Policy:
    with course.database.session(is_read_only=True) as session:
        return rules_of(session, course.activity_id).policy


def test_a_preset_is_kept_with_what_is_said_about_lateness_and_sending(course: Course) -> None:
    teacher = course.visit(Role.INSTRUCTOR)
    late = {"late": "tool", "grace": "30", "percent": "5", "floor": "40", "closes": "2027-03-28"}

    teacher.post(
        "/teaching/settings/credit",
        **{**CREDIT, "preset": "complete", **late, "absent": "y"},
    )

    policy = policy_of(course)
    assert policy.crediting is Crediting.COMPLETE_INCOMPLETE
    assert policy.posting is Posting.EACH_CHANGE
    assert policy.zero_for_absent
    assert isinstance(policy.late, Late)
    assert policy.late.closes_at == datetime(2027, 3, 28, 22, 59, tzinfo=UTC)
    page = teacher.read("/teaching/settings/credit")
    assert "Complete or incomplete; it is sent after every change" in page


def test_steps_can_be_set_one_by_one(course: Course) -> None:
    course.visit(Role.INSTRUCTOR).post("/teaching/settings/credit", **OWN)

    [step] = policy_of(course).asked
    assert (step.rule, step.need, step.min_words, step.weight) == (Rule.POSTS, 2, 40, 3)


def test_what_cannot_be_is_named_and_what_was_typed_stays(course: Course) -> None:
    teacher = course.visit(Role.INSTRUCTOR)

    answer = teacher.post(
        "/teaching/settings/credit", **{**OWN, "weight_posts": "many", "due_posts": "soon"}
    )

    assert answer.status_code == 422
    assert "Write a whole number from 0 to 1000" in answer.text
    assert 'value="many"' in answer.text
    assert "Write the date as year-month-day" in answer.text


def test_a_change_midway_shows_who_loses_and_takes_nothing_without_a_tick(course: Course) -> None:
    ada = course.learner("Ada Lovelace")
    course.decides(ada)
    teacher = course.visit(Role.INSTRUCTOR)

    answer = teacher.post("/teaching/settings/credit", **OWN)
    page = teacher.read("/teaching/settings/credit/change")
    teacher.post("/teaching/settings/credit/change")

    assert answer.location.endswith("/settings/credit/change")
    assert "One person would lose credit" in page
    assert "Ada Lovelace" in page
    own = course.visit(Role.LEARNER, ada).read("/progress/")
    assert "40, which stood before a change, is kept." in own
    assert "0 = 0 of 100" in own
    assert "Version 1" in course.visit(Role.LEARNER, ada).read("/progress/rules")


def test_a_set_score_and_its_reason_are_read_by_the_learner_until_it_is_undone(
    course: Course,
) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    teacher, path = course.visit(Role.INSTRUCTOR), f"/teaching/people/{ada}/credit"

    teacher.post(f"{path}/score", score="72,5", reason="The bus broke down")
    during = course.visit(Role.LEARNER, ada).read("/progress/")
    teacher.post(f"{path}/score/undo")
    after = course.visit(Role.LEARNER, ada).read("/progress/")

    assert "A teacher has set this score to 72.5" in during
    assert "The bus broke down" in during
    assert "The bus broke down" not in after


def test_a_score_without_a_reason_or_out_of_bounds_is_refused(course: Course) -> None:
    ada = course.learner("Ada")
    teacher, path = course.visit(Role.INSTRUCTOR), f"/teaching/people/{ada}/credit"

    answer = teacher.post(f"{path}/score", score="100.01", reason="")

    assert answer.status_code == 422
    assert "Write a number from 0 to 100" in answer.text
    assert "Say why" in answer.text
    assert course.scores(ada) == []


def test_tutors_give_more_time_and_touch_no_marks(course: Course) -> None:
    ada = course.learner("Ada")
    tutor, path = course.visit(Role.TUTOR), f"/teaching/people/{ada}/credit"

    extended = tutor.post(f"{path}/extend", until="2027-04-01")
    refused = [
        tutor.post(f"{path}/{what}", score="9", reason="x").status_code
        for what in ("excuse", "score", "score/undo", "mark/instructor_mark")
    ]

    assert extended.status_code == 303
    assert refused == [404] * 4
    assert "A teacher has given more time." in course.visit(Role.LEARNER, ada).read("/progress/")


def test_excusing_from_what_was_done_says_what_it_costs_and_asks(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    teacher, path = course.visit(Role.INSTRUCTOR), f"/teaching/people/{ada}/credit"

    asked = teacher.post(f"{path}/excuse", excused="core_decided")
    done = teacher.post(f"{path}/excuse", excused="core_decided", may_lower="yes")

    assert asked.status_code == 422
    assert "This lowers the score from 40 to 0." in asked.text
    assert 'value="core_decided" checked' in asked.text
    assert done.status_code == 303
    assert "0 of 100" in teacher.read(path)


def test_an_excused_step_says_so(course: Course) -> None:
    ada = course.learner("Ada")
    course.decides(ada)
    teacher, path = course.visit(Role.INSTRUCTOR), f"/teaching/people/{ada}/credit"

    teacher.post(f"{path}/excuse", excused=["posts", "replies"])

    page = course.visit(Role.LEARNER, ada).read("/progress/")
    assert "Excused: it is left out of the sum." in page
    assert "57.14 + 0 + 0 = 57.14 of 100" in page
