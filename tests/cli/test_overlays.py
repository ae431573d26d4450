"""`ltitool scenarios overlay`: a translation is begun, brought up to date, and checked."""

import json
from pathlib import Path

import pytest

from ltitool.core.overlay import read_overlay
from tests.cli.conftest import Run
from tests.core.stories import SHORT, changed


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """A file with a story in it."""
    path = tmp_path / "door.yaml"
    path.write_text(SHORT, "utf-8")
    return path


@pytest.fixture
def cymraeg(run: Run, door: Path) -> Path:
    """A translation of it in which only the title is done."""
    assert run("scenarios", "overlay", "new", str(door), "cy")[0] == 0
    path = door.with_name("door.cy.yaml")
    begun = path.read_text("utf-8")
    path.write_text(begun.replace('text: ""', 'text: "Y drws"', 1), "utf-8")
    return path


def test_a_new_translation_has_every_key_with_the_words_above_it(run: Run, door: Path) -> None:
    code, said = run("scenarios", "overlay", "new", str(door), "ar")
    made = door.with_name("door.ar.yaml").read_text("utf-8")

    assert (code, said) == (0, f"{door.with_name('door.ar.yaml')}: 25 texts, 0% translated\n")
    assert "language: ar  # written from right to left\n" in made
    assert "  # Good morning.\n  end.beats.0.say.text:\n" in made
    assert all(one.text == "" for one in read_overlay(made).texts.values())


def test_a_translation_that_is_there_is_not_written_over(run: Run, cymraeg: Path) -> None:
    before = cymraeg.read_text("utf-8")
    code, said = run("scenarios", "overlay", "new", str(cymraeg.with_name("door.yaml")), "cy")

    assert code == 1
    assert "is there already" in said
    assert cymraeg.read_text("utf-8") == before


def test_a_language_is_named_by_its_code(run: Run, door: Path) -> None:
    code, said = run("scenarios", "overlay", "new", str(door), "../Welsh")

    assert code == 2
    assert "like es, ar or pt-BR" in said
    assert list(door.parent.glob("*.yaml")) == [door]


def test_what_is_left_fails_only_a_strict_check(run: Run, cymraeg: Path) -> None:
    code, said = run("scenarios", "overlay", "check", str(cymraeg))

    assert code == 0
    assert "T01 I 4% is translated; still to do: summary, care.label" in said
    assert run("scenarios", "overlay", "check", "--strict", str(cymraeg))[0] == 1


def test_an_unknown_key_fails_the_check_with_its_line(run: Run, cymraeg: Path) -> None:
    cymraeg.write_text(cymraeg.read_text("utf-8").replace("  title:", "  titel:"), "utf-8")
    code, said = run("scenarios", "overlay", "check", str(cymraeg))

    assert code == 1
    assert f"{cymraeg}:8: T01 E texts.titel: this is the key of no text in the story" in said


def test_findings_are_told_to_machines_as_well(run: Run, cymraeg: Path) -> None:
    code, said = run("scenarios", "overlay", "check", "--format", "json", str(cymraeg))

    assert code == 0
    assert [one["code"] for one in json.loads(said)["findings"]] == ["T01"]


def test_a_translation_lies_beside_its_story(run: Run, tmp_path: Path) -> None:
    alone = tmp_path / "gate.cy.yaml"
    alone.touch()
    code, said = run("scenarios", "overlay", "check", str(alone))

    assert code == 1
    assert "my-story.cy.yaml beside my-story.yaml" in said


def test_checking_a_story_checks_its_translations(run: Run, cymraeg: Path) -> None:
    cymraeg.write_text(cymraeg.read_text("utf-8").replace("  title:", "  titel:"), "utf-8")
    story = cymraeg.with_name("door.yaml")

    for files in ([story], [cymraeg], [story, cymraeg]):
        _code, said = run("scenarios", "check", *map(str, files))
        assert said.count("T01 E texts.titel") == 1


def test_an_update_keeps_what_is_done_and_finds_what_has_moved(run: Run, cymraeg: Path) -> None:
    text = cymraeg.read_text("utf-8")
    begun = text.replace('text: ""', 'text: "Rhywun yn curo."', 1)
    moved = "  end.beats.1.narrate:"
    head, tail = begun.split(moved)
    cymraeg.write_text(head + moved + tail.replace('text: ""', 'text: "Stryd wlyb."', 1), "utf-8")
    story = changed(
        SHORT,
        ("summary: Somebody knocks.", "summary: Somebody knocks twice."),
        (
            "      - narrate: The street is wet.",
            "      - narrate: A bird.\n      - narrate: The street is wet.",
        ),
    )
    cymraeg.with_name("door.yaml").write_text(story, "utf-8")
    code, _said = run("scenarios", "overlay", "update", str(cymraeg))
    texts = read_overlay(cymraeg.read_bytes()).texts
    _code, said = run("scenarios", "overlay", "check", str(cymraeg))

    assert code == 0
    assert texts["title"].text == "Y drws"
    assert texts["summary"].text == "Rhywun yn curo."
    assert (texts["end.beats.1.narrate"].text, texts["end.beats.2.narrate"].text) == (
        "",
        "Stryd wlyb.",
    )
    assert "T01 W texts.summary: the story says it in other words now" in said


def test_an_update_keeps_what_the_story_no_longer_says_behind_a_sign(
    run: Run, cymraeg: Path
) -> None:
    cymraeg.write_text(cymraeg.read_text("utf-8").replace("  title:", "  titel:"), "utf-8")
    story = changed(SHORT, ("title: The door", "title: A door"))
    cymraeg.with_name("door.yaml").write_text(story, "utf-8")
    run("scenarios", "overlay", "update", str(cymraeg))

    assert cymraeg.read_text("utf-8").endswith("# No longer in the story:\n# Y drws\n")
    assert run("scenarios", "overlay", "check", str(cymraeg))[0] == 0
