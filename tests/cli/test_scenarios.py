"""`ltitool scenarios`: a file is checked, stored, and helped along by its schema."""

import json
from io import StringIO
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from rich.console import Console
from sqlalchemy import select

from ltitool.actions.library_files import overlays_beside
from ltitool.cli.findings import print_findings
from ltitool.core.lint.findings import Finding, Severity
from ltitool.core.lint.linter import RULES
from ltitool.core.lint.page import rules_page
from ltitool.core.scenario_file import schema
from ltitool.storage.database import Database
from ltitool.storage.tables import ScenarioVersion
from tests.cli.conftest import Run
from tests.conftest import PENDING
from tests.core.stories import SHORT

SHORT_IS_FINE = "ok: “The door” 1.0.0, 2 scenes, 1 core decision, 1 ending\n"
TRANSLATIONS_ARE_FINE = "".join(
    f"{overlay}: ok: everything is translated\n" for overlay in overlays_beside(PENDING)
)
PENDING_IS_FINE = (
    f"{PENDING}: ok: “Pending” 1.1.0, 17 scenes, 3 core decisions, 4 endings\n"
    + TRANSLATIONS_ARE_FINE
)


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """A file with a story in it."""
    path = tmp_path / "door.yaml"
    path.write_text(SHORT, "utf-8")
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A file with two faults."""
    path = tmp_path / "broken.yaml"
    faulty = SHORT.replace("start: knock", "start: knok").replace("version: 1.0.0", "version: 1")
    path.write_text(faulty, "utf-8")
    return path


@pytest.fixture
def hasty(tmp_path: Path) -> Path:
    """“Pending”, but for one warning: its minutes are not honest."""
    path = tmp_path / "hasty.yaml"
    path.write_text(PENDING.read_text("utf-8").replace("minutes: 42 ", "minutes: 9 "), "utf-8")
    copytree(PENDING.parent / "media", tmp_path / "media")
    return path


def stored(environment: dict[str, str]) -> list[tuple[str, str]]:
    """Return which stories are kept, with their versions."""
    database = Database(environment["LTITOOL_DATABASE_URL"])
    with database.session(is_read_only=True) as session:
        rows = session.scalars(select(ScenarioVersion).order_by(ScenarioVersion.id)).all()
    database.dispose()
    return [(row.scenario_id, row.version) for row in rows]


def test_a_good_file_is_called_so_with_what_is_in_it(run: Run) -> None:
    assert run("scenarios", "check", str(PENDING)) == (0, PENDING_IS_FINE)


def test_every_problem_is_said_with_file_and_line(run: Run, broken: Path) -> None:
    code, said = run("scenarios", "check", str(broken))

    assert code == 1
    assert said.splitlines() == [
        (
            f"{broken}:3: S03 E version: this must be text; "
            "put it in quotes if it looks like a number."
        ),
        (
            f"{broken}:16: G01 E start: the story starts at “knok”, which is not a scene. "
            "Did you mean “knock”?"
        ),
        f"{broken}: 2 errors",
    ]


def test_a_missing_picture_hides_nothing_else(run: Run, hasty: Path) -> None:
    rmtree(hasty.parent / "media")
    code, said = run("scenarios", "check", str(hasty))

    assert code == 1
    assert "scenes[0].beats[0].image.src: the file “media/team-room.svg” is missing." in said
    assert "R01 W" in said


def test_one_broken_file_does_not_hide_the_others(run: Run, broken: Path) -> None:
    code, said = run("scenarios", "check", str(broken), str(PENDING))

    assert code == 1
    assert f"{broken}:16: " in said
    assert said.endswith(PENDING_IS_FINE)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"- a\n- b\n", b"a: ]", b"\x00"])
def test_what_is_no_story_at_all_is_said(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.yaml"
    path.write_bytes(content)
    code, said = run("scenarios", "check", str(path))

    assert code == 1
    assert said.startswith(f"{path}:1: ")


def test_a_file_that_is_not_there_is_said(run: Run, tmp_path: Path) -> None:
    code, said = run("scenarios", "check", str(tmp_path / "none.yaml"))

    assert code == 2
    assert "does not exist" in said


def test_checking_needs_no_database(run: Run, environment: dict[str, str]) -> None:
    environment["LTITOOL_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:9/none"

    assert run("scenarios", "check", str(PENDING))[0] == 0


def test_a_story_that_can_be_read_is_told_what_the_rules_find(run: Run, door: Path) -> None:
    code, said = run("scenarios", "check", str(door))

    assert code == 1
    assert f"{door}:28: D02 E scenes[0].decision.choices[0]: “open” strains nothing: " in said
    assert said.endswith(f"{door}: 6 errors, 2 warnings\n")


def test_warnings_fail_a_strict_check_only(run: Run, hasty: Path) -> None:
    code, said = run("scenarios", "check", str(hasty))

    assert code == 0
    assert f"{hasty}:19: R01 W minutes: it takes about 37 minutes, all three visits" in said
    assert said.endswith("4 endings; 1 warning\n")
    assert run("scenarios", "check", "--strict", str(hasty)) == (1, said)


def test_advice_is_shown_when_it_is_asked_for(run: Run) -> None:
    code, said = run("scenarios", "check", "--advice", str(PENDING))

    assert code == 0
    assert f"{PENDING}:6: X01 I H5P has no place for reasons" in said
    assert said.endswith(f"4 endings; 2 pieces of advice\n{TRANSLATIONS_ARE_FINE}")


def test_findings_are_given_to_machines_as_json(run: Run, hasty: Path, broken: Path) -> None:
    code, said = run("scenarios", "check", "--format", "json", str(hasty), str(broken))
    told = json.loads(said)

    assert code == 1
    assert (told["errors"], told["warnings"], told["advice"]) == (2, 1, 2)
    assert told["findings"][2] == {
        "file": str(hasty),
        "code": "R01",
        "severity": "W",
        "line": 19,
        "place": "minutes",
        "sentence": "it takes about 37 minutes, all three visits: say so.",
    }
    assert {found["file"] for found in told["findings"]} == {str(hasty), str(broken)}


def test_nothing_found_is_json_as_well(run: Run) -> None:
    code, said = run("scenarios", "check", "--format", "json", str(PENDING))

    assert code == 0
    assert {found["code"] for found in json.loads(said)["findings"]} == {"X01"}


def test_on_a_terminal_findings_are_a_table(hasty: Path) -> None:
    screen = StringIO()
    found = Finding("R01", Severity.WARNING, 19, "minutes", "say how long it takes.")
    print_findings(hasty, [found], Console(file=screen, force_terminal=True, width=200))

    assert "\x1b[33mR01 W\x1b[0m" in screen.getvalue()
    assert f"{hasty}:19" in screen.getvalue()
    assert "say how long it takes." in screen.getvalue()


def test_a_change_is_held_against_the_version_before(run: Run, hasty: Path) -> None:
    asked_more = hasty.read_text("utf-8").replace("rank_lenses: 2", "rank_lenses: 3")
    hasty.write_text(asked_more, "utf-8")
    code, said = run("scenarios", "check", "--since", str(PENDING), str(hasty))

    assert code == 1
    assert f"{hasty}:8: S03 E version: " in said


def test_the_rules_are_printed_as_a_page(run: Run) -> None:
    assert run("scenarios", "rules") == (0, rules_page(RULES))


def test_adding_stores_a_story_once(run: Run, environment: dict[str, str], door: Path) -> None:
    for _again in range(2):
        assert run("scenarios", "add", str(door)) == (
            0,
            f"{door}: {SHORT_IS_FINE}{door}: stored as door 1.0.0\n",
        )

    assert stored(environment) == [("door", "1.0.0")]


def test_of_several_files_all_are_stored_or_none(
    run: Run, environment: dict[str, str], door: Path, broken: Path
) -> None:
    assert run("scenarios", "add", str(door), str(broken))[0] == 1
    assert stored(environment) == []
    assert run("scenarios", "add", str(door), str(PENDING))[0] == 0
    assert [name for name, _version in stored(environment)] == ["door", "sam-and-lucy"]


def test_the_schema_is_printed_for_editors(run: Run) -> None:
    code, said = run("scenarios", "schema")

    assert code == 0
    assert json.loads(said) == schema()
