"""What a change of script, gates or date does to one person who is on their way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ltitool.core.phases import Moment, Standing, phases, used
from ltitool.core.script import Phase, Script


@dataclass(frozen=True)
class Effect:
    """What changes for one person."""

    opens: tuple[Phase, ...] = ()
    """Open from now on."""
    waits: tuple[Phase, ...] = ()
    """Open until now and not used yet; waits from now on."""
    keeps: tuple[Phase, ...] = ()
    """Used already, so it stays open though it waits for others."""


@dataclass(frozen=True)
class Run:
    """How an activity is gone through: a script, and what its gates look at."""

    script: Script
    moment: Moment


def effect(standing: Standing, before: Run, after: Run) -> Effect:
    """Compare what is open to a person before a change and after it."""
    was = phases(before.script, standing, before.moment)
    kept = used(was, standing)
    now = phases(after.script, replace(standing, kept=standing.kept | kept), after.moment)
    bare = phases(after.script, replace(standing, kept=frozenset()), after.moment)
    was_open = {state.phase for state in was if state.is_open}
    is_open = {state.phase for state in now if state.is_open}
    waits = {state.phase for state in now if state.wait}
    return Effect(
        _ordered(is_open - was_open),
        _ordered(was_open & waits),
        _ordered({s.phase for s in bare if s.wait and s.phase in kept and s.phase in was_open}),
    )


def _ordered(found: set[Phase]) -> tuple[Phase, ...]:
    order: Sequence[Phase] = list(Phase)
    return tuple(sorted(found, key=order.index))
