"""What others need who use the story: a version, a licence, sources, exports."""

import re

from ltitool.core.errors import InputRefused
from ltitool.core.exchange.exported import counted
from ltitool.core.exchange.h5p_unrolled import MOST_PAGES, pages_of
from ltitool.core.exchange.twee_export import conditions_in
from ltitool.core.lint.findings import Severity
from ltitool.core.lint.rules import Found, rule
from ltitool.core.lint.story import Story
from ltitool.core.versions import structure_hash

LICENCES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0")

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
    if structure_hash(earlier) != structure_hash(story.scenario):
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


@rule("X01", Severity.INFO)
def other_formats_hold_less(story: Story) -> Found:
    """Know what other formats cannot hold.

    Twee 3 knows no conditions and effects; H5P also no reasons, seeds, lenses and consults,
    and no more than 200 pages.
    """
    if conditions := conditions_in(story.scenario):
        yield (), f"Twee 3 would hold {counted(conditions, 'condition', 'conditions')} in comments."
    lost = "H5P has no place for reasons, seeds, lenses, consults and the talk"
    try:
        pages = pages_of(story.scenario)
    except InputRefused:
        yield (), f"{lost}, and would need more than {MOST_PAGES} pages, so it is no way there."
    else:
        yield (), f"{lost}; {counted(pages, 'page', 'pages')} would tell the story."
