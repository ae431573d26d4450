"""A session in one room on both databases: who has come, and what its end notes."""

from datetime import timedelta

from sqlalchemy import select

from ltitool.actions import marking, room
from ltitool.core.policy import Rule
from ltitool.core.script import Phase
from ltitool.storage.database import Database
from ltitool.storage.queries.plan import gates_of
from ltitool.storage.queries.room import last_opening, people_here
from ltitool.storage.tables import StaffMark
from tests.actions.seminar import Seminar


def test_who_does_something_in_a_session_has_come_and_is_noted_at_its_end(
    database: Database,
) -> None:
    seminar = Seminar(database)
    worker, actor = seminar.learner(), seminar.learner()
    with database.transaction() as session:
        activity = seminar.activity(session)
        activity.script = "room-50"
        room.begin(session, activity, actor_id=actor, now=seminar.now)
        room.go_on(session, activity, Phase.REASONS, actor_id=actor, now=seminar.now)
        began_at = seminar.now
    seminar.now += timedelta(minutes=5)
    seminar.decides(worker)

    with database.transaction() as session:
        activity = seminar.activity(session)
        assert people_here(session, activity.id, since=began_at) == {worker}
        assert last_opening(session, activity.id) == (1, began_at)
        sheet = marking.Sheet(session, activity, seminar.scenario(session), actor, seminar.now)
        room.end(session, activity, sheet, actor_id=actor, now=seminar.now)

    with database.session(is_read_only=True) as session:
        noted = session.execute(select(StaffMark.person_id, StaffMark.rule)).all()
        assert noted == [(worker, Rule.ATTENDED_LIVE)]
        assert all(gate.opened_at for gate in gates_of(session, seminar.activity_id).values())
