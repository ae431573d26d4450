"""A translation lies over a story: what it says, what it leaves, and what no longer fits."""

import pytest

from ltitool.core.errors import BrokenScenario
from ltitool.core.lint.findings import Severity
from ltitool.core.lint.translation import translation_findings
from ltitool.core.overlay import (
    Kept,
    Overlay,
    coverage,
    direction,
    language_of,
    read_overlay,
    translated,
)
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_yaml import read
from ltitool.core.texts import text_hash, texts
from ltitool.core.walk import follow
from tests.core.stories import FULL, SHORT, changed


@pytest.fixture
def door() -> Scenario:
    return read_scenario(SHORT)


def an_overlay(**said: str) -> str:
    """Return a translation of the short story with these texts by key."""
    now = {one.key: text_hash(one.text) for one in texts(read_scenario(SHORT))}
    lines = ["format: dilemma-overlay/1", "scenario: door", "language: ar", "texts:"]
    for key, text in said.items():
        mark = now.get(key, "0" * 12)
        lines.append(f'  {key}: {{source_text_hash: "{mark}", text: {text}}}')
    return "\n".join(lines) + "\n"


def problems_of(source: str) -> list[str]:
    with pytest.raises(BrokenScenario) as broken:
        read_overlay(source)
    return broken.value.problems


def findings(source: str, scenario: Scenario) -> list[tuple[str, str, str]]:
    found = translation_findings(scenario, read_overlay(source), read(source)[0])
    return [(one.severity.value, one.place, one.sentence) for one in found]


def test_a_key_is_made_of_ids_and_the_name_of_the_field() -> None:
    keys = {one.key: one.text for one in texts(read_scenario(FULL))}

    assert keys["knock.d-open.open.label"] == "Open the door."
    assert keys["knock.d-open.open.seed.text"] == "I would open."
    assert keys["knock.beats.2.card.time"] == "23:10"
    assert keys["knock.ask-bo.beats.0.narrate"] == "Bo says nothing."
    assert keys["end-warm.warm.gained.1.text"] == "Company."
    assert keys["cause.readings.0.theory"] == "determinism"
    assert keys["ana.name"] == "Ana"
    assert keys["ana.portrait.alt"] == "Ana at her window."
    assert keys["discussion.d-open.0"] == "Start with the other lens."
    assert keys["support.0.text"] == "Ask somebody."


def test_what_nobody_reads_has_no_key() -> None:
    keys = {one.key for one in texts(read_scenario(FULL))}

    assert not keys & {"licence", "id", "trust.label", "bo2020.text", "keywords.0", "start"}
    assert not {key for key in keys if key.endswith(("src", "goto", "who", "credit", "url"))}


@pytest.mark.parametrize("story", [SHORT, FULL], ids=["short", "full"])
def test_every_key_is_there_once(story: str) -> None:
    keys = [one.key for one in texts(read_scenario(story))]

    assert len(keys) == len(set(keys))


def test_pending_has_every_key_once(scenario: Scenario) -> None:
    keys = [one.key for one in texts(scenario)]

    assert len(keys) == len(set(keys)) > 250


def test_what_is_translated_is_said_and_the_rest_keeps_its_language(door: Scenario) -> None:
    arabic = translated(door, read_overlay(an_overlay(title="الباب", **{"ana.name": "آنا"})))

    assert (arabic.title, arabic.language) == ("الباب", "ar")
    assert language_of(arabic.title, arabic.language) == "ar"
    assert arabic.character("ana").name == "آنا"
    assert arabic.summary == door.summary
    assert isinstance(arabic.summary, Kept)
    assert language_of(arabic.summary, arabic.language) == "en"


def test_a_translated_story_plays_as_the_story_does(door: Scenario) -> None:
    spoken = translated(door, read_overlay(an_overlay(**{"knock.d-open.open.label": "افتح"})))
    walk = follow(spoken, [])

    assert spoken.model_copy(update={"language": "en"}) != door
    assert [choice.label for choice in walk.here.choices] == ["افتح", "Wait."]
    assert [beat.kind for scene in spoken.scenes for beat in scene.beats] == [
        beat.kind for scene in door.scenes for beat in scene.beats
    ]


def test_an_empty_translation_changes_nothing_but_the_language(door: Scenario) -> None:
    empty = Overlay(format="dilemma-overlay/1", scenario="door", language="ar", texts={})

    assert translated(door, empty).model_copy(update={"language": "en"}) == door


def test_ids_and_targets_are_never_translated(door: Scenario) -> None:
    source = an_overlay(start="x", **{"knock.id": "x", "knock.d-open.open.goto": "x"})

    assert coverage(door, read_overlay(source)).unknown == (
        "start",
        "knock.id",
        "knock.d-open.open.goto",
    )
    assert translated(door, read_overlay(source)).start == "knock"


def test_changed_words_are_reported_and_still_said(door: Scenario) -> None:
    overlay = read_overlay(an_overlay(title="الباب"))
    reworded = read_scenario(changed(SHORT, ("title: The door", "title: A door")))

    assert coverage(door, overlay).stale == ()
    assert coverage(reworded, overlay).stale == ("title",)
    assert translated(reworded, overlay).title == "الباب"


def test_what_is_left_to_do_is_told_with_its_line(door: Scenario) -> None:
    source = an_overlay(titel="x", summary='""').replace(
        "texts:", f'texts:\n  title: {{source_text_hash: "{"1" * 12}", text: x}}'
    )
    found = findings(source, door)

    assert found[0][0] == "I"
    assert found[0][2].startswith("4% is translated; still to do: summary, care.label")
    assert found[1:] == [
        ("W", "texts.title", "the story says it in other words now: look at it again."),
        ("E", "texts.titel", "this is the key of no text in the story."),
    ]


def test_a_misspelt_key_is_told_the_one_that_was_meant(door: Scenario) -> None:
    [found] = [one for one in findings(an_overlay(sumary="x"), door) if one[0] == "E"]

    assert found[2] == "this is the key of no text in the story. Did you mean “summary”?"


def test_a_translation_of_another_story_or_into_its_own_language_is_refused(
    door: Scenario,
) -> None:
    source = an_overlay().replace("scenario: door", "scenario: gate")
    source = source.replace("language: ar", "language: en").replace("texts:", "texts: {}")
    errors = [one for one in findings(source, door) if one[0] == Severity.ERROR]

    assert [place for _severity, place, _words in errors] == ["scenario", "language"]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("- a\n", "line 1: A translation is names and values, like “language: es”."),
        ("a: ]\n", "line 1: This is not readable as YAML"),
        ("format: dilemma-overlay/1\n", "scenario: this is missing."),
        (an_overlay(title="<b>x</b>"), "HTML is not read here"),
        (an_overlay(title="x").replace("text: x", "texts: x"), "Did you mean “text”?"),
        (an_overlay(nothing="x").replace("000", "xyz"), "twelve letters and numbers"),
        (an_overlay(title="12"), "this must be text"),
    ],
)
def test_a_broken_file_is_told_what_is_wrong(source: str, problem: str) -> None:
    assert any(problem in one for one in problems_of(source)), problems_of(source)


@pytest.mark.parametrize(
    ("language", "way"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("pa-Arab", "rtl"), ("en", "ltr"), ("arn", "ltr")],
)
def test_a_language_is_written_in_its_direction(language: str, way: str) -> None:
    assert direction(language) == way
