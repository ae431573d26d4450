"""Going through a story page by page: the walk that bare choices make, and the page beside each."""

from collections.abc import Sequence

from ltitool.core.errors import InputRefused, NotFound
from ltitool.core.scenario import Scenario
from ltitool.core.walk import Step, Stop, Taken, Walk, follow

MOST_CHOICES = 40
"""More than any path of a story has decisions; an address can be longer."""


def retrace(scenario: Scenario, choices: Sequence[str], *, is_curtain_raised: bool) -> Walk:
    """Return the walk of somebody who answered with these choices, in this order.

    Raises NotFound when no path through the story makes these choices.
    """
    taken: list[Taken] = []
    walk = follow(scenario, taken, is_curtain_raised=is_curtain_raised)
    for choice in choices[: MOST_CHOICES + 1]:
        decision = walk.here.scene.decision
        if walk.stop is not Stop.DECISION or decision is None or len(taken) == MOST_CHOICES:
            raise NotFound("No path through the story goes this way.")
        taken.append(Taken(decision.id, choice))
        try:
            walk = follow(scenario, taken, is_curtain_raised=is_curtain_raised)
        except InputRefused as refused:
            raise NotFound("No path through the story goes this way.") from refused
    return walk


def beside(steps: Sequence[Step], scene_id: str) -> tuple[Step, Step | None, Step | None]:
    """Return a scene with the one before it and the one after it; raises NotFound."""
    for i, step in enumerate(steps):
        if step.scene.id == scene_id:
            before = steps[i - 1] if i else None
            return step, before, steps[i + 1] if i + 1 < len(steps) else None
    raise NotFound("The story has not come to this scene.")


def first_unread(steps: Sequence[Step]) -> Step:
    """Return the first scene after the last answer: where the reader left off."""
    last = max((i for i, step in enumerate(steps) if step.taken is not None), default=-1)
    return steps[min(last + 1, len(steps) - 1)]
