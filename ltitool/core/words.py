"""Counting words, in any script."""

import re
import unicodedata
from collections import Counter

LETTERS_A_WORD = 2
"""In Chinese and Japanese, which put no spaces between words, so many letters count as one."""

SYLLABLE_LETTERS_A_WORD = 3
"""In Thai, Lao, Burmese and Khmer; marks above and below a letter are not letters of their own."""

NEAR_COPY = 0.9
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.MULTILINE)
_IDLE_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*){2,}")
_IDEOGRAPHS = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
"""Kana, and Chinese characters."""

_SYLLABLES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f]")
"""Thai and Lao, Burmese, and Khmer."""

_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Mc", "Me"}
"""Spaces, marks that only steer others, and marks that stand on a letter."""

_SEEN_BY_THEIR_EFFECT = " \u200c\u200d"
"""A space, and the marks between letters that are to stand apart or to be one sign."""


def count_words(text: str) -> int:
    """Return how many words a text has; quoted lines do not count, nor do marks without letters."""
    own = _QUOTED_LINE.sub("", text)
    ideographs = len(_letters_in(_IDEOGRAPHS, own))
    syllables = len(_letters_in(_SYLLABLES, own))
    spaced = _SYLLABLES.sub(" ", _IDEOGRAPHS.sub(" ", own)).split()
    return (
        sum(map(_has_letter, spaced))
        + -(-ideographs // LETTERS_A_WORD)
        + -(-syllables // SYLLABLE_LETTERS_A_WORD)
    )


def is_near_copy(text: str, earlier: str) -> bool:
    """Whether a text has almost the same words as an earlier one, in whatever order."""
    ours, theirs = _counted(text), _counted(earlier)
    if not ours:
        return False
    return 2 * (ours & theirs).total() > NEAR_COPY * (ours.total() + theirs.total())


def has_something(text: str) -> bool:
    """Whether a text shows anything at all; spaces and unseen marks alone do not."""
    return any(unicodedata.category(mark) not in _UNSEEN for mark in text)


def clean(text: str) -> str:
    """Return a typed text without control characters, with plain line ends and no idle space."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(mark for mark in lines if mark in "\n\t" or unicodedata.category(mark) != "Cc")
    return _IDLE_LINES.sub("\n\n", kept.replace("\t", " ")).strip()


def one_line(text: str, most: int) -> str:
    """Return a name or a title without marks that nobody sees, but for those that join letters."""
    kept = "".join(mark for mark in text if mark.isprintable() or mark in _SEEN_BY_THEIR_EFFECT)
    return kept[:most].strip()


def quoted(text: str) -> str:
    """Return a text as the lines of a quote, as they stand at the head of an answer to it."""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def own_words(text: str) -> str:
    """Return a text without what it quotes; all of it where it does nothing else."""
    return _QUOTED_LINE.sub("", text).strip() or text


def _letters_in(script: re.Pattern[str], text: str) -> list[str]:
    return [mark for mark in script.findall(text) if _has_letter(mark)]


def _has_letter(part: str) -> bool:
    return any(unicodedata.category(mark)[0] in "LN" for mark in part)


def _counted(text: str) -> Counter[str]:
    """Return how often each word stands in a text; a letter where a script has no spaces."""
    own = _QUOTED_LINE.sub("", text).lower()
    apart = _SYLLABLES.sub(r" \g<0> ", _IDEOGRAPHS.sub(r" \g<0> ", own))
    words = ("".join(mark for mark in part if _has_letter(mark)) for part in apart.split())
    return Counter(word for word in words if word)
