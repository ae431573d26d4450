"""Text in, Scenario out; or every problem at once, each a sentence with its line."""

from collections.abc import Iterator, Sized
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ltitool.core.errors import BrokenScenario
from ltitool.core.lint.findings import Finding, Severity, spoken
from ltitool.core.scenario import Scenario, Scene
from ltitool.core.scenario_checks import Problem, did_you_mean, structural_problems
from ltitool.core.scenario_graph import flow_problems
from ltitool.core.scenario_loose import known_names, loosely
from ltitool.core.scenario_schema import PublishedSchema
from ltitool.core.scenario_yaml import UNREAD, Node, read

Path = tuple[str | int, ...]
UNION_MARKS = {"one", "lines", "int", "bool", "[key]", "is_", "in_", "not_"}


def read_scenario(source: str | bytes) -> Scenario:
    """Return the scenario of a file; raises BrokenScenario with every problem at once."""
    root, problems = read(source)
    if not isinstance(root.value, dict):
        raise BrokenScenario(["line 1: A story is a list of names and values, like “title: …”."])
    try:
        scenario = Scenario.model_validate(root.value, by_alias=True, by_name=False)
        faults: list[ErrorDetails] = []
    except ValidationError as fault:
        # What can be read is still checked, so that one fault hides no other.
        scenario = loosely(root.value)
        faults = fault.errors(include_url=False)
    found = [Finding.unread(problem) for problem in problems]
    found += _all_findings(root, scenario, faults)
    if found:
        in_order = sorted(set(found), key=lambda one: (one.line, str(one)))
        raise BrokenScenario(in_order)
    return scenario


def _all_findings(root: Node, scenario: Scenario, faults: list[ErrorDetails]) -> list[Finding]:
    empty = set(_empty_places(root))
    found = [Problem(path, "nothing is written here.", "S01") for path in empty]
    for fault in faults:
        path = _real_path(root, fault["loc"])
        if path not in empty and not _follows_from_another(root.at(path), fault):
            found.append(Problem(path, _words(fault, path), _code(path)))
    faulty = {problem.path for problem in found}
    found += [problem for problem in structural_problems(scenario) if problem.path not in faulty]
    if not any(_is_about_the_flow(problem.path) for problem in found):
        found += flow_problems(scenario)
    return [
        Finding(code, Severity.ERROR, root.at(path).line, spoken(path), words)
        for path, words, code in found
    ]


def _follows_from_another(node: Node, fault: ErrorDetails) -> bool:
    """Whether the cause is reported elsewhere: pydantic does not count items that have faults."""
    least = fault.get("ctx", {}).get("min_length", 0)
    return node.value is UNREAD or (fault["type"] == "too_short" and len(node.below) >= least)


FLOW = {"start", "scenes", "id", "decision", "choices", "goto", "next", "to", "ending", "curtain"}

PLACE_IN_A_SCENE = len(("scenes", 0, "next"))


def _is_about_the_flow(path: Path) -> bool:
    """Whether a problem here leaves it unknown where the scenes lead."""
    names = [part for part in path if isinstance(part, str)]
    if names[:1] not in (["start"], ["scenes"]):
        return not path
    is_of_a_scene = len(path) == PLACE_IN_A_SCENE  # an unknown name there may be a misspelt way on
    return names[-1] in FLOW or (is_of_a_scene and names[-1] not in Scene.model_fields)


def _empty_places(node: Node, path: Path = ()) -> Iterator[Path]:
    if node.value is None:
        yield path
    for key, below in node.below.items():
        yield from _empty_places(below, (*path, key))


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the format, generated from its models."""
    made = Scenario.model_json_schema(by_alias=True, schema_generator=PublishedSchema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Dilemma scenario, format dilemma/1",
    }


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


def _words(fault: ErrorDetails, path: Path) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in {"int_type", "bool_type"} and fault["loc"][-1] in {"int", "bool"}:
        return MUST_BE_EITHER
    if kind in SENTENCES:
        return SENTENCES[kind].format(**context, size=_size(fault["input"]))
    if kind == "extra_forbidden":
        return "this is not known here" + did_you_mean(str(path[-1]), known_names(path))
    if kind == "literal_error":
        expected = str(context.get("expected")).replace("'", "")
        return f"this must be {expected}."
    if kind == "string_pattern_mismatch":
        return f"“{_short(fault['input'])}” is not written as it must be ({_hint(path)})."
    return f"{_plain(str(context.get('error', fault['msg'])))}."


def _hint(path: Path) -> str:
    match path[-1] if path else "":
        case "version":
            return "like 1.0.0"
        case "language":
            return "like en or en-GB"
        case "src" | "captions":
            return "a file in media/"
        case "url":
            return "an address that begins with https://"
        case "short":
            return "two to four words"
        case _:
            return "small letters, numbers and single hyphens"


def _size(value: object) -> int:
    return len(value) if isinstance(value, Sized) else 0


def _plain(words: str) -> str:
    return words[:1].lower() + words[1:].rstrip(".")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
