"""The order of an activity: its phases, and what opens each.

Scripts are data; the ones there are stand in `ltitool.core.scripts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

USUAL_SHARE = 80
"""The share of the class that opens a phase, in per cent, where nobody has said another."""


class Round(StrEnum):
    """Whether an answer is the first one, or the one given after the talk."""

    FIRST = "first"
    AGAIN = "again"


class Phase(StrEnum):
    """One part of an activity."""

    DECIDE = "decide"
    REASONS = "reasons"
    TALK = "talk"
    AGAIN = "again"
    ENDING = "ending"
    PICTURE = "picture"
    REFLECT = "reflect"


class Talk(StrEnum):
    """How people talk."""

    GROUP = "group"
    """In a thread of a small group."""
    SOLO = "solo"
    """Alone: a written reply to each of two scripted voices."""
    ROOM = "room"
    """Aloud, in a room; nothing is written here."""


class Alone(StrEnum):
    """Why somebody talks with the voices of the story alone."""

    LATE = "late"
    """The talk was about to close when they came, or their class has had it in one room."""
    ONLY_ONE = "only-one"
    """Nobody else takes part."""
    STAFF = "staff"
    """The teaching staff arranged it for them."""
    CHOSEN = "chosen"
    """They asked for it themselves, and gave no reason."""
    OTHER_STORY = "other-story"
    """They live through another story than their class."""


class GateKind(StrEnum):
    """What opens a phase."""

    NONE = "none"
    OWN = "own-phase"
    DATE = "date"
    READY = "ready"
    INSTRUCTOR = "instructor"
    DATE_OR_READY = "date-or-ready"


WAITS_FOR_A_SHARE = {GateKind.READY, GateKind.DATE_OR_READY}


@dataclass(frozen=True)
class Gate:
    """What opens one phase, beside one's own work before it."""

    kind: GateKind = GateKind.OWN
    opens_at: datetime | None = None
    """The date; for an instructor's gate the moment at which it opens by itself."""
    share: int = USUAL_SHARE
    """How much of the class is to have done what comes before, in per cent."""
    opened_at: datetime | None = None
    """When an instructor opened it."""


@dataclass(frozen=True)
class Part:
    """One phase of a script."""

    phase: Phase
    minutes: int
    after: tuple[Phase, ...] = ()
    """What a person must have done themselves first."""
    gate: GateKind = GateKind.OWN
    is_optional: bool = False


@dataclass(frozen=True)
class Script:
    """An ordered list of phases, in visits."""

    id: str
    visits: tuple[tuple[Part, ...], ...]
    talk: Talk = Talk.GROUP
    is_live: bool = False
    """Whether a class goes through it together in one room."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every phase in order."""
        return tuple(part for visit in self.visits for part in visit)

    @property
    def minutes(self) -> int:
        """How long all of it takes."""
        return sum(part.minutes for part in self.parts)

    def waits_for_a_share(self, gates: Mapping[Phase, Gate]) -> bool:
        """Whether the class has to be counted before anybody can tell what is open."""
        found = [self.gate(part.phase, gates) for part in self.parts]
        return any(g.kind in WAITS_FOR_A_SHARE and g.opened_at is None for g in found)

    def gate(self, phase: Phase, gates: Mapping[Phase, Gate]) -> Gate:
        """Return what opens a phase: what an instructor has set, else what the script says."""
        default = next(part.gate for part in self.parts if part.phase is phase)
        return gates.get(phase, Gate(default))
