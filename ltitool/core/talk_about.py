"""Which question of a story people talk about: its author's, or another that an instructor chose.

What is asked beside the choice of that question, reasons in a paragraph, how sure, what weighed
most, goes with the talk; the question it is taken from asks for one sentence then. In what words an
author asks for reasons stays behind: they speak of their own question and of how much is to be
written, so the page asks in its own.
"""

from ltitool.core.lint.paths import all_paths
from ltitool.core.scenario import Decision, Rationale, Scenario

LEAST_VOICES = 3
ONE_SENTENCE = Rationale(required=True, min_words=8, max_words=60)


def choosable(scenario: Scenario) -> list[Decision]:
    """Return the core decisions that people could talk about, in the order of the story.

    That which the author says is one of them. To each other one everybody comes, whatever they
    answer before, and is offered the same answers, of which enough have a voice.
    """
    ways = [{taken.decision_id for taken in walk.taken} for walk in all_paths(scenario).walks]
    return [
        decision
        for decision in scenario.core_decisions
        if decision == scenario.talk_decision
        or (all(decision.id in way for way in ways) and _can_be_shared(decision))
    ]


def _can_be_shared(decision: Decision) -> bool:
    voices = sum(choice.seed is not None for choice in decision.choices)
    return voices >= LEAST_VOICES and all(choice.when is None for choice in decision.choices)


def about(scenario: Scenario, decision_id: str) -> Scenario:
    """Return the story with this decision talked about; as it is where that is its author's."""
    usual, rationale = scenario.talk_decision, scenario.talk_decision.rationale
    if decision_id in {"", usual.id}:
        return scenario
    asks = {
        decision_id: _asks_of(usual, rationale and rationale.model_copy(update={"prompt": None})),
        usual.id: _asks_of(scenario.decision(decision_id), ONE_SENTENCE),
    }
    scenes = tuple(
        scene.model_copy(
            update={"decision": scene.decision.model_copy(update=asks[scene.decision.id])}
        )
        if scene.decision is not None and scene.decision.id in asks
        else scene
        for scene in scenario.scenes
    )
    return scenario.model_copy(update={"scenes": scenes, "revisit": (decision_id,)})


def _asks_of(decision: Decision, rationale: Rationale | None) -> dict[str, object]:
    return {
        "rationale": rationale,
        "confidence": decision.confidence,
        "rank_lenses": decision.rank_lenses,
        "open": decision.open,
    }
