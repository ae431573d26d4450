"""What opens the phases of an activity: set beforehand, or opened by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions import audit
from ltitool.core.changes import Effect, Run, effect
from ltitool.core.errors import NotFound
from ltitool.core.phases import Moment, is_ready, phases, used
from ltitool.core.plan import Plan
from ltitool.core.script import Gate, Phase, Script
from ltitool.core.scripts import script_for, script_of
from ltitool.storage.queries.plan import gates_of
from ltitool.storage.queries.standings import shares_in, standings_in
from ltitool.storage.tables import Activity, Participant, PhaseGate, PhaseKept


def write(session: Session, activity: Activity, gates: Mapping[Phase, Gate]) -> None:
    """Set the gates of an activity; one that was opened by hand stays open while its kind stays."""
    there = _rows(session, activity)
    for phase, row in there.items():
        if phase not in gates:
            session.delete(row)
    for phase, gate in gates.items():
        row = there.get(phase) or PhaseGate(activity_id=activity.id, phase=phase)
        if row.kind is not gate.kind:
            row.opened_at = None
        row.kind, row.opens_at, row.share = gate.kind, gate.opens_at, gate.share
        session.add(row)
    session.flush()  # they are read in this same request


def effects(
    session: Session, activity: Activity, plan: Plan, *, now: datetime
) -> dict[int, Effect]:
    """Return what a plan would change for whom, by person; those it leaves alone are left out."""
    shares = shares_in(session, activity)
    gates = gates_of(session, activity.id)
    after = Moment(now, plan.due_at, _opened(plan.gates, gates), shares)
    return _compared(session, activity, plan.script, after)


def effects_of_one(
    session: Session, activity: Activity, phase: Phase, *, is_open: bool, now: datetime
) -> dict[int, Effect]:
    """Return what opening one phase by hand, or closing it again, would change for whom."""
    gates = gates_of(session, activity.id)
    gate = script_of(activity.script).gate(phase, gates)
    changed = {**gates, phase: replace(gate, opened_at=now if is_open else None)}
    after = Moment(now, activity.due_at, changed, shares_in(session, activity))
    return _compared(session, activity, activity.script, after)


def _compared(
    session: Session, activity: Activity, script: str, after: Moment
) -> dict[int, Effect]:
    gates = gates_of(session, activity.id)
    before = Moment(after.now, activity.due_at, gates, after.shares)
    found = {
        person_id: effect(
            standing,
            Run(_script(activity.script, who), before),
            Run(_script(script, who), after),
        )
        for person_id, (who, standing) in standings_in(session, activity).items()
    }
    return {person_id: one for person_id, one in found.items() if one != Effect()}


def keep_used(session: Session, activity: Activity, *, now: datetime) -> None:
    """Note what everybody uses, so that the gates that are set next take none of it away."""
    shares = shares_in(session, activity)
    moment = Moment(now, activity.due_at, gates_of(session, activity.id), shares)
    session.add_all(
        PhaseKept(activity_id=activity.id, person_id=person_id, phase=phase)
        for person_id, (who, standing) in standings_in(session, activity).items()
        for phase in sorted(
            used(phases(_script(activity.script, who), standing, moment), standing) - standing.kept
        )
    )
    session.flush()  # they are read in this same request


def open_now(
    session: Session, activity: Activity, phase: Phase, *, actor_id: int | None, now: datetime
) -> None:
    """Open a phase for the whole class; opening twice is opening once."""
    script = script_of(activity.script)
    if phase not in {part.phase for part in script.parts}:
        raise NotFound("There is no such part in this activity.")
    row = _rows(session, activity).get(phase)
    if row is None:
        gate = script.gate(phase, {})
        row = PhaseGate(activity_id=activity.id, phase=phase, kind=gate.kind, share=gate.share)
        session.add(row)
    if row.opened_at is not None:
        return
    row.opened_at = now
    _kept(session, activity, phase, "phase opened", actor_id=actor_id, now=now)


def open_ready(session: Session, activity: Activity, *, now: datetime) -> None:
    """Open what waited for a share of the class, once so many have come so far.

    It stays open then, also when others come who have not: nothing is closed before anybody.
    """
    script, gates = script_of(activity.script), gates_of(session, activity.id)
    if not script.waits_for_a_share(gates):
        return
    shares = shares_in(session, activity)
    for part in script.parts:
        gate = script.gate(part.phase, gates)
        if gate.opened_at is None and is_ready(part, gate, shares):
            open_now(session, activity, part.phase, actor_id=None, now=now)


def close_again(
    session: Session, activity: Activity, phase: Phase, *, actor_id: int, now: datetime
) -> None:
    """Close a phase that was opened by hand; for whoever has used it, it stays open."""
    row = _rows(session, activity).get(phase)
    if row is None or row.opened_at is None:
        return
    keep_used(session, activity, now=now)
    row.opened_at = None
    _kept(session, activity, phase, "phase closed again", actor_id=actor_id, now=now)


def _kept(
    session: Session,
    activity: Activity,
    phase: Phase,
    what: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    audit.note(
        session,
        what,
        activity=activity,
        actor_id=actor_id,
        details={"phase": phase.value},
        now=now,
    )
    session.flush()  # it is read in this same request


def _rows(session: Session, activity: Activity) -> dict[Phase, PhaseGate]:
    rows = session.scalars(select(PhaseGate).where(PhaseGate.activity_id == activity.id))
    return {row.phase: row for row in rows}


def _opened(plan: Mapping[Phase, Gate], there: Mapping[Phase, Gate]) -> dict[Phase, Gate]:
    """Return the gates of a plan, with what was opened by hand and stays so."""
    return {
        phase: there[phase]
        if phase in there and there[phase].kind is gate.kind and there[phase].opened_at is not None
        else gate
        for phase, gate in plan.items()
    }


def _script(name: str, who: Participant) -> Script:
    return script_for(name, is_alone=who.alone is not None)
