"""Attendance and marks of a whole class: noted at once, taken back at once, in few questions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ltitool.actions import credit, marking
from ltitool.core.errors import InputRefused, NotFound
from ltitool.core.policy import Milestone, Posting, Rule
from ltitool.core.presets import DEFAULT
from ltitool.storage.database import Database
from ltitool.storage.queries import progress as queries
from tests.actions.seminar import Seminar
from tests.web.teaching_browser import counted
from tests.web.teaching_classroom import NOON

STEPS = (Milestone(Rule.ATTENDED_LIVE, 1, 1), Milestone(Rule.INSTRUCTOR_MARK, 100, 1))
POLICY = replace(DEFAULT, milestones=STEPS, posting=Posting.EACH_CHANGE)
THERE, MARK = Rule.ATTENDED_LIVE, Rule.INSTRUCTOR_MARK


@pytest.fixture
def seminar(database: Database) -> Seminar:
    seminar = Seminar(database, due_at=NOON + timedelta(days=3))
    with database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        credit.set_rules(session, activity, scenario, POLICY, actor_id=None, now=seminar.now)
    return seminar


def note(seminar: Seminar, actor: int, wanted: marking.Noted) -> int:
    with seminar.database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        sheet = marking.Sheet(session, activity, scenario, actor, seminar.now)
        return marking.note(sheet, wanted)


def undo(seminar: Seminar, actor: int) -> int:
    with seminar.database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        return marking.undo(marking.Sheet(session, activity, scenario, actor, seminar.now))


def kept(seminar: Seminar, *people: int) -> list[int | None]:
    with seminar.database.session(is_read_only=True) as session:
        found = [queries.progress_of(session, seminar.activity_id, one) for one in people]
        return [row.score_hundredths if row else None for row in found]


def test_attendance_and_marks_earn_credit_at_once_also_for_who_has_done_nothing_else(
    seminar: Seminar,
) -> None:
    ada, bo, cy = (seminar.learner() for _one in range(3))

    number = note(seminar, ada, {(ada, THERE): 1, (ada, MARK): 70, (bo, MARK): 0})

    assert number == 3
    assert kept(seminar, ada, bo, cy) == [8500, 0, None]
    assert [score.score_hundredths for score in seminar.scores(ada)] == [8500]
    assert note(seminar, ada, {(ada, THERE): 1, (bo, MARK): 0}) == 0
    assert seminar.audited().count("marks noted") == 1


def test_a_change_is_taken_back_once_and_what_others_noted_since_stays(seminar: Seminar) -> None:
    ada, bo = seminar.learner(), seminar.learner()
    note(seminar, ada, {(ada, MARK): 40, (bo, MARK): 40})
    note(seminar, ada, {(ada, MARK): 90, (bo, MARK): 90})
    note(seminar, bo, {(bo, MARK): 60})

    assert undo(seminar, ada) == 1

    assert kept(seminar, ada, bo) == [2000, 3000]
    with pytest.raises(InputRefused, match="nothing to undo"):
        undo(seminar, ada)


def test_nobody_of_another_course_and_no_odd_number_is_noted(seminar: Seminar) -> None:
    ada = seminar.learner()

    with pytest.raises(NotFound):
        note(seminar, ada, {(ada + 99, THERE): 1})
    for key, amount in {(ada, MARK): 101, (ada, THERE): 2, (ada, Rule.POSTS): 1}.items():
        with pytest.raises(InputRefused):
            note(seminar, ada, {key: amount})

    assert kept(seminar, ada) == [None]


def test_a_class_is_noted_in_as_many_questions_as_a_few(seminar: Seminar) -> None:
    people = [seminar.learner() for _one in range(40)]

    def questions(some: list[int]) -> int:
        with counted(seminar.database) as sent:
            note(seminar, people[0], {(person, THERE): 1 for person in some})
        return len(sent)

    assert questions(people[:3]) == questions(people[3:])
