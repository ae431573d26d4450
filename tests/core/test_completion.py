from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltitool.core.completion import (
    Milestone,
    Rule,
    default_milestones,
    is_worth_sending,
    measure,
    personal_due,
)

DEFAULT = default_milestones(core_decisions=3, required_reflections=1)
EVERYTHING = {
    Rule.CORE_DECIDED: 3,
    Rule.POSTS: 1,
    Rule.REPLIES: 1,
    Rule.DECIDED_AGAIN: 1,
    Rule.REFLECTIONS: 1,
}
NOW = datetime(2027, 2, 12, 12, tzinfo=UTC)


def test_the_default_gives_forty_for_deciding_thirty_for_talking_and_thirty_for_the_rest() -> None:
    assert [milestone.weight for milestone in DEFAULT] == [40, 15, 15, 15, 15]


@pytest.mark.parametrize(
    ("done", "hundredths"),
    [
        ({}, 0),
        ({Rule.CORE_DECIDED: 1}, 1333),
        ({Rule.CORE_DECIDED: 2}, 2667),
        ({Rule.CORE_DECIDED: 3}, 4000),
        ({Rule.CORE_DECIDED: 3, Rule.POSTS: 9}, 5500),
        ({Rule.REPLIES: 4}, 1500),
        (EVERYTHING, 10000),
    ],
)
def test_credit_is_proportional_and_extra_posts_do_not_stand_in_for_replies(
    done: dict[Rule, int], hundredths: int
) -> None:
    assert measure(DEFAULT, done).score_hundredths == hundredths


def test_a_story_without_a_required_reflection_asks_for_none_and_still_reaches_a_hundred() -> None:
    milestones = default_milestones(core_decisions=2, required_reflections=0)

    completion = measure(milestones, EVERYTHING | {Rule.REFLECTIONS: 0, Rule.CORE_DECIDED: 2})

    assert completion.score == 100
    assert completion.is_complete


@given(
    weights=st.lists(st.integers(1, 100), min_size=5, max_size=5),
    needs=st.lists(st.integers(1, 7), min_size=5, max_size=5),
    done=st.lists(st.integers(-3, 20), min_size=5, max_size=5),
)
def test_credit_never_leaves_its_bounds_and_adds_up_exactly(
    weights: list[int], needs: list[int], done: list[int]
) -> None:
    milestones = [
        Milestone(rule, need, weight)
        for rule, need, weight in zip(Rule, needs, weights, strict=True)
    ]

    completion = measure(milestones, dict(zip(Rule, done, strict=True)))

    assert 0 <= completion.score <= 100
    assert completion.is_complete == (completion.score == 100)
    assert completion.score == sum((c.points for c in completion.credits), Fraction())


def test_a_personal_date_is_the_later_of_the_date_and_seven_days_after_entering() -> None:
    assert personal_due(None, NOW) is None
    assert personal_due(NOW, NOW - timedelta(days=30)) == NOW
    assert personal_due(NOW, NOW - timedelta(days=1)) == NOW + timedelta(days=6)


@pytest.mark.parametrize(
    ("done", "last", "due_in_hours", "expected"),
    [
        ({Rule.POSTS: 1}, None, 1, False),
        ({Rule.POSTS: 1}, None, 0, True),
        ({Rule.POSTS: 1}, None, None, False),
        (EVERYTHING, None, 24, True),
        (EVERYTHING, 10000, 24, False),
        (EVERYTHING, 5500, 24, True),
        ({Rule.POSTS: 1}, 10000, 24, True),
    ],
)
def test_a_score_goes_out_when_complete_or_due_and_only_when_it_changed(
    done: dict[Rule, int], last: int | None, due_in_hours: int | None, expected: bool
) -> None:
    due_at = None if due_in_hours is None else NOW + timedelta(hours=due_in_hours)

    sent = is_worth_sending(measure(DEFAULT, done), last_hundredths=last, due_at=due_at, now=NOW)

    assert sent is expected
