"""How an activity is run: its plan, its gates, and what stays open to whom."""

from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from ltitool.core.audience import Naming
from ltitool.core.plan import Plan
from ltitool.core.script import Gate, Phase
from ltitool.storage.queries.progress import rules_of
from ltitool.storage.tables import Activity, PhaseGate, PhaseKept

_GATES = select(PhaseGate).where(PhaseGate.activity_id == bindparam("activity_id"))
_KEPT = select(PhaseKept.phase).where(
    PhaseKept.activity_id == bindparam("activity_id"),
    PhaseKept.person_id == bindparam("person_id"),
)


def plan_of(session: Session, activity: Activity) -> Plan:
    """Return everything that is set for this activity besides its story."""
    gates = gates_of(session, activity.id)
    rules = rules_of(session, activity.id)
    return Plan(
        script=activity.script,
        talk_about=activity.talk_about,
        due_at=activity.due_at,
        time_zone=activity.time_zone,
        group_source=activity.group_source,
        group_wait_hours=activity.group_wait_hours,
        group_cap=activity.group_cap,
        platform_groups=tuple(activity.platform_groups),
        naming=activity.naming,
        namings={Phase(name): Naming(own) for name, own in activity.namings.items()},
        keep_days=activity.keep_days,
        asks_stand=activity.asks_stand,
        gates={phase: replace(gate, opened_at=None) for phase, gate in gates.items()},
        policy=rules.policy if rules.number else None,
    )


def gates_of(session: Session, activity_id: int) -> dict[Phase, Gate]:
    """Return the gates that are set or opened here; the others are as the script says."""
    rows = session.scalars(_GATES, {"activity_id": activity_id})
    return {row.phase: Gate(row.kind, row.opens_at, row.share, row.opened_at) for row in rows}


def kept_of(session: Session, activity_id: int, person_id: int) -> frozenset[Phase]:
    """Return the phases that stay open to this person whatever is set."""
    return frozenset(session.scalars(_KEPT, {"activity_id": activity_id, "person_id": person_id}))


def kept_in(session: Session, activity_id: int) -> dict[int, frozenset[Phase]]:
    """Return what stays open, by person."""
    rows = session.execute(
        select(PhaseKept.person_id, PhaseKept.phase).where(PhaseKept.activity_id == activity_id)
    )
    found: dict[int, frozenset[Phase]] = {}
    for person_id, phase in rows:
        found[person_id] = found.get(person_id, frozenset()) | {phase}
    return found
