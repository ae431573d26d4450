"""What a person has left in an activity, and how much of each rule it makes.

Times, lengths and ids; never a text, so that credit can be measured after texts are erased.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ltitool.core.completion import Done
from ltitool.core.errors import ToolError
from ltitool.core.fewer_words import eased
from ltitool.core.policy import WRITTEN, Milestone, Rule
from ltitool.core.scenario import Scenario
from ltitool.core.script import Round
from ltitool.core.talk import VOICES_ALONE
from ltitool.core.walk import Stop, Taken, follow


@dataclass(frozen=True)
class LockedAnswer:
    """One locked answer."""

    round: Round
    taken: Taken
    locked_at: datetime


TO_STAFF = "staff"
"""Whom a reply is to that answers the staff in a talk of one's own."""


@dataclass(frozen=True)
class Said:
    """One post that counts; `to` tells apart whom a reply is to and is empty for a post."""

    posted_at: datetime
    words: int
    to: str = ""


@dataclass
class Traces:
    """All that one person has left in an activity."""

    attempts: dict[int, list[LockedAnswer]] = field(default_factory=dict)
    """By the number of the attempt, in the order they were given."""
    read_reasons_at: datetime | None = None
    said: list[Said] = field(default_factory=list)
    reflections: dict[str, datetime] = field(default_factory=dict)
    """From the question to when it was first answered."""
    stand_filed_at: datetime | None = None
    """When the group of this person first said where it stands."""
    given: dict[Rule, Done] = field(default_factory=dict)
    """What staff have noted: attendance, a mark."""
    is_alone: bool = False
    """Whether they talk with the voices of the story alone."""
    asks_fewer_words: bool = False
    """Whether half as many words are asked of them."""
    is_catching_up: bool = False
    """Whether they do so because they missed the talk of their class in one room."""


def done(scenario: Scenario, asked: Sequence[Milestone], traces: Traces) -> dict[Rule, Done]:
    """Return how much of every rule is done.

    Attempts add up: a main question counts from the first time it was locked in any of them.
    """
    required = {question.id for question in scenario.required_reflections}
    counted = {
        Rule.STORY_PLAYED: _played(scenario, traces)[:1],
        Rule.CORE_DECIDED: _core_decided(scenario, traces),
        Rule.REASONS_READ: [traces.read_reasons_at] if traces.read_reasons_at else [],
        **_talked(asked, traces),
        Rule.DECIDED_AGAIN: _decided_again(scenario, traces)[:1],
        Rule.STAND_FILED: _stands(traces),
        Rule.ATTENDED_LIVE: _stood_in(traces) if traces.is_catching_up else [],
        Rule.REFLECTIONS: [at for key, at in traces.reflections.items() if key in required],
    }
    found = {rule: Done(len(times), tuple(sorted(times))) for rule, times in counted.items()}
    return {rule: traces.given.get(rule) or found.get(rule, Done()) for rule in Rule}


def _answers(traces: Traces) -> list[LockedAnswer]:
    return [answer for answers in traces.attempts.values() for answer in answers]


def _core_decided(scenario: Scenario, traces: Traces) -> list[datetime]:
    core = {decision.id for decision in scenario.core_decisions}
    first: dict[str, datetime] = {}
    for answer in _answers(traces):
        key = answer.taken.decision_id
        if key in core and answer.round is Round.FIRST:
            first[key] = min(first.get(key, answer.locked_at), answer.locked_at)
    return list(first.values())


def _played(scenario: Scenario, traces: Traces) -> list[datetime]:
    """Return when each attempt that came to the curtain did so, the first one first."""
    times = []
    for answers in traces.attempts.values():
        path = [answer for answer in answers if answer.round is Round.FIRST]
        if path and _is_played(scenario, [answer.taken for answer in path]):
            times.append(max(answer.locked_at for answer in path))
    return sorted(times)


def _is_played(scenario: Scenario, path: list[Taken]) -> bool:
    try:
        return follow(scenario, path).stop is not Stop.DECISION
    except ToolError:  # an attempt on an older version of the story, which went another way
        return False


def _decided_again(scenario: Scenario, traces: Traces) -> list[datetime]:
    return sorted(
        answer.locked_at
        for answer in _answers(traces)
        if answer.round is Round.AGAIN and answer.taken.decision_id == scenario.talk_decision.id
    )


def _stands(traces: Traces) -> list[datetime]:
    """Return when the group said where it stands; alone, answering two voices stands in for it."""
    if traces.stand_filed_at:
        return [traces.stand_filed_at]
    return _stood_in(traces) if traces.is_alone else []


def _stood_in(traces: Traces) -> list[datetime]:
    """Return when two voices were answered, which stands in for what is done with others."""
    return sorted(_first_to_each(traces, least=0))[VOICES_ALONE - 1 : VOICES_ALONE]


def _talked(asked: Sequence[Milestone], traces: Traces) -> dict[Rule, list[datetime]]:
    """Return when what was posted and replied was; alone, a further reply stands in for a post."""
    steps = {step.rule: step for step in asked}
    least = {rule: steps[rule].min_words if rule in steps else 0 for rule in WRITTEN}
    if traces.asks_fewer_words:
        least = {rule: eased(asked) for rule, asked in least.items()}
    posts = [one.posted_at for one in traces.said if not one.to and one.words >= least[Rule.POSTS]]
    replies = sorted(_first_to_each(traces, least=least[Rule.REPLIES]))
    if traces.is_alone and Rule.REPLIES in steps:
        posts += replies[steps[Rule.REPLIES].need :]
    return {Rule.POSTS: posts, Rule.REPLIES: replies}


def _first_to_each(traces: Traces, *, least: int) -> list[datetime]:
    """Return the time of the first reply to each person: three to one person are one.

    Alone, two voices of the story are answered; what is said to the staff stands in for neither.
    """
    nobody = {"", TO_STAFF} if traces.is_alone else {""}
    first: dict[str, datetime] = {}
    for one in traces.said:
        if one.to not in nobody and one.words >= least:
            first[one.to] = min(first.get(one.to, one.posted_at), one.posted_at)
    return list(first.values())


def remembered(
    counts: Mapping[str, int], met: Mapping[str, Sequence[str]] | None = None
) -> dict[Rule, Done]:
    """Return what a kept measurement stands for."""
    times = met or {}
    return {
        rule: Done(
            int(counts.get(rule.value, 0)),
            tuple(datetime.fromisoformat(at) for at in times.get(rule.value, ())),
        )
        for rule in Rule
    }
