"""What surrounds the scenes: who wrote it, who is in it, through what it is read, how it closes."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ltitool.core.scenario.beats import Image
from ltitool.core.scenario.parts import Id, Line, Name, Part, Source, Text, Url


class Author(Part):
    """Who wrote it."""

    name: Name
    """As it is to be cited."""
    url: Url | None = None
    """A page about the author."""


class Support(Part):
    """Where to turn when the story touches something close to home."""

    text: Text
    """Who helps, and how to reach them."""
    url: Url | None = None
    """Their page."""
    regions: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    """Where they help, as codes of two letters like GB; empty where they help everywhere."""


class Lens(Part):
    """A value looked through; a choice honours or strains it."""

    id: Id
    """Its name in this file, by which choices refer to it."""
    label: Line
    """What readers call it, in one or two words."""
    question: Text
    """What one asks when looking through it."""
    honours: Text
    """How to read the mark on a choice that upholds it."""
    strains: Text
    """How to read the mark on a choice that puts it under strain."""


class Character(Part):
    """Somebody in the story."""

    id: Id
    """Their name in this file, by which beats and seeds refer to them."""
    name: Line
    """What they are called."""
    role: Text
    """Who they are to the others, in a sentence."""
    pronouns: Line | None = None
    """Such as she/her."""
    portrait: Image | None = None
    """A picture of them."""


class IntState(Part):
    """A number the story keeps; no page ever shows it."""

    id: Id
    """Its name in this file, by which effects and conditions refer to it."""
    type: Literal["int"]
    """Says that it is a number."""
    start: int
    """What it is before the first scene."""
    min: int
    """It never falls below this."""
    max: int
    """It never rises above this."""
    label: Name
    """What it stands for; on paper, who leads the talk notes it by this name."""
    show: Literal["never", "end", "always"] = "never"
    """Kept for other tools: no page of this one shows it."""

    @model_validator(mode="after")
    def _starts_within(self) -> Self:
        if not self.min <= self.start <= self.max:
            raise ValueError("a state starts at its min or its max, or between them")
        return self


class BoolState(Part):
    """A fact the story keeps."""

    id: Id
    """Its name in this file, by which effects and conditions refer to it."""
    type: Literal["bool"]
    """Says that it is a fact."""
    start: bool
    """Whether it holds before the first scene."""
    label: Name
    """What it stands for; on paper, who leads the talk notes it by this name."""
    show: Literal["never", "end", "always"] = "never"
    """Kept for other tools: no page of this one shows it."""


State = Annotated[IntState | BoolState, Field(discriminator="type")]


class Reading(Part):
    """One way to explain what happened."""

    label: Line
    """Its name."""
    text: Text
    """What it says; a fact it claims is cited, like (Bo, 2020)."""
    theory: Line | None = None
    """The school it comes from."""


class Reflect(Part):
    """A closing question."""

    id: Id
    """Its name in this file."""
    prompt: Text
    """What is asked."""
    min_words: Annotated[int, Field(ge=0, le=500)] | None = None
    """So many words are asked for."""
    required: bool = False
    """Whether it has to be answered to be done."""
    private: bool = False
    """Whether the answer is for the reader alone, and staff never see it."""
    cites_peer: bool = False
    """Whether it asks for a reason of somebody else that mattered."""
    readings: Annotated[tuple[Reading, ...], Field(min_length=2)] | None = None
    """Ways to explain what happened, to hold one’s own against."""


class Facilitation(Part):
    """For those who teach with it."""

    time_plan: Text | None = None
    """How long each part takes."""
    watch_for: tuple[Text, ...] = ()
    """What is likely to come up in the talk."""
    in_person: Text | None = None
    """How to run it in a room."""


class Reference(Part):
    """A source."""

    id: Id
    """Its name in this file."""
    text: Source
    """Author and year first, then title and where it was published."""
    url: Url | None = None
    """Where it can be read."""
    seed: bool = False
    """Whether the story grew out of it."""
