"""What people tell the teaching staff of a post or of somebody, and how often."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class ConcernKind(StrEnum):
    """Why somebody turns to the staff; the two are never shown as one."""

    REPORT = "report"
    """A post should not stand as it does."""
    CARE = "care"
    """Somebody may need help; nobody has done wrong."""


@dataclass(frozen=True)
class Limit:
    """How much one person may send in a while; far more than anybody needs."""

    number: int
    within: timedelta


POSTS = Limit(30, timedelta(minutes=10))
CONCERNS = Limit(10, timedelta(hours=1))
