"""The group talk: what stands, what may still be changed, and what counts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from ltitool.core.fewer_words import eased
from ltitool.core.words import count_words, is_near_copy

EDIT_WINDOW = timedelta(minutes=15)

VOICES_ALONE = 2
"""How many scripted voices somebody alone answers."""

MIN_WORDS = 10
"""What a post or reply needs to count towards the task."""

LONGEST = 20_000
"""Letters in one post; more than anybody reads."""

PAGE = 25
"""How many posts stand on one page of a thread: with its looks it weighs less than 100 KB."""


class PostState(StrEnum):
    """What became of a post."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    ERASED = "erased"
    """Kept as long as its author was told; its words are gone, what it earned stays."""


class Shortfall(StrEnum):
    """Why a post or reply stands without counting towards the task."""

    SHORT = "short"
    COPY = "copy"
    TO_ONESELF = "to oneself"


def can_edit(posted_at: datetime, now: datetime) -> bool:
    """Whether the author may still change the words of a post."""
    return now - posted_at < EDIT_WINDOW


def least_words(asked: int = 0, *, fewer: bool = False) -> int:
    """Return how many words a post needs to count where a step asks for so many."""
    least = max(asked, MIN_WORDS)
    return eased(least) if fewer else least


def shortfall(text: str, earlier: Iterable[str], *, least: int = MIN_WORDS) -> Shortfall | None:
    """Return why a text does not count; None if it does. Quoted words are nobody's own.

    `earlier` is what this person, others in the talk, or a voice of the story have said already.
    """
    if count_words(text) < least:
        return Shortfall.SHORT
    if any(is_near_copy(text, other) for other in earlier):
        return Shortfall.COPY
    return None


def page_of(place: int) -> int:
    """Return the page, from 1, on which the post stands that so many come before."""
    return place // PAGE + 1
