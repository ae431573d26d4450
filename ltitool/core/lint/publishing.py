"""What others need who use the story: a version, a licence, sources, translations, exports."""

import re
from collections.abc import Iterator
from typing import Any

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import Place, Story, is_read
from ltitool.core.scenario import Part, Scenario
from ltitool.core.scenario_checks import everything

LICENCES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0")
MOST_H5P_PAGES = 200
STRUCTURE = {"lenses", "state", "start", "scenes", "revisit", "reflect"}

_SOURCE = re.compile(r"\s*[^\W\d_].*?\b(1[6-9]\d\d|20\d\d|n\.d)\b", re.DOTALL)
_CLAIM = re.compile(
    r"\b(research|stud(y|ies)|evidence|surveys?|reviews?)\b[^.]*\b(show|find|found|suggest|say|"
    r"prove|report)|\d ?(%|per ?cent)",
    re.IGNORECASE,
)
_CITED = re.compile(r"\b(1[6-9]\d\d|20\d\d)\b")


@rule("S03", Severity.ERROR)
def change_has_a_version(story: Story) -> Found:
    """Give a new version to a story whose scenes, choices, conditions or effects change."""
    earlier = story.earlier
    if earlier is None or (earlier.id, earlier.version) != (
        story.scenario.id,
        story.scenario.version,
    ):
        return
    if _structure(earlier) != _structure(story.scenario):
        words = f"the structure is no longer that of {earlier.version}: give it a new version."
        yield ("version",), words


@rule("L01", Severity.ERROR)
def licence_allows_sharing(story: Story) -> Found:
    """Choose a licence by which others may use and change it.

    CC0-1.0, CC-BY-4.0 or CC-BY-SA-4.0.
    """
    if story.scenario.licence not in LICENCES:
        yield ("licence",), f"what is shared has one of {', '.join(LICENCES)}: choose one."


@rule("L02", Severity.WARNING)
def source_can_be_found(story: Story) -> Found:
    """Begin a reference with its author, and give it a year.

    A reading that claims a fact names its source by year.
    """
    for i, reference in enumerate(story.scenario.references):
        if not _SOURCE.match(reference.text):
            yield ("references", i, "text"), "begin with the author, then the year: “Bo (2020) …”."
    for i, question in enumerate(story.scenario.reflect):
        for n, reading in enumerate(question.readings or ()):
            if _CLAIM.search(reading.text) and not _CITED.search(reading.text):
                place = ("reflect", i, "readings", n, "text")
                yield place, "this claims a fact: name its source, like “(Bo, 2020)”."


@rule("T01", Severity.ERROR)
def translation_fits(story: Story) -> Found:
    """Translate only texts that are in the story."""
    keys = set(text_keys(story))
    for name, texts in story.overlays.items():
        for key in texts:
            if key not in keys:
                yield (), f"{name}: “{key}” is the key of no text here: rename it or take it out."


@rule("T01", Severity.INFO)
def translation_is_whole(story: Story) -> Found:
    """Translate every text; what is missing stays in the first language."""
    keys = text_keys(story)
    for name, texts in story.overlays.items():
        missing = [key for key in keys if key not in texts]
        if missing:
            share = 1 - len(missing) / len(keys)
            yield (), f"{name}: {share:.0%} is translated; still to do: {', '.join(missing)}."


@rule("X01", Severity.INFO)
def other_formats_hold_less(story: Story) -> Found:
    """Know what other formats cannot hold.

    Twee 3 knows no conditions and effects; H5P also no reasons, seeds, lenses and consults,
    and no more than 200 pages.
    """
    conditions = sum(
        1 for _place, part in everything(story.scenario) if getattr(part, "when", None) is not None
    )
    if conditions:
        yield (), f"Twee 3 would hold {conditions} conditions as comments only."
    pages = len(
        {
            (walk.steps[i].scene.id, tuple(step.taken for step in walk.steps[:i]))
            for walk in story.walks
            for i in range(len(walk.steps))
        }
    )
    lost = "H5P has no place for reasons, seeds, lenses, consults and the talk"
    if pages > MOST_H5P_PAGES:
        lost += f", and {pages} pages without conditions are more than it takes"
    yield (), f"{lost}."


def text_keys(story: Story) -> list[str]:
    """Return the key of every text of a story, as translations use it: ids instead of numbers."""
    return [_key(story.scenario, place) for place, _text in story.texts]


def _key(scenario: Scenario, place: Place) -> str:
    part: Any = scenario
    names: list[str] = []
    for step in place:
        part = getattr(part, str(step)) if isinstance(part, Part) else part[step]
        if not hasattr(part, "id"):
            names.append(str(step))
            continue
        if isinstance(step, int):
            names.pop()  # the id says more than the name of its list
        names.append(part.id)
    return ".".join(names)


def _structure(scenario: Scenario) -> list[tuple[Place, object]]:
    return list(_fixed(scenario))


def _fixed(scenario: Scenario) -> Iterator[tuple[Place, object]]:
    for place, part in everything(scenario):
        if place and place[0] in STRUCTURE and isinstance(part, str | int | None):
            is_text = isinstance(part, str) and is_read(place)
            yield place, None if is_text else part
