"""What its instructor sees of a session in one room: the plan, and how far the class is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from ltitool.core.room import Room
from ltitool.core.script import Phase


@dataclass(frozen=True)
class Line:
    """One phase of the session as the page of the room prints it."""

    phase: Phase
    label: str
    minutes: int
    opened_at: datetime | None
    is_now: bool
    done: int | None
    """How many of those who are here have done it, never what they chose; None where nothing is."""


@dataclass(frozen=True)
class Board:
    """What is known of a session: the plan, and how many are here and have done what."""

    room: Room
    lines: list[Line]
    here: int
    at: datetime
    """When this was asked."""

    @property
    def current(self) -> Line | None:
        """The phase that the class is at."""
        return next((line for line in self.lines if line.is_now), None)

    @property
    def is_over(self) -> bool:
        """Whether nothing on this page changes by itself any more."""
        return self.room.ended_at is not None

    @property
    def planned_until(self) -> datetime | None:
        """Until when the phase was meant to last that the class is at."""
        line = self.current
        if line is None or line.opened_at is None:
            return None
        return line.opened_at + timedelta(minutes=line.minutes)

    @property
    def minutes_left(self) -> int:
        """How many minutes of the plan the current phase has left; a begun one is one."""
        until = self.planned_until
        return -((self.at - until) // timedelta(minutes=1)) if until else 0

    @property
    def time_left(self) -> str:
        """How much of the time planned for the current phase is left, in words."""
        if self.minutes_left <= 0:
            return _("The time planned for this is over")
        return ngettext("One minute left", "%(num)d minutes left", self.minutes_left)

    @property
    def mark(self) -> str:
        """What changes whenever anything on the board does."""
        counts = "-".join(str(line.done) for line in self.lines)
        opened = "".join(str(int(line.opened_at is not None)) for line in self.lines)
        stage = f"{self.room.is_running:d}{self.is_over:d}"
        told = opened, self.here, counts, stage, max(self.minutes_left, 0)
        return "-".join(map(str, told))
