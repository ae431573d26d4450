"""Credit: exact, clamped part by part, the same for every answer; and when it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltitool.core.completion import (
    Done,
    Terms,
    is_worth_sending,
    late_factor,
    measure,
    personal_due,
)
from ltitool.core.policy import (
    FULL_MARK,
    Crediting,
    Late,
    Milestone,
    Policy,
    Posting,
    Rule,
    Rules,
)
from ltitool.core.presets import DEFAULT, Preset, preset_of, with_preset

NOW = datetime(2027, 2, 12, 12, tzinfo=UTC)
USUAL = Rules(DEFAULT.fitted(3, 1))
EVERYTHING = {
    Rule.CORE_DECIDED: 3,
    Rule.POSTS: 1,
    Rule.REPLIES: 1,
    Rule.DECIDED_AGAIN: 1,
    Rule.REFLECTIONS: 1,
}

rules_of_credit = st.sampled_from(Crediting)
lates = st.none() | st.builds(
    Late,
    grace_minutes=st.integers(0, 600),
    percent_per_day=st.integers(0, 150),
    floor_percent=st.integers(0, 100),
    closes_at=st.none() | st.integers(0, 400).map(lambda hours: NOW + timedelta(hours=hours)),
)
milestones = st.lists(
    st.builds(
        Milestone,
        rule=st.sampled_from([rule for rule in Rule if rule is not Rule.INSTRUCTOR_MARK]),
        need=st.integers(1, 7),
        weight=st.integers(1, 100),
        due_at=st.none() | st.just(NOW + timedelta(days=3)),
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda step: step.rule,
).map(tuple)
policies = st.builds(Policy, milestones, crediting=rules_of_credit, late=lates)
hours = st.lists(st.integers(-200, 900), max_size=9)
deeds = st.dictionaries(st.sampled_from(Rule), hours.map(lambda each: at_hours(*each)))


def at_hours(*hours: int) -> Done:
    return Done(len(hours), tuple(sorted(NOW + timedelta(hours=hour) for hour in hours)))


def counted(counts: Mapping[Rule, int]) -> dict[Rule, Done]:
    return {rule: Done(count, (NOW,) * max(count, 0)) for rule, count in counts.items()}


def rules(
    *steps: Milestone,
    crediting: Crediting = Crediting.PROPORTIONAL,
    late: Late | None = None,
) -> Rules:
    return Rules(Policy(steps, crediting, late), due_at=NOW)


def test_the_default_gives_forty_for_deciding_thirty_for_talking_and_thirty_for_the_rest() -> None:
    assert [step.weight for step in USUAL.policy.asked] == [40, 15, 15, 15, 15]


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
    assert measure(USUAL, counted(done)).score_hundredths == hundredths


def test_a_story_without_a_required_reflection_asks_for_none_and_still_reaches_a_hundred() -> None:
    fitted = Rules(DEFAULT.fitted(2, 0))

    completion = measure(fitted, counted({**EVERYTHING, Rule.REFLECTIONS: 0, Rule.CORE_DECIDED: 2}))

    assert completion.measured == 100
    assert completion.is_complete


@given(policy=policies, done=deeds, excused=st.frozensets(st.sampled_from(Rule)))
def test_credit_never_leaves_its_bounds_and_adds_up_exactly(
    policy: Policy, done: dict[Rule, Done], excused: frozenset[Rule]
) -> None:
    completion = measure(Rules(policy, due_at=NOW), done, Terms(excused=excused))

    assert 0 <= completion.measured <= 100
    assert all(0 <= part.points <= part.worth for part in completion.credits)
    worth = sum((part.worth for part in completion.credits), Fraction())
    assert worth == (100 if completion.counted else 0)
    if policy.late is None:
        assert completion.is_complete == (completion.measured == worth)


@given(policy=policies, done=deeds, rule=st.sampled_from(Rule), more=st.integers(-200, 900))
def test_doing_more_never_costs_anything_however_late_it_comes(
    policy: Policy, done: dict[Rule, Done], rule: Rule, more: int
) -> None:
    before = measure(Rules(policy, due_at=NOW), done)
    times = (*done.get(rule, Done()).times, NOW + timedelta(hours=more))

    after = measure(
        Rules(policy, due_at=NOW), {**done, rule: Done(len(times), tuple(sorted(times)))}
    )

    assert after.measured >= before.measured


@given(policy=policies, done=deeds, days=st.integers(0, 40))
def test_an_extension_never_costs_anything(
    policy: Policy, done: dict[Rule, Done], days: int
) -> None:
    asked = Rules(policy, due_at=NOW)

    longer = measure(asked, done, Terms(extended_to=NOW + timedelta(days=days)))

    assert longer.measured >= measure(asked, done).measured


@given(late=lates, due=st.integers(0, 50), times=st.lists(st.integers(-100, 900), min_size=2))
def test_who_comes_later_never_earns_more(late: Late | None, due: int, times: list[int]) -> None:
    due_at = NOW + timedelta(hours=due)

    shares = [
        late_factor(late, due_at, NOW + timedelta(hours=hour), "Europe/London")
        for hour in sorted(times)
    ]

    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)


def test_late_work_loses_so_much_a_day_after_a_grace_and_never_sinks_below_the_floor() -> None:
    late = Late(grace_minutes=60, percent_per_day=10, floor_percent=50)

    shares = [
        late_factor(late, NOW, NOW + timedelta(hours=hours), "UTC") * 100
        for hours in (0, 1, 1.1, 24, 24.1, 24 * 5, 24 * 30)
    ]

    assert shares == [100, 100, 90, 90, 80, 50, 50]


def test_after_the_closing_date_nothing_counts_unless_an_extension_reaches_further() -> None:
    closes_at = NOW + timedelta(days=2)
    asked = rules(Milestone(Rule.POSTS, 1, 1), late=Late(percent_per_day=0, closes_at=closes_at))
    done = {Rule.POSTS: at_hours(24 * 3)}

    assert measure(asked, done).measured == 0
    assert measure(asked, done, Terms(extended_to=NOW + timedelta(days=4))).measured == 100


def test_where_the_lms_handles_lateness_the_tool_takes_nothing_off() -> None:
    asked = rules(Milestone(Rule.POSTS, 1, 1))

    assert measure(asked, {Rule.POSTS: at_hours(9000)}).measured == 100


def test_a_step_of_two_earns_a_half_whole_or_nothing_as_the_rules_say() -> None:
    steps = (Milestone(Rule.POSTS, 2, 60), Milestone(Rule.REPLIES, 1, 40))
    done = {Rule.POSTS: at_hours(-1), Rule.REPLIES: at_hours(-1)}

    earned = [measure(rules(*steps, crediting=crediting), done).measured for crediting in Crediting]

    assert earned == [70, 40, 0]


def test_complete_is_complete_however_late_until_the_closing_date() -> None:
    late = Late(percent_per_day=50, closes_at=NOW + timedelta(days=10))
    asked = rules(Milestone(Rule.POSTS, 1, 1), late=late, crediting=Crediting.COMPLETE_INCOMPLETE)

    scores = [measure(asked, {Rule.POSTS: at_hours(24 * day)}).measured for day in (1, 9, 11)]

    assert scores == [100, 100, 0]


def test_an_excused_step_leaves_the_sum_and_who_is_excused_from_all_has_no_score() -> None:
    done = counted({Rule.CORE_DECIDED: 3})

    some = measure(USUAL, done, Terms(excused=frozenset({Rule.POSTS, Rule.REPLIES})))
    everything = measure(USUAL, done, Terms(excused=frozenset(Rule)))

    assert some.measured == Fraction(4000, 70)
    assert some.score_hundredths == 5714
    assert not everything.is_scored
    assert not is_worth_sending(everything, last_hundredths=None, now=NOW)


def test_a_mark_counts_by_its_points_and_a_mark_of_nought_is_a_mark() -> None:
    asked = rules(Milestone(Rule.POSTS, 1, 50), Milestone(Rule.INSTRUCTOR_MARK, FULL_MARK, 50))
    posted = {Rule.POSTS: at_hours(-1)}

    marked = measure(asked, {**posted, Rule.INSTRUCTOR_MARK: Done(73, (NOW,))})
    nought = measure(asked, {**posted, Rule.INSTRUCTOR_MARK: Done(0, (NOW,))})
    unmarked = measure(asked, posted)

    assert marked.score_hundredths == 8650
    assert (nought.score_hundredths, nought.is_complete) == (5000, True)
    assert (unmarked.score_hundredths, unmarked.is_complete) == (5000, False)


def test_what_staff_set_stands_above_the_sum_and_what_is_kept_below_it() -> None:
    done = counted({Rule.CORE_DECIDED: 3})

    kept = measure(USUAL, done, Terms(floor_hundredths=5500))
    nought = measure(USUAL, done, Terms(floor_hundredths=5500, override_hundredths=0))

    assert (kept.score_hundredths, nought.score_hundredths) == (5500, 0)
    assert kept.measured_hundredths == nought.measured_hundredths == 4000
    assert is_worth_sending(nought, last_hundredths=None, now=NOW)


def test_a_personal_date_is_the_latest_of_the_date_the_days_after_entering_and_an_extension() -> (
    None
):
    days = timedelta(days=1)

    assert personal_due(None, USUAL, Terms(NOW, NOW)) is None
    assert personal_due(NOW, USUAL, Terms()) == NOW
    assert personal_due(NOW, USUAL, Terms(NOW - 30 * days)) == NOW
    assert personal_due(NOW, USUAL, Terms(NOW - days)) == NOW + 6 * days
    assert personal_due(NOW, USUAL, Terms(NOW - days, NOW + 9 * days)) == NOW + 9 * days


@pytest.mark.parametrize(
    ("done", "last", "due_in_hours", "expected"),
    [
        ({Rule.POSTS: 1}, None, 1, "each"),
        ({Rule.POSTS: 1}, None, 0, "usual each"),
        ({Rule.POSTS: 1}, None, None, "each"),
        ({}, None, 0, "usual each"),
        (EVERYTHING, None, 24, "usual each"),
        (EVERYTHING, 10000, 24, ""),
        (EVERYTHING, 5500, 24, "usual each"),
        ({Rule.POSTS: 1}, 10000, 24, "usual each"),
        ({}, 0, 0, ""),
    ],
)
def test_a_score_goes_out_as_the_rules_say_and_only_when_it_changed(
    done: dict[Rule, int], last: int | None, due_in_hours: int | None, expected: str
) -> None:
    due_at = None if due_in_hours is None else NOW + timedelta(hours=due_in_hours)
    words = {"usual": Posting.WHEN_COMPLETE, "each": Posting.EACH_CHANGE, "hand": Posting.BY_HAND}

    sent = {
        word
        for word, posting in words.items()
        if is_worth_sending(
            measure(
                replace(USUAL, policy=replace(USUAL.policy, posting=posting), due_at=due_at),
                counted(done),
            ),
            last_hundredths=last,
            now=NOW,
        )
    }

    assert sent == set(expected.split())


def test_scores_sent_by_hand_go_when_asked_and_not_before() -> None:
    by_hand = replace(USUAL, policy=replace(USUAL.policy, posting=Posting.BY_HAND))
    completion = measure(by_hand, counted(EVERYTHING))

    assert not is_worth_sending(completion, last_hundredths=None, now=NOW)
    assert is_worth_sending(completion, last_hundredths=None, now=NOW, is_asked=True)
    assert not is_worth_sending(completion, last_hundredths=10000, now=NOW, is_asked=True)


@given(policy=policies)
def test_rules_are_kept_as_they_are(policy: Policy) -> None:
    assert Policy.from_data(policy.data) == policy


@pytest.mark.parametrize("preset", [one for one in Preset if one is not Preset.OWN])
def test_a_preset_is_known_again_in_every_story(preset: Preset) -> None:
    policy = with_preset(replace(DEFAULT, personal_days=3), preset)

    assert preset_of(policy.fitted(5, 2)) is preset
    assert policy.personal_days == 3
    assert preset_of(replace(policy, crediting=Crediting.ALL_OR_NOTHING)) is Preset.OWN
