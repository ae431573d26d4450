"""The order of an activity: its phases, and which of them is open to a person."""

from dataclasses import dataclass
from enum import StrEnum


class Round(StrEnum):
    """Whether an answer is the first one, or the one given after the talk."""

    FIRST = "first"
    AGAIN = "again"


class Phase(StrEnum):
    """One part of the activity, in the order of the default script."""

    DECIDE = "decide"
    REASONS = "reasons"
    TALK = "talk"
    AGAIN = "again"
    ENDING = "ending"
    PICTURE = "picture"
    REFLECT = "reflect"


VISITS: tuple[tuple[Phase, ...], ...] = (
    (Phase.DECIDE, Phase.REASONS),
    (Phase.TALK,),
    (Phase.AGAIN, Phase.ENDING, Phase.PICTURE, Phase.REFLECT),
)
"""The three short visits of the default script."""

MINUTES = {
    Phase.DECIDE: 14,
    Phase.REASONS: 4,
    Phase.TALK: 12,
    Phase.AGAIN: 4,
    Phase.ENDING: 2,
    Phase.PICTURE: 3,
    Phase.REFLECT: 3,
}
"""How long each phase takes in the default script, in minutes."""


@dataclass(frozen=True)
class Standing:
    """How far one person has come; every phase can be read off from it."""

    has_decided: bool = False
    has_read_reasons: bool = False
    has_talked: bool = False
    has_decided_again: bool = False
    has_reflected: bool = False


@dataclass(frozen=True)
class PhaseState:
    """One phase as one person meets it."""

    phase: Phase
    is_done: bool
    is_open: bool
    is_next: bool
    """The one thing to do next; at most one phase has it."""


def phases(standing: Standing) -> tuple[PhaseState, ...]:
    """Return every phase in order; one opens when the one before it is done.

    The ending, the picture and the reflection open together, once the person has decided again.
    """
    behind_the_curtain = standing.has_decided_again
    table = (
        (Phase.DECIDE, standing.has_decided, True),
        (Phase.REASONS, standing.has_read_reasons, standing.has_decided),
        (Phase.TALK, standing.has_talked, standing.has_read_reasons),
        (Phase.AGAIN, standing.has_decided_again, standing.has_talked),
        (Phase.ENDING, standing.has_reflected, behind_the_curtain),
        (Phase.PICTURE, standing.has_reflected, behind_the_curtain),
        (Phase.REFLECT, standing.has_reflected, behind_the_curtain),
    )
    following = next((p for p, done, is_open in table if is_open and not done), None)
    return tuple(
        PhaseState(phase, is_done=done, is_open=is_open or done, is_next=phase is following)
        for phase, done, is_open in table
    )


def minutes_left(standing: Standing) -> int:
    """Return about how many minutes the phases still take that are not done."""
    return sum(MINUTES[state.phase] for state in phases(standing) if not state.is_done)
