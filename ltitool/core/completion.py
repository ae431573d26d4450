"""What an activity asks, what earns credit, and when a score is worth sending.

No rule here depends on which choice was made, or on who advised what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

SCORE_MAXIMUM = 100
PERSONAL_DUE = timedelta(days=7)


class Rule(StrEnum):
    """What a milestone counts."""

    CORE_DECIDED = "core_decided"
    POSTS = "posts"
    REPLIES = "replies"
    DECIDED_AGAIN = "decided_again"
    REFLECTIONS = "reflections"


@dataclass(frozen=True)
class Milestone:
    """A step that earns credit: `need` of what `rule` counts, worth `weight`."""

    rule: Rule
    need: int
    weight: int


def default_milestones(core_decisions: int, required_reflections: int) -> tuple[Milestone, ...]:
    """Return the default policy: decide 40, talk 30 (one post, one reply), again and reflect 30."""
    asked = (
        Milestone(Rule.CORE_DECIDED, core_decisions, 40),
        Milestone(Rule.POSTS, 1, 15),
        Milestone(Rule.REPLIES, 1, 15),
        Milestone(Rule.DECIDED_AGAIN, 1, 15),
        Milestone(Rule.REFLECTIONS, required_reflections, 15),
    )
    return tuple(milestone for milestone in asked if milestone.need)


@dataclass(frozen=True)
class Credit:
    """One milestone and how much of it is met."""

    milestone: Milestone
    done: int
    points: Fraction
    """Of SCORE_MAXIMUM."""


@dataclass(frozen=True)
class Completion:
    """What was asked beside what was done."""

    credits: tuple[Credit, ...]

    @property
    def score(self) -> Fraction:
        """The sum of all credit, from 0 to SCORE_MAXIMUM, exact."""
        return sum((credit.points for credit in self.credits), Fraction())

    @property
    def score_hundredths(self) -> int:
        """The score as whole hundredths of a point, rounded half up."""
        return int(self.score * 100 + Fraction(1, 2))

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return all(credit.done >= credit.milestone.need for credit in self.credits)


def measure(milestones: Sequence[Milestone], done: Mapping[Rule, int]) -> Completion:
    """Compare what was done with what was asked; each count is clamped by itself.

    Extra posts do not stand in for replies. Credit is proportional and exact.
    """
    total = sum(milestone.weight for milestone in milestones)
    return Completion(
        tuple(
            Credit(
                milestone,
                count := min(max(done.get(milestone.rule, 0), 0), milestone.need),
                Fraction(SCORE_MAXIMUM * milestone.weight * count, total * milestone.need),
            )
            for milestone in milestones
        )
    )


def personal_due(due_at: datetime | None, entered_at: datetime) -> datetime | None:
    """Return when this person is due: the later of the date and seven days after entering."""
    return None if due_at is None else max(due_at, entered_at + PERSONAL_DUE)


def is_worth_sending(
    completion: Completion, *, last_hundredths: int | None, due_at: datetime | None, now: datetime
) -> bool:
    """Whether the score goes out: when complete or once it is due, and only if it has changed."""
    if completion.score_hundredths == last_hundredths:
        return False
    if last_hundredths is not None or completion.is_complete:
        return True
    return due_at is not None and now >= due_at
