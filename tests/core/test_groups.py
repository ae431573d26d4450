from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltitool.core.groups import BATCH, FULL_FOR_LATECOMERS, Group, is_due, place

NOW = datetime(2027, 2, 12, 12, tzinfo=UTC)
DAY = timedelta(days=1)
waiting_people = st.dictionaries(
    st.integers(1, 5000), st.sampled_from("ABCD"), min_size=3, max_size=60
)


@given(waiting=waiting_people, seed=st.integers())
def test_a_batch_becomes_groups_of_three_to_six_with_everybody_in_one(
    waiting: dict[int, str], seed: int
) -> None:
    groups = place(waiting, [], Random(seed))

    assert all(3 <= len(group.members) <= 6 for group in groups)
    assert sorted(p for group in groups for p in group.members) == sorted(waiting)


@given(waiting=waiting_people, seed=st.integers())
def test_the_same_seed_draws_the_same_groups(waiting: dict[int, str], seed: int) -> None:
    assert place(waiting, [], Random(seed)) == place(waiting, [], Random(seed))


@pytest.mark.parametrize("seed", range(50))
def test_two_holders_of_an_answer_sit_together_and_stances_are_mixed(seed: int) -> None:
    waiting = dict(enumerate("AABBCCDD"))

    for group in place(waiting, [], Random(seed)):
        holders = Counter(group.stances)
        assert len(holders) == 2
        assert set(holders.values()) == {2}


def test_fewer_than_three_join_the_smallest_group_that_has_room() -> None:
    small, large = Group(7, [1, 2], ["A", "A"]), Group(8, [3, 4, 5, 6], ["A", "B", "B", "C"])

    changed = place({9: "B"}, [large, small], Random(1))

    assert changed == [Group(7, [1, 2, 9], ["A", "A", "B"])]


def test_a_latecomer_sits_with_a_lone_ally_when_no_group_is_too_small() -> None:
    lone = Group(1, [1, 2, 3, 4], ["A", "A", "B", "B"])
    ally = Group(2, [5, 6, 7, 8], ["A", "A", "A", "C"])

    assert place({9: "C"}, [lone, ally], Random(1))[0].id == 2


def test_the_first_alone_starts_a_group_where_there_is_none_with_room() -> None:
    full = Group(1, list(range(FULL_FOR_LATECOMERS)), ["A"] * FULL_FOR_LATECOMERS)

    assert place({99: "A"}, [full], Random(1)) == [Group(None, [99], ["A"])]


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ([], False),
        ([timedelta(hours=1)] * (BATCH - 1), False),
        ([timedelta()] * BATCH, True),
        ([timedelta(hours=24), timedelta()], True),
    ],
)
def test_a_batch_is_due_when_eight_wait_or_the_first_has_waited_a_day(
    waits: list[timedelta], expected: bool
) -> None:
    assert is_due([NOW - wait for wait in waits], DAY, NOW) is expected
