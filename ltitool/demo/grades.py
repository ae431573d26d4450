"""What the pretend LMS keeps of grades, and what a bearer token allows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ltitool.demo.course import COLUMN_MAXIMUM


@dataclass
class Grade:
    """What stands in the gradebook for one student and link, as it was sent."""

    given: float
    maximum: float
    comment: str
    timestamp: datetime
    received_at: datetime
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def on_column(self) -> float:
        """The grade on the scale of its column, which it never leaves."""
        share = self.given / self.maximum if self.maximum else 0
        return min(max(share, 0), 1) * COLUMN_MAXIMUM


Gradebook = dict[tuple[str, str], Grade]
"""Grades by link and student."""


@dataclass(frozen=True)
class Token:
    """What a bearer token allows, and to whom."""

    client_id: str
    scopes: frozenset[str]
    until: datetime
