"""The page `docs/format.md`, written from the models of the format."""

from collections.abc import Iterator, Mapping
from typing import Any

from ltitool.core.reference.examples import EXAMPLES, Piece
from ltitool.core.scenario.parts import SAID
from ltitool.core.scenario_file import schema

NAMES = {
    "Scenario": "The story",
    "Author": "Author",
    "Support": "Support",
    "Lens": "Lens",
    "Character": "Character",
    "IntState": "State, a number",
    "BoolState": "State, a fact",
    "Scene": "Scene",
    "Beat": "Beat",
    "Say": "Speech",
    "Card": "Card",
    "Image": "Picture",
    "Timed": "Sound or film",
    "ConsultQuestion": "Question to ask first",
    "Decision": "Decision",
    "Rationale": "Reasons",
    "Choice": "Choice",
    "Seed": "Seed",
    "Way": "Way",
    "Ending": "Ending",
    "EndLine": "Line of an ending",
    "Test": "Condition",
    "Reflect": "Closing question",
    "Reading": "Reading",
    "Facilitation": "Facilitation",
    "Reference": "Reference",
}
"""How each model is called on the page."""

PATTERNS = {
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "id",
    r"^media/[A-Za-z0-9._/-]+$": "a file in `media/`",
    r"^media/.+\.vtt$": "a `.vtt` file in `media/`",
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "code of a language",
    r"^https?://\S+$": "web address",
    r"^\d+\.\d+\.\d+$": "three numbers, like `1.0.0`",
    r"^[A-Z]{2}$": "two capital letters",
    r"^\S+( \S+){1,3}$": "two to four words",
}
PLACES = {
    "": "In the story, outside its scenes",
    "scenes": "In a scene",
    "decision": "In a decision",
    "choices": "In a choice",
    "ending": "In an ending",
}
"""Where the lines of an example stand, by the last name on the way there."""

OPENING = """\
# The format, field by field

This page is written from the code by `ltitool scenarios reference`. [The guide](writing.md) begins
with a whole story and tells what the parts are for; every example here fits into that story.
[The rules](lint.md) say what makes it a good one.

- A story is one file in UTF-8, at most 512 KiB, in YAML without anchors, tags and names that stand
  twice. `yes`, `no`, `on`, `12:30` and dates are text; `true` and `false` are not.
- An **id** is made of small letters, numbers and single hyphens, begins with a letter, has at most
  40 signs, and stands once in the file.
- A **text** is a little Markdown: paragraphs, *emphasis*, **strong words**, links, lists, quotes.
  HTML is not read.
- Fields in **bold** are needed. What is not named here may not stand in a story.
"""


def reference_page() -> str:
    """Return the page in Markdown: each part of the format with its fields and an example."""
    made = schema()
    return OPENING + "".join(
        _section(name, made if name == "Scenario" else made["$defs"][name]) for name in NAMES
    )


def _section(name: str, part: Mapping[str, Any]) -> str:
    needed = set(part.get("required", ()))
    described = "A whole dilemma." if name == "Scenario" else part["description"]
    rows = "".join(
        f"| {f'**`{field}`**' if field in needed else f'`{field}`'} | {_kind(about)} "
        f"| {about['description']} |\n"
        for field, about in part["properties"].items()
    )
    table = f"| Field | What stands there | What it means |\n|---|---|---|\n{rows}"
    examples = "".join(
        f"\n{_where(piece)}:\n\n```yaml\n{piece.lines}```\n" for piece in EXAMPLES[name]
    )
    return f"\n## {NAMES[name]}\n\n{described}\n\n{table}{examples}"


def _where(piece: Piece) -> str:
    names = [part for part in piece.inside if isinstance(part, str)]
    return PLACES[names[-1] if names else ""]


def _kind(about: Mapping[str, Any]) -> str:
    """Return in words what may stand in a field, and its limits."""
    if "$ref" in about:
        name = NAMES[about["$ref"].rpartition("/")[2]]
        return f"[{name.lower()}](#{name.lower().replace(' ', '-').replace(',', '')})"
    if "const" in about:
        return f"`{about['const']}`"
    if "enum" in about:
        return " or ".join(f"`{one}`" for one in about["enum"])
    forms = about.get("oneOf") or about.get("anyOf")
    if forms:
        return ", or ".join(_kind(one) for one in forms)
    return {
        "string": _text,
        "integer": _number,
        "boolean": _either,
        "array": _list,
        "object": _by_id,
    }[about["type"]](about)


def _text(about: Mapping[str, Any]) -> str:
    if about.get("pattern", SAID) != SAID:
        return PATTERNS[about["pattern"]]
    most = about.get("maxLength")
    return f"text, at most {most:,} signs" if most else "text"


def _number(about: Mapping[str, Any]) -> str:
    if "minimum" in about:
        return f"whole number, {about['minimum']} to {about['maximum']:,}"
    return "whole number"


def _either(_about: Mapping[str, Any]) -> str:
    return "true or false"


def _by_id(about: Mapping[str, Any]) -> str:
    return f"{_kind(about['additionalProperties'])}, by id"


def _list(about: Mapping[str, Any]) -> str:
    return f"list of {', '.join([_kind(about['items']), *_size(about)])}"


def _size(about: Mapping[str, Any]) -> Iterator[str]:
    least, most = about.get("minItems"), about.get("maxItems")
    if least is not None:
        yield f"{least} to {most}" if most is not None else f"{least} and more"
    if about.get("uniqueItems"):
        yield "each once"
