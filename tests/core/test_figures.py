from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ltitool.core.figures import (
    FLOW_FROM,
    SMALLEST_CELL,
    STEP,
    Answered,
    Flow,
    figures,
    flows,
    shown_people,
)
from ltitool.core.scenario import Scenario

CHOICES = ("hold", "decline", "accept", "channel")
LENSES = ("commitment", "privacy", "consent", "conflict")

people = st.builds(
    lambda first, again, picked: Answered(first, again, picked, picked, {"d1-request": again}),
    st.sampled_from(CHOICES),
    st.sampled_from(CHOICES),
    st.permutations(LENSES).map(lambda lenses: tuple(lenses[:2])),
)


def moved(*cells: tuple[str, str, int]) -> list[Answered]:
    """Return so many people of each first and second answer."""
    return [
        Answered(first, again, (), (), {"d1-request": again})
        for first, again, count in cells
        for _person in range(count)
    ]


@pytest.mark.parametrize(
    ("decided_again", "told"),
    [(0, 0), (1, 0), (4, 0), (5, 5), (6, 5), (9, 5), (10, 10), (14, 10), (3000, 3000)],
)
def test_figures_begin_with_five_people_and_are_renewed_with_five_more(
    decided_again: int, told: int
) -> None:
    assert shown_people(decided_again) == told


@given(st.lists(people, max_size=40), people)
def test_one_person_who_joins_within_a_step_changes_no_figure(
    scenario: Scenario, everybody: list[Answered], newcomer: Answered
) -> None:
    if (len(everybody) + 1) % STEP == 0:
        everybody = everybody[1:]

    assert figures(scenario, [*everybody, newcomer]) == figures(scenario, everybody)


@given(st.lists(people, max_size=40))
def test_no_cell_tells_of_fewer_than_three_people_and_nobody_is_lost(
    scenario: Scenario, everybody: list[Answered]
) -> None:
    told = figures(scenario, everybody)

    assert bool(told.flows) == (told.people >= FLOW_FROM)
    assert all(flow.people >= SMALLEST_CELL for flow in told.flows)
    if told.flows:
        assert sum(flow.people for flow in told.flows) == told.people


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (
            [("hold", "hold", 6), ("hold", "accept", 4)],
            (Flow("hold", "hold", 6), Flow("hold", "accept", 4)),
        ),
        (
            [("hold", "hold", 7), ("hold", "accept", 2), ("accept", "accept", 1)],
            (Flow("hold", "hold", 7), Flow(None, None, 3)),
        ),
        (  # a rest of one would tell of one person, so the smallest cell joins it
            [("hold", "hold", 6), ("hold", "accept", 3), ("accept", "accept", 1)],
            (Flow("hold", "hold", 6), Flow(None, None, 4)),
        ),
        ([("hold", "hold", 8), ("accept", "accept", 2)], (Flow(None, None, 10),)),
    ],
)
def test_what_fewer_than_three_people_did_is_one_sum(
    cells: Sequence[tuple[str, str, int]], told: tuple[Flow, ...]
) -> None:
    assert flows(moved(*cells)) == told
