"""What was done beside what is asked: credit, lateness, and when a score is worth sending.

Arithmetic is exact; a score is rounded once, to hundredths of a point.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

from ltitool.core.dates import days_after
from ltitool.core.policy import (
    FULL_MARK,
    GIVEN_BY_STAFF,
    Crediting,
    Late,
    Milestone,
    Posting,
    Rule,
    Rules,
)

SCORE_MAXIMUM = 100


@dataclass(frozen=True)
class Done:
    """How much of what a rule counts is done, and when each part of it was, oldest first."""

    count: int = 0
    times: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Terms:
    """How the rules are for one person: their dates, and what staff have said."""

    entered_at: datetime | None = None
    extended_to: datetime | None = None
    excused: frozenset[Rule] = frozenset()
    asks_fewer_words: bool = False
    floor_hundredths: int = 0
    """What they had before the rules changed, where it is not to drop."""
    override_hundredths: int | None = None
    asks: Mapping[Rule, int] = field(default_factory=dict)
    """How much of a rule is asked of them where that is not what is asked of their class."""


ANYBODY = Terms()


@dataclass(frozen=True)
class Credit:
    """One milestone and how much of it is met."""

    milestone: Milestone
    done: int
    points: Fraction
    """Of SCORE_MAXIMUM."""
    worth: Fraction = Fraction()
    """What it earns at most."""
    due_at: datetime | None = None
    """The person's own date for it."""
    is_excused: bool = False
    is_met: bool = False
    days_late: int = 0
    """Of the latest part of it that counts."""


@dataclass(frozen=True)
class Completion:
    """What was asked beside what was done."""

    credits: tuple[Credit, ...]
    rules: Rules
    terms: Terms = field(default=ANYBODY)

    @property
    def counted(self) -> tuple[Credit, ...]:
        """What is neither excused nor left out."""
        return tuple(credit for credit in self.credits if not credit.is_excused)

    @property
    def measured(self) -> Fraction:
        """The sum of all credit, from 0 to SCORE_MAXIMUM, exact."""
        return sum((credit.points for credit in self.credits), Fraction())

    @property
    def measured_hundredths(self) -> int:
        """The sum as whole hundredths of a point, rounded half up."""
        return hundredths(self.measured)

    @property
    def score_hundredths(self) -> int:
        """The score: what staff have set, else the sum, never below what is kept."""
        if self.terms.override_hundredths is not None:
            return self.terms.override_hundredths
        return max(self.measured_hundredths, self.terms.floor_hundredths)

    @property
    def is_scored(self) -> bool:
        """Whether there is anything to give a score for; who is excused from all has none."""
        return bool(self.counted) or self.terms.override_hundredths is not None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return all(credit.is_met for credit in self.counted)

    @property
    def due_at(self) -> datetime | None:
        """The last of this person's dates."""
        return max((credit.due_at for credit in self.counted if credit.due_at), default=None)


def measure(rules: Rules, done: Mapping[Rule, Done], terms: Terms = ANYBODY) -> Completion:
    """Compare what was done with what is asked; each count is clamped by itself.

    Extra posts do not stand in for replies, and an excused milestone leaves the sum.
    """
    asked = rules.policy.asking(terms.asks).asked
    total = sum(step.weight for step in asked if step.rule not in terms.excused)
    parts = [_credit(rules, step, done.get(step.rule, Done()), terms, total) for step in asked]
    if rules.policy.crediting is Crediting.COMPLETE_INCOMPLETE:
        parts = _all_of_it(parts)
    return Completion(tuple(parts), rules, terms)


def personal_due(due_at: datetime | None, rules: Rules, terms: Terms = ANYBODY) -> datetime | None:
    """Return when this person is due: the date, or what late arrival or an extension gives."""
    if due_at is None:
        return None
    given = [due_at]
    if terms.entered_at is not None:
        given.append(terms.entered_at + timedelta(days=rules.policy.personal_days))
    if terms.extended_to is not None:
        given.append(terms.extended_to)
    return max(given)


def late_factor(
    late: Late | None, due_at: datetime | None, done_at: datetime, zone: str
) -> Fraction:
    """Return the share that work of this time still earns, from 0 to 1."""
    if late is None or due_at is None:
        return Fraction(1)
    if late.closes_at is not None and done_at > max(late.closes_at, due_at):
        return Fraction(0)
    if done_at <= due_at + timedelta(minutes=late.grace_minutes):
        return Fraction(1)
    percent = 100 - late.percent_per_day * days_after(due_at, done_at, zone)
    return Fraction(min(max(percent, late.floor_percent, 0), 100), 100)


def is_worth_sending(
    completion: Completion,
    *,
    last_hundredths: int | None,
    now: datetime,
    is_asked: bool = False,
) -> bool:
    """Whether the score goes out now; never one that the gradebook has been sent already.

    `is_asked` is a person's *Send grades now*. What staff have set goes out at once, unless
    scores go out by hand.
    """
    if not completion.is_scored or completion.score_hundredths == last_hundredths:
        return False
    posting = completion.rules.policy.posting
    if is_asked or posting is Posting.BY_HAND:
        return is_asked
    if posting is Posting.EACH_CHANGE or completion.terms.override_hundredths is not None:
        return True
    if last_hundredths is not None or completion.is_complete:
        return True
    return completion.due_at is not None and now >= completion.due_at


def hundredths(points: Fraction) -> int:
    """Return points as whole hundredths, rounded half up."""
    return int(points * 100 + Fraction(1, 2))


def _credit(rules: Rules, step: Milestone, done: Done, terms: Terms, total: int) -> Credit:
    is_excused = step.rule in terms.excused
    due_at = personal_due(step.due_at or rules.due_at, rules, terms)
    worth = Fraction() if is_excused else Fraction(SCORE_MAXIMUM * step.weight, total)
    count = min(max(done.count, 0), step.need)
    is_met = bool(done.times) if step.rule is Rule.INSTRUCTOR_MARK else count == step.need
    times = () if step.rule in GIVEN_BY_STAFF else done.times[:count]
    late = _late(rules)
    factors = [late_factor(late, due_at, at, rules.time_zone) for at in times]
    factors += [Fraction(1)] * (count - len(factors))
    return Credit(
        step,
        count,
        points=worth * _share(rules.policy.crediting, step, factors, is_met=is_met),
        worth=worth,
        due_at=due_at,
        is_excused=is_excused,
        is_met=is_met,
        days_late=max((days_after(due_at, at, rules.time_zone) for at in times), default=0)
        if late and due_at
        else 0,
    )


def _late(rules: Rules) -> Late | None:
    """Return how lateness counts; all or nothing knows no percentages, only the closing date."""
    late = rules.policy.late
    if late is None or rules.policy.crediting is not Crediting.COMPLETE_INCOMPLETE:
        return late
    return replace(late, percent_per_day=0)


def _share(
    crediting: Crediting, step: Milestone, factors: list[Fraction], *, is_met: bool
) -> Fraction:
    if step.rule is Rule.INSTRUCTOR_MARK and crediting is not Crediting.COMPLETE_INCOMPLETE:
        return Fraction(len(factors), FULL_MARK)
    if crediting is Crediting.PROPORTIONAL:
        return sum(factors, Fraction()) / step.need
    if not is_met:
        return Fraction(0)
    worst = min(factors, default=Fraction(1))  # a mark of 0 is a mark
    return Fraction(worst > 0) if crediting is Crediting.COMPLETE_INCOMPLETE else worst


def _all_of_it(parts: list[Credit]) -> list[Credit]:
    """Return the parts with all their credit, or with none."""
    if all(part.points == part.worth for part in parts):
        return parts
    return [replace(part, points=Fraction(0)) for part in parts]
