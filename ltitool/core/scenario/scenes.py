"""The scenes of a story: what they ask, what can be answered, and how it ends."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ltitool.core.errors import InputRefused
from ltitool.core.scenario.beats import Beat
from ltitool.core.scenario.conditions import EndText, Target, Test
from ltitool.core.scenario.parts import READ, Id, Line, Part, Text, UniqueIds, one_of


class Seed(Part):
    """The best case for a choice, in a named character's voice."""

    who: Id
    """Who makes it, by their id in the cast."""
    text: Text
    """Their words: 25 to 60 of them, about as many for each choice."""


class Choice(Part):
    """One way out of a scene; it honours some lenses and strains others."""

    id: Id
    """Its name in this file."""
    label: Line
    """What the reader chooses, up to 25 words."""
    goto: Target
    """Where it leads: a scene, or lines of which the first that holds is taken."""
    short: Annotated[str, Field(max_length=40, pattern=r"^\S+( \S+){1,3}$"), READ] | None = None
    """The same in two to four words, for tables and pictures."""
    honours: UniqueIds = ()
    """The lenses it upholds."""
    strains: UniqueIds = ()
    """The lenses it puts under strain."""
    feedback: Text | None = None
    """What it opens and what it costs, told after it was chosen; without a verdict."""
    challenge: Text | None = None
    """A counter-question, asked after it was chosen."""
    seed: Seed | None = None
    """The best case for it, which readers see among the reasons of others."""
    effects: dict[Id, int | bool] = {}
    """What it changes: a number is added to, a fact is set."""
    when: Test | None = None
    """Offered only where this holds."""


class Rationale(Part):
    """What reasons a decision asks for, counted in words."""

    required: bool
    """Whether there is no answer without reasons; a core decision has true."""
    prompt: Text | None = None
    """How reasons are asked for."""
    min_words: Annotated[int, Field(ge=0, le=300)] | None = None
    """So many words are asked for."""
    max_words: Annotated[int, Field(ge=20, le=1000)] | None = None
    """No more than so many."""

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.min_words and self.max_words and self.min_words > self.max_words:
            raise ValueError("min_words is more than max_words")
        return self


class Decision(Part):
    """A question of the story; groups talk about a core one, a step only moves the story."""

    id: Id
    """Its name in this file, by which conditions and `revisit` refer to it."""
    kind: Literal["core", "step"]
    """Whether it earns credit and can be talked about, or only moves the story."""
    prompt: Text
    """What is asked."""
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=6)]
    """What can be answered; a core decision has three and more."""
    tests: tuple[Id, ...] = ()
    """The lenses that are at odds here."""
    affordances: tuple[
        Literal["persistence", "replicability", "scalability", "searchability"], ...
    ] = ()
    """What the medium does to the case."""
    dynamics: tuple[
        Literal["invisible-audience", "collapsed-context", "public-private-blur"], ...
    ] = ()
    """What the medium does to the people."""
    rationale: Rationale | None = None
    """What reasons are asked for."""
    confidence: bool = False
    """Whether it is asked how sure one is."""
    rank_lenses: Annotated[int, Field(ge=0, le=3)] | None = None
    """So many lenses are picked as those that weighed most."""
    open: bool = False
    """Whether one may answer “none of these”, and say what one would change."""

    def choice(self, choice_id: str) -> Choice:
        """Return the choice of this id; raises InputRefused."""
        for choice in self.choices:
            if choice.id == choice_id:
                return choice
        raise InputRefused("That is not one of the answers offered here.")


class ConsultQuestion(Part):
    """A question one may ask before deciding, and what is answered."""

    id: Id
    """Its name in this file."""
    label: Line
    """The question."""
    beats: Annotated[tuple[Beat, ...], Field(min_length=1)]
    """What is answered."""


class Ending(Part):
    """How it ended: always something gained and something it cost, never a score."""

    id: Id
    """Its name in this file."""
    label: Line
    """What it is called."""
    gained: EndText | None = None
    """What was gained: a text, or lines of which the first that holds is told."""
    cost: EndText | None = None
    """What it cost: a text, or lines of which the first that holds is told."""


class Scene(Part):
    """A moment in the story: it asks a decision, goes on, or ends."""

    model_config = one_of(("decision",), ("next",), ("ending",))

    id: Id
    """Its name in this file, by which ways lead to it."""
    title: Line
    """Its heading."""
    beats: Annotated[tuple[Beat, ...], Field(min_length=1)]
    """What happens, one thing after the other."""
    curtain: bool = False
    """Whether the story stops before it until people have talked and decided again."""
    consult: tuple[ConsultQuestion, ...] = ()
    """What one may ask before deciding."""
    decision: Decision | None = None
    """What is asked."""
    next: Target | None = None
    """Where it goes on: a scene, or lines of which the first that holds is taken."""
    ending: Ending | None = None
    """How it ended."""

    @model_validator(mode="after")
    def _goes_one_way(self) -> Self:
        if sum(way is not None for way in (self.decision, self.next, self.ending)) != 1:
            raise ValueError("a scene has exactly one of decision, next, ending")
        return self
