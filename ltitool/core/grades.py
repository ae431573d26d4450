"""What stands in a gradebook beside what was sent to it, and what a refusal is about."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from http import HTTPStatus

from ltitool.core.delivery import TOKENLESS

SAME = 0.005
"""Shares of the maximum that differ by less are the same grade, rounded."""


class Finding(StrEnum):
    """What reading a grade back has found."""

    AGREES = "agrees"
    MISSING = "missing"
    """Nothing stands there, though the gradebook took a score above 0."""
    DIFFERENT = "different"
    """An earlier score of ours stands there."""
    CHANGED = "changed"
    """What stands there was never sent from here: somebody in the LMS has decided."""


def is_same(one: float, other: float) -> bool:
    """Whether two shares of the maximum are the same grade."""
    return abs(one - other) < SAME


def compare(stands: float | None, newest: float | None, known: Collection[float]) -> Finding:
    """Hold a grade against the newest score that was taken, and against all that were ever sent.

    All are shares of their maximum; None where there is none. Moodle leaves a grade of 0 out.
    """
    if stands is None:
        return Finding.MISSING if newest else Finding.AGREES
    if newest is not None and is_same(stands, newest):
        return Finding.AGREES
    if any(is_same(stands, one) for one in known):
        return Finding.AGREES if newest is None else Finding.DIFFERENT
    return Finding.CHANGED


class Trouble(StrEnum):
    """What a refusal is about, so that people can be told what helps."""

    TOKENLESS = "tokenless"
    CLOCKS = "clocks"
    SILENT = "silent"
    TOO_FAST = "too-fast"
    BROKEN = "broken"
    LOCKED = "locked"
    NOT_ALLOWED = "not-allowed"
    NOT_ENROLLED = "not-enrolled"
    NOT_OPEN = "not-open"
    GONE = "gone"
    STALE = "stale"
    OTHER = "other"


_BY_WORDS = (
    ("rate limit", Trouble.TOO_FAST),
    ("unpublished", Trouble.NOT_OPEN),
    ("not published", Trouble.NOT_OPEN),
    ("concluded", Trouble.NOT_OPEN),
    ("course has ended", Trouble.NOT_OPEN),
    ("not a student", Trouble.NOT_ENROLLED),
    ("no such student", Trouble.NOT_ENROLLED),
    ("not enrolled", Trouble.NOT_ENROLLED),
    ("incorrect score received", Trouble.NOT_ENROLLED),
    ("earlier timestamp", Trouble.STALE),
)
_BY_STATUS: dict[int, Trouble] = {
    HTTPStatus.UNAUTHORIZED: Trouble.NOT_ALLOWED,
    HTTPStatus.FORBIDDEN: Trouble.NOT_ALLOWED,
    HTTPStatus.NOT_FOUND: Trouble.GONE,
    HTTPStatus.GONE: Trouble.GONE,
    HTTPStatus.CONFLICT: Trouble.STALE,
    HTTPStatus.UNPROCESSABLE_ENTITY: Trouble.NOT_ENROLLED,
    HTTPStatus.TOO_MANY_REQUESTS: Trouble.TOO_FAST,
    HTTPStatus.INTERNAL_SERVER_ERROR: Trouble.LOCKED,
}


_OF_TOKENS = (
    ("expired token", Trouble.CLOCKS),
    ("iat prior", Trouble.CLOCKS),
    ("did not grant", Trouble.NOT_ALLOWED),
    ("invalid_scope", Trouble.NOT_ALLOWED),
)


def without_echo(words: str) -> str:
    """Return a platform's words without what was sent to it, which Moodle writes behind them."""
    said, _brace, _echo = words.partition("{")
    return said.strip() or words


def trouble_of(status: int | None, words: str) -> Trouble:
    """Return what a platform's refusal is about, by its status and its words.

    Moodle says “Incorrect score received” for everybody who is no gradable student, and 500 where
    a column is locked; Canvas answers 422 for those who are no students.
    """
    if words.startswith(TOKENLESS):
        return _named(_OF_TOKENS, words) or Trouble.TOKENLESS
    if status is None:
        return Trouble.SILENT
    other = Trouble.BROKEN if status > HTTPStatus.INTERNAL_SERVER_ERROR else Trouble.OTHER
    return _named(_BY_WORDS, words) or _BY_STATUS.get(status, other)


def _named(known: Sequence[tuple[str, Trouble]], words: str) -> Trouble | None:
    said = words.casefold()
    return next((trouble for part, trouble in known if part in said), None)
