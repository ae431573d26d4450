"""Reading the YAML of a scenario: plain values with their lines, and every fault of the text.

YAML 1.2 values only: `no`, `on`, `12:30` and `2014-07-23` are text. No anchors, no tags, no key
twice: what a teacher reads in the file is what the tool reads.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from ltitool.core.errors import BrokenScenario

LARGEST = 512 * 1024
DEEPEST = 40
LONGEST_NUMBER = 18

_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

UNREAD = object()
"""The value of what stands where a part is only repeated; the form has been refused by then."""


@dataclass
class Node:
    """A value of the file: its line, and the nodes below it."""

    line: int
    value: Any = None
    below: dict[str | int, "Node"] = field(default_factory=dict)

    def at(self, path: tuple[str | int, ...]) -> "Node":
        """Return the node of a path, or the last one on the way to it."""
        node = self
        for part in path:
            node = node.below.get(part, node)
        return node


class Unreadable(BrokenScenario):
    """The text is not YAML at all; there is one problem, with its line."""

    def __init__(self, problem: str) -> None:
        """Keep the one problem."""
        super().__init__([problem])


def read(source: str | bytes) -> tuple[Node, list[str]]:
    """Return the root of the file and the problems of its form; raises Unreadable."""
    text = text_of(source)
    problems: list[str] = []
    try:
        events = iter(yaml.parse(text, Loader=_Parser))
        root = _document(events, problems)
    except yaml.YAMLError as fault:
        raise Unreadable(_sentence(fault, text)) from fault
    return root, problems


def text_of(source: str | bytes) -> str:
    """Return the text of a file; raises Unreadable when it is none."""
    size = len(source.encode("utf-8", "replace")) if isinstance(source, str) else len(source)
    if size > LARGEST:
        raise Unreadable(f"line 1: The file has {size:,} bytes; a story fits into {LARGEST:,}.")
    if isinstance(source, str):
        text = source.removeprefix("\ufeff")
    else:
        if source[:4] == b"PK\x03\x04":
            raise Unreadable("line 1: This is a zip archive, not a YAML file.")
        try:
            text = source.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            line = source[: fault.start].count(b"\n") + 1
            raise Unreadable(f"line {line}: The file must be saved as UTF-8 text.") from fault
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise Unreadable("line 1: The file holds half a character; save it as UTF-8.") from fault
    return text


@dataclass
class _Open:
    node: Node
    is_mapping: bool
    key: str | None = None
    key_line: int = 1
    items: list[Any] = field(default_factory=list)


def _document(events: Iterator[Any], problems: list[str]) -> Node:
    root: Node | None = None
    stack: list[_Open] = []
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise Unreadable(f"line {_line(event)}: A file holds one story; here a second begins.")
        if isinstance(event, yaml.NodeEvent):
            node = _node(event, problems)
            if root is None:
                root = node
            elif stack:
                _attach(stack[-1], node, event, problems)
            if isinstance(event, yaml.CollectionStartEvent):
                if len(stack) >= DEEPEST:
                    raise Unreadable(f"line {_line(event)}: The lists are nested too deeply.")
                stack.append(_Open(node, isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, yaml.CollectionEndEvent):
            _close(stack.pop())
    return root or Node(1)


def _node(event: yaml.NodeEvent, problems: list[str]) -> Node:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent):
        problems.append(f"line {line}: “*{event.anchor}” repeats another part; write it out.")
        return Node(line, UNREAD)
    if event.anchor is not None:
        problems.append(f"line {line}: “&{event.anchor}” is an anchor; write each part out.")
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
        problems.append(f"line {line}: “{event.tag}” is a tag; a story needs none.")
    if isinstance(event, yaml.ScalarEvent):
        return Node(line, _scalar(event))
    return Node(line)


def _scalar(event: yaml.ScalarEvent) -> object:
    if not event.implicit[0]:  # it stands in quotes or in a block
        return event.value
    word: str = event.value
    if word in _NULLS:
        return None
    if word in _TRUTHS:
        return _TRUTHS[word]
    if _WHOLE.fullmatch(word) and len(word) <= LONGEST_NUMBER:
        return int(word)
    return word


def is_plain_text(word: str) -> bool:
    """Whether these words are read as text without quotes around them."""
    return not (word in _NULLS or word in _TRUTHS or _WHOLE.fullmatch(word))


def _attach(parent: _Open, node: Node, event: yaml.NodeEvent, problems: list[str]) -> None:
    if not parent.is_mapping:
        parent.node.below[len(parent.items)] = node
        parent.items.append(node)
        return
    if parent.key is None:
        parent.key, parent.key_line = _key(node, event, problems), node.line
        return
    node.line = parent.key_line  # where its name stands; a list or group begins a line later
    if parent.key in parent.node.below:
        problems.append(f"line {node.line}: “{parent.key}” stands twice in the same place.")
    parent.node.below[parent.key] = node
    parent.key = None


def _key(node: Node, event: yaml.NodeEvent, problems: list[str]) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        problems.append(f"line {node.line}: The name before a colon must be one word.")
        return f"({node.line})"
    return str(event.value)


def _close(done: _Open) -> None:
    below = done.node.below
    if done.is_mapping:
        done.node.value = {key: node.value for key, node in below.items()}
    else:
        done.node.value = tuple(node.value for node in below.values())


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _sentence(fault: yaml.YAMLError, text: str) -> str:
    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    line = mark.line + 1 if mark is not None else 1
    words = str(getattr(fault, "problem", None) or getattr(fault, "reason", None) or "broken")
    if "'\\t'" in words or "tab" in words or _is_indented_by_tab(text, line):
        words = "a tab stands where spaces belong"
    return f"line {line}: This is not readable as YAML: {words}."


def _is_indented_by_tab(text: str, line: int) -> bool:
    lines = text.split("\n")
    indent = re.match(r"\s*", lines[line - 1]) if line <= len(lines) else None
    return indent is not None and "\t" in indent[0]
