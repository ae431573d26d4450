"""Copies of “Pending”, each broken in one way, as `cases.yaml` says."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ltitool.core.lint.findings import Finding
from ltitool.core.lint.linter import lint
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_yaml import read
from tests.conftest import PENDING

SOURCE = PENDING.read_text("utf-8")
CAP = 50_000

THEN_WAIT = "Who showed you that?"
FEEDBACK = ("            It is honest, it can be kept", "            Lucy hears a voice")
NOTES, SUPPORT, AFTER_SUPPORT = "content_notes:", "support:", "# -----"
SAID_BY_SAM = "      - say: {who: sam, text: \"It's small."


@dataclass(frozen=True)
class Case:
    """How to break the story, and what is then found."""

    code: str
    source: str
    severity: str = "E"
    place: str = ""
    also: frozenset[str] = frozenset()
    cap: int = CAP


def cases(kind: str) -> list[Case]:
    """Return the cases for the rules, or those for the reader."""
    told = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
    return [
        Case(
            case["code"],
            _edited(case["edits"]),
            case.get("severity", "E"),
            case.get("at", ""),
            frozenset(case.get("also", [])),
            case.get("cap", CAP),
        )
        for case in told[kind]
    ]


def linted(source: str, **more: Any) -> tuple[Finding, ...]:
    """Return what the rules find in a story."""
    return lint(read_scenario(source), read(source)[0], **more)


def codes(findings: tuple[Finding, ...]) -> set[str]:
    """Return the codes of findings, but that of the advice every story gets."""
    return {found.code for found in findings} - {"X01"}


def _edited(edits: list[dict[str, str]]) -> str:
    source = SOURCE
    for edit in edits:
        before = source
        source = (
            EDITS[edit["by"]](source) if "by" in edit else source.replace(edit["old"], edit["new"])
        )
        assert source != before, edit
    return source


def _a_longer_branch(source: str) -> str:
    """Put three more scenes between one answer and what comes after it."""
    scenes = "".join(
        f"  - {{id: x{n}, title: Later, beats: [{{narrate: It rains.}}], next: {to}}}\n"
        for n, to in ((1, "x2"), (2, "x3"), (3, "thursday"))
    )
    head, tail = source.split(THEN_WAIT, 1)
    return head + THEN_WAIT + tail.replace("next: thursday\n", f"next: x1\n{scenes}", 1)


def _a_fourth_question(source: str) -> str:
    """Ask a core decision with three choices after the first scene."""
    marks = (("commitment", "privacy"), ("privacy", "commitment"), ("consent", "protection"))
    choices = "".join(
        f"""
        - id: c{n}
          label: Ask {who} to say it once more, and then to write it down.
          honours: [{honours}]
          strains: [{strains}]
          challenge: What else?
          seed: {{who: {who}, text: "{"I would say it again. " * 6}"}}
          goto: request"""
        for n, (who, (honours, strains)) in enumerate(
            zip(("kit", "dele", "priya"), marks, strict=True)
        )
    )
    scene = f"""
  - id: before
    title: Before
    beats: [{{narrate: It rains.}}]
    decision:
      id: d0
      kind: core
      prompt: What would you ask?
      rationale: {{required: true}}
      choices:{choices}
"""
    return source.replace("    next: request\n", f"    next: before\n{scene}", 1)


def _a_fifth_ending(source: str) -> str:
    way = "      - when: {chose: d1-request, in: [hold]}\n        to: end-rain\n"
    scene = """
  - id: end-rain
    title: Rain
    beats: [{narrate: It rains.}]
    ending: {id: rain, label: Rain, gained: Rest., cost: Sun.}

"""
    last = "      - to: end-pending\n"
    return source.replace(last, way + last + scene, 1)


def _a_state_that_stays(source: str) -> str:
    """Add a state that a beat reads and no choice changes."""
    state = "  - {id: rain, type: bool, start: true, label: Rain}\n"
    beat = "      - {narrate: It rains., when: {var: rain, is: true}}\n"
    return source.replace("\nstart: opening\n", f"{state}\nstart: opening\n").replace(
        SAID_BY_SAM, beat + SAID_BY_SAM
    )


def _a_long_scene(source: str) -> str:
    return source.replace(SAID_BY_SAM, f"      - narrate: {'It rains. ' * 80}\n{SAID_BY_SAM}")


def _long_feedback(source: str) -> str:
    """Lengthen what is said after two answers that one path can have."""
    for text in FEEDBACK:
        more = "He sat by the door and said that it was late. " * 30
        source = source.replace(text, f"            {more}{text.strip()}")
    return source


def _longer_words(source: str) -> str:
    return re.sub(r" (the|it|she|and|her|that|you|in) ", " accountability ", source)


def _no_notes(source: str) -> str:
    return source[: source.index(NOTES)] + source[source.index(SUPPORT) :]


def _no_support(source: str) -> str:
    return source[: source.index(SUPPORT)] + source[source.index(AFTER_SUPPORT) :]


EDITS: dict[str, Callable[[str], str]] = {
    "a_fourth_question": _a_fourth_question,
    "a_fifth_ending": _a_fifth_ending,
    "a_state_that_stays": _a_state_that_stays,
    "a_longer_branch": _a_longer_branch,
    "a_long_scene": _a_long_scene,
    "long_feedback": _long_feedback,
    "longer_words": _longer_words,
    "no_notes": _no_notes,
    "no_support": _no_support,
}
