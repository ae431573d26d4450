"""Which phases of a script are open to a person, what each waits for, and what is next.

What must come first in one's own work holds in every script and behind every gate: nobody meets
others' reasons before their own answer is locked, or the figures before they have decided again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ltitool.core.script import (
    USUAL_SHARE,
    WAITS_FOR_A_SHARE,
    Gate,
    GateKind,
    Part,
    Phase,
    Script,
    Talk,
)

LAST_CALL = timedelta(hours=48)
"""Before the date of the activity every gate stands open, so that nobody runs out of time."""
PATIENCE = timedelta(days=3)
"""How long after entering anybody waits at most for a share of the class."""


@dataclass(frozen=True)
class Standing:
    """How far one person has come; every phase can be read off from it."""

    has_decided: bool = False
    has_read_reasons: bool = False
    has_talked: bool = False
    has_decided_again: bool = False
    has_reflected: bool = False
    has_begun: bool = False
    has_begun_to_talk: bool = False
    has_begun_again: bool = False
    """Whether a second answer has been begun; what is typed of it is kept as a draft."""
    entered_at: datetime | None = None
    kept: frozenset[Phase] = frozenset()
    """What was open and used when a gate was closed before it; it stays open."""

    def has_done(self, phase: Phase) -> bool:
        """Whether this phase is behind the person; the last two readings end with the last text."""
        return {
            Phase.DECIDE: self.has_decided,
            Phase.REASONS: self.has_read_reasons,
            Phase.TALK: self.has_talked,
            Phase.AGAIN: self.has_decided_again,
        }.get(phase, self.has_reflected)


@dataclass(frozen=True)
class Moment:
    """What a gate looks at: the time, the date of the activity, the gates, and the class."""

    now: datetime
    due_at: datetime | None = None
    gates: Mapping[Phase, Gate] = field(default_factory=dict)
    shares: Mapping[Phase, int] = field(default_factory=dict)
    """How much of the class has done each phase, in per cent rounded down."""


@dataclass(frozen=True)
class Wait:
    """Why a phase is not open yet to a person who has done everything before it."""

    kind: GateKind
    until: datetime | None
    """When it opens at the latest; None where it is for a teacher to say."""
    share: int = USUAL_SHARE


@dataclass(frozen=True)
class PhaseState:
    """One phase as one person meets it."""

    phase: Phase
    is_done: bool
    is_open: bool
    is_next: bool
    """The one thing to do next; at most one phase has it."""
    minutes: int = 0
    first: Phase | None = None
    """What the person has to do themselves before it opens."""
    wait: Wait | None = None
    """What it waits for when nothing of one's own is missing."""
    is_optional: bool = False


def phases(script: Script, standing: Standing, moment: Moment) -> tuple[PhaseState, ...]:
    """Return every phase in order, as this person meets it now."""
    states = [_state(script, part, standing, moment) for part in script.parts]
    following = next((s for s in states if s.is_open and not s.is_done and not s.is_optional), None)
    return tuple(replace(state, is_next=state is following) for state in states)


def minutes_left(states: Iterable[PhaseState]) -> int:
    """Return about how many minutes the phases still take that are not done."""
    return sum(state.minutes for state in states if not (state.is_done or state.is_optional))


def used(states: Iterable[PhaseState], standing: Standing) -> frozenset[Phase]:
    """Return what stays open for a person whatever gates are set from now on."""
    begun = {
        Phase.DECIDE: standing.has_begun,
        Phase.TALK: standing.has_begun_to_talk,
        Phase.AGAIN: standing.has_begun_again,
    }
    begun |= dict.fromkeys(_READ_BY_LOOKING, True)
    return frozenset(
        state.phase
        for state in states
        if state.is_open and (state.is_done or begun.get(state.phase, False))
    )


def is_ready(part: Part, gate: Gate, shares: Mapping[Phase, int]) -> bool:
    """Whether a gate waits for a share of the class, and so many have come so far."""
    done = min((shares.get(phase, 0) for phase in part.after), default=100)
    return gate.kind in WAITS_FOR_A_SHARE and done >= gate.share


def is_late(due_at: datetime | None, now: datetime) -> bool:
    """Whether a talk that begins now would close before others have answered."""
    return due_at is not None and due_at - now < LAST_CALL


def _state(script: Script, part: Part, standing: Standing, moment: Moment) -> PhaseState:
    first = next((phase for phase in part.after if not standing.has_done(phase)), None)
    wait = None if part.phase in standing.kept else _wait(script, part, standing, moment)
    is_passable = first is None and wait is None
    is_done = standing.has_done(part.phase)
    if part.phase is Phase.TALK and script.talk is Talk.ROOM:
        is_done = is_passable and _is_talk_over(script, standing, moment)
    elif part.phase in _ENDS_WITH_THE_LAST_TEXT:
        is_done = is_done and is_passable
    return PhaseState(
        part.phase,
        is_done=is_done,
        is_open=is_done or is_passable,
        is_next=False,
        minutes=part.minutes,
        first=first,
        wait=None if first else wait,
        is_optional=part.is_optional,
    )


def _wait(script: Script, part: Part, standing: Standing, moment: Moment) -> Wait | None:
    gate = script.gate(part.phase, moment.gates)
    is_alone = part.phase is Phase.TALK and script.talk is Talk.SOLO
    if is_alone or gate.opened_at is not None or gate.kind in {GateKind.NONE, GateKind.OWN}:
        return None
    until = _latest(script, gate, standing, moment)
    if until is not None and until <= moment.now:
        return None
    if gate.kind is GateKind.DATE and until is None:
        return None
    if is_ready(part, gate, moment.shares):
        return None
    return Wait(gate.kind, until, gate.share)


def _latest(script: Script, gate: Gate, standing: Standing, moment: Moment) -> datetime | None:
    """Return when a gate opens by itself, whatever the class or a teacher does."""
    if gate.opens_at is not None or gate.kind is GateKind.DATE:
        return gate.opens_at
    last = moment.due_at
    if last is not None and not script.is_live:
        last -= LAST_CALL
    if gate.kind is GateKind.INSTRUCTOR:
        return last
    patience = (standing.entered_at or moment.now) + PATIENCE
    return patience if last is None else min(last, patience)


def _is_talk_over(script: Script, standing: Standing, moment: Moment) -> bool:
    """Whether a talk aloud is behind a person: what comes after it has been opened."""
    order = [part.phase for part in script.parts]
    after = script.parts[order.index(Phase.TALK) + 1]
    return standing.has_decided_again or _wait(script, after, standing, moment) is None


_ENDS_WITH_THE_LAST_TEXT = {Phase.ENDING, Phase.PICTURE}
_READ_BY_LOOKING = (Phase.REASONS, Phase.ENDING, Phase.PICTURE, Phase.REFLECT)
