"""What is told of a class: from five people on, in steps of five, small cells merged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ltitool.core.scenario import Decision, Scenario

STEP = 5
"""Figures begin with so many people, and are renewed with as many more."""

FLOW_FROM = 10
SMALLEST_CELL = 3


@dataclass(frozen=True)
class Answered:
    """One person who has decided twice."""

    first: str
    again: str
    lenses_first: tuple[str, ...]
    lenses_again: tuple[str, ...]
    choices: Mapping[str, str]
    """Every core decision with its latest answer."""


@dataclass(frozen=True)
class Flow:
    """How many went from one first answer to one second; None stands for all others together."""

    first: str | None
    again: str | None
    people: int


@dataclass(frozen=True)
class LensPicks:
    """How many picked a lens, first and again."""

    lens_id: str
    first: int
    again: int


@dataclass(frozen=True)
class Marks:
    """How often a lens was upheld and put under strain, by the author's reading."""

    lens_id: str
    upheld: int
    strained: int


@dataclass(frozen=True)
class Figures:
    """What may be shown of a class."""

    people: int
    """The first so many who decided again; 0 while there are too few."""
    picks: tuple[LensPicks, ...] = ()
    flows: tuple[Flow, ...] = ()
    """Empty while fewer than FLOW_FROM people are told about."""
    marks: tuple[Marks, ...] = ()
    answers: int = 0
    """How many answers the marks are about."""


def shown_people(decided_again: int) -> int:
    """Return how many people the figures tell about: whole steps only."""
    return decided_again - decided_again % STEP


def figures(scenario: Scenario, everybody: Sequence[Answered]) -> Figures:
    """Return the figures about the first people who decided again, in the order they did."""
    people = everybody[: shown_people(len(everybody))]
    if not people:
        return Figures(0)
    first = Counter(lens for one in people for lens in one.lenses_first)
    again = Counter(lens for one in people for lens in one.lenses_again)
    return Figures(
        len(people),
        tuple(LensPicks(lens.id, first[lens.id], again[lens.id]) for lens in scenario.lenses),
        flows(people) if len(people) >= FLOW_FROM else (),
        marks(scenario, [one.choices for one in people]),
        sum(len(one.choices) for one in people),
    )


def flows(people: Sequence[Answered]) -> tuple[Flow, ...]:
    """Return who went where; what fewer than three did is one sum, never below three itself."""
    cells = Counter((one.first, one.again) for one in people)
    ordered = sorted(cells.items(), key=lambda cell: (-cell[1], cell[0]))
    shown = [(pair, count) for pair, count in ordered if count >= SMALLEST_CELL]
    others = sum(count for _pair, count in ordered) - sum(count for _pair, count in shown)
    # A sum of one or two would tell about one or two people: the smallest cell joins them.
    while 0 < others < SMALLEST_CELL and shown:
        _pair, count = shown.pop()
        others += count
    kept = [Flow(first, again, count) for (first, again), count in shown]
    return (*kept, Flow(None, None, others)) if others else tuple(kept)


def marks(scenario: Scenario, answers: Sequence[Mapping[str, str]]) -> tuple[Marks, ...]:
    """Count, for each lens in the order of the file, the answers that uphold it and strain it."""
    upheld: Counter[str] = Counter()
    strained: Counter[str] = Counter()
    decisions: dict[str, Decision] = {d.id: d for d in scenario.decisions}
    for taken in answers:
        for decision_id, choice_id in taken.items():
            choice = decisions[decision_id].choice(choice_id)
            upheld.update(choice.honours)
            strained.update(choice.strains)
    return tuple(Marks(lens.id, upheld[lens.id], strained[lens.id]) for lens in scenario.lenses)


def percent(part: int, whole: int) -> int:
    """Return a share in whole per cent, rounded half up."""
    return int(Fraction(100 * part, whole) + Fraction(1, 2)) if whole else 0
