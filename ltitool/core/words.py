"""Counting words, in any script."""

import re
import unicodedata
from difflib import SequenceMatcher

LETTERS_A_WORD = 2
"""Where a script puts no spaces between words, so many letters count as one."""

NEAR_COPY = 0.9
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.MULTILINE)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)
"""Thai and Lao, Myanmar, Khmer, kana, and Chinese characters."""

_SEEN_BY_THEIR_EFFECT = " \u200c\u200d"
"""A space, and the marks between letters that are to stand apart or to be one sign."""


def count_words(text: str) -> int:
    """Return how many words a text has; quoted lines do not count, nor do marks without letters."""
    own = _QUOTED_LINE.sub("", text)
    unspaced = len(_UNSPACED.findall(own))
    spaced = _UNSPACED.sub(" ", own).split()
    with_letters = sum(
        any(unicodedata.category(mark)[0] in "LN" for mark in part) for part in spaced
    )
    return with_letters + -(-unspaced // LETTERS_A_WORD)


def is_near_copy(text: str, earlier: str) -> bool:
    """Whether a text says almost the same, letter by letter, as an earlier one."""
    ours, theirs = _plain(text), _plain(earlier)
    return bool(ours) and SequenceMatcher(None, ours, theirs).ratio() > NEAR_COPY


def clean(text: str) -> str:
    """Return a typed text without control characters, with plain line ends and no idle space."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(mark for mark in lines if mark == "\n" or unicodedata.category(mark) != "Cc")
    return kept.strip()


def one_line(text: str, most: int) -> str:
    """Return a name or a title without marks that nobody sees, but for those that join letters."""
    kept = "".join(mark for mark in text if mark.isprintable() or mark in _SEEN_BY_THEIR_EFFECT)
    return kept[:most].strip()


def _plain(text: str) -> str:
    return " ".join(_QUOTED_LINE.sub("", text).lower().split())
