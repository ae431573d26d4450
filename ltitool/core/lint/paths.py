"""Every path through a story, played to its ending; or a sample when there are too many."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from ltitool.core.scenario import Choice, Scenario, Scene
from ltitool.core.walk import Step, Stop, Taken, Walk, Walker

CAP = 50_000
"""A story with more paths than this is known by a sample of them."""

SAMPLE = 2_000
SEED = 20_140_723

Among = Callable[[Sequence[Choice]], Sequence[Choice]]


@dataclass(frozen=True)
class Paths:
    """How a story can go."""

    walks: tuple[Walk, ...]
    """Each to its ending, no two with the same choices, in the order of the file."""
    is_sample: bool = False


def all_paths(
    scenario: Scenario, *, cap: int = CAP, sample: int = SAMPLE, seed: int = SEED
) -> Paths:
    """Return every path; beyond the cap a sample, the same one for the same seed."""
    walks = tuple(islice(_played(scenario, tuple), cap + 1))
    if len(walks) <= cap:
        return Paths(walks)
    chance = Random(seed)
    drawn = (
        next(_played(scenario, lambda choices: [chance.choice(choices)])) for _walk in range(sample)
    )
    return Paths(tuple({walk.taken: walk for walk in drawn}.values()), is_sample=True)


def leaving(scenario: Scenario, walk: Walk) -> Iterator[tuple[Step, Walker]]:
    """Return each scene of a walk with what was known when it was left."""
    walker = Walker.at_start(scenario)
    for step in walk.steps:
        if step.taken is not None:
            walker.take(step, step.taken)
        yield step, walker


def _played(scenario: Scenario, among: Among) -> Iterator[Walk]:
    """Play on from every decision by each of the choices that `among` picks."""
    todo = [(scenario.scene(scenario.start), Walker.at_start(scenario), tuple[Step, ...]())]
    while todo:
        scene, walker, before = todo.pop()
        is_behind = scene.curtain or (bool(before) and before[-1].is_behind_curtain)
        step = walker.meet(scene, is_behind_curtain=is_behind)
        if scene.ending is not None:
            yield _ended(walker, (*before, step))
        elif scene.next is not None:
            todo.append((walker.target(scene.next), walker, (*before, step)))
        else:
            # The last one added is played first.
            todo += [
                (to, after, (*before, left))
                for to, after, left in reversed(_answers(walker, step, among(step.choices)))
            ]


def _answers(
    walker: Walker, step: Step, choices: Sequence[Choice]
) -> list[tuple[Scene, Walker, Step]]:
    decision = step.scene.decision
    assert decision is not None
    answers = []
    for choice in choices:
        after, taken = walker.copy(), Taken(decision.id, choice.id)
        after.take(step, taken)
        left = Step(
            step.scene, step.beats, step.consults, step.choices, step.is_behind_curtain, taken
        )
        answers.append((after.target(choice.goto), after, left))
    return answers


def _ended(walker: Walker, steps: tuple[Step, ...]) -> Walk:
    ending = steps[-1].scene.ending
    assert ending is not None
    return Walk(
        steps,
        Stop.ENDING,
        walker.state,
        tuple(step.taken for step in steps if step.taken is not None),
        gained=walker.end_text(ending.gained),
        cost=walker.end_text(ending.cost),
    )
