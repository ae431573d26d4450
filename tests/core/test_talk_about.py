"""Which question of a story people talk about."""

import pytest

from ltitool.core.errors import NotFound
from ltitool.core.lint.paths import all_paths
from ltitool.core.scenario import Decision, Scenario
from ltitool.core.scenario import Test as Condition
from ltitool.core.scenario_file import read_scenario
from ltitool.core.talk_about import about, choosable
from tests.conftest import PENDING

HAS_TRUST = Condition.model_validate({"var": "trust", "gte": 1})


@pytest.fixture(scope="module")
def pending() -> Scenario:
    return read_scenario(PENDING.read_bytes())


def without_voices(scenario: Scenario, decision_id: str) -> Scenario:
    decision = scenario.decision(decision_id)
    choices = tuple(one.model_copy(update={"seed": None}) for one in decision.choices)
    return with_decision(scenario, decision.model_copy(update={"choices": choices}))


def with_decision(scenario: Scenario, decision: Decision) -> Scenario:
    """Return a story that asks this instead of its decision of the same id."""
    asking = scenario.scene_of(decision.id)
    scenes = tuple(
        scene.model_copy(update={"decision": decision}) if scene is asking else scene
        for scene in scenario.scenes
    )
    return scenario.model_copy(update={"scenes": scenes})


def test_people_can_talk_about_what_everybody_comes_to_and_voices_speak_of(
    pending: Scenario,
) -> None:
    assert [one.id for one in choosable(pending)] == ["d1-request", "d2-night", "d3-agreement"]

    assert [one.id for one in choosable(without_voices(pending, "d2-night"))] == [
        "d1-request",
        "d3-agreement",
    ]


def test_what_is_not_offered_to_everybody_is_not_talked_about_unless_its_author_says_so(
    pending: Scenario,
) -> None:
    def with_a_condition(decision_id: str) -> Scenario:
        decision = pending.decision(decision_id)
        first, *others = decision.choices
        choices = (first.model_copy(update={"when": HAS_TRUST}), *others)
        return with_decision(pending, decision.model_copy(update={"choices": choices}))

    assert "d2-night" not in [one.id for one in choosable(with_a_condition("d2-night"))]
    assert "d1-request" in [one.id for one in choosable(with_a_condition("d1-request"))]
    assert "d1-request" in [one.id for one in choosable(without_voices(pending, "d1-request"))]


def test_what_is_asked_beside_a_choice_goes_with_the_talk(pending: Scenario) -> None:
    night = about(pending, "d2-night")

    talked, before = night.talk_decision, night.decision("d1-request")
    usual = pending.talk_decision
    assert talked.id == "d2-night"
    assert talked.prompt == pending.decision("d2-night").prompt
    assert talked.rationale is not None
    assert usual.rationale is not None
    assert (talked.rationale.min_words, talked.confidence, talked.rank_lenses, talked.open) == (
        usual.rationale.min_words,
        usual.confidence,
        usual.rank_lenses,
        usual.open,
    )
    assert before.rationale is not None
    assert (before.rationale.min_words, before.confidence, before.rank_lenses, before.open) == (
        8,
        False,
        None,
        False,
    )


def test_reasons_are_not_asked_for_in_the_words_of_another_question(pending: Scenario) -> None:
    night = about(pending, "d2-night")

    for decision_id in ("d1-request", "d2-night"):
        rationale = night.decision(decision_id).rationale
        assert rationale is not None
        assert rationale.prompt is None


def test_the_story_runs_as_before(pending: Scenario) -> None:
    taken = [walk.taken for walk in all_paths(pending).walks]

    assert [walk.taken for walk in all_paths(about(pending, "d3-agreement")).walks] == taken
    assert about(pending, "") is pending
    assert about(pending, "d1-request") is pending
    with pytest.raises(NotFound):
        about(pending, "no-such")
