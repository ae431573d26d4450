"""How a score travels to the gradebook: its states, its clock, and when it is tried again."""

from datetime import datetime, timedelta
from enum import StrEnum


class Delivery(StrEnum):
    """Where an outgoing score is."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    HELD = "held"
    """Not to be sent: the grade was changed in the LMS, or the person is no learner any more."""


MAX_DRIFT = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
LONGEST_PAUSE = 60.0
TOKENLESS = "No access token"
"""How the words begin where nothing could be sent for want of a token."""

FAILING_AFTER = 3
"""So many failures in a row are worth an alert; one or two are the weather."""


TRIED_ENOUGH = 8
GIVEN_UP_AFTER = timedelta(days=1)
GIVEN_UP_AT_LAST = timedelta(days=7)


def is_hopeless(tries: int, waited: timedelta, *, takes_others: bool) -> bool:
    """Whether a score is given up that has met the same error so often and for so long.

    `takes_others` says that the platform has taken other scores meanwhile: then the error is about
    this one. A platform that takes nothing may be mended, and is given a week.
    """
    patience = GIVEN_UP_AFTER if takes_others else GIVEN_UP_AT_LAST
    return tries >= TRIED_ENOUGH and waited >= patience


def next_timestamp(now: datetime, *earlier: datetime | None) -> datetime:
    """Return a time later than all earlier ones by a whole second; platforms refuse older ones.

    Moodle compares whole seconds and answers 409 (research: `gradebookservices/scores.php`).
    """
    later = [one + timedelta(seconds=1) for one in earlier if one is not None]
    return max([now, *later])


def earliest_sending(timestamp: datetime) -> datetime:
    """Return when a score may be sent, so that its timestamp is never far in the future."""
    return timestamp - MAX_DRIFT


def retry_delay(tries: int, chance: float, retry_after: float | None = None) -> timedelta:
    """Return how long to wait after so many failures: from 5 s doubling to an hour, spread.

    `chance` is from 0 to 1. What the platform asks for in `Retry-After` (seconds) is the least.
    """
    doubling = min(5.0 * 2 ** min(tries, 12), LONGEST_DELAY / timedelta(seconds=1))
    return _spread(doubling, chance, retry_after)


def pause_delay(failures: int, chance: float, retry_after: float | None = None) -> timedelta:
    """Return how long a platform that does not answer is left alone: from 5 s to a minute, spread.

    Never longer than what was tried waits itself, and short at last: asking costs one request.
    """
    return _spread(min(5.0 * 2 ** min(failures - 1, 6), LONGEST_PAUSE), chance, retry_after)


def _spread(seconds: float, chance: float, retry_after: float | None) -> timedelta:
    return timedelta(seconds=max(seconds * (0.5 + chance / 2), retry_after or 0.0))
