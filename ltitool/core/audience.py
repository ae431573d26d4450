"""Who can read what a person writes: by which name they are shown, and for how long it is kept."""

from datetime import datetime, timedelta
from enum import StrEnum

UNSEEN = "\u200c\u200d\u2800\u3164"
"""Marks that count as printable and show nothing."""

YEAR = 365
KEEP_DAYS = (90, 180, YEAR, 3 * YEAR)
"""For how many days after it was written an installation offers to keep what people wrote."""


class Naming(StrEnum):
    """By what name an author is shown; fixed for a post when it is written."""

    NAMED = "named"
    ALIAS = "alias"
    """An alias for everybody; the teaching staff can find out who it is, with a reason."""
    SEALED = "sealed"
    """An alias for everybody; only an instructor can find out who it is, with a reason."""


def shown_as(naming: Naming, name: str, alias: str) -> str:
    """Return what readers are told about an author; the alias where there is no name to see."""
    is_visible = any(not mark.isspace() and mark not in UNSEEN for mark in name)
    return name if naming is Naming.NAMED and is_visible else alias


def kept_until(written_at: datetime, keep_days: int) -> datetime:
    """Return when what was written then is erased."""
    return written_at + timedelta(days=keep_days)
