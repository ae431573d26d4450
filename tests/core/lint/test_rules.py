"""Each rule finds its fault in a copy of “Pending” broken in one way, and nothing in “Pending”."""

import pytest

from ltitool.actions.library import read_checked
from ltitool.actions.library_files import media_beside
from ltitool.core.errors import BrokenScenario
from ltitool.core.lint.files import media_findings
from ltitool.core.lint.linter import RULES
from ltitool.core.lint.rules import READ_RULES, WRITTEN_RULES
from ltitool.core.scenario_file import read_scenario
from ltitool.core.scenario_yaml import read
from tests.conftest import PENDING
from tests.core.lint.pending import SOURCE, Case, cases, codes, linted
from tests.core.stories import SHORT, changed

FOR_ALL = ("X01", "I")

RULE_CASES = cases("rules")
READER_CASES = cases("reader")


def test_nothing_is_found_in_pending() -> None:
    assert codes(linted(SOURCE)) == set()


@pytest.mark.parametrize("case", RULE_CASES, ids=lambda case: f"{case.code}-{case.place}")
def test_a_rule_finds_its_fault_and_nothing_else(case: Case) -> None:
    earlier = read_scenario(SOURCE) if case.code == "S03" else None
    found = linted(case.source, earlier=earlier, cap=case.cap)

    assert codes(found) == {case.code} | case.also
    assert (case.code, case.severity, case.place) in {
        (one.code, one.severity, one.place) for one in found
    }


@pytest.mark.parametrize("case", READER_CASES, ids=lambda case: case.code)
def test_what_the_reader_finds_carries_the_code_of_its_rule(case: Case) -> None:
    with pytest.raises(BrokenScenario) as broken:
        read_checked(case.source, media_beside(PENDING))

    assert codes(broken.value.findings) == {case.code}


def test_every_rule_has_a_case_here() -> None:
    written = {(rule.code, rule.severity.value) for rule in WRITTEN_RULES}
    read = {rule.code for rule in READ_RULES}

    assert written == {(case.code, case.severity) for case in RULE_CASES} | {FOR_ALL}
    assert read == {case.code for case in READER_CASES}


def test_every_rule_says_in_words_what_to_do() -> None:
    for rule in RULES:
        assert rule.words.endswith("."), rule.code
        assert len(rule.words) > len("Give a video."), rule.code


def test_a_finding_stands_on_the_line_it_is_about() -> None:
    source = SOURCE.replace("minutes: 42 ", "minutes: 90 ")
    (found,) = (one for one in linted(source) if one.code == "R01")

    assert source.splitlines()[found.line - 1].startswith("minutes: 90")


def test_a_changed_story_with_a_new_version_is_as_it_should_be() -> None:
    changed = SOURCE.replace("rank_lenses: 2", "rank_lenses: 3")
    earlier = read_scenario(SOURCE)

    assert codes(linted(changed, earlier=earlier)) == {"S03"}
    assert codes(linted(changed.replace("1.1.0", "1.2.0"), earlier=earlier)) == set()


def test_a_changed_text_needs_no_new_version() -> None:
    changed = SOURCE.replace(
        "Monday afternoon. The kettle clicks off.", "Monday. The kettle clicks."
    )

    assert changed != SOURCE
    assert codes(linted(changed, earlier=read_scenario(SOURCE))) == set()


def test_every_story_is_told_what_other_formats_cannot_hold() -> None:
    told = [one.sentence for one in linted(SOURCE) if (one.code, one.severity) == FOR_ALL]

    assert told[0].startswith("H5P has no place for reasons, seeds")
    assert told[1].startswith("Twee 3 would hold 39 conditions")


def test_a_missing_file_is_told_at_the_line_that_shows_it() -> None:
    [found] = media_findings(read_scenario(SOURCE), read(SOURCE)[0], {})

    assert found.place == "scenes[0].beats[0].image.src"
    assert "media/team-room.svg" in SOURCE.splitlines()[found.line - 1]


def test_the_school_grade_is_asked_of_english_only() -> None:
    hard = next(case for case in RULE_CASES if case.code == "R02").source

    assert "R02" not in codes(linted(hard.replace("language: en-GB", "language: cy")))


@pytest.mark.parametrize("language", ["en", "cy"])
def test_sentences_are_short_in_any_language(language: str) -> None:
    long = changed(
        SHORT, ("language: en", f"language: {language}"), ("It is late.", "It is so late " * 100)
    )

    assert "R02" not in codes(linted(SHORT))
    assert [one.sentence for one in linted(long) if one.code == "R02"] == [
        "sentences have 22 words in the mean: cut them to 20."
    ]


@pytest.mark.parametrize(
    "invented",
    ["07700 900123", "01632 960 001", "ana@example.org", "at half past 10", "room 101, 12:30"],
)
def test_what_cannot_be_real_may_stand_in_a_story(invented: str) -> None:
    told = changed(SHORT, ("narrate: It is late.", f"narrate: 'Ring {invented}.'"))

    assert "C03" not in codes(linted(told))
