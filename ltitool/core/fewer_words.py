"""Asking fewer words of one person: half as many, wherever the story or the task names a number.

What is written is read and counted like anybody's; only the least that is asked is smaller.
"""

from ltitool.core.scenario import Decision, Scenario

PART = 2


def eased(asked: int) -> int:
    """Return how many words are asked instead of so many; one of one."""
    return -(-asked // PART)


def eased_in(scenario: Scenario) -> Scenario:
    """Return the story as it asks fewer words for each decision and each reflection."""
    scenes = tuple(
        scene.model_copy(update={"decision": _eased(scene.decision)}) if scene.decision else scene
        for scene in scenario.scenes
    )
    reflect = tuple(
        question.model_copy(update={"min_words": eased(question.min_words or 0) or None})
        for question in scenario.reflect
    )
    return scenario.model_copy(update={"scenes": scenes, "reflect": reflect})


def _eased(decision: Decision) -> Decision:
    asked = decision.rationale
    if asked is None or not asked.min_words:
        return decision
    fewer = asked.model_copy(update={"min_words": eased(asked.min_words)})
    return decision.model_copy(update={"rationale": fewer})
