"""The stories that come with the tool, as an editor reads them."""

from pathlib import Path

import pytest

from ltitool.core.scenario import Test as Condition
from ltitool.core.scenario_file import read_scenario

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
STORIES = [path for path in SHIPPED if path.stem.count(".") == 0]


def named(condition: Condition | None, decision_id: str) -> set[str]:
    """Return the choices of a decision on which a condition hangs."""
    if condition is None:
        return set()
    parts = (*(condition.all or ()), *(condition.any or ()))
    inside = {choice for part in parts for choice in named(part, decision_id)}
    return inside | (set(condition.in_ or ()) if condition.chose == decision_id else set())


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_every_answer_that_is_talked_about_leaves_something_behind_the_curtain(path: Path) -> None:
    story = read_scenario(path.read_text("utf-8"))
    talked = story.talk_decision
    behind = [scene for scene in story.scenes if scene.curtain or scene.ending]
    told = {
        choice for scene in behind for beat in scene.beats for choice in named(beat.when, talked.id)
    }

    assert told == {choice.id for choice in talked.choices}
