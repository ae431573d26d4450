"""Twee 3 as text: passages, links and comments, whatever the story format behind them.

The notation is that of the Twee 3 specification; links and comments are those that Twine's own
story formats share.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

OURS = "dilemma "
_HEADER = re.compile(r"::[ \t]*((?:\\.|[^\\\[{])*)(?:\[((?:\\.|[^\\\]])*)\])?[ \t]*(\{.*\})?[ \t]*")
_LINK = re.compile(r"\[\[((?!\[)(?:[^\n\[\]]|\[(?!\[)|\](?!\])){1,600})\]\]")
"""A link ends before another begins, so that no sign is looked at more than once or twice."""

_PARAGRAPHS = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Passage:
    """One passage of a Twee file."""

    name: str
    text: str
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A way out of a passage."""

    label: str
    target: str


@dataclass(frozen=True)
class Block:
    """A paragraph, and what stands in our comment after it."""

    text: str
    data: dict[str, Any] | None = None


def written(passages: Iterable[Passage]) -> str:
    """Return a Twee 3 file of these passages."""
    return "\n\n".join(f"{_header(one)}\n{_escaped(one.text)}" for one in passages) + "\n"


def passages_of(source: str) -> list[Passage]:
    """Return the passages of a file in their order; what stands before the first has no name."""
    heads: list[str] = [""]
    bodies: list[list[str]] = [[]]
    for line in normal(source).split("\n"):
        if line.startswith("::"):
            heads.append(line)
            bodies.append([])
        else:
            bodies[-1].append(re.sub(r"^\\(\\*::)", r"\1", line))
    return [_passage(head, "\n".join(body)) for head, body in zip(heads, bodies, strict=True)]


def normal(text: str) -> str:
    """Return a text in which lines end in one way."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def comment(data: object) -> str:
    """Return data as a comment that nothing in it can close, and in which nothing is a link."""
    return f"<!-- {OURS}{safe_json(data)} -->"


def safe_json(data: object, indent: int | None = None) -> str:
    """Return JSON without the signs that mean something in a passage."""
    made = json.dumps(data, ensure_ascii=False, indent=indent)
    made = made.replace("<", "\\u003c").replace(">", "\\u003e")
    # No list of ours holds a list, so two brackets stand in a text.
    return made.replace("[[", "[\\u005b")


def json_of(text: str) -> dict[str, Any] | None:
    """Return the group of names and values that a text holds, or None."""
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def blocks(text: str) -> Iterator[Block]:
    """Return the paragraphs of a passage, each with our comment; other comments are left out."""
    gathered = ""
    for piece, data in _pieces(text):
        gathered += piece
        if data is not None:
            *before, last = _PARAGRAPHS.split(gathered)
            yield from (Block(part.strip()) for part in before if part.strip())
            yield Block(last.strip(), data)
            gathered = ""
    yield from (Block(part.strip()) for part in _PARAGRAPHS.split(gathered) if part.strip())


def links_of(text: str) -> list[Link]:
    """Return the links of a text, in their order."""
    return [_link(found[1]) for found in _LINK.finditer(text)]


def without_links(text: str) -> str:
    """Return a text in which a link inside a sentence is its words, and any other is nothing."""
    kept = [
        _LINK.sub(lambda found: _link(found[1]).label, line)
        for line in text.split("\n")
        if re.search(r"\w", _LINK.sub("", line)) or not _LINK.search(line)
    ]
    return "\n".join(kept).strip()


def _pieces(text: str) -> Iterator[tuple[str, dict[str, Any] | None]]:
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        inside = text[start + 4 : end].strip()
        data = json_of(inside.removeprefix(OURS)) if inside.startswith(OURS) else None
        yield text[at:start], data
        at = end + 3
    yield text[at:], None


def _link(inside: str) -> Link:
    inside = inside.partition("][")[0]  # SugarCube writes what a link sets after it
    if "->" in inside:
        label, _, target = inside.rpartition("->")
    elif "<-" in inside:
        target, _, label = inside.partition("<-")
    elif "|" in inside:
        label, _, target = inside.rpartition("|")
    else:
        label = target = inside
    return Link(label.strip() or target.strip(), target.strip())


def _header(passage: Passage) -> str:
    tags = " ".join(_marked(tag) for tag in passage.tags)
    parts = [f":: {_marked(passage.name)}", f"[{tags}]" if tags else ""]
    parts.append(json.dumps(passage.metadata) if passage.metadata else "")
    return " ".join(part for part in parts if part)


def _marked(name: str) -> str:
    return re.sub(r"([\\\[\]{}])", r"\\\1", name)


def _escaped(text: str) -> str:
    return re.sub(r"^(\\*::)", r"\\\1", text, flags=re.MULTILINE)


def _passage(head: str, body: str) -> Passage:
    found = _HEADER.fullmatch(head)
    if found is None:
        return Passage(head.removeprefix("::").strip(), body.strip())
    name, tags = (re.sub(r"\\(.)", r"\1", part or "") for part in (found[1].strip(), found[2]))
    return Passage(name.strip(), body.strip(), tuple(tags.split()))
