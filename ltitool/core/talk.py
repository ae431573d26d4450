"""The group talk: what stands, what may still be changed, and what counts."""

from datetime import datetime, timedelta
from enum import StrEnum

EDIT_WINDOW = timedelta(minutes=15)


class PostState(StrEnum):
    """What became of a post."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


def can_edit(posted_at: datetime, now: datetime) -> bool:
    """Whether the author may still change the words of a post."""
    return now - posted_at < EDIT_WINDOW


MIN_WORDS = 10
"""What a post or reply needs to count towards the task."""

LONGEST = 20_000
"""Letters in one post; more than anybody reads."""
