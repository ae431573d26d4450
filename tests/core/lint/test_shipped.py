"""Every story that ships keeps every rule, and each of its endings can be reached by many."""

from pathlib import Path

import pytest

from ltitool.actions.library import read_checked
from ltitool.actions.library_files import media_beside
from ltitool.core.lint.findings import Severity
from ltitool.core.lint.paths import all_paths
from ltitool.settings import shipped
from tests.core.lint.pending import linted

STORIES = sorted(
    file for file in shipped("scenarios").glob("*.yaml") if len(file.name.split(".")) == 2
)
"""Whose names have no language in them: those are translations."""


def test_six_stories_ship() -> None:
    assert [file.stem for file in STORIES] == [
        "cohort-chat",
        "sam-and-lucy",
        "search-bar",
        "tagged",
        "two-grey-ticks",
        "zoo-closed",
    ]


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_a_story_that_ships_keeps_every_rule(file: Path) -> None:
    found = linted(file.read_text("utf-8"))

    assert [one for one in found if one.severity is not Severity.INFO] == []


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_a_story_that_ships_asks_the_same_of_everybody(file: Path) -> None:
    story = read_checked(file.read_text("utf-8"), media_beside(file))
    asked = {
        frozenset(taken.decision_id for taken in walk.taken) for walk in all_paths(story).walks
    }

    assert asked == {frozenset(one.id for one in story.core_decisions)}
    assert story.talk_decision.open
    assert len(story.required_reflections) == 1
