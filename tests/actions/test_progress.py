"""What is kept about progress is what the rows say, and scores follow from it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ltitool.actions import progress, talk
from ltitool.core.delivery import Delivery
from ltitool.storage.database import Database
from ltitool.storage.queries.accounts import accounts_in
from ltitool.storage.tables import OutgoingScore, Participant, Progress
from tests.actions.seminar import Seminar
from tests.web.teaching_classroom import COLUMN, NOON

REPLY = "But what is Lucy to make of four days in which nobody says a single word to her"


@pytest.fixture
def seminar(database: Database) -> Seminar:
    return Seminar(database, wait_hours=0)


def scores(seminar: Seminar) -> list[tuple[int, Delivery]]:
    """Return every score written, oldest first."""
    with seminar.database.session(is_read_only=True) as session:
        rows = session.scalars(select(OutgoingScore).order_by(OutgoingScore.id))
        return [(row.score_hundredths, row.delivery) for row in rows]


def whole(seminar: Seminar, person: int) -> int:
    """Do everything; return the reply."""
    seminar.decides(person)
    seminar.posts(person)
    reply = seminar.posts(person, REPLY, to=seminar.opening_post(person))
    seminar.finishes(person)
    return reply


def test_progress_measured_anew_from_the_rows_equals_what_is_kept(seminar: Seminar) -> None:
    idle, begun, talking, done, undone = (seminar.learner() for _ in range(5))
    seminar.decides(begun, talking)
    seminar.posts(talking)
    whole(seminar, done)
    reply = whole(seminar, undone)
    with seminar.acting(undone) as (session, reader):
        talk.withdraw(session, reader, reply, now=seminar.now)

    with seminar.database.session(is_read_only=True) as session:
        activity, scenario = seminar.activity(session), seminar.scenario(session)
        accounts = accounts_in(session, activity)
        people = session.scalars(select(Participant.person_id)).all()
        for person in people:
            counted = progress.done_by(session, activity, person, scenario)
            if accounts[person].is_measured:
                assert accounts[person].done == counted
        for one in progress.measured_in(session, activity, scenario):
            assert one.account.score_hundredths == one.completion.score_hundredths
        by_person = {
            row.person_id: row.score_hundredths for row in session.scalars(select(Progress))
        }

    assert idle not in by_person
    assert by_person == {begun: 4000, talking: 5500, done: 10000, undone: 8500}


def test_a_score_is_written_when_everything_is_done(seminar: Seminar) -> None:
    person = seminar.learner()
    seminar.decides(person)
    seminar.posts(person)
    assert scores(seminar) == []

    seminar.posts(person, REPLY, to=seminar.opening_post(person))
    seminar.finishes(person)

    assert scores(seminar) == [(10000, Delivery.WAITING)]


def test_what_is_taken_back_lowers_the_score_and_supersedes_the_one_that_waits(
    seminar: Seminar,
) -> None:
    person = seminar.learner()
    reply = whole(seminar, person)

    with seminar.acting(person) as (session, reader):
        talk.withdraw(session, reader, reply, now=seminar.now)

    assert scores(seminar) == [(10000, Delivery.SUPERSEDED), (8500, Delivery.WAITING)]


def test_without_a_column_credit_waits_until_one_is_known(seminar: Seminar) -> None:
    person = seminar.learner()
    with seminar.database.transaction() as session:
        seminar.activity(session).line_item_url = None
    whole(seminar, person)
    assert scores(seminar) == []

    with seminar.database.transaction() as session:
        activity = seminar.activity(session)
        activity.line_item_url = COLUMN
        written = progress.line_item_known(session, activity, now=seminar.now)

    assert written == 1
    assert scores(seminar) == [(10000, Delivery.WAITING)]


def test_who_is_due_by_the_clock_gets_what_they_have_once(database: Database) -> None:
    seminar = Seminar(database, wait_hours=0, due_at=NOON + timedelta(days=3))
    early, idle = seminar.learner(), seminar.learner()
    seminar.decides(early)
    seminar.now += timedelta(days=4)
    late = seminar.learner()
    seminar.decides(late)
    due: list[int] = []

    for days in (4, 6.99, 7, 8, 11, 12):
        with database.transaction() as session:
            now = NOON + timedelta(days=days)
            due.append(progress.remeasure_due(session, now=now))

    # Seven days after entering, or the date if that is later; nobody twice; who did nothing never.
    assert due == [0, 0, 1, 0, 1, 0]
    assert scores(seminar) == [(4000, Delivery.WAITING)] * 2
    with database.session(is_read_only=True) as session:
        sent_to = set(session.scalars(select(OutgoingScore.person_id)))
    assert sent_to == {early, late}
    assert idle not in sent_to


def test_a_preview_has_no_progress_and_no_score(seminar: Seminar) -> None:
    person = seminar.learner()
    with seminar.database.transaction() as session:
        seminar.participant(session, person).is_preview = True

    seminar.decides(person)

    with seminar.database.session(is_read_only=True) as session:
        assert session.scalars(select(Progress)).all() == []
    assert scores(seminar) == []
