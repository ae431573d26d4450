"""The phases of an activity as the pages of one person name them."""

from dataclasses import dataclass

from ltitool.core.errors import NotOpen
from ltitool.core.phases import PhaseState


@dataclass(frozen=True)
class Step:
    """One phase, ready for the row of facets."""

    state: PhaseState
    label: str
    about: str
    url: str | None
    """Where it is; None while it is not open."""


class StillWaits(NotOpen):
    """Somebody has come to a phase before it opens, with nothing of their own left to do first."""

    def __init__(self, step: Step) -> None:
        """Name the phase."""
        super().__init__(f"“{step.label}” is not open yet.")
        self.step = step
