"""An H5P Branching Scenario as the draft of a story: its pages become scenes.

H5P numbers its pages and remembers nothing, so a story that was written out path by path comes
back path by path. What goes straight on to a question is one scene with it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ltitool.core.errors import BrokenScenario
from ltitool.core.exchange.draft import Draft, begun, require_few
from ltitool.core.exchange.h5p_package import Package, group, groups, package_of, words
from ltitool.core.exchange.h5p_pages import END, Answer, Beats, Page, Reader, Said
from ltitool.core.exchange.h5p_pictures import named
from ltitool.core.exchange.html_text import line_of, markdown_of
from ltitool.core.exchange.ids import Ids
from ltitool.core.exchange.twee_scenes import ASKED

FEWEST_CORE_CHOICES = 3
NO_LANGUAGE = "und"
LICENCES = {
    ("CC BY", "4.0"): "CC-BY-4.0",
    ("CC BY-SA", "4.0"): "CC-BY-SA-4.0",
    ("CC0 1.0", ""): "CC0-1.0",
}
"""By the licence and its version, as h5p.json names them."""

ALWAYS_LOST = (
    "The words on buttons, the theme and the rules for going back: dropped.",
    "An end screen has one text, which stands in the last scene: say what was gained, what lost.",
)


def from_h5p(content: bytes, cast: Sequence[str] = ()) -> Draft:
    """Return the draft of a story from an `.h5p` package; `cast` names who speaks in it.

    Raises BrokenScenario when the package is none, or holds no branching scenario.
    """
    package = package_of(content)
    listed = len(groups(package.story, "content"))
    if not listed:
        raise BrokenScenario(["There is no page in this branching scenario."])
    require_few(listed, "pages")
    ids = Ids()
    document = begun(_title(package), cast, ids)
    losses = [*package.losses, *_head(document, package)]
    reader = Reader(package, {one["name"]: one["id"] for one in document["cast"]})
    pages = reader.pages()
    scenes = _Scenes(pages, reader.end_screens(), ids)
    made = scenes.made()
    made[0]["beats"][:0] = reader.cover()
    document |= {"start": made[0]["id"], "scenes": made}
    shown = {src: reader.pictures.media[src] for src in _shown(made)}
    return Draft(document, (*losses, *reader.losses(), *scenes.losses, *ALWAYS_LOST), shown)


class _Scenes:
    """The scenes that the pages become."""

    def __init__(self, pages: Sequence[Page], screens: Mapping[int, Said], ids: Ids) -> None:
        self.pages = pages
        self.screens = screens
        self.ids = ids
        self.losses: list[str] = []
        self._goes_on = _chains(pages)
        followers = set(self._goes_on.values())
        first = [n for n in range(len(pages)) if n not in followers]
        self._names = {n: ids.new(pages[n].title, "scene") for n in first}
        self._ends: dict[str, dict[str, Any]] = {}
        self._missing: dict[int, str] = {}

    def made(self) -> list[dict[str, Any]]:
        """Return every scene, the first one first, and after them those of answers that end."""
        return [*[self._scene(n) for n in self._names], *self._ends.values()]

    def _scene(self, n: int) -> dict[str, Any]:
        made: dict[str, Any] = {"id": self._names[n], "title": self.pages[n].title, "beats": []}
        while n in self._goes_on:
            made["beats"] += [*self.pages[n].beats, *_said_on_the_way(self.pages[n])]
            n = self._goes_on[n]
        page = self.pages[n]
        made["beats"] += page.beats
        if page.answers:
            self._ask(made, page)
        elif page.to < 0:
            self._end(made, self._last(page.said, page.to))
        else:
            made["beats"] += _said_on_the_way(page)
            made["next"] = self._name(page.to)
        made["beats"] = made["beats"] or [{"narrate": made["title"]}]
        return made

    def _ask(self, made: dict[str, Any], page: Page) -> None:
        if len(page.answers) == 1:
            [answer] = page.answers
            said = f"{named(answer.label)} is the only answer, so it asks nothing: dropped."
            self.losses.append(said)
            texts = (page.prompt, answer.said.text if answer.to >= 0 else "")
            made["beats"] += [{"narrate": text} for text in texts if text]
            made["next"] = self._target(answer)
            return
        is_core = len(page.answers) >= FEWEST_CORE_CHOICES
        made["decision"] = {
            "id": self.ids.new(f"d-{made['id']}", "d"),
            "kind": "core" if is_core else "step",
            "prompt": page.prompt or ASKED,
            "choices": [self._choice(answer) for answer in page.answers],
        }

    def _choice(self, answer: Answer) -> dict[str, Any]:
        goes_on = answer.to >= 0
        made = {"id": self.ids.new(answer.label, "choice"), "label": answer.label}
        if goes_on and answer.said.text:
            made["feedback"] = answer.said.text
        if goes_on and any("image" in beat for beat in answer.said.beats):
            self.losses.append(f"The picture beside the answer {named(answer.label)}: dropped.")
        return {**made, "goto": self._target(answer)}

    def _target(self, answer: Answer) -> str:
        """Return where an answer leads: a scene, or one made of what is said at the end."""
        if answer.to >= 0:
            return self._name(answer.to)
        said = self._last(answer.said, answer.to)
        key = repr(said)
        if key not in self._ends:
            title = said.title or "The end"
            made: dict[str, Any] = {"id": self.ids.new(title, "end"), "title": title, "beats": []}
            self._end(made, said)
            made["beats"] = made["beats"] or [{"narrate": title}]
            self._ends[key] = made
        return str(self._ends[key]["id"])

    def _end(self, made: dict[str, Any], said: Said) -> None:
        label = said.title or made["title"]
        made["beats"] += said.beats
        made["ending"] = {"id": self.ids.new(f"end-{label}", "end"), "label": label}

    def _last(self, said: Said, to: int) -> Said:
        """Return what is said at an end: its own words, or those of the end screen it leads to."""
        screen = self.screens.get(to) or self.screens.get(END) or Said()
        return Said(said.title or screen.title, said.beats) if said.title or said.beats else screen

    def _name(self, n: int) -> str:
        if n in self._names:
            return self._names[n]
        if n not in self._missing:
            self.losses.append(f"A way leads to page {n + 1}, which is not there: write it.")
            self._missing[n] = self.ids.new(f"missing-{n + 1}", "missing")
        return self._missing[n]


def _shown(scenes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Return the names of the pictures that scenes show."""
    for scene in scenes:
        yield from (beat["image"]["src"] for beat in scene["beats"] if "image" in beat)


def _chains(pages: Sequence[Page]) -> dict[int, int]:
    """Return which pages go on to one that belongs to the same scene.

    That is one to which nothing else leads, and which asks a question or has the same title.
    """
    ways_in = Counter(to for page in pages for to in _ways(page))
    goes_on = {}
    for n in _reached(pages):
        page = pages[n]
        if page.answers or page.to >= len(pages) or page.to <= 0 or ways_in[page.to] > 1:
            continue
        following = pages[page.to]
        if following.answers or following.title == page.title:
            goes_on[n] = page.to
    return goes_on


def _ways(page: Page) -> Iterator[int]:
    yield from (answer.to for answer in page.answers) if page.answers else (page.to,)


def _reached(pages: Sequence[Page]) -> Iterable[int]:
    """Return the pages that can be come to, since others could lead round in a circle."""
    reached, todo = {0: None}, [0]
    while todo:
        for to in _ways(pages[todo.pop()]):
            if to not in reached and 0 <= to < len(pages):
                reached[to] = None
                todo.append(to)
    return reached


def _said_on_the_way(page: Page) -> Beats:
    title = [{"narrate": page.said.title}] if page.said.title else []
    return [*title, *page.said.beats]


def _title(package: Package) -> str:
    screen = group(package.story, "startScreen")
    return line_of(
        words(package.about, "title")
        or words(package.story, "title")
        or words(screen, "startScreenTitle")
    )


def _head(document: dict[str, Any], package: Package) -> Iterator[str]:
    """Fill in what the package says of itself; return what it leaves open, as sentences."""
    about: Mapping[str, Any] = package.about
    screen = group(package.story, "startScreen")
    document["summary"] = markdown_of(words(screen, "startScreenSubtitle")).text
    document["authors"] = [
        {"name": line_of(name)} for one in groups(about, "authors") if (name := words(one, "name"))
    ]
    name, version = words(about, "license"), words(about, "licenseVersion")
    licence = LICENCES.get((name, version)) or LICENCES.get((name, ""))
    document["licence"] = licence or ("" if name == "U" else f"{name} {version}".strip())
    if licence is None:
        yield "The licence is none that stories are shared under: ask who made it, then choose one."
    language = words(about, "language")
    if language and language != NO_LANGUAGE:
        document["language"] = language
    else:
        yield "The package does not say its language: it is taken for English."
