"""The pages of a branching scenario: what each of them tells, asks, and leads to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ltitool.core.exchange.exported import counted
from ltitool.core.exchange.h5p_package import Package, group, groups, library, words
from ltitool.core.exchange.h5p_pictures import Pictures, is_picture, named
from ltitool.core.exchange.html_text import Told, line_of, markdown_of
from ltitool.core.exchange.twee_beats import plain

END = -1
LONGEST_BEAT = 2000
UNTITLED = "Untitled "
"""So begins the title that H5P gives to what has none."""
_TEXTS = {"H5P.AdvancedText", "H5P.Text"}
_QUESTION = "H5P.BranchingQuestion"
_INTERACTIVE = {
    "H5P.CoursePresentation": "course presentation",
    "H5P.InteractiveVideo": "interactive video",
    "H5P.ImageHotspots": "picture with spots",
    "H5P.Column": "column",
    "H5P.Video": "film",
    "H5P.Audio": "sound",
}

Beats = list[dict[str, Any]]


@dataclass(frozen=True)
class Said:
    """What H5P says after an answer or at the end: a title, and what stands below it."""

    title: str = ""
    beats: Beats = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything in it as one text."""
        below = [beat.get("narrate") or group(beat, "say").get("text") for beat in self.beats]
        return "\n\n".join(part for part in (self.title, *below) if part)


@dataclass(frozen=True)
class Answer:
    """One way out of a question."""

    label: str
    to: int
    said: Said


@dataclass(frozen=True)
class Page:
    """One page."""

    title: str
    beats: Beats
    to: int
    said: Said
    prompt: str = ""
    answers: tuple[Answer, ...] = ()
    """None where the page asks nothing."""


@dataclass
class Reader:
    """Reads the parts of a package, and notes what of them a story cannot hold."""

    package: Package
    speakers: Mapping[str, str]
    """The ids of people by the names they speak under."""
    _lost: Counter[str] = field(default_factory=Counter)
    _scores: int = 0

    @cached_property
    def pictures(self) -> Pictures:
        """The pictures of the package."""
        return Pictures(self.package.pictures)

    def pages(self) -> list[Page]:
        """Return every page in its place."""
        listed = groups(self.package.story, "content")
        return [self._page(one, n) for n, one in enumerate(listed, start=1)]

    def end_screens(self) -> dict[int, Said]:
        """Return what is said at the ends where pages say nothing of their own, by their numbers.

        They are below zero, and the first of a number counts.
        """
        screens: dict[int, Said] = {}
        for one in groups(self.package.story, "endScreens"):
            self._count_score(one)
            said = self._said(one, "endScreenTitle", "endScreenSubtitle", "endScreenImage")
            screens.setdefault(_number(one.get("contentId")), said)
        return screens

    def cover(self) -> Beats:
        """Return the picture of the start screen, when there is one."""
        screen = group(self.package.story, "startScreen")
        alt = line_of(words(screen, "startScreenAltText"))
        return list(self.pictures.shown(group(screen, "startScreenImage"), alt))

    def losses(self) -> Iterator[str]:
        """Return what was lost, each as a sentence."""
        if self._scores:
            scores = counted(self._scores, "score", "scores")
            yield f"Feedback scores dropped ({scores}): no choice earns marks."
        for what, times in sorted((self._lost + self.pictures.lost).items()):
            yield f"{what}{f' ({times} times)' if times > 1 else ''}."
        if self.pictures.undescribed:
            pictures = counted(self.pictures.undescribed, "picture has", "pictures have")
            yield f"{pictures} no description: write what it shows, or mark it decorative."

    def _page(self, found: dict[str, Any], n: int) -> Page:
        part = group(found, "type") or group(found, "content")
        title = line_of(words(group(part, "metadata"), "title") or words(found, "contentTitle"))
        if not title or title.startswith(UNTITLED):
            title = f"Page {n}"
        said = self._feedback(found)
        to = _number(found.get("nextContentId"))
        if library(part) == _QUESTION:
            return self._question(group(part, "params"), title)
        return Page(title, list(self._beats(part, named(title))), to, said)

    def _question(self, params: dict[str, Any], title: str) -> Page:
        asked = group(params, "branchingQuestion") or params
        if group(params, "behaviour").get("enableTimer"):
            self._lost["A time limit on a question: dropped"] += 1
        *before, prompt = self._told(words(asked, "question")).paragraphs or [""]
        answers = tuple(
            Answer(
                line_of(words(one, "text")) or f"Answer {number}",
                _number(one.get("nextContentId")),
                self._feedback(one),
            )
            for number, one in enumerate(groups(asked, "alternatives"), start=1)
        )
        if not answers:
            self._lost[f"{named(title)} is a question without answers: the story ends there"] += 1
        beats = [plain(text, self.speakers) for text in before]
        return Page(title, beats, END, Said(), prompt, answers)

    def _beats(self, part: Mapping[str, Any], place: str) -> Iterator[dict[str, Any]]:
        """Return what a part tells; of what is more than text, the texts and pictures in it."""
        kind, params = library(part), group(part, "params")
        if is_picture(part):
            yield from self.pictures.shown(part, "")
        elif kind in _TEXTS:
            yield from self._text(words(params, "text"))
        elif kind == "H5P.Image":
            alt = line_of(words(params, "alt", "title"))
            is_decorative = params.get("decorative") is True
            yield from self.pictures.shown(group(params, "file"), alt, is_decorative=is_decorative)
        else:
            name = _INTERACTIVE.get(kind) or f"part of the kind {named(kind or 'unknown')}"
            self._lost[f"A {name} in {place}: only texts and pictures in it were taken"] += 1
            for inner in _parts_in(params):
                yield from self._beats(inner, place)

    def _text(self, html: str) -> Beats:
        told = self._told(html)
        if len(told.text) <= LONGEST_BEAT and not self.speakers:
            return [{"narrate": told.text}] if told.text else []
        return [plain(_unmarked_name(text), self.speakers) for text in told.paragraphs]

    def _told(self, html: str) -> Told:
        told = markdown_of(html)
        self._lost.update(told.lost)
        return told

    def _feedback(self, found: Mapping[str, Any]) -> Said:
        feedback = group(found, "feedback")
        self._count_score(feedback)
        return self._said(feedback, "title", "subtitle", "image")

    def _said(self, found: Mapping[str, Any], title: str, text: str, image: str) -> Said:
        told = self._text(words(found, text))
        return Said(
            line_of(words(found, title)), [*told, *self.pictures.shown(group(found, image), "")]
        )

    def _count_score(self, found: Mapping[str, Any]) -> None:
        score = found.get("endScreenScore")
        self._scores += isinstance(score, int | float) and score != 0


def _number(found: object) -> int:
    """Return the place that a way leads to; what is below zero is an end."""
    if isinstance(found, str) and found.strip().isdecimal() and len(found) < len("1000000"):
        return int(found)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else END


def _parts_in(found: object) -> Iterator[dict[str, Any]]:
    """Return the pictures inside a part, and the parts in it that have a library of their own."""
    inside = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    for one in inside:
        if isinstance(one, dict) and (library(one) or is_picture(one)):
            yield one
        else:
            yield from _parts_in(one)


def _unmarked_name(text: str) -> str:
    """Return a text without the marks around the name of who speaks."""
    name, colon, said = text.removeprefix("**").partition("**: ")
    return f"{name}: {said}" if colon and text.startswith("**") else text
