"""The pages of a branching scenario: what each of them tells, asks, and leads to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from ltitool.core.exchange.exported import counted
from ltitool.core.exchange.h5p_package import Package, group, groups, library, words
from ltitool.core.exchange.html_text import Told, line_of, markdown_of
from ltitool.core.exchange.ids import slug
from ltitool.core.exchange.twee_beats import plain
from ltitool.core.media import media_problem, suffix_of

END = -1
LONGEST_BEAT = 2000
LONGEST_NAME = 60
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
    media: dict[str, bytes] = field(default_factory=dict)
    """The pictures that stories can hold, by their names there."""
    _lost: Counter[str] = field(default_factory=Counter)
    _scores: int = 0
    _undescribed: int = 0

    def pages(self) -> list[Page]:
        """Return every page in its place."""
        listed = groups(self.package.story, "content")
        return [self._page(one, n) for n, one in enumerate(listed, start=1)]

    def end_screen(self) -> Said:
        """Return what is said at the end where a page says nothing of its own."""
        screens = groups(self.package.story, "endScreens")
        one = next((one for one in screens if _number(one.get("contentId")) == END), None)
        for screen in screens:
            self._count_score(screen)
        return self._said(one or {}, "endScreenTitle", "endScreenSubtitle", "endScreenImage")

    def cover(self) -> Beats:
        """Return the picture of the start screen, when there is one."""
        screen = group(self.package.story, "startScreen")
        alt = line_of(words(screen, "startScreenAltText"))
        return list(self._picture(group(screen, "startScreenImage"), alt))

    def losses(self) -> Iterator[str]:
        """Return what was lost, each as a sentence."""
        if self._scores:
            scores = counted(self._scores, "score", "scores")
            yield f"Feedback scores dropped ({scores}): no choice earns marks."
        for what, times in sorted(self._lost.items()):
            yield f"{what}{f' ({times} times)' if times > 1 else ''}."
        if self._undescribed:
            pictures = counted(self._undescribed, "picture has", "pictures have")
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
        return Page(title, list(self._beats(part, _named(title))), to, said)

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
            self._lost[f"{_named(title)} is a question without answers: the story ends there"] += 1
        beats = [plain(text, self.speakers) for text in before]
        return Page(title, beats, END, Said(), prompt, answers)

    def _beats(self, part: Mapping[str, Any], place: str) -> Iterator[dict[str, Any]]:
        """Return what a part tells; of what is more than text, the texts and pictures in it."""
        kind, params = library(part), group(part, "params")
        if kind in _TEXTS:
            yield from self._text(words(params, "text"))
        elif kind == "H5P.Image":
            alt = line_of(words(params, "alt", "title"))
            is_decorative = params.get("decorative") is True
            yield from self._picture(group(params, "file"), alt, is_decorative=is_decorative)
        else:
            name = _INTERACTIVE.get(kind) or f"part of the kind {_named(kind or 'unknown')}"
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

    def _picture(
        self, file: Mapping[str, Any], alt: str, *, is_decorative: bool = False
    ) -> Iterator[dict[str, Any]]:
        path = words(file, "path").partition("#")[0]
        if not path:
            return
        content = self.package.pictures.get(path)
        name = self._kept(path, content) if content is not None else ""
        if content is None:
            self._lost[f"The picture {_named(path)} is not in the package: dropped"] += 1
        if name:
            self._undescribed += not alt and not is_decorative
            image: dict[str, Any] = {"src": name, "alt": alt}
            yield {"image": {**image, "decorative": True} if is_decorative else image}
        elif alt:
            yield {"narrate": alt}

    def _kept(self, path: str, content: bytes) -> str:
        """Keep a picture under a name that tells its kind; return nothing when it is refused."""
        stem = slug(PurePosixPath(path).stem) or "picture"
        suffix = suffix_of(content) or PurePosixPath(path).suffix.lower()
        problem = media_problem(f"{stem}{suffix}", content)
        if problem:
            self._lost[f"{problem.removesuffix('.')} (a picture of the package): dropped"] += 1
            return ""
        name = f"media/{stem}{suffix}"
        if self.media.get(name, content) != content:
            name = f"media/{stem}-{sha256(content).hexdigest()[:8]}{suffix}"
        self.media[name] = content
        return name

    def _feedback(self, found: Mapping[str, Any]) -> Said:
        feedback = group(found, "feedback")
        self._count_score(feedback)
        return self._said(feedback, "title", "subtitle", "image")

    def _said(self, found: Mapping[str, Any], title: str, text: str, image: str) -> Said:
        told = self._text(words(found, text))
        return Said(line_of(words(found, title)), [*told, *self._picture(group(found, image), "")])

    def _count_score(self, found: Mapping[str, Any]) -> None:
        score = found.get("endScreenScore")
        self._scores += isinstance(score, int | float) and score != 0


def _number(found: object) -> int:
    """Return the place that a way leads to; every kind of end is END."""
    if isinstance(found, str) and found.strip().isdecimal() and len(found) < len("1000000"):
        return int(found)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    is_place = isinstance(found, int) and not isinstance(found, bool) and found >= 0
    return found if is_place and isinstance(found, int) else END


def _parts_in(found: object) -> Iterator[dict[str, Any]]:
    """Return the parts inside another one that have a library of their own, in their order."""
    inside = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    for one in inside:
        if isinstance(one, dict) and library(one):
            yield one
        else:
            yield from _parts_in(one)


def _named(name: str) -> str:
    return f"“{name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + '…'}”"


def _unmarked_name(text: str) -> str:
    """Return a text without the marks around the name of who speaks."""
    name, colon, said = text.removeprefix("**").partition("**: ")
    return f"{name}: {said}" if colon and text.startswith("**") else text
