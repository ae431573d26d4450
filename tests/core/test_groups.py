from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltitool.core.groups import (
    BATCH,
    Group,
    Grouping,
    GroupSource,
    Waiting,
    form,
    has_place,
    is_due,
    place,
    place_assigned,
)
from ltitool.core.mixing import LARGEST

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


def test_a_latecomer_becomes_the_sixth_only_where_every_group_has_five() -> None:
    five, four = Group(1, [1, 2, 3, 4, 5], ["A"] * 5), Group(2, [6, 7, 8, 9], ["B"] * 4)

    assert place({99: "A"}, [five, four], Random(1))[0].id == 2
    assert place({99: "A"}, [five], Random(1))[0].id == 1


def test_the_first_alone_starts_a_group_where_there_is_none_with_room() -> None:
    full = Group(1, list(range(LARGEST)), ["A"] * LARGEST)

    assert place({99: "A"}, [full], Random(1)) == [Group(None, [99], ["A"])]


def waits(person: int, label: str = "", *, hours: int = 0, stance: str = "A") -> Waiting:
    return Waiting(person, NOW - timedelta(hours=hours), stance, label)


@given(
    labels=st.lists(st.sampled_from(["North", "South", "West"]), min_size=1, max_size=80),
    seed=st.integers(),
)
def test_people_come_one_by_one_into_the_group_they_were_assigned_to(
    labels: list[str], seed: int
) -> None:
    expected = Counter(labels)
    groups: list[Group] = []

    for person, label in enumerate(labels):
        for changed in place_assigned([waits(person, label)], groups, expected, Random(seed)):
            if changed.id is None:
                changed.id = len(groups) + 1
                groups.append(changed)

    for label, number in expected.items():
        sizes = [len(group.members) for group in groups if group.label == label]
        assert sum(sizes) == number
        assert max(sizes) <= LARGEST
        assert len(sizes) == -(-number // LARGEST)
    assert all(labels[person] == group.label for group in groups for person in group.members)


def test_who_is_on_no_list_waits_for_a_batch_as_ever() -> None:
    grouping = Grouping(GroupSource.LISTED)
    waiting = [waits(1, "North"), waits(2), waits(3, hours=2), waits(4)]

    now = form(waiting, [], grouping, {"North": 4}, now=NOW, chance=Random(1))
    later = form(waiting[1:], now, grouping, {}, now=NOW + DAY, chance=Random(1))

    assert [(group.label, group.members) for group in now] == [("North", [1])]
    assert [(group.label, sorted(group.members)) for group in later] == [("", [2, 3, 4])]


def test_who_chooses_no_group_is_placed_when_their_own_wait_is_over() -> None:
    grouping = Grouping(GroupSource.CHOSEN, wait_hours=24)
    waiting = [waits(person, hours=25 if person < 3 else 1) for person in range(10)]

    placed = form(waiting, [], grouping, {}, now=NOW, chance=Random(1))

    assert [sorted(group.members) for group in placed] == [[0, 1, 2]]


def test_groups_by_chance_do_not_look_at_answers() -> None:
    answers = "AABBCCDD"
    first = [waits(person, hours=1, stance=one) for person, one in enumerate(answers)]
    other = [waits(person, hours=1, stance="A") for person in range(len(answers))]
    grouping = Grouping(GroupSource.RANDOM)

    def drawn(waiting: list[Waiting]) -> list[list[int]]:
        groups = form(waiting, [], grouping, {}, now=NOW, chance=Random(5))
        return [group.members for group in groups]

    assert drawn(first) == drawn(other)


@pytest.mark.parametrize(
    ("members", "sizes", "expected"),
    [
        (3, [3], True),
        (4, [4], False),
        (0, [], True),
        (0, [3, 4], True),
        (0, [2, 4], False),
    ],
)
def test_a_new_group_can_be_chosen_only_once_the_others_have_three(
    members: int, sizes: list[int], *, expected: bool
) -> None:
    assert has_place(members, 4, sizes) is expected


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
