"""Following a path through a scenario: scene, state and ending follow from the choices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from ltitool.core.errors import BrokenScenario, InputRefused, NotFound
from ltitool.core.scenario import (
    Beat,
    Choice,
    ConsultQuestion,
    EndText,
    IntState,
    Scenario,
    Scene,
    Target,
    Test,
)

State = Mapping[str, int | bool]


@dataclass(frozen=True)
class Taken:
    """A choice made at a decision."""

    decision_id: str
    choice_id: str


class Stop(StrEnum):
    """Why the story does not go on by itself."""

    DECISION = "decision"
    CURTAIN = "curtain"
    ENDING = "ending"


@dataclass(frozen=True)
class Step:
    """One scene as met on this path: only what its conditions let show."""

    scene: Scene
    beats: tuple[Beat, ...]
    consults: tuple[ConsultQuestion, ...]
    choices: tuple[Choice, ...]
    is_behind_curtain: bool
    taken: Taken | None = None


@dataclass(frozen=True)
class Walk:
    """A path through the story, as far as it goes."""

    steps: tuple[Step, ...]
    stop: Stop
    state: State
    taken: tuple[Taken, ...]
    gained: str = ""
    """What the ending gained on this path; empty before an ending."""
    cost: str = ""

    @property
    def here(self) -> Step:
        """The scene the story has come to."""
        return self.steps[-1]

    def step(self, scene_id: str) -> Step:
        """Return the scene of this id if the path has met it; raises NotFound."""
        for step in self.steps:
            if step.scene.id == scene_id:
                return step
        raise NotFound("The story has not come to this scene.")


@dataclass
class Walker:
    """What is known while walking."""

    scenario: Scenario
    state: dict[str, int | bool]
    chosen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at_start(cls, scenario: Scenario) -> Self:
        """Return what is known before the first scene."""
        return cls(scenario, {part.id: part.start for part in scenario.state})

    def copy(self) -> "Walker":
        """Return the same knowledge, to walk on another way."""
        return Walker(self.scenario, dict(self.state), dict(self.chosen))

    def holds(self, test: Test | None) -> bool:
        """Whether a condition holds here; none always does."""
        if test is None:
            return True
        if test.var is not None:
            return self._compares(test, self.state[test.var])
        if test.chose is not None:
            return self.chosen.get(test.chose) in (test.in_ or ())
        if test.all is not None:
            return all(self.holds(part) for part in test.all)
        if test.any is not None:
            return any(self.holds(part) for part in test.any)
        return not self.holds(test.not_)

    @staticmethod
    def _compares(test: Test, value: int) -> bool:
        if test.gte is not None:
            return value >= test.gte
        if test.lte is not None:
            return value <= test.lte
        return value == test.is_

    def target(self, target: Target) -> Scene:
        """Return the scene a target leads to from here."""
        if isinstance(target, str):
            return self.scenario.scene(target)
        return self.scenario.scene(next(way.to for way in target if self.holds(way.when)))

    def end_text(self, text: EndText | None) -> str:
        """Return what an ending gained or cost on this path."""
        if text is None or isinstance(text, str):
            return text or ""
        return next(line.text for line in text if self.holds(line.when))

    def meet(self, scene: Scene, *, is_behind_curtain: bool) -> Step:
        """Return a scene as it shows here."""
        choices = scene.decision.choices if scene.decision else ()
        return Step(
            scene,
            beats=tuple(beat for beat in scene.beats if self.holds(beat.when)),
            consults=tuple(
                consult.model_copy(
                    update={"beats": tuple(b for b in consult.beats if self.holds(b.when))}
                )
                for consult in scene.consult
            ),
            choices=tuple(choice for choice in choices if self.holds(choice.when)),
            is_behind_curtain=is_behind_curtain,
        )

    def take(self, step: Step, taken: Taken) -> Choice:
        """Make a choice and remember what it did; raises InputRefused when it is not offered."""
        decision = step.scene.decision
        if decision is None or decision.id != taken.decision_id:
            raise InputRefused("The answers do not fit the order of the story.")
        for choice in step.choices:
            if choice.id == taken.choice_id:
                self.chosen[decision.id] = choice.id
                self._apply(choice.effects)
                return choice
        raise InputRefused("That is not one of the answers offered here.")

    def _apply(self, effects: Mapping[str, int | bool]) -> None:
        limits = {part.id: part for part in self.scenario.state}
        for name, effect in effects.items():
            part = limits[name]
            if isinstance(part, IntState):
                self.state[name] = min(max(self.state[name] + effect, part.min), part.max)
            else:
                self.state[name] = bool(effect)


def follow(scenario: Scenario, path: Sequence[Taken], *, is_curtain_raised: bool = False) -> Walk:
    """Follow a path from the start to where it needs an answer, meets the curtain, or ends.

    Raises InputRefused when the path makes a choice that is not offered where it comes, and
    BrokenScenario when scenes lead round in a circle that asks nothing.
    """
    walker = Walker.at_start(scenario)
    answers = iter(path)
    scene = scenario.scene(scenario.start)
    steps: list[Step] = []
    most = len(scenario.scenes) * (len(path) + 1)  # between two answers no scene comes twice
    is_behind = False
    stop: Stop | None = None
    while stop is None:
        if scene.curtain and not is_curtain_raised and steps:
            stop = Stop.CURTAIN
            break
        is_behind = is_behind or scene.curtain
        step = walker.meet(scene, is_behind_curtain=is_behind)
        scene, step, stop = _go_on(walker, step, answers)
        steps.append(step)
        if len(steps) > most:
            raise BrokenScenario([f"“{scene.id}” comes back to itself without a question."])
    if stop is Stop.CURTAIN or stop is Stop.ENDING:
        _require_no_more(answers)
    ending = steps[-1].scene.ending
    return Walk(
        tuple(steps),
        stop,
        walker.state,
        tuple(step.taken for step in steps if step.taken is not None),
        gained=walker.end_text(ending.gained) if ending else "",
        cost=walker.end_text(ending.cost) if ending else "",
    )


def _go_on(walker: Walker, step: Step, answers: Iterator[Taken]) -> tuple[Scene, Step, Stop | None]:
    scene = step.scene
    if scene.ending is not None:
        return scene, step, Stop.ENDING
    if scene.next is not None:
        return walker.target(scene.next), step, None
    taken = next(answers, None)
    if taken is None:
        return scene, step, Stop.DECISION
    choice = walker.take(step, taken)
    answered = Step(scene, step.beats, step.consults, step.choices, step.is_behind_curtain, taken)
    return walker.target(choice.goto), answered, None


def _require_no_more(answers: Iterator[Taken]) -> None:
    if next(answers, None) is not None:
        raise InputRefused("The answers go on after the story has stopped.")
