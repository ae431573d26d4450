"""What an activity asks and what it is worth: all that an instructor sets about credit.

No rule here depends on which choice was made, or on who advised what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

PERSONAL_DAYS = 7
"""How long anybody has from their first visit, however late they come."""
FULL_MARK = 100
APPEAL_DAYS = 365
"""How long the record of a grade is kept, from the last date or the last change on."""
SHORTEST_APPEAL = 90
"""Days; those who never started are looked for until then."""


class Rule(StrEnum):
    """What a milestone counts."""

    STORY_PLAYED = "story_played"
    CORE_DECIDED = "core_decided"
    REASONS_READ = "reasons_read"
    POSTS = "posts"
    REPLIES = "replies"
    DECIDED_AGAIN = "decided_again"
    REFLECTIONS = "reflections"
    STAND_FILED = "stand_filed"
    ATTENDED_LIVE = "attended_live"
    INSTRUCTOR_MARK = "instructor_mark"


GIVEN_BY_STAFF = frozenset({Rule.ATTENDED_LIVE, Rule.INSTRUCTOR_MARK})
"""What no learner can be late for."""
WRITTEN = frozenset({Rule.POSTS, Rule.REPLIES})
"""What may ask for more than one, and for a length."""


@dataclass(frozen=True)
class Milestone:
    """A step that earns credit: `need` of what `rule` counts, worth `weight`."""

    rule: Rule
    need: int
    weight: int
    min_words: int = 0
    """How long each post or reply must be; 0 asks for no more than the talk itself does."""
    due_at: datetime | None = None
    """A date of its own; None for the one date of the activity."""
    is_possible: bool = True
    """Whether this story and this script have a place for it."""


class Crediting(StrEnum):
    """How much a part of what is asked earns."""

    PROPORTIONAL = "proportional"
    """Each part earns its share."""
    ALL_OR_NOTHING = "all-or-nothing"
    """Each milestone earns when the whole of it is done."""
    COMPLETE_INCOMPLETE = "complete-incomplete"
    """Everything asked earns everything; anything less earns nothing."""


class Posting(StrEnum):
    """When a score goes to the gradebook."""

    WHEN_COMPLETE = "when-complete-or-due"
    EACH_CHANGE = "each-change"
    BY_HAND = "by-hand"


@dataclass(frozen=True)
class Late:
    """How the tool handles what comes after its date."""

    grace_minutes: int = 0
    percent_per_day: int = 10
    floor_percent: int = 0
    """What late work still earns at least, until the closing date."""
    closes_at: datetime | None = None
    """After this nothing earns anything."""


@dataclass(frozen=True)
class Policy:
    """How an activity earns credit."""

    milestones: tuple[Milestone, ...]
    crediting: Crediting = Crediting.PROPORTIONAL
    late: Late | None = None
    """None leaves lateness to the LMS."""
    posting: Posting = Posting.WHEN_COMPLETE
    personal_days: int = PERSONAL_DAYS
    zero_for_absent: bool = False
    """Whether who never started is sent a 0 at the date."""
    appeal_days: int = APPEAL_DAYS
    """How long each grade can be explained, also after the texts are erased."""

    @property
    def asked(self) -> tuple[Milestone, ...]:
        """The milestones that this story and script have a place for."""
        return tuple(step for step in self.milestones if step.is_possible and step.weight)

    def asking(self, other: Mapping[Rule, int]) -> "Policy":
        """Return the policy for one person of whom some rules ask for another number."""
        if not other:
            return self
        steps = (
            replace(step, need=other.get(step.rule, step.need) or step.need)
            for step in self.milestones
        )
        return replace(self, milestones=tuple(steps))

    def final_due(self, due_at: datetime | None) -> datetime | None:
        """Return the last of all dates, where `due_at` is that of the activity."""
        return max((at for step in self.asked if (at := step.due_at or due_at)), default=None)

    def without_dates(self) -> "Policy":
        """Return the policy for another course, whose dates are its own."""
        return replace(
            self,
            milestones=tuple(replace(step, due_at=None) for step in self.milestones),
            late=replace(self.late, closes_at=None) if self.late else None,
        )

    def fitted(
        self,
        core_decisions: int,
        required_reflections: int,
        *,
        is_written: bool = True,
        has_stand: bool = False,
    ) -> "Policy":
        """Return the policy with what a story asks for, and without what a script leaves out.

        `is_written` says whether the talk is; where people talk aloud nobody posts. `has_stand`
        says whether groups are asked where they stand.
        """
        left_out = set() if is_written else WRITTEN
        left_out = left_out if has_stand else left_out | {Rule.STAND_FILED}
        asked = {Rule.CORE_DECIDED: core_decisions, Rule.REFLECTIONS: required_reflections}
        steps = (
            replace(step, is_possible=bool(asked.get(step.rule, 1)) and step.rule not in left_out)
            for step in self.asking(asked).milestones
        )
        return replace(self, milestones=tuple(steps))

    @property
    def data(self) -> dict[str, Any]:
        """The policy as JSON can hold it."""
        return {
            "milestones": [_step_data(step) for step in self.milestones],
            "crediting": self.crediting.value,
            "late": None
            if self.late is None
            else {**vars(self.late), "closes_at": _text(self.late.closes_at)},
            "posting": self.posting.value,
            "personal_days": self.personal_days,
            "zero_for_absent": self.zero_for_absent,
            "appeal_days": self.appeal_days,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return the policy that `data` once gave."""
        late = data["late"]
        return cls(
            milestones=tuple(_step(step) for step in data["milestones"]),
            crediting=Crediting(data["crediting"]),
            late=None if late is None else Late(**{**late, "closes_at": _time(late["closes_at"])}),
            posting=Posting(data["posting"]),
            personal_days=data["personal_days"],
            zero_for_absent=data["zero_for_absent"],
            appeal_days=data.get("appeal_days", APPEAL_DAYS),  # rules from before it could be set
        )


@dataclass(frozen=True)
class Rules:
    """One version of what an activity asks: its policy, with the date and the time zone."""

    policy: Policy
    number: int = 1
    due_at: datetime | None = None
    time_zone: str = "UTC"

    def kept_until(self, *happened: datetime | None) -> datetime | None:
        """Return until when a record is kept of which this happened last; None where nothing has.

        The appeal period begins when the last date is over and nothing has changed since.
        """
        times = [at for at in (self.policy.final_due(self.due_at), *happened) if at is not None]
        return max(times) + timedelta(days=self.policy.appeal_days) if times else None


def _step_data(step: Milestone) -> dict[str, Any]:
    return {**vars(step), "rule": step.rule.value, "due_at": _text(step.due_at)}


def _step(data: Mapping[str, Any]) -> Milestone:
    return Milestone(**{**data, "rule": Rule(data["rule"]), "due_at": _time(data["due_at"])})


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
