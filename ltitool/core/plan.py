"""Everything an instructor sets besides the story, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ltitool.core.audience import YEAR, Naming
from ltitool.core.groups import Grouping, GroupSource
from ltitool.core.mixing import LARGEST
from ltitool.core.policy import Policy
from ltitool.core.script import Gate, GateKind, Phase
from ltitool.core.scripts import VISITS


@dataclass(frozen=True)
class Plan:
    """How an activity is run; what is left out is as most classes have it."""

    script: str = VISITS.id
    talk_about: str = ""
    """The question that people talk about; empty for the one that the story's author chose."""
    due_at: datetime | None = None
    time_zone: str = "UTC"
    group_source: GroupSource = GroupSource.BATCHES
    group_wait_hours: int = 24
    group_cap: int = LARGEST
    platform_groups: tuple[str, ...] = ()
    naming: Naming = Naming.ALIAS
    """By what name people are shown in the talk, and elsewhere unless something else is set …"""
    namings: Mapping[Phase, Naming] = field(default_factory=dict)
    """… for a phase whose texts only the teaching staff read."""
    keep_days: int = YEAR
    """For how many days what people write is kept, from the day it is written."""
    asks_stand: bool = False
    """Whether groups are asked where they stand."""
    gates: Mapping[Phase, Gate] = field(default_factory=dict)
    """What opens a phase, where that is not what the script says."""
    policy: Policy | None = None
    """How credit is earned; None leaves it as it is, or as most classes have it."""

    def naming_in(self, phase: Phase) -> Naming:
        """Return by what name people are shown with what they write in a phase."""
        return self.namings.get(phase, self.naming)

    @property
    def grouping(self) -> Grouping:
        """How groups come about."""
        return Grouping(
            self.group_source, self.group_wait_hours, self.group_cap, self.platform_groups
        )

    def without_dates(self) -> "Plan":
        """Return the plan for another course, whose dates are its own."""
        gates = {
            phase: replace(gate, kind=_UNDATED.get(gate.kind, gate.kind), opens_at=None)
            for phase, gate in self.gates.items()
        }
        policy = self.policy.without_dates() if self.policy else None
        return replace(self, due_at=None, gates=gates, policy=policy)


_UNDATED = {GateKind.DATE: GateKind.OWN, GateKind.DATE_OR_READY: GateKind.READY}
