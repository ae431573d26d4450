"""How a score travels to the gradebook: its states, its clock, and when it is tried again."""

from datetime import datetime, timedelta
from enum import StrEnum


class Delivery(StrEnum):
    """Where an outgoing score is."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


MAX_DRIFT = timedelta(seconds=30)


def next_timestamp(now: datetime, last: datetime | None) -> datetime:
    """Return a time later than the last by a whole second; platforms refuse equal or older ones.

    Moodle compares whole seconds and answers 409 (research: `gradebookservices/scores.php`).
    """
    if last is None:
        return now
    return max(now, last + timedelta(seconds=1))


def earliest_sending(timestamp: datetime) -> datetime:
    """Return when a score may be sent, so that its timestamp is never far in the future."""
    return timestamp - MAX_DRIFT


def retry_delay(tries: int, chance: float, retry_after: float | None = None) -> timedelta:
    """Return how long to wait after so many failures: from 5 s doubling to an hour, spread.

    `chance` is from 0 to 1. What the platform asks for in `Retry-After` (seconds) is the least.
    """
    doubling = min(5.0 * 2 ** min(tries, 12), 3600.0)
    spread = doubling * (0.5 + chance / 2)
    return timedelta(seconds=max(spread, retry_after or 0.0))
