"""A scenario, format `dilemma/1`: scenes joined by choices, read through lenses.

These models are the format: the published JSON Schema is generated from them. There is no field
that could say which choice is right, on purpose.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic.config import JsonDict

from ltitool.core.errors import InputRefused, NotFound

Named = TypeVar("Named", "Scene", "Character", "Lens", "Decision")


class Read:
    """Marks a text that people read: a translation has it, and it may change in a text fix."""


READ = Read()
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
"""A line that is the same in every language, such as an author's name or a licence."""

Line = Annotated[Name, READ]
Source = Annotated[str, Field(min_length=1, max_length=2000)]
Text = Annotated[Source, READ]
MediaName = Annotated[str, Field(pattern=r"^media/[A-Za-z0-9._/-]+$")]
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
Language = Annotated[str, Field(pattern=LANGUAGE)]
Url = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=500)]


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise ValueError("each stands here only once")
    return names


EACH_ONCE = AfterValidator(_each_once)
SAID_ONCE = Field(json_schema_extra={"uniqueItems": True})
UniqueIds = Annotated[tuple[Id, ...], EACH_ONCE, SAID_ONCE]


def _one_of(*forms: tuple[str, ...], alone: bool = False) -> ConfigDict:
    """Say in the JSON Schema what a validator requires: one of these forms, perhaps alone."""
    said: JsonDict = {
        "oneOf": [
            {"required": list(form), **({"maxProperties": len(form)} if alone else {})}
            for form in forms
        ]
    }
    return ConfigDict(json_schema_extra=said)


class Part(BaseModel):
    """What every part of a scenario has in common: it is fixed, and knows no other keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Author(Part):
    """Who wrote it."""

    name: Name
    url: Url | None = None


class Support(Part):
    """Where to turn when the story touches something close to home."""

    text: Text
    url: Url | None = None
    regions: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()


class Lens(Part):
    """A value looked through; a choice honours or strains it."""

    id: Id
    label: Line
    question: Text
    honours: Text
    strains: Text


class Image(Part):
    """A picture; `alt` may be empty only when it is decorative."""

    src: MediaName
    alt: Annotated[str, READ]
    decorative: bool = False
    caption: Text | None = None
    credit: Name | None = None


class Timed(Part):
    """A sound or a film, always with a transcript."""

    src: MediaName
    transcript: Annotated[str, Field(min_length=1), READ]
    captions: Annotated[str, Field(pattern=r"^media/.+\.vtt$")] | None = None
    title: Line | None = None


class Character(Part):
    """Somebody in the story."""

    id: Id
    name: Line
    role: Text
    pronouns: Line | None = None
    portrait: Image | None = None


class IntState(Part):
    """A number the story keeps; no page ever shows it."""

    id: Id
    type: Literal["int"]
    start: int
    min: int
    max: int
    label: Name
    show: Literal["never", "end", "always"] = "never"

    @model_validator(mode="after")
    def _starts_within(self) -> Self:
        if not self.min <= self.start <= self.max:
            raise ValueError("a state starts at its min or its max, or between them")
        return self


class BoolState(Part):
    """A fact the story keeps."""

    id: Id
    type: Literal["bool"]
    start: bool
    label: Name
    show: Literal["never", "end", "always"] = "never"


State = Annotated[IntState | BoolState, Field(discriminator="type")]


class Test(Part):
    """A condition: exactly one of the forms below."""

    model_config = _one_of(
        ("var", "is"),
        ("var", "gte"),
        ("var", "lte"),
        ("chose", "in"),
        ("all",),
        ("any",),
        ("not",),
        alone=True,
    )

    var: Id | None = None
    is_: bool | int | None = Field(default=None, alias="is")
    gte: int | None = None
    lte: int | None = None
    chose: Id | None = None
    in_: Annotated[tuple[Id, ...], Field(min_length=1), EACH_ONCE, SAID_ONCE] | None = Field(
        default=None, alias="in"
    )
    all: Annotated[tuple["Test", ...], Field(min_length=1)] | None = None
    any: Annotated[tuple["Test", ...], Field(min_length=1)] | None = None
    not_: "Test | None" = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _has_one_form(self) -> Self:
        form = frozenset(self.model_fields_set)
        if form not in FORMS_OF_TESTS:
            raise ValueError(
                "a condition is one of: var with is, gte or lte; chose with in; all; any; not"
            )
        return self


FORMS_OF_TESTS = {
    frozenset({"var", "is_"}),
    frozenset({"var", "gte"}),
    frozenset({"var", "lte"}),
    frozenset({"chose", "in_"}),
    frozenset({"all"}),
    frozenset({"any"}),
    frozenset({"not_"}),
}


class Say(Part):
    """Somebody speaks; an aside is heard by nobody in the room."""

    who: Id
    text: Text
    aside: bool = False


CardKind = Literal[
    "friend-request",
    "message",
    "post",
    "email",
    "note",
    "record",
    "search-result",
    "endorsement",
    "photo-tag",
]


class Card(Part):
    """Something on a screen inside the story, drawn as real text."""

    kind: CardKind
    text: Text
    from_: Id | None = Field(default=None, alias="from")
    to: Id | None = None
    account: Line | None = None
    audience: Line | None = None
    time: Line | None = None
    meta: Text | None = None


class Beat(Part):
    """One thing in a scene, shown only where its `when` holds."""

    model_config = _one_of(("narrate",), ("say",), ("card",), ("image",), ("audio",), ("video",))

    narrate: Text | None = None
    say: Say | None = None
    card: Card | None = None
    image: Image | None = None
    audio: Timed | None = None
    video: Timed | None = None
    when: Test | None = None

    @property
    def kind(self) -> str:
        """Which of the six it is."""
        return next(iter(self.model_fields_set - {"when"}))

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if len(self.model_fields_set - {"when"}) != 1:
            raise ValueError("a beat is exactly one of narrate, say, card, image, audio, video")
        return self


class Way(Part):
    """One line of a conditional target."""

    to: Id
    when: Test | None = None


class EndLine(Part):
    """One line of what an ending gained or cost."""

    text: Text
    when: Test | None = None


def _one_or_lines(value: object) -> str:
    return "lines" if isinstance(value, tuple | list) else "one"


ONE_OR_LINES = Discriminator(_one_or_lines)
Target = Annotated[
    Annotated[Id, Tag("one")] | Annotated[tuple[Way, ...], Field(min_length=2), Tag("lines")],
    ONE_OR_LINES,
]
"""Where the story goes: a scene, or the first line whose condition holds."""

EndText = Annotated[
    Annotated[Text, Tag("one")] | Annotated[tuple[EndLine, ...], Field(min_length=2), Tag("lines")],
    ONE_OR_LINES,
]


class Seed(Part):
    """The best case for a choice, in a named character's voice."""

    who: Id
    text: Text


class Choice(Part):
    """One way out of a scene; it honours some lenses and strains others."""

    id: Id
    label: Line
    goto: Target
    short: Annotated[str, Field(max_length=40, pattern=r"^\S+( \S+){1,3}$"), READ] | None = None
    honours: UniqueIds = ()
    strains: UniqueIds = ()
    feedback: Text | None = None
    challenge: Text | None = None
    seed: Seed | None = None
    effects: dict[Id, int | bool] = {}
    when: Test | None = None


class Rationale(Part):
    """What reasons a decision asks for, counted in words."""

    required: bool
    prompt: Text | None = None
    min_words: Annotated[int, Field(ge=0, le=300)] | None = None
    max_words: Annotated[int, Field(ge=20, le=1000)] | None = None

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.min_words and self.max_words and self.min_words > self.max_words:
            raise ValueError("min_words is more than max_words")
        return self


class Decision(Part):
    """A question of the story; groups talk about a core one, a step only moves the story."""

    id: Id
    kind: Literal["core", "step"]
    prompt: Text
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=6)]
    tests: tuple[Id, ...] = ()
    affordances: tuple[
        Literal["persistence", "replicability", "scalability", "searchability"], ...
    ] = ()
    dynamics: tuple[
        Literal["invisible-audience", "collapsed-context", "public-private-blur"], ...
    ] = ()
    rationale: Rationale | None = None
    confidence: bool = False
    rank_lenses: Annotated[int, Field(ge=0, le=3)] | None = None
    open: bool = False

    def choice(self, choice_id: str) -> Choice:
        """Return the choice of this id; raises InputRefused."""
        for choice in self.choices:
            if choice.id == choice_id:
                return choice
        raise InputRefused("That is not one of the answers offered here.")


class ConsultQuestion(Part):
    """A question one may ask before deciding, and what is answered."""

    id: Id
    label: Line
    beats: Annotated[tuple[Beat, ...], Field(min_length=1)]


class Ending(Part):
    """How it ended: always something gained and something it cost, never a score."""

    id: Id
    label: Line
    gained: EndText | None = None
    cost: EndText | None = None


class Scene(Part):
    """A moment in the story: it asks a decision, goes on, or ends."""

    model_config = _one_of(("decision",), ("next",), ("ending",))

    id: Id
    title: Line
    beats: Annotated[tuple[Beat, ...], Field(min_length=1)]
    curtain: bool = False
    consult: tuple[ConsultQuestion, ...] = ()
    decision: Decision | None = None
    next: Target | None = None
    ending: Ending | None = None

    @model_validator(mode="after")
    def _goes_one_way(self) -> Self:
        if sum(way is not None for way in (self.decision, self.next, self.ending)) != 1:
            raise ValueError("a scene has exactly one of decision, next, ending")
        return self


class Reading(Part):
    """One way to explain what happened."""

    label: Line
    text: Text
    theory: Line | None = None


class Reflect(Part):
    """A closing question."""

    id: Id
    prompt: Text
    min_words: Annotated[int, Field(ge=0, le=500)] | None = None
    required: bool = False
    private: bool = False
    cites_peer: bool = False
    readings: Annotated[tuple[Reading, ...], Field(min_length=2)] | None = None


class Facilitation(Part):
    """For those who teach with it."""

    time_plan: Text | None = None
    watch_for: tuple[Text, ...] = ()
    in_person: Text | None = None


class Reference(Part):
    """A source."""

    id: Id
    text: Source
    url: Url | None = None
    seed: bool = False


class Scenario(Part):
    """A whole dilemma."""

    format: Literal["dilemma/1"]
    id: Id
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    language: Language
    title: Line
    summary: Text
    licence: Name
    lenses: Annotated[tuple[Lens, ...], Field(min_length=2, max_length=12)]
    cast: Annotated[tuple[Character, ...], Field(min_length=1)]
    start: Id
    scenes: Annotated[tuple[Scene, ...], Field(min_length=2, max_length=500)]
    reflect: Annotated[tuple[Reflect, ...], Field(min_length=1)]
    authors: tuple[Author, ...] = ()
    provenance: Text | None = None
    minutes: Annotated[int, Field(ge=3, le=120)] | None = None
    level: Literal["qualifying", "newly-qualified", "experienced"] | None = None
    discipline: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    content_notes: tuple[Text, ...] = ()
    support: tuple[Support, ...] = ()
    state: tuple[State, ...] = ()
    revisit: tuple[Id, ...] = ()
    discussion: dict[Id, tuple[Text, ...]] = {}
    facilitation: Facilitation | None = None
    references: tuple[Reference, ...] = ()

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

    @property
    def required_reflections(self) -> tuple[Reflect, ...]:
        """The closing questions that must be answered."""
        return tuple(question for question in self.reflect if question.required)


def _by_id(parts: Sequence[Named], wanted: str, kind: str) -> Named:
    for part in parts:
        if part.id == wanted:
            return part
    raise NotFound(f"There is no such {kind} in this story.")
