"""Every story that ships keeps every rule, and each of its endings can be reached by many."""

from pathlib import Path

import pytest

from ltitool.actions.library import read_checked
from ltitool.actions.library_files import media_beside, overlays_beside, stories_in
from ltitool.core.lint.findings import Severity
from ltitool.core.lint.paths import all_paths
from ltitool.core.lint.translation import translation_findings
from ltitool.core.overlay import read_overlay
from ltitool.core.scenario_yaml import read
from ltitool.settings import shipped
from tests.conftest import PENDING
from tests.core.lint.pending import linted

STORIES = stories_in(shipped("scenarios"))


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


def test_pending_is_translated_into_spanish_and_arabic() -> None:
    languages = [overlay.stem.partition(".")[2] for overlay in overlays_beside(PENDING)]

    assert languages == ["ar", "es"]


@pytest.mark.parametrize("file", overlays_beside(PENDING), ids=lambda file: file.stem)
def test_a_translation_that_ships_is_whole_and_up_to_date(file: Path) -> None:
    source = file.read_text("utf-8")
    story = read_checked(PENDING.read_text("utf-8"), media_beside(PENDING))

    assert translation_findings(story, read_overlay(source), read(source)[0]) == ()
