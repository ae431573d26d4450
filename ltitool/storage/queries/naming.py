"""By what name people are shown with what they write next."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.audience import Naming
from ltitool.core.script import Phase, Round
from ltitool.storage.tables import Activity, Attempt, Decision, Reflection

_ROUNDS = {Phase.DECIDE: Round.FIRST, Phase.AGAIN: Round.AGAIN}


def naming_of(session: Session, activity: Activity, person_id: int, phase: Phase) -> Naming:
    """Return by what name staff are shown who writes something in this phase now.

    Who has written in it goes on under the same name: no page shows somebody under two.
    """
    own = _first(session, activity.id, person_id, phase)
    return own or Naming(activity.namings.get(phase, activity.naming))


def _first(session: Session, activity_id: int, person_id: int, phase: Phase) -> Naming | None:
    if phase is Phase.REFLECT:
        return session.scalar(
            select(Reflection.naming)
            .where(Reflection.activity_id == activity_id, Reflection.person_id == person_id)
            .order_by(Reflection.first_written_at)
            .limit(1)
        )
    if phase not in _ROUNDS:
        return None
    return session.scalar(
        select(Decision.naming)
        .join(Attempt)
        .where(
            Attempt.activity_id == activity_id,
            Attempt.person_id == person_id,
            Decision.round == _ROUNDS[phase],
        )
        .order_by(Decision.id)
        .limit(1)
    )
