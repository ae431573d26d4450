"""A plan as the custom parameters of a link tell it."""

from datetime import UTC, datetime

import pytest

from ltitool.core.audience import Naming
from ltitool.core.errors import InputRefused
from ltitool.core.groups import GroupSource
from ltitool.core.plan import Plan
from ltitool.core.plan_words import plan_from, told
from ltitool.core.policy import Milestone, Policy, Rule
from ltitool.core.presets import DEFAULT, Preset, with_preset
from ltitool.core.script import Phase

SOMEHOW = Plan(
    script="solo",
    time_zone="Africa/Nairobi",
    group_source=GroupSource.CHOSEN,
    group_wait_hours=3,
    naming=Naming.NAMED,
    namings={Phase.DECIDE: Naming.ALIAS, Phase.REFLECT: Naming.SEALED},
    policy=with_preset(DEFAULT, Preset.COMPLETE),
)


@pytest.mark.parametrize("plan", [SOMEHOW, Plan(policy=DEFAULT)])
def test_what_is_told_is_read_again(plan: Plan) -> None:
    assert plan_from(told(plan)) == plan


def test_a_phase_that_is_named_as_all_the_others_is_not_set_apart() -> None:
    assert plan_from({"names": "sealed", "names_again": "sealed"}) == Plan(naming=Naming.SEALED)


def test_what_a_link_cannot_say_is_left_to_the_activity() -> None:
    own = Policy((Milestone(Rule.POSTS, 3, 1),))
    plan = Plan(
        due_at=datetime(2027, 2, 9, tzinfo=UTC), group_source=GroupSource.LISTED, policy=own
    )

    assert {"due_at", "groups", "credit"}.isdisjoint(told(plan))


@pytest.mark.parametrize(
    "custom",
    [
        {"script": "opera"},
        {"groups": "by magic"},
        {"groups": "listed"},
        {"names": "everybody"},
        {"names_reflect": "everybody"},
        {"credit": "double"},
        {"credit": "own"},
        {"due_at": "soon"},
        {"due_at": "2027-02-09T12:00"},
        {"group_wait_hours": "-1"},
    ],
)
def test_a_parameter_that_means_nothing_refuses_all_of_them(custom: dict[str, str]) -> None:
    with pytest.raises(InputRefused):
        plan_from(custom)
