"""A translation of a story: its texts by key, each with the mark of the words it was made from.

An overlay lies over a story of one language and adds nothing to it; what it does not translate
stays as it is and keeps its own language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError

from ltitool.core.errors import BrokenScenario
from ltitool.core.lint.findings import Finding, Severity, spoken
from ltitool.core.scenario import Id, Language, Name, Part, Scenario
from ltitool.core.scenario_checks import MARKUP
from ltitool.core.scenario_faults import shape_problems
from ltitool.core.scenario_problems import Problem
from ltitool.core.scenario_yaml import Node, read
from ltitool.core.texts import fields_read, parts_of, text_hash, texts

_RIGHT_TO_LEFT = re.compile(
    r"(ar|arc|ckb|dv|fa|he|ps|sd|syr|ug|ur|yi)(-|$)|.*-(arab|hebr)\b", re.IGNORECASE
)


class Translated(Part):
    """One text in another language."""

    source_text_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    text: Annotated[str, Field(max_length=4000)]
    """Empty while it is still to do."""


class Overlay(Part):
    """The texts of one story in one language, as a file holds them."""

    format: Literal["dilemma-overlay/1"]
    scenario: Id
    language: Language
    translators: tuple[Name, ...] = ()
    texts: dict[str, Translated]


class Kept(str):
    """A text of a story that is not translated: it stays in its own language."""

    __slots__ = ("language",)
    language: str

    @classmethod
    def of(cls, text: str, language: str) -> Self:
        """Return this text with its language."""
        made = cls(text)
        made.language = language
        return made


@dataclass(frozen=True)
class Coverage:
    """How far a translation goes."""

    known: tuple[str, ...]
    """The keys of the story."""
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    """Keys whose words in the story have changed since they were translated."""
    unknown: tuple[str, ...]

    @property
    def percent(self) -> int:
        """How much is translated, never rounded up to all of it."""
        return 100 * (len(self.known) - len(self.missing)) // (len(self.known) or 1)


def read_overlay(source: str | bytes) -> Overlay:
    """Return the translation in a file; raises BrokenScenario with every problem at once."""
    root, problems = read(source)
    if not isinstance(root.value, dict):
        raise BrokenScenario(["line 1: A translation is names and values, like “language: es”."])
    overlay, found = _shaped(root)
    findings = [Finding.unread(problem) for problem in problems] + [
        Finding(one.code, Severity.ERROR, root.at(one.path).line, spoken(one.path), one.words)
        for one in found
    ]
    if overlay is None or findings:
        in_order = sorted(set(findings), key=lambda one: (one.line, str(one)))
        raise BrokenScenario(in_order)
    return overlay


def _shaped(root: Node) -> tuple[Overlay | None, list[Problem]]:
    _write_out_empty(root)
    try:
        overlay = Overlay.model_validate(root.value, by_alias=True, by_name=False)
    except ValidationError as fault:
        return None, shape_problems(root, fault.errors(include_url=False), Overlay)
    return overlay, shape_problems(root, [], Overlay) + [
        Problem(("texts", key, "text"), "HTML is not read here; write plain text.", "S01")
        for key, one in overlay.texts.items()
        if MARKUP.search(one.text)
    ]


def _write_out_empty(root: Node) -> None:
    """Take `text:` with nothing after it as an empty text: that is how one leaves it for later."""
    for node in root.at(("texts",)).below.values():
        text = node.below.get("text")
        if text is not None and text.value is None:
            text.value = node.value["text"] = ""


def coverage(scenario: Scenario, overlay: Overlay) -> Coverage:
    """Hold a translation against the story as it is now."""
    now = {one.key: text_hash(one.text) for one in texts(scenario) if one.text.strip()}
    done = {key: one for key, one in overlay.texts.items() if one.text.strip()}
    return Coverage(
        known=tuple(now),
        missing=tuple(key for key in now if key not in done),
        stale=tuple(key for key in now if key in done and done[key].source_text_hash != now[key]),
        unknown=tuple(key for key in overlay.texts if key not in now),
    )


def translated(scenario: Scenario, overlay: Overlay) -> Scenario:
    """Return the story in the language of its translation; what is missing is `Kept`."""
    made = _translated(scenario, (), overlay.texts, scenario.language, is_read=False)
    assert isinstance(made, Scenario)
    return made.model_copy(update={"language": overlay.language})


def language_of(text: str, language: str) -> str:
    """Return the language of a text of a story that is told in `language`."""
    return text.language if isinstance(text, Kept) else language


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Return which way this language is written."""
    return "rtl" if _RIGHT_TO_LEFT.match(language) else "ltr"


def _translated(
    value: object,
    key: tuple[str, ...],
    done: Mapping[str, Translated],
    language: str,
    *,
    is_read: bool,
) -> object:
    if isinstance(value, str):
        if not is_read or not value.strip():
            return value
        found = done.get(".".join(key))
        return found.text if found and found.text.strip() else Kept.of(value, language)
    made: dict[str | int, Any] = {}
    for name, below, one in parts_of(value, key):
        is_marked = one in fields_read(type(value)) if isinstance(value, Part) else is_read
        made[one] = _translated(below, name, done, language, is_read=is_marked)
    if isinstance(value, Part):
        # Only what was written: which of its forms a part has is told by the fields that are set.
        return value.model_copy(
            update={k: v for k, v in made.items() if k in value.model_fields_set}
        )
    if isinstance(value, tuple):
        return tuple(made.values())
    return made if isinstance(value, dict) else value
