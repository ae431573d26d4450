"""A story as pages without a memory: written out path by path, equal pages only once."""

import json
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from pathlib import PurePosixPath
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from markdown_it import MarkdownIt

from ltitool.core.errors import InputRefused
from ltitool.core.exchange.pack import told_by
from ltitool.core.media import media_type
from ltitool.core.scenario import Beat, Image, Scenario, Scene, everything
from ltitool.core.walk import Step, Taken, Walker

MOST_PAGES = 200
MOST_STATES = 20_000
END_SCREEN = -1
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink"])


def unrolled(scenario: Scenario, media: Mapping[str, bytes]) -> "Unrolled":
    """Return the pages of a story, with those of its pictures that are in `media`.

    Raises InputRefused when there would be more than an author could look after.
    """
    pages = Unrolled(scenario, media)
    pages.begin()
    if len(pages.made) > MOST_PAGES:
        raise _too_many(f"{len(pages.made):,}")
    return pages


def pages_of(scenario: Scenario) -> int:
    """Return how many pages a story would have, all its pictures being there.

    Raises InputRefused when there would be too many.
    """
    parts = (part for _place, part in everything(scenario))
    return len(unrolled(scenario, {one.src: b"" for one in parts if isinstance(one, Image)}).made)


class Unrolled:
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
            if depth > MOST_PAGES or len(self._known) > MOST_STATES:
                raise _too_many(f"more than {MOST_PAGES:,}")
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
        text = "".join(html_of(line) for line in lines if line)
        return self._told(step, END_SCREEN, {"title": escape(ending.label), "subtitle": text})

    def _asked(self, step: Step, walker: Walker, depth: int) -> int:
        decision = step.scene.decision
        assert decision is not None
        answers = []
        for choice in step.choices:
            after = walker.copy()
            after.take(step, Taken(decision.id, choice.id))
            feedback = {"subtitle": html_of(choice.feedback)} if choice.feedback else {}
            answers.append(
                {
                    "text": choice.label,
                    "nextContentId": self._scene(after.target(choice.goto), after, depth),
                    "feedback": feedback,
                }
            )
        question = {"question": html_of(decision.prompt), "alternatives": answers}
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
                texts += [html_of(one.text) for one in told_by(self.scenario, _always(beat))]
        title = step.scene.title
        way = {"nextContentId": to, "feedback": ending or {}}
        if texts or ending or not images:
            params = {"text": "".join(texts) or html_of(title)}
            to = self._page("H5P.AdvancedText 1.1", params, title, way)
        for image in reversed(images):
            file = {"path": place_of(image.src), "mime": media_type(image.src)}
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
        f"{MOST_PAGES} is the most. Fewer conditions and effects make it fit."
    )


@lru_cache(maxsize=4096)  # a text stands on many pages, and a check counts them each time
def html_of(text: str) -> str:
    """Return the HTML of a story’s text; nothing in it is code."""
    made: str = _MARKDOWN.render(text)
    return made.strip()


def place_of(name: str) -> str:
    """Return where a picture of the story lies in the content of a package."""
    return f"images/{PurePosixPath(name).as_posix().removeprefix('media/').replace('/', '-')}"
