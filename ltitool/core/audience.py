"""Who can read what a person writes: by which name they are shown, and for how long it is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from ltitool.core.script import Phase

UNSEEN = "\u200c\u200d\u2800\u3164"
"""Marks that count as printable and show nothing."""

YEAR = 365
KEEP_DAYS = (90, 180, YEAR, 3 * YEAR)
"""For how many days after it was written an installation offers to keep what people wrote."""


class Naming(StrEnum):
    """By what name an author is shown, the widest first; fixed for a text when it is written."""

    NAMED = "named"
    ALIAS = "alias"
    """An alias for everybody; the teaching staff can find out who it is, with a reason."""
    SEALED = "sealed"
    """An alias for everybody; only an instructor can find out who it is, with a reason."""


FOR_STAFF = (Phase.DECIDE, Phase.AGAIN, Phase.REFLECT)
"""The phases in which people write what the teaching staff read and no other student does."""


def apart(naming: Naming, namings: Mapping[Phase, Naming]) -> dict[Phase, Naming]:
    """Return the namings of phases that are another one than the naming of everything else."""
    return {phase: own for phase in FOR_STAFF if (own := namings.get(phase, naming)) is not naming}


def is_wider(naming: Naming, told: Naming) -> bool:
    """Whether more people find out who an author is than by the naming that the author was told."""
    widths = list(Naming)
    return widths.index(naming) < widths.index(told)


def shown_as(naming: Naming, name: str, alias: str) -> str:
    """Return what readers are told about an author; the alias where there is no name to see."""
    is_visible = any(not mark.isspace() and mark not in UNSEEN for mark in name)
    return name if naming is Naming.NAMED and is_visible else alias


def kept_until(written_at: datetime, keep_days: int) -> datetime:
    """Return when what was written then is erased."""
    return written_at + timedelta(days=keep_days)
