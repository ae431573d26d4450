"""A story as an H5P Branching Scenario: flattened, since H5P remembers nothing on the way.

Names and shapes are those of the semantics of H5P.BranchingScenario 1.7 and
H5P.BranchingQuestion 1.0. The package holds content alone: the host has the libraries.
"""

import json
from collections.abc import Mapping
from html import escape
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from markdown_it import MarkdownIt

from ltitool.core.errors import InputRefused
from ltitool.core.exchange.exported import Exported, counted
from ltitool.core.exchange.pack import told_by
from ltitool.core.lint.publishing import MOST_H5P_PAGES
from ltitool.core.media import media_type
from ltitool.core.scenario import Beat, Image, Scenario, Scene
from ltitool.core.walk import Step, Taken, Walker

MOST_STATES = 20_000
END_SCREEN = -1
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
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"])


def to_h5p(scenario: Scenario, media: Mapping[str, bytes]) -> Exported:
    """Return the story as an `.h5p` package, with those of its pictures that are in `media`.

    Raises InputRefused when it would have more pages than an author could look after.
    """
    pages = _Pages(scenario, media)
    pages.begin()
    if len(pages.made) > MOST_H5P_PAGES:
        raise _too_many(f"{len(pages.made):,}")
    files = {
        "h5p.json": _json(_about(scenario)),
        "content/content.json": _json({"branchingScenario": _content(scenario, pages.in_order())}),
        **{f"content/{_place(name)}": media[name] for name in sorted(pages.pictures)},
    }
    unrolled = counted(len(pages.made), "page", "pages")
    said = f"{counted(len(scenario.scenes), 'scene', 'scenes')} became {unrolled}: what the story "
    said += "remembers is written out, path by path."
    missing = sorted(pages.missing)
    gone = [f"{name} is not beside the story: its words stand in its place." for name in missing]
    return Exported(_zipped(files), (said, *LOSSES, *gone))


class _Pages:
    """The pages of a story: one for each scene and what is known there, equal ones only once."""

    def __init__(self, scenario: Scenario, media: Mapping[str, bytes]) -> None:
        self.scenario = scenario
        self.media = media
        self.pictures: set[str] = set()
        self.missing: set[str] = set()
        self.made: dict[str, int] = {}
        self._known: dict[object, int] = {}

    def begin(self) -> None:
        """Make every page, the last ones first."""
        self._scene(self.scenario.scene(self.scenario.start), Walker.at_start(self.scenario), 0)

    def in_order(self) -> list[dict[str, Any]]:
        """Return the pages, the first one first; each leads to others by their places."""
        last = len(self.made) - 1

        def turned(number: int) -> int:
            return number if number < 0 else last - number

        pages = [json.loads(page) for page in reversed(self.made)]
        for n, page in enumerate(pages):
            page["type"]["subContentId"] = str(uuid5(NAMESPACE_URL, f"{self.scenario.id}/{n}"))
            if "nextContentId" in page:
                page["nextContentId"] = turned(page["nextContentId"])
            asked = page["type"]["params"].get("branchingQuestion", {})
            for answer in asked.get("alternatives", ()):
                answer["nextContentId"] = turned(answer["nextContentId"])
        return pages

    def _scene(self, scene: Scene, walker: Walker, depth: int) -> int:
        key = (scene.id, tuple(walker.state.items()), tuple(sorted(walker.chosen.items())))
        if key not in self._known:
            if depth > MOST_H5P_PAGES or len(self._known) > MOST_STATES:
                raise _too_many(f"more than {MOST_H5P_PAGES:,}")
            step = walker.meet(scene, is_behind_curtain=False)
            self._known[key] = self._met(step, walker, depth + 1)
        return self._known[key]

    def _met(self, step: Step, walker: Walker, depth: int) -> int:
        scene = step.scene
        if scene.decision is not None:
            return self._told(step, self._asked(step, walker, depth), None)
        if scene.next is not None:
            return self._told(step, self._scene(walker.target(scene.next), walker, depth), None)
        ending = scene.ending
        assert ending is not None
        lines = (walker.end_text(ending.gained), walker.end_text(ending.cost))
        text = "".join(_html(line) for line in lines if line)
        return self._told(step, END_SCREEN, {"title": escape(ending.label), "subtitle": text})

    def _asked(self, step: Step, walker: Walker, depth: int) -> int:
        decision = step.scene.decision
        assert decision is not None
        answers = []
        for choice in step.choices:
            after = walker.copy()
            after.take(step, Taken(decision.id, choice.id))
            feedback = {"subtitle": _html(choice.feedback)} if choice.feedback else {}
            answers.append(
                {
                    "text": choice.label,
                    "nextContentId": self._scene(after.target(choice.goto), after, depth),
                    "feedback": feedback,
                }
            )
        question = {"question": _html(decision.prompt), "alternatives": answers}
        params = {"branchingQuestion": question}
        return self._page("H5P.BranchingQuestion 1.0", params, decision.prompt, {})

    def _told(self, step: Step, to: int, ending: dict[str, str] | None) -> int:
        """Make the pages of what a scene tells: its text, and before it each of its pictures."""
        texts: list[str] = []
        images: list[Image] = []
        for beat in step.beats:
            if beat.image is not None and self._has(beat.image):
                images.append(beat.image)
            else:
                texts += [_html(one.text) for one in told_by(self.scenario, _always(beat))]
        title = step.scene.title
        way = {"nextContentId": to, "feedback": ending or {}}
        if texts or ending or not images:
            params = {"text": "".join(texts) or _html(title)}
            to = self._page("H5P.AdvancedText 1.1", params, title, way)
        for image in reversed(images):
            file = {"path": _place(image.src), "mime": media_type(image.src)}
            shown = {"file": file, "alt": image.alt, "decorative": image.decorative}
            to = self._page("H5P.Image 1.1", shown, title, {"nextContentId": to, "feedback": {}})
        return to

    def _has(self, image: Image) -> bool:
        found = image.src in self.media
        (self.pictures if found else self.missing).add(image.src)
        return found

    def _page(
        self, library: str, params: Mapping[str, object], title: str, way: Mapping[str, object]
    ) -> int:
        content = {"library": library, "params": params, "metadata": {"title": title}}
        page = {
            "type": content,
            "showContentTitle": library != "H5P.BranchingQuestion 1.0",
            "contentBehaviour": "useBehavioural",
            "forceContentFinished": "useBehavioural",
            "feedback": {},
            **way,
        }
        return self.made.setdefault(json.dumps(page, ensure_ascii=False), len(self.made))


def _always(beat: Beat) -> Beat:
    """Return a beat whose condition has been looked at."""
    return beat.model_copy(update={"when": None})


def _too_many(pages: str) -> InputRefused:
    return InputRefused(
        f"H5P remembers nothing on the way: written out, this story would have {pages} pages, and "
        f"{MOST_H5P_PAGES} is the most. Fewer conditions and effects make it fit."
    )


def _content(scenario: Scenario, pages: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": scenario.title,
        "startScreen": {
            "startScreenTitle": _html(scenario.title),
            "startScreenSubtitle": _html(scenario.summary),
        },
        "endScreens": [{"endScreenTitle": _html(scenario.title), "contentId": END_SCREEN}],
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


def _html(text: str) -> str:
    made: str = _MARKDOWN.render(text)
    return made.strip()


def _place(name: str) -> str:
    return f"images/{PurePosixPath(name).as_posix().removeprefix('media/').replace('/', '-')}"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip that is the same for the same files."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return packed.getvalue()
