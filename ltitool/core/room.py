"""A class that goes through an activity together, in one room: where it is, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ltitool.core.script import Gate, Phase, Script

OVER_AFTER = timedelta(hours=12)
"""A session that nobody has ended is over by then; nobody waits for a teacher who went home."""
EARLY = timedelta(minutes=30)
"""Who opens the activity so long before the session begins has come for it."""


@dataclass(frozen=True)
class Stretch:
    """One phase of the session, as the plan has it and as it went."""

    phase: Phase
    minutes: int
    opened_at: datetime | None
    """When it was opened; None where it is still to come."""
    is_now: bool = False


@dataclass(frozen=True)
class Room:
    """A session, from its beginning to its end."""

    stretches: tuple[Stretch, ...]
    began_at: datetime | None
    ended_at: datetime | None

    @property
    def is_running(self) -> bool:
        """Whether the session has begun and not ended."""
        return self.began_at is not None and self.ended_at is None

    @property
    def now(self) -> Stretch | None:
        """What the class is at; None before the session and after it."""
        return next((one for one in self.stretches if one.is_now), None)

    @property
    def following(self) -> Phase | None:
        """What is opened next; None where everything is, or nothing has begun."""
        if not self.is_running:
            return None
        return next((one.phase for one in self.stretches if one.opened_at is None), None)

    def has_opened(self, phase: Phase) -> bool:
        """Whether this phase is open to the class."""
        return any(one.phase is phase and one.opened_at is not None for one in self.stretches)

    @property
    def last_opened(self) -> Phase | None:
        """What was opened last by hand, and can be closed again; the first phase cannot."""
        now = self.now
        return now.phase if now is not None and now is not self.stretches[0] else None


def room_of(
    script: Script,
    gates: Mapping[Phase, Gate],
    *,
    began_at: datetime | None,
    ended_at: datetime | None,
) -> Room:
    """Return how far a session has come, from the gates that were opened in it."""
    first, *later = script.parts
    opened = {first.phase: began_at}
    opened |= {part.phase: script.gate(part.phase, gates).opened_at for part in later}
    is_running = began_at is not None and ended_at is None
    reached = [part.phase for part in script.parts if opened[part.phase] is not None]
    at = reached[-1] if is_running and reached else None
    return Room(
        tuple(
            Stretch(part.phase, part.minutes, opened[part.phase], is_now=part.phase is at)
            for part in script.parts
        ),
        began_at,
        ended_at,
    )


def is_forgotten(began_at: datetime | None, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a session was begun so long ago that it must be over, though nobody has ended it."""
    return began_at is not None and ended_at is None and now - began_at >= OVER_AFTER
