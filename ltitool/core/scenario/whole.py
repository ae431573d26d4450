"""A whole dilemma, and how its parts are found by their ids."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from ltitool.core.errors import NotFound
from ltitool.core.scenario.about import (
    Author,
    Character,
    Facilitation,
    Lens,
    Reference,
    Reflect,
    State,
    Support,
)
from ltitool.core.scenario.parts import Id, Language, Line, Name, Part, Text
from ltitool.core.scenario.scenes import Decision, Scene

Named = TypeVar("Named", Scene, Character, Lens, Decision)


class Scenario(Part):
    """A whole dilemma."""

    format: Literal["dilemma/1"]
    """The format and its version."""
    id: Id
    """The name of the story among all others; it never changes."""
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    """Its number, like 1.0.0; another structure needs a new one."""
    language: Language
    """The language it is written in, as a code like en or pt-BR."""
    title: Line
    """What it is called."""
    summary: Text
    """What it is about, for whoever chooses a story."""
    licence: Name
    """What others may do with it: CC0-1.0, CC-BY-4.0 or CC-BY-SA-4.0."""
    lenses: Annotated[tuple[Lens, ...], Field(min_length=2, max_length=12)]
    """The values through which it is read."""
    cast: Annotated[tuple[Character, ...], Field(min_length=1)]
    """Who is in it."""
    start: Id
    """The scene it begins with."""
    scenes: Annotated[tuple[Scene, ...], Field(min_length=2, max_length=500)]
    """What happens."""
    reflect: Annotated[tuple[Reflect, ...], Field(min_length=1)]
    """The closing questions."""
    authors: tuple[Author, ...] = ()
    """Who wrote it."""
    provenance: Text | None = None
    """Where it comes from, and what it was adapted from."""
    minutes: Annotated[int, Field(ge=3, le=120)] | None = None
    """How long it takes, all three visits together."""
    level: Literal["qualifying", "newly-qualified", "experienced"] | None = None
    """Whom it is written for."""
    discipline: tuple[str, ...] = ()
    """The subjects it is used in."""
    keywords: tuple[str, ...] = ()
    """Words it can be found by."""
    content_notes: tuple[Text, ...] = ()
    """What it touches that some would rather know before."""
    support: tuple[Support, ...] = ()
    """Where to turn; needed as soon as there are content notes."""
    state: tuple[State, ...] = ()
    """What the story keeps in mind."""
    revisit: tuple[Id, ...] = ()
    """The decision that groups talk about and that is asked again; without, the first core one."""
    discussion: dict[Id, tuple[Text, ...]] = {}
    """Prompts for the talk, by the id of a core decision; they fit a talk aloud, too."""
    discussion_in_writing: dict[Id, tuple[Text, ...]] = {}
    """Further prompts for a talk in writing; they may speak of its thread and its voices."""
    author_note: Text | None = None
    """What the author wants to say to a class that has answered; without counts and verdicts."""
    facilitation: Facilitation | None = None
    """Notes for teachers: time, what to watch for, how to run it in a room."""
    references: tuple[Reference, ...] = ()
    """Its sources."""

    def scene(self, scene_id: str) -> Scene:
        """Return the scene of this id; raises NotFound."""
        return _by_id(self.scenes, scene_id, "scene")

    def character(self, character_id: str) -> Character:
        """Return the character of this id; raises NotFound."""
        return _by_id(self.cast, character_id, "character")

    def lens(self, lens_id: str) -> Lens:
        """Return the lens of this id; raises NotFound."""
        return _by_id(self.lenses, lens_id, "lens")

    def decision(self, decision_id: str) -> Decision:
        """Return the decision of this id; raises NotFound."""
        return _by_id(self.decisions, decision_id, "decision")

    def scene_of(self, decision_id: str) -> Scene:
        """Return the scene that asks this decision; raises NotFound."""
        for scene in self.scenes:
            if scene.decision is not None and scene.decision.id == decision_id:
                return scene
        raise NotFound("There is no such decision in this story.")

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision, in the order of the file."""
        return tuple(scene.decision for scene in self.scenes if scene.decision is not None)

    @property
    def core_decisions(self) -> tuple[Decision, ...]:
        """The decisions that groups could talk about."""
        return tuple(decision for decision in self.decisions if decision.kind == "core")

    @property
    def talk_decision(self) -> Decision:
        """The decision that is talked about and asked again."""
        return self.decision(self.revisit[0]) if self.revisit else self.core_decisions[0]

    def prompts(self, *, is_written: bool) -> tuple[str, ...]:
        """Return the prompts for the talk; those of a talk in writing are left out of one aloud."""
        talked = self.talk_decision.id
        further = self.discussion_in_writing.get(talked, ()) if is_written else ()
        return self.discussion.get(talked, ()) + further

    @property
    def required_reflections(self) -> tuple[Reflect, ...]:
        """The closing questions that must be answered."""
        return tuple(question for question in self.reflect if question.required)


def _by_id(parts: Sequence[Named], wanted: str, kind: str) -> Named:
    for part in parts:
        if part.id == wanted:
            return part
    raise NotFound(f"There is no such {kind} in this story.")
