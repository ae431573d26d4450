"""Who has come to a session in one room."""

from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Select, and_, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from ltitool.core.room import EARLY
from ltitool.storage.tables import Attempt, Decision, Participant, PhaseGate, Reflection, Visit
from ltitool.storage.types import UtcTime


def people_here(
    session: Session, activity_id: int, *, since: datetime, until: datetime | None = None
) -> set[int]:
    """Return the learners who have come to this session, in one question.

    Who has opened the activity for it, and who has done something in the activity meanwhile,
    whenever they opened it. Previews, and who has become staff since, are left out.
    """
    people = select(Participant.person_id).where(
        Participant.activity_id == activity_id, Participant.is_preview.is_(False)
    )
    whose = partial(_of_participant, activity_id)
    opened = _during(people.join(Visit, whose(Visit)), Visit.created_at, since - EARLY, until)
    answers = people.join(Attempt, whose(Attempt)).join(Decision)
    return set(
        session.scalars(
            union(
                opened,
                _during(answers, Decision.locked_at, since, until),
                _during(people, Participant.read_reasons_at, since, until),
                _during(
                    people.join(Reflection, whose(Reflection)),
                    Reflection.written_at,
                    since,
                    until,
                ),
            )
        )
    )


def _of_participant(
    activity_id: int, table: type[Visit | Attempt | Reflection]
) -> ColumnElement[bool]:
    return and_(table.activity_id == activity_id, table.person_id == Participant.person_id)


def _during(
    people: Select[int],
    at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    since: datetime,
    until: datetime | None,
) -> Select[int]:
    found = people.where(at >= since)
    return found if until is None else found.where(at <= until)


def last_opening(session: Session, activity_id: int) -> tuple[int, datetime | None]:
    """Return how many phases are open by hand, and when the last was opened: one cheap question."""
    newest = func.max(PhaseGate.opened_at, type_=UtcTime())
    row = session.execute(
        select(func.count(PhaseGate.opened_at), newest).where(PhaseGate.activity_id == activity_id)
    ).one()
    return row[0], row[1]
