"""What H5P allows in a branching scenario, as its own semantics say; read from its repositories.

Of H5P.BranchingScenario 1.7, H5P.BranchingQuestion 1.0, H5P.AdvancedText 1.1, H5P.Image 1.1. A
name with “?” may be missing. A text with a list of tags is HTML of these and of paragraphs.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

INLINE = ["strong", "em", "del", "code"]
LINKED = [*INLINE, "a"]
OVERRIDE = ("useBehavioural", "enabled", "disabled")
FEEDBACK = {"title?": LINKED, "subtitle?": LINKED, "image?": "image", "endScreenScore?": "number"}
PAGE = {
    "type": "library",
    "showContentTitle": "boolean",
    "forceContentFinished?": OVERRIDE,
    "nextContentId?": "number",
    "feedback?": FEEDBACK,
    "contentBehaviour": OVERRIDE,
}
SCENARIO = {
    "branchingScenario": {
        "title": "text",
        "startScreen": {
            "startScreenTitle?": LINKED,
            "startScreenSubtitle?": LINKED,
            "startScreenImage?": "image",
        },
        "endScreens": (
            0,
            {
                "endScreenTitle?": LINKED,
                "endScreenSubtitle?": LINKED,
                "endScreenImage?": "image",
                "endScreenScore?": "number",
                "contentId": "number",
            },
        ),
        "content": (1, PAGE),
        "scoringOptionGroup": {
            "scoringOption": ("static-end-score", "dynamic-score", "no-score"),
            "includeInteractionsScores?": "boolean",
        },
        "behaviour": {"enableBackwardsNavigation?": "boolean", "forceContentFinished?": "boolean"},
        "l10n": {
            "startScreenButtonText": "text",
            "endScreenButtonText": "text",
            "backButtonText": "text",
            "proceedButtonText": "text",
            "disableProceedButtonText": "text",
            "replayButtonText": "text",
            "scoreText": "text",
            "fullscreenAria": "text",
        },
    }
}
ANSWER = {
    "text": "text",
    "nextContentId?": "number",
    "feedback?": {"title?": INLINE, "subtitle?": INLINE, "image?": "image"},
}
LIBRARIES: dict[str, dict[str, Any]] = {
    "H5P.BranchingQuestion 1.0": {
        "branchingQuestion": {
            "question": ["strong", "em", "sub", "sup", "h2", "h3", "pre", "code"],
            "alternatives": (2, ANSWER),
        }
    },
    "H5P.AdvancedText 1.1": {
        "text": [*LINKED, "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "hr", "pre"]
    },
    "H5P.Image 1.1": {"file": "image", "decorative?": "boolean", "alt?": "text", "title?": "text"},
}
KINDS = {"boolean": bool, "number": int, "text": str}
EVERYWHERE = {"p", "br", "div", "span"}


def misfits(
    found: Any, allowed: Any, files: Collection[str], place: str = ""
) -> Iterator[tuple[str, Any]]:
    """Return what does not fit, each with its place; nothing when H5P would take it."""
    if isinstance(allowed, dict):
        yield from _group(found, allowed, files, place)
    elif isinstance(allowed, list):
        tags = set(re.findall(r"<\s*([a-z0-9]+)", found, re.IGNORECASE))
        yield from ((place, tag) for tag in tags - EVERYWHERE - set(allowed))
    elif isinstance(allowed, tuple):
        yield from _listed(found, allowed, files, place)
    elif allowed == "library":
        inside = LIBRARIES.get(found["library"], {})
        yield from misfits(found["params"], inside, files, f"{place}.{found['library']}")
    elif allowed == "image":
        if f"content/{found['path']}" not in files or not found["mime"].startswith("image/"):
            yield place, found
    elif type(found) is not KINDS[allowed]:
        yield place, found


def _listed(
    found: Any, allowed: tuple[Any, ...], files: Collection[str], place: str
) -> Iterator[tuple[str, Any]]:
    """Look at one of several words, or at a list of at least so many."""
    if isinstance(allowed[0], str):
        yield from [] if found in allowed else [(place, found)]
        return
    if len(found) < allowed[0]:
        yield place, "too few"
    for n, one in enumerate(found):
        yield from misfits(one, allowed[1], files, f"{place}[{n}]")


def _group(
    found: dict[str, Any], allowed: dict[str, Any], files: Collection[str], place: str
) -> Iterator[tuple[str, Any]]:
    known = {name.rstrip("?"): inside for name, inside in allowed.items()}
    needed = {name for name in allowed if not name.endswith("?")}
    yield from ((f"{place}.{name}", "is missing") for name in needed - set(found))
    yield from ((f"{place}.{name}", "is not known") for name in set(found) - set(known))
    for name in set(found) & set(known):
        yield from misfits(found[name], known[name], files, f"{place}.{name}")
