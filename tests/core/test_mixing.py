from collections import Counter
from itertools import chain
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ltitool.core.mixing import LARGEST, SMALLEST, mixed

small_classes = st.lists(st.sampled_from("ABCDEFG"), min_size=3, max_size=40)


@st.composite
def large_classes(draw: st.DrawFn) -> list[str]:
    """Draw a class of up to 3,000 whose answers are as lopsided as classes are."""
    number = draw(st.integers(3, 3000))
    answers = draw(st.integers(1, 9))
    weights = draw(st.lists(st.integers(1, 100), min_size=answers, max_size=answers))
    chance = Random(draw(st.integers()))
    return chance.choices([f"answer-{i}" for i in range(answers)], weights, k=number)


def holds(stances: dict[int, str], groups: list[list[int]]) -> None:
    """Assert what is promised of any division: all placed, three to six, nobody left alone."""
    holders = Counter(stances.values())
    assert sorted(chain.from_iterable(groups)) == sorted(stances)
    assert all(SMALLEST <= len(group) <= LARGEST for group in groups)
    for group in groups:
        for stance, number in Counter(stances[person] for person in group).items():
            assert number > 1 or holders[stance] == 1


@given(answers=small_classes, seed=st.integers())
def test_nobody_stands_alone_who_shares_an_answer_with_anybody(
    answers: list[str], seed: int
) -> None:
    stances = dict(enumerate(answers))

    holds(stances, mixed(stances, Random(seed)))


@settings(max_examples=40)
@given(answers=large_classes(), seed=st.integers())
def test_that_is_so_for_three_thousand_people(answers: list[str], seed: int) -> None:
    stances = dict(enumerate(answers))

    groups = mixed(stances, Random(seed))

    holds(stances, groups)
    assert groups == mixed(stances, Random(seed))


@given(answers=small_classes, seed=st.integers())
def test_where_two_answers_are_held_evenly_every_group_hears_both(
    answers: list[str], seed: int
) -> None:
    half = len(answers) // 2 * 4
    stances = {person: "AB"[person % 2] for person in range(half)}

    for group in mixed(stances, Random(seed)):
        assert {stances[person] for person in group} == {"A", "B"}


@given(number=st.integers(3, 300), seed=st.integers())
def test_where_everybody_has_an_answer_of_their_own_groups_are_of_usual_size(
    number: int, seed: int
) -> None:
    stances = {person: str(person) for person in range(number)}

    holds(stances, mixed(stances, Random(seed)))


def test_the_order_of_groups_tells_nothing_of_the_answers_in_them() -> None:
    stances = {person: "A" if person < 20 else "B" for person in range(24)}

    firsts = [mixed(stances, Random(seed))[0] for seed in range(200)]

    with_both = sum({stances[person] for person in group} == {"A", "B"} for group in firsts)
    assert 40 < with_both < 100  # two of the six groups: a third of the draws
