"""A walk retraced from bare choices, and the pages beside each scene of it."""

import pytest

from ltitool.core.errors import NotFound
from ltitool.core.retrace import beside, first_unread, retrace
from ltitool.core.scenario import Scenario
from ltitool.core.walk import Stop, Taken


def test_bare_choices_make_a_walk_to_the_curtain_and_past_it(scenario: Scenario) -> None:
    walk = retrace(scenario, ["hold", "call", "together"], is_curtain_raised=False)
    raised = retrace(scenario, ["hold", "call", "together"], is_curtain_raised=True)

    assert walk.stop is Stop.CURTAIN
    assert walk.taken[0] == Taken("d1-request", "hold")
    assert raised.stop is Stop.ENDING


@pytest.mark.parametrize(
    "choices",
    [["nothing"], ["hold", "hold"], ["hold", "call", "together", "hold"], ["hold"] * 10_000],
    ids=["no such choice", "of another decision", "after the end", "too many"],
)
def test_choices_that_no_path_makes_are_not_found(scenario: Scenario, choices: list[str]) -> None:
    with pytest.raises(NotFound):
        retrace(scenario, choices, is_curtain_raised=False)


def test_a_scene_is_met_beside_its_neighbours_and_reading_goes_on_after_the_last_answer(
    scenario: Scenario,
) -> None:
    walk = retrace(scenario, ["hold"], is_curtain_raised=False)
    unread = first_unread(walk.steps)
    _step, before, _after = beside(walk.steps, unread.scene.id)

    assert before is not None
    assert before.taken == Taken("d1-request", "hold")
    with pytest.raises(NotFound):
        beside(walk.steps, "late-post-that-never-was")
