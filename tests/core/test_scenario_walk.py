"""Paths through stories: what is shown, where they stop, how they end."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ltitool.core.errors import BrokenScenario, InputRefused, NotFound
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.walk import Stop, Taken, Walk, follow
from tests.core.stories import FULL, SHORT, changed

OPEN, WAIT = Taken("d-open", "open"), Taken("d-open", "wait")
LIGHT, DARK, CALL = (Taken("d-light", name) for name in ("on", "off", "call"))


@pytest.fixture(scope="module")
def full() -> Scenario:
    return read_scenario(FULL)


def all_walks(
    scenario: Scenario, path: tuple[Taken, ...] = (), *, is_curtain_raised: bool
) -> Iterator[Walk]:
    """Follow every path as far as it goes."""
    walk = follow(scenario, path, is_curtain_raised=is_curtain_raised)
    if walk.stop is not Stop.DECISION:
        yield walk
        return
    decision = walk.here.scene.decision
    assert decision is not None
    for choice in walk.here.choices:
        more = (*path, Taken(decision.id, choice.id))
        yield from all_walks(scenario, more, is_curtain_raised=is_curtain_raised)


def test_the_64_paths_of_pending_end_in_its_four_endings(scenario: Scenario) -> None:
    walks = list(all_walks(scenario, is_curtain_raised=True))

    ends = Counter(walk.here.scene.ending.id for walk in walks if walk.here.scene.ending)
    assert ends == {"edges": 17, "close": 15, "colder": 16, "pending": 16}
    assert {walk.stop for walk in walks} == {Stop.ENDING}
    assert all(walk.gained and walk.cost for walk in walks)


def test_the_curtain_stops_every_path_of_pending(scenario: Scenario) -> None:
    walks = list(all_walks(scenario, is_curtain_raised=False))

    assert len(walks) == 64
    assert {walk.stop for walk in walks} == {Stop.CURTAIN}
    assert not any(step.scene.ending for walk in walks for step in walk.steps)
    assert not any(step.is_behind_curtain for walk in walks for step in walk.steps)
    assert {walk.gained + walk.cost for walk in walks} == {""}


def test_every_ending_of_pending_speaks_to_the_agreement_that_was_made(scenario: Scenario) -> None:
    for walk in all_walks(scenario, is_curtain_raised=True):
        about = [
            beat for beat in walk.here.beats if beat.when and beat.when.chose == "d3-agreement"
        ]
        assert about
        assert all(walk.taken[-1].choice_id in (b.when.in_ or ()) for b in about if b.when)


def test_without_an_answer_the_story_waits_at_its_first_question(full: Scenario) -> None:
    walk = follow(full, ())

    assert walk.stop is Stop.DECISION
    assert walk.here.scene.id == "knock"
    assert [beat.kind for beat in walk.here.beats] == [
        "narrate", "say", "card", "image", "image", "audio", "video"
    ]  # fmt: skip
    assert [choice.id for choice in walk.here.choices] == ["open", "wait"]
    assert walk.taken == ()


def test_a_consulted_answer_shows_only_what_holds(full: Scenario) -> None:
    awake = read_scenario(changed(FULL, ("type: bool, start: false", "type: bool, start: true")))

    assert [len(ask.beats) for ask in follow(full, ()).here.consults] == [1]
    assert [len(ask.beats) for ask in follow(awake, ()).here.consults] == [2]


def test_effects_stay_within_the_limits_of_a_number(full: Scenario) -> None:
    assert follow(full, (OPEN,)).state == {"trust": 2, "woken": True}
    assert follow(full, (WAIT,)).state == {"trust": 0, "woken": False}


def test_a_choice_is_offered_only_where_its_condition_holds(full: Scenario) -> None:
    assert [choice.id for choice in follow(full, (OPEN,)).here.choices] == ["on", "off", "call"]
    assert [choice.id for choice in follow(full, (WAIT,)).here.choices] == ["on", "off"]
    with pytest.raises(InputRefused):
        follow(full, (WAIT, CALL))


def test_a_conditional_way_leads_to_the_first_scene_that_fits(full: Scenario) -> None:
    def scenes(*path: Taken) -> list[str]:
        walk = follow(full, path, is_curtain_raised=True)
        return [step.scene.id for step in walk.steps]

    assert scenes(WAIT, DARK) == ["knock", "after", "dark", "hall", "end-cold"]
    assert scenes(OPEN, DARK) == ["knock", "after", "hall", "end-warm"]


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ((OPEN, LIGHT), ["It is over.", "Ana is here."]),
        ((OPEN, CALL), ["It is dark.", "It is over.", "Ana is here."]),
        ((WAIT, LIGHT), ["It is over."]),
        ((WAIT, DARK), ["It is dark.", "It is over."]),
    ],
)
def test_all_any_and_not_show_the_right_lines(
    full: Scenario, path: tuple[Taken, ...], lines: list[str]
) -> None:
    hall = follow(full, path, is_curtain_raised=True).step("hall")

    assert [beat.narrate for beat in hall.beats] == lines


def test_the_first_line_that_holds_says_what_an_ending_gained(full: Scenario) -> None:
    assert follow(full, (OPEN, CALL), is_curtain_raised=True).gained == "Ana came."
    assert follow(full, (OPEN, LIGHT), is_curtain_raised=True).gained == "Company."
    assert follow(full, (OPEN, LIGHT), is_curtain_raised=True).cost == "Sleep."


def test_an_ending_may_say_nothing_of_gain_and_cost(full: Scenario) -> None:
    walk = follow(full, (WAIT, LIGHT), is_curtain_raised=True)

    assert (walk.stop, walk.gained, walk.cost) == (Stop.ENDING, "", "")


def test_the_story_stops_before_the_curtain_and_goes_on_when_it_is_raised(full: Scenario) -> None:
    before = follow(full, (OPEN, LIGHT))
    after = follow(full, (OPEN, LIGHT), is_curtain_raised=True)

    assert (before.stop, before.here.scene.id) == (Stop.CURTAIN, "after")
    assert [step.is_behind_curtain for step in after.steps] == [False, False, True, True]
    assert after.taken == before.taken == (OPEN, LIGHT)


def test_each_scene_knows_what_was_answered_there(full: Scenario) -> None:
    walk = follow(full, (OPEN,))

    assert walk.step("knock").taken == OPEN
    assert walk.here.taken is None
    with pytest.raises(NotFound):
        walk.step("hall")


@pytest.mark.parametrize(
    ("path", "is_curtain_raised"),
    [
        ((replace(OPEN, choice_id="burn"),), False),
        ((LIGHT,), False),
        ((OPEN, OPEN), False),
        ((OPEN, LIGHT, LIGHT), False),
        ((OPEN, LIGHT, LIGHT), True),
        ((Taken("", ""),), False),
    ],
)
def test_a_path_that_the_story_does_not_offer_is_refused(
    full: Scenario, path: tuple[Taken, ...], is_curtain_raised: bool
) -> None:
    with pytest.raises(InputRefused):
        follow(full, path, is_curtain_raised=is_curtain_raised)


def test_scenes_that_lead_round_in_a_circle_are_noticed() -> None:
    story = read_scenario(SHORT)
    round_and_round = story.scenes[0].model_copy(update={"decision": None, "next": "knock"})
    story = story.model_copy(update={"scenes": (round_and_round, *story.scenes[1:])})

    with pytest.raises(BrokenScenario, match="comes back to itself"):
        follow(story, ())


def test_a_story_finds_its_parts_by_their_ids(full: Scenario) -> None:
    assert full.scene("hall").title == "The hall"
    assert full.character("bo").name == "Bo"
    assert full.lens("rest").label == "Rest"
    assert full.decision("d-light").choice("call").label == "Call Ana."
    assert full.scene_of("d-light").id == "after"
    assert [decision.id for decision in full.core_decisions] == ["d-open"]
    assert full.talk_decision.id == "d-open"
    assert [question.id for question in full.required_reflections] == ["why"]
    assert read_scenario(SHORT).talk_decision.id == "d-open"  # the first core one, if none is named


def test_an_unknown_part_is_told_plainly(full: Scenario) -> None:
    for find in (full.scene, full.character, full.lens, full.decision, full.scene_of):
        with pytest.raises(NotFound, match="in this story"):
            find("nothing")
    with pytest.raises(InputRefused):
        full.decision("d-open").choice("nothing")
