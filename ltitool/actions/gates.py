"""What opens the phases of an activity: set beforehand, or opened by hand."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.script import Gate, Phase
from ltitool.storage.tables import Activity, PhaseGate


def write(session: Session, activity: Activity, gates: Mapping[Phase, Gate]) -> None:
    """Set the gates of an activity; one that was opened by hand stays open while its kind stays."""
    there = {
        row.phase: row
        for row in session.scalars(select(PhaseGate).where(PhaseGate.activity_id == activity.id))
    }
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
