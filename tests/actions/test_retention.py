"""What is erased when: texts first, the record of a grade when nobody can appeal any more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from ltitool.actions import allowances, credit, progress, retention
from ltitool.core.delivery import Delivery
from ltitool.core.policy import Posting, Rule, Rules
from ltitool.core.presets import DEFAULT
from ltitool.storage.database import Database
from ltitool.storage.tables import (
    Allowance,
    OutgoingScore,
    Override,
    Progress,
    Receipt,
    StaffMark,
)
from tests.actions.seminar import Seminar
from tests.web.teaching_classroom import NOON

RECORD = (Progress, OutgoingScore, Receipt, Allowance, StaffMark, Override)
POLICY = replace(DEFAULT, posting=Posting.EACH_CHANGE, appeal_days=100, zero_for_absent=True)


@pytest.fixture
def seminar(database: Database) -> Seminar:
    """A class in which one person has finished, with something of everything on record."""
    seminar = Seminar(database, wait_hours=0, due_at=NOON + timedelta(days=3))
    ada = seminar.learner()
    set_rules(seminar)
    seminar.decides(ada)
    seminar.score(ada, Delivery.SENT, "Received", after=timedelta(minutes=1))
    with database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        case = allowances.Case(session, activity, scenario, ada, ada, seminar.now)
        allowances.extend(case, NOON + timedelta(days=5))
        allowances.give(case, Rule.ATTENDED_LIVE, 1)
        allowances.override(case, 9000, "By word of mouth")
        session.flush()  # nothing is on its way any more
        session.execute(update(OutgoingScore).values(delivery=Delivery.SENT))
    return seminar


def set_rules(seminar: Seminar) -> None:
    with seminar.database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        credit.set_rules(session, activity, scenario, POLICY, actor_id=None, now=seminar.now)


def erase(seminar: Seminar) -> int:
    with seminar.database.transaction() as session:
        retention.erase_expired(session, seminar.activity_id, now=seminar.now)
        return retention.erase_records(session, seminar.activity_id, now=seminar.now)


def on_record(seminar: Seminar) -> list[int]:
    with seminar.database.session(is_read_only=True) as session:
        return [session.scalar(select(func.count()).select_from(one)) or 0 for one in RECORD]


def test_the_record_of_a_grade_outlives_the_texts_until_the_time_to_appeal_is_over(
    seminar: Seminar,
) -> None:
    with seminar.database.transaction() as session:
        seminar.activity(session).keep_days = 30
    before = on_record(seminar)

    seminar.now = NOON + timedelta(days=104)  # the extension ends on day 5
    erased_early = erase(seminar)
    during = on_record(seminar)
    seminar.now = NOON + timedelta(days=105)
    erased = erase(seminar)

    assert all(before)
    assert (erased_early, during) == (0, before)
    assert (erased, on_record(seminar)) == (1, [0] * len(RECORD))


def test_a_score_that_is_still_on_its_way_keeps_the_record(seminar: Seminar) -> None:
    with seminar.database.transaction() as session:
        session.scalars(select(OutgoingScore)).all()[-1].delivery = Delivery.WAITING

    seminar.now = NOON + timedelta(days=400)

    assert erase(seminar) == 0


def test_after_the_record_is_gone_nobody_is_taken_for_absent(seminar: Seminar) -> None:
    seminar.now = NOON + timedelta(days=200)
    erase(seminar)
    with seminar.database.transaction() as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        other = replace(POLICY, personal_days=1)
        credit.set_rules(session, activity, scenario, other, actor_id=None, now=seminar.now)

    with seminar.database.transaction() as session:
        assert progress.remeasure_due(session, now=seminar.now) == 0


def test_the_time_to_appeal_begins_when_the_last_date_and_the_last_change_are_over() -> None:
    rules = Rules(replace(DEFAULT, appeal_days=100), due_at=NOON)

    assert rules.kept_until(NOON - timedelta(days=9), None) == NOON + timedelta(days=100)
    assert rules.kept_until(NOON + timedelta(days=9)) == NOON + timedelta(days=109)
    assert replace(rules, due_at=None).kept_until(None) is None
