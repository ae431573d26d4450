"""HTML from elsewhere as the small Markdown of stories: its words stay, its looks go."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby
from typing import NamedTuple

import nh3

from ltitool.core.words import clean

LONGEST = 20_000
"""Of a longer text only the beginning is read: it would not be the text of a scene."""

_STRONG, _EMPHASIS = {"strong", "b"}, {"em", "i"}
_HEADINGS = {f"h{n}" for n in range(1, 7)}
_BLOCKS = {"p", "div", "blockquote", "ul", "ol", "li", "tr", "pre", "br", "hr", *_HEADINGS}
_APART = {"td", "th"}
_READ = {*_STRONG, *_EMPHASIS, *_BLOCKS, *_APART, "a"}
_TABLES = re.compile(r"<(td|th)\b", re.IGNORECASE)
_MARKS = re.compile(r"([\\*`\[\]~]|(?<!\w)_|_(?!\w)|&(?=#?\w{1,32};))")
_AT_BEGINNING = re.compile(r"#{1,6}(?=\s|$)|[-+](?=\s|$)|-(?=--)|>|\d{1,9}(?=[.)](\s|$))")


@dataclass(frozen=True)
class Told:
    """A text from HTML."""

    text: str
    """In the Markdown of stories: paragraphs, lists, quotes, links, emphasis."""
    lost: frozenset[str] = frozenset()
    """What it had that a story’s text has not, each in a few words."""

    @property
    def paragraphs(self) -> list[str]:
        """The text, paragraph by paragraph; a list is one."""
        return [part for part in self.text.split("\n\n") if part]


class _Run(NamedTuple):
    text: str
    is_strong: bool
    is_emphasised: bool
    link: str


def markdown_of(html: str) -> Told:
    """Return the text of HTML, which may be broken or hostile."""
    safe: str = nh3.clean(
        html[:LONGEST],
        tags=_READ,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    writer = _Writer()
    writer.feed(safe)
    writer.close()
    lost = {"A table: its words stay, row by row"} if _TABLES.search(safe) else set()
    if len(html) > LONGEST:
        lost.add(f"All after the first {LONGEST:,} signs of a text: dropped")
    return Told(writer.text(), frozenset(lost))


def line_of(html: str) -> str:
    """Return the words of HTML, or of text in which its signs are written out, as one line."""
    writer = _Writer(is_plain=True)
    writer.feed(nh3.clean(html[:LONGEST], tags=_BLOCKS | _APART, attributes={}))
    writer.close()
    return " ".join(writer.text().split())


class _Writer(HTMLParser):
    """Reads what has been cleaned: each tag is known, and closed where it belongs."""

    def __init__(self, *, is_plain: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.is_plain = is_plain
        self._runs: list[_Run] = []
        self._open: Counter[str] = Counter()
        self._links: list[str] = []
        self._lists: list[tuple[str, int]] = []
        self._mark = ""
        self._done: list[tuple[bool, str]] = []

    def text(self) -> str:
        """Return everything that was read, the items of a list line by line."""
        self._end_block()
        joined = []
        for is_item, group in groupby(self._done, key=lambda one: one[0]):
            joined.append(("\n" if is_item else "\n\n").join(text for _item, text in group))
        return clean("\n\n".join(joined))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_block()
        if tag in _APART and self._runs:
            self.handle_data(" – ")
        if tag in {"br", "hr"}:
            return
        self._open[tag] += 1
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        if tag in {"ul", "ol"}:
            self._lists.append((tag, 0))
        if tag == "li" and self._lists:
            kind, n = self._lists.pop()
            self._lists.append((kind, n + 1))
            self._mark = "- " if kind == "ul" else f"{n + 1}. "

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block()
        self._open[tag] -= 1
        if tag == "a" and self._links:
            self._links.pop()
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if tag == "li":
            self._mark = ""

    def handle_data(self, data: str) -> None:
        is_strong = self._is_in(_STRONG) and not self._is_in(_HEADINGS)
        link = self._links[-1] if self._links else ""
        self._runs.append(_Run(data, is_strong, self._is_in(_EMPHASIS), link))

    def _is_in(self, tags: Iterable[str]) -> bool:
        return any(self._open[tag] > 0 for tag in tags)

    def _end_block(self) -> None:
        words = _plain(self._runs) if self.is_plain else _written(self._runs)
        self._runs = []
        if not words:
            return
        if not self.is_plain:
            words = self._dressed(words)
        self._done.append((bool(self._mark.strip()), words))
        self._mark = " " * len(self._mark)

    def _dressed(self, words: str) -> str:
        """Return the words of a block with what says what it is."""
        if self._is_in(_HEADINGS) and "**" not in words:
            words = f"**{words}**"
        elif not self._mark.strip():
            words = _without_mark(words)
        quote = "> " if self._is_in(["blockquote"]) else ""
        return f"{quote}{self._mark.strip() and self._mark}{words}"


def _without_mark(words: str) -> str:
    """Return words that begin like a heading, a list or a quote, so that they are none."""
    found = _AT_BEGINNING.match(words)
    if found is None:
        return words
    at = found.end() if found[0].isdigit() else 0
    return f"{words[:at]}\\{words[at:]}"


def _plain(runs: list[_Run]) -> str:
    return " ".join("".join(run.text for run in runs).split())


def _written(runs: list[_Run]) -> str:
    """Return the words of one block, with marks for what is emphasised."""
    together = [
        (how, "".join(run.text for run in same)) for how, same in groupby(runs, key=lambda r: r[1:])
    ]
    whole = "".join(text for _how, text in together)
    made, at = "", 0
    for (is_strong, is_emphasised, link), text in together:
        before, after = whole[at - 1 : at] if at else "", whole[at + len(text) :][:1]
        at += len(text)
        marks = "**" * is_strong + "*" * is_emphasised
        made += _marked(text, marks if _can_stand(text, before, after) else "", link)
    return " ".join(made.split())


def _can_stand(text: str, before: str, after: str) -> bool:
    """Whether Markdown takes marks here for marks: they must not lean on the wrong side."""
    core = text.strip()
    return bool(core) and (
        (core[0].isalnum() or not before.isalnum() or text[0].isspace())
        and (core[-1].isalnum() or not after.isalnum() or text[-1].isspace())
    )


def _marked(text: str, marks: str, link: str) -> str:
    core = text.strip()
    if not core:
        return text
    start = text.index(core[0])
    words = marks + _MARKS.sub(r"\\\1", core) + marks[::-1]
    if link:
        words = f"[{words}]({link.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"
    return f"{text[:start]}{words}{text[start + len(core) :]}"
