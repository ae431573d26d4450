"""What a rule is given: a scenario, all its paths, and every text with its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from ltitool.core.lint.paths import Paths
from ltitool.core.scenario import Beat, Choice, Decision, Scenario, Scene, everything
from ltitool.core.walk import Step, Walk
from ltitool.core.words import count_words

Place = tuple[str | int, ...]

TEXTS = {
    *("narrate", "text", "meta", "title", "caption", "transcript", "alt", "account", "audience"),
    *("prompt", "label", "short", "feedback", "challenge", "gained", "cost", "summary"),
    *("question", "honours", "strains", "content_notes", "author_note"),
}
"""Under these names stands what a reader reads; everything else is for the machine."""

PROMPTS = {"discussion", "discussion_in_writing"}
"""Under these stands what a group is asked to talk about."""
TOLD = {"title", "summary", "lenses", "scenes", "reflect", "author_note"} | PROMPTS
"""In these parts of the file the story is told, not what stands around it."""


class Asked(NamedTuple):
    """A decision with its scene and its place in the file."""

    place: Place
    scene: Scene
    decision: Decision

    def choices(self) -> Iterator[tuple[Place, Choice]]:
        """Return its choices, each with its place in the file."""
        for n, choice in enumerate(self.decision.choices):
            yield (*self.place, "choices", n), choice

    @property
    def is_core(self) -> bool:
        """Whether groups could talk about it."""
        return self.decision.kind == "core"


@dataclass(frozen=True)
class Story:
    """A scenario as rules see it."""

    scenario: Scenario
    paths: Paths
    earlier: Scenario | None = None
    """The version before this one, when somebody has it at hand."""

    @cached_property
    def decisions(self) -> tuple[Asked, ...]:
        """Every decision, in the order of the file."""
        return tuple(
            Asked(("scenes", i, "decision"), scene, scene.decision)
            for i, scene in enumerate(self.scenario.scenes)
            if scene.decision is not None
        )

    @cached_property
    def core(self) -> tuple[Asked, ...]:
        """Every core decision, in the order of the file."""
        return tuple(asked for asked in self.decisions if asked.is_core)

    @cached_property
    def texts(self) -> tuple[tuple[Place, str], ...]:
        """Every text that tells the story, with its place in the file."""
        return tuple(
            (place, part)
            for place, part in everything(self.scenario)
            if isinstance(part, str) and place[0] in TOLD and is_read(place)
        )

    @cached_property
    def endings(self) -> dict[str, Place]:
        """The ids of all endings, each with the place of its scene."""
        return {
            scene.ending.id: ("scenes", i)
            for i, scene in enumerate(self.scenario.scenes)
            if scene.ending is not None
        }

    @cached_property
    def met(self) -> frozenset[Place]:
        """The places of all scenes that some path meets."""
        names = {step.scene.id for walk in self.walks for step in walk.steps}
        return frozenset(
            ("scenes", i) for i, scene in enumerate(self.scenario.scenes) if scene.id in names
        )

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Every path, or the sample of them."""
        return self.paths.walks

    def scene_place(self, scene_id: str) -> Place:
        """Return where a scene stands in the file."""
        ids = [scene.id for scene in self.scenario.scenes]
        return ("scenes", ids.index(scene_id))


def ending_of(walk: Walk) -> str:
    """Return the id of the ending of a whole path."""
    ending = walk.here.scene.ending
    assert ending is not None
    return ending.id


def beat_text(beat: Beat) -> str:
    """Return what one reads of a beat, or hears."""
    if beat.say is not None:
        return beat.say.text
    if beat.card is not None:
        return f"{beat.card.text} {beat.card.meta or ''}"
    if beat.image is not None:
        return beat.image.caption or ""
    timed = beat.audio or beat.video
    return timed.transcript if timed is not None else beat.narrate or ""


def words_in_scene(step: Step) -> int:
    """Return how many words stand between coming into a scene and acting in it."""
    asked = step.scene.decision.prompt if step.scene.decision is not None else ""
    return sum(words(beat_text(beat)) for beat in step.beats) + words(asked)


def words_on_path(walk: Walk) -> int:
    """Return how many words one reads on a path, with the choices and what is said of one's own."""
    read = words(walk.gained) + words(walk.cost)
    for step in walk.steps:
        read += words(step.scene.title) + words_in_scene(step)
        for choice in step.choices:
            read += words(choice.label)
            if step.taken is not None and choice.id == step.taken.choice_id:
                read += words(choice.feedback or "")
    return read


@lru_cache(maxsize=8192)
def words(text: str) -> int:
    """Return how many words a text has."""
    return count_words(text)


def is_read(place: Place) -> bool:
    """Whether a text at this place is read: a list may stand between it and its name."""
    names = [part for part in place if isinstance(part, str)]
    if place[0] in PROMPTS:
        return True
    if names[-1] in {"honours", "strains"}:
        return place[0] == "lenses"  # in a choice these are ids
    return names[-1] in TEXTS
