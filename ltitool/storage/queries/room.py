"""Who has come to a session in one room."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ltitool.core.roles import Role
from ltitool.core.room import EARLY
from ltitool.storage.tables import PhaseGate, Visit
from ltitool.storage.types import UtcTime


def people_here(
    session: Session, activity_id: int, *, since: datetime, until: datetime | None = None
) -> set[int]:
    """Return the learners who have opened the activity for this session."""
    found = select(Visit.person_id).where(
        Visit.activity_id == activity_id,
        Visit.role == Role.LEARNER,
        Visit.is_preview.is_(False),
        Visit.created_at >= since - EARLY,
    )
    if until is not None:
        found = found.where(Visit.created_at <= until)
    return set(session.scalars(found.distinct()))


def last_opening(session: Session, activity_id: int) -> tuple[int, datetime | None]:
    """Return how many phases are open by hand, and when the last was opened: one cheap question."""
    newest = func.max(PhaseGate.opened_at, type_=UtcTime())
    row = session.execute(
        select(func.count(PhaseGate.opened_at), newest).where(PhaseGate.activity_id == activity_id)
    ).one()
    return row[0], row[1]
