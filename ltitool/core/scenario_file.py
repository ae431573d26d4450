"""Text in, Scenario out; or every problem at once, each a sentence with its line."""

from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ltitool.core.errors import BrokenScenario
from ltitool.core.scenario import Part, Scenario
from ltitool.core.scenario_checks import structural_problems
from ltitool.core.scenario_yaml import Node, Unreadable, read

Path = tuple[str | int, ...]
UNION_MARKS = {"one", "lines", "int", "bool", "[key]", "is_", "in_", "not_"}


def read_scenario(source: str | bytes) -> Scenario:
    """Return the scenario of a file; raises BrokenScenario with every problem at once."""
    try:
        root, problems = read(source)
    except Unreadable as fault:
        raise BrokenScenario([str(fault)]) from fault
    if not isinstance(root.value, dict):
        raise BrokenScenario(["line 1: A story is a list of names and values, like “title: …”."])
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(root.value)
    except ValidationError as faults:
        problems += [_problem(root, fault) for fault in faults.errors(include_url=False)]
    if scenario is not None:
        problems += [
            f"line {root.at(path).line}: {words}" for path, words in structural_problems(scenario)
        ]
    if problems or scenario is None:
        raise BrokenScenario(sorted(set(problems), key=_line_of))
    return scenario


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the format, generated from its models."""
    made = Scenario.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "Dilemma scenario, format dilemma/1",
    }


def _line_of(problem: str) -> tuple[int, str]:
    number = problem.removeprefix("line ").partition(":")[0]
    return (int(number) if number.isdecimal() else 0, problem)


def _problem(root: Node, fault: ErrorDetails) -> str:
    path = _real_path(root, fault["loc"])
    place = _spoken(path) or "the story"
    words = _words(fault, path)
    return f"line {root.at(path).line}: {place}: {words}"


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


def _spoken(path: Path) -> str:
    spoken = ""
    for part in path:
        spoken += f"[{part}]" if isinstance(part, int) else f".{part}" if spoken else str(part)
    return spoken


MUST_BE_TEXT = "this must be text; put it in quotes if it looks like a number."
MUST_BE_WHOLE = "this must be a whole number, or true or false."
MUST_BE_LIST = "this must be a list, each item after a dash."
MUST_BE_GROUP = "this must be a group of names and values."
SENTENCES = {
    "missing": "this is missing.",
    "string_type": MUST_BE_TEXT,
    "int_type": MUST_BE_WHOLE,
    "bool_type": MUST_BE_WHOLE,
    "tuple_type": MUST_BE_LIST,
    "dict_type": MUST_BE_GROUP,
    "model_type": MUST_BE_GROUP,
    "model_attributes_type": MUST_BE_GROUP,
}
LONGEST_QUOTE = 40


def _words(fault: ErrorDetails, path: Path) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in SENTENCES:
        return SENTENCES[kind]
    if kind == "extra_forbidden":
        return f"this is not known here.{_did_you_mean(str(path[-1]))}"
    if kind == "literal_error":
        return f"this must be one of {context.get('expected')}."
    if kind == "string_pattern_mismatch":
        return f"“{_short(fault['input'])}” is not written as it must be ({_hint(path)})."
    return f"{_plain(str(context.get('error', fault['msg'])))}."


def _did_you_mean(wrong: str) -> str:
    known = {
        info.alias or name
        for part in Part.__subclasses__()
        for name, info in part.model_fields.items()
    }
    close = get_close_matches(wrong, sorted(known), n=1)
    return f" Did you mean “{close[0]}”?" if close else ""


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


def _plain(words: str) -> str:
    said = words[:1].lower() + words[1:].rstrip(".")
    return said.replace("tuple should", "this list should").replace(" after validation", "")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
