"""`ltitool scenarios`: a file is checked, stored, and helped along by its schema."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from ltitool.core.scenario_file import schema
from ltitool.storage.database import Database
from ltitool.storage.tables import ScenarioVersion
from tests.cli.conftest import Run
from tests.conftest import PENDING
from tests.core.stories import SHORT

SHORT_IS_FINE = "ok: “The door” 1.0.0, 2 scenes, 1 core decisions, 1 endings\n"


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


def stored(environment: dict[str, str]) -> list[tuple[str, str]]:
    """Return which stories are kept, with their versions."""
    database = Database(environment["LTITOOL_DATABASE_URL"])
    with database.session(is_read_only=True) as session:
        rows = session.scalars(select(ScenarioVersion).order_by(ScenarioVersion.id)).all()
    database.dispose()
    return [(row.scenario_id, row.version) for row in rows]


def test_a_good_file_is_called_so_with_what_is_in_it(run: Run, door: Path) -> None:
    assert run("scenarios", "check", str(door)) == (0, f"{door}: {SHORT_IS_FINE}")


def test_every_problem_is_said_with_file_and_line(run: Run, broken: Path) -> None:
    code, said = run("scenarios", "check", str(broken))

    assert code == 1
    assert said.splitlines() == [
        f"{broken}:3: version: this must be text; put it in quotes if it looks like a number.",
        (
            f"{broken}:16: start: the story starts at “knok”, which is not a scene. "
            "Did you mean “knock”?"
        ),
    ]


def test_one_broken_file_does_not_hide_the_others(run: Run, door: Path, broken: Path) -> None:
    code, said = run("scenarios", "check", str(broken), str(door))

    assert code == 1
    assert f"{broken}:16: " in said
    assert said.endswith(f"{door}: {SHORT_IS_FINE}")


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


def test_checking_needs_no_database(run: Run, environment: dict[str, str], door: Path) -> None:
    environment["LTITOOL_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:9/none"

    assert run("scenarios", "check", str(door))[0] == 0


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
