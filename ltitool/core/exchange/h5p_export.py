"""A story as an H5P Branching Scenario: flattened, since H5P remembers nothing on the way.

Names and shapes are those of the semantics of H5P.BranchingScenario 1.7 and
H5P.BranchingQuestion 1.0. The package holds content alone: the host has the libraries.
"""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ltitool.core.exchange.exported import Exported, counted
from ltitool.core.exchange.h5p_unrolled import END_SCREEN, html_of, place_of, unrolled
from ltitool.core.scenario import Scenario

LICENCES = {
    "CC0-1.0": {"license": "CC0 1.0"},
    "CC-BY-4.0": {"license": "CC BY", "licenseVersion": "4.0"},
    "CC-BY-SA-4.0": {"license": "CC BY-SA", "licenseVersion": "4.0"},
}
WORDS = {
    "startScreenButtonText": "Begin",
    "endScreenButtonText": "Begin again",
    "backButtonText": "Back",
    "proceedButtonText": "Go on",
    "disableProceedButtonText": "Finish this part first",
    "replayButtonText": "Play again",
    "scoreText": "Score:",
    "fullscreenAria": "Full screen",
}
"""The words on H5P’s own buttons, which a package has to bring along."""

LIBRARIES = (
    ("H5P.BranchingScenario", 1, 7),
    ("H5P.BranchingQuestion", 1, 0),
    ("H5P.AdvancedText", 1, 1),
    ("H5P.Image", 1, 1),
)
LOSSES = (
    "Reasons, voices, lenses, challenges, the talk, deciding again: lost.",
    "Closing questions, the author’s note, sources: lost.",
    "Questions to ask before deciding: lost.",
    "The curtain: the story goes on without stopping.",
    "The words on buttons are English, whatever the language of the story.",
    "Sounds and films: their transcripts stand in their place.",
    "The libraries of H5P are not in the package: the site that opens it must have them.",
)


def to_h5p(scenario: Scenario, media: Mapping[str, bytes]) -> Exported:
    """Return the story as an `.h5p` package, with those of its pictures that are in `media`.

    Raises InputRefused when it would have more pages than an author could look after.
    """
    pages = unrolled(scenario, media)
    files = {
        "h5p.json": _json(_about(scenario)),
        "content/content.json": _json({"branchingScenario": _content(scenario, pages.in_order())}),
        **{f"content/{place_of(name)}": media[name] for name in sorted(pages.pictures)},
    }
    scenes = counted(len(scenario.scenes), "scene", "scenes")
    said = f"{scenes} became {counted(len(pages.made), 'page', 'pages')}: what the story remembers "
    said += "is written out, path by path."
    missing = sorted(pages.missing)
    gone = [f"{name} is not beside the story: its words stand in its place." for name in missing]
    return Exported(_zipped(files), (said, *LOSSES, *gone))


def _content(scenario: Scenario, pages: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": scenario.title,
        "startScreen": {
            "startScreenTitle": html_of(scenario.title),
            "startScreenSubtitle": html_of(scenario.summary),
        },
        "endScreens": [{"endScreenTitle": html_of(scenario.title), "contentId": END_SCREEN}],
        "content": pages,
        "scoringOptionGroup": {"scoringOption": "no-score", "includeInteractionsScores": False},
        "l10n": WORDS,
        "behaviour": {"enableBackwardsNavigation": False, "forceContentFinished": False},
    }


def _about(scenario: Scenario) -> dict[str, Any]:
    return {
        "title": scenario.title,
        "language": scenario.language.partition("-")[0],
        "mainLibrary": LIBRARIES[0][0],
        "embedTypes": ["iframe"],
        **LICENCES.get(scenario.licence, {"license": "U"}),
        "authors": [{"name": author.name, "role": "Author"} for author in scenario.authors],
        "preloadedDependencies": [
            {"machineName": name, "majorVersion": major, "minorVersion": minor}
            for name, major, minor in LIBRARIES
        ],
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip that is the same for the same files."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return packed.getvalue()
