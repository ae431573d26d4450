"""What is wrong with the shape of a file: each fault of a value at its place, in a sentence."""

from collections.abc import Iterator, Sequence, Sized

from pydantic_core import ErrorDetails

from ltitool.core.scenario import Part
from ltitool.core.scenario.parts import SAID
from ltitool.core.scenario_loose import known_names
from ltitool.core.scenario_problems import Problem, did_you_mean
from ltitool.core.scenario_yaml import UNREAD, Node

Path = tuple[str | int, ...]
UNION_MARKS = {"one", "lines", "int", "bool", "[key]", "is_", "in_", "not_"}


def shape_problems(root: Node, faults: Sequence[ErrorDetails], whole: type[Part]) -> list[Problem]:
    """Return what keeps a file from being what its model asks for, each cause once."""
    empty = set(_empty_places(root))
    found = [Problem(path, "nothing is written here.", "S01") for path in empty]
    for fault in faults:
        path = _real_path(root, fault["loc"])
        if path not in empty and not _follows_from_another(root.at(path), fault):
            found.append(Problem(path, _words(fault, path, whole), _code(path)))
    return found


def _follows_from_another(node: Node, fault: ErrorDetails) -> bool:
    """Whether the cause is reported elsewhere: pydantic does not count items that have faults."""
    least = fault.get("ctx", {}).get("min_length", 0)
    return node.value is UNREAD or (fault["type"] == "too_short" and len(node.below) >= least)


def _empty_places(node: Node, path: Path = ()) -> Iterator[Path]:
    if node.value is None:
        yield path
    for key, below in node.below.items():
        yield from _empty_places(below, (*path, key))


def _real_path(root: Node, loc: Path) -> Path:
    """Return the part of pydantic's place that is in the file; it names unions along the way."""
    node, path = root, []
    for part in loc:
        if part in node.below:
            node = node.below[part]
            path.append(part)
        elif part not in UNION_MARKS and not str(part).startswith("function-"):
            path.append(part)
    return tuple(path)


MUST_BE_TEXT = "this must be text; put it in quotes if it looks like a number."
MUST_BE_WHOLE = "this must be a whole number."
MUST_BE_EITHER = "this must be a whole number, or true or false."
MUST_BE_LIST = "this must be a list, each item after a dash."
MUST_BE_GROUP = "this must be a group of names and values."
SENTENCES = {
    "missing": "this is missing.",
    "string_type": MUST_BE_TEXT,
    "int_type": MUST_BE_WHOLE,
    "bool_type": "this must be true or false; “yes” and “no” are text here.",
    "tuple_type": MUST_BE_LIST,
    "dict_type": MUST_BE_GROUP,
    "model_type": MUST_BE_GROUP,
    "model_attributes_type": MUST_BE_GROUP,
    "union_tag_not_found": "“type” is missing; it is int or bool.",
    "union_tag_invalid": "“type” must be int or bool.",
    "string_too_short": "nothing is written here.",
    "string_too_long": "this has {size} characters; at most {max_length} fit.",
    "too_short": "this list has {size}; it needs at least {min_length}.",
    "too_long": "this list has {size}; at most {max_length} fit.",
    "greater_than_equal": "this must be at least {ge}.",
    "less_than_equal": "this must be at most {le}.",
}
LONGEST_QUOTE = 40


CODES = {"version": "S03", "alt": "A01", "transcript": "A01", "licence": "L01"}
"""The rules whose whole matter is the shape of one value; every other shape is S01."""


def _code(path: Path) -> str:
    return CODES.get(str(path[-1]) if path else "", "S01")


def _words(fault: ErrorDetails, path: Path, whole: type[Part]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in {"int_type", "bool_type"} and fault["loc"][-1] in {"int", "bool"}:
        return MUST_BE_EITHER
    if kind in SENTENCES:
        return SENTENCES[kind].format(**context, size=_size(fault["input"]))
    if kind == "extra_forbidden":
        return "this is not known here" + did_you_mean(str(path[-1]), known_names(path, whole))
    if kind == "literal_error":
        expected = str(context.get("expected")).replace("'", "")
        return f"this must be {expected}."
    if kind == "string_pattern_mismatch":
        is_blank = context.get("pattern") == SAID
        return SENTENCES["string_too_short"] if is_blank else _miswritten(fault["input"], path)
    return f"{_plain(str(context.get('error', fault['msg'])))}."


def _miswritten(text: str, path: Path) -> str:
    return f"“{_short(text)}” is not written as it must be ({_hint(path)})."


HINTS = {
    "version": "like 1.0.0",
    "language": "like en or en-GB",
    "src": "a file in media/",
    "captions": "a file in media/",
    "url": "an address that begins with https://",
    "source_text_hash": "twelve letters and numbers in quotes, as “overlay new” writes them",
    "short": "two to four words",
}


def _hint(path: Path) -> str:
    place = str(path[-1]) if path else ""
    return HINTS.get(place, "small letters, numbers and single hyphens")


def _size(value: object) -> int:
    return len(value) if isinstance(value, Sized) else 0


def _plain(words: str) -> str:
    return words[:1].lower() + words[1:].rstrip(".")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
