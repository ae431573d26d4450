"""Where we stand: what a group files together, and when it may."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SLOW_START = timedelta(hours=24)
"""Groups settle on the first thing said, so all are heard first, or a day has passed."""


class Outcome(StrEnum):
    """What a group found out about itself; either is a full result."""

    AGREE = "agree"
    DIFFER = "differ"


@dataclass(frozen=True)
class Opening:
    """Whether a group may say where it stands, and when it may at the latest."""

    is_open: bool
    latest_at: datetime


def opening(
    members: Collection[int], heard: Collection[int], talk_opened_at: datetime, now: datetime
) -> Opening:
    """Return whether every member has posted once, or the talk is a day old."""
    latest_at = talk_opened_at + SLOW_START
    return Opening(set(members) <= set(heard) or now >= latest_at, latest_at)
