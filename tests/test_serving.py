"""`ltitool db`, `serve` and `worker` as an operator meets them: in processes of their own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import text

from ltitool.cli import main
from ltitool.core.delivery import Delivery
from ltitool.storage import migrate
from ltitool.storage.database import Database
from tests.gradebook import Gradebook
from tests.lms import Lms, running_lms
from tests.postgres import free_port, wait_until

STARTS_WITHIN = 40.0
PAST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def lms() -> Iterator[Lms]:
    with running_lms() as lms:
        yield lms


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a tool whose database is of each kind in turn."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("LTITOOL_")}
    return own | {
        "LTITOOL_PUBLIC_URL": "https://tool.example",
        "LTITOOL_DATABASE_URL": database_url,
        "LTITOOL_DATA_DIR": str(tmp_path),
        "LTITOOL_SECRET_KEY": "for tests only",
        "LTITOOL_ALLOW_PRIVATE_HOSTS": "1",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def running(environment: dict[str, str], *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a command of the tool for the length of a block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ltitool.cli", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stopped(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Ask a process to stop; return its exit code and what it has written."""
    process.send_signal(signal.SIGTERM)
    written, _nothing = process.communicate(timeout=STARTS_WITHIN)
    return process.returncode, written


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.ConnectionError:
        return False


def test_serve_answers_and_ends_well_when_told_to(environment: dict[str, str]) -> None:
    port = free_port()
    with running(environment, "serve", "--port", str(port)) as server:
        health = f"http://127.0.0.1:{port}/health"
        wait_until(lambda: answers(health), seconds=STARTS_WITHIN, what="serve answers")

        code, written = stopped(server)

    assert code == 0
    assert f"Listening on http://127.0.0.1:{port}" in written
    assert "https://tool.example" in written
    assert "Traceback" not in written


def test_serve_on_sqlite_sends_scores_and_begins_with_those_left_behind(
    environment: dict[str, str], sqlite_url: str, lms: Lms
) -> None:
    environment["LTITOOL_DATABASE_URL"] = sqlite_url
    database = Database(sqlite_url)
    book = Gradebook(database, lms.url)
    row_id = book.write("ana", at=PAST, due_at=PAST)
    with running(environment, "serve", "--port", str(free_port())) as server:
        wait_until(lambda: is_sent(book, row_id), seconds=STARTS_WITHIN, what="the score is sent")
        code, written = stopped(server)
    database.dispose()

    assert (code, "Traceback" in written) == (0, False)


def test_a_worker_on_postgresql_sends_scores_and_ends_well(
    environment: dict[str, str], clean_postgresql_url: str, lms: Lms
) -> None:
    environment["LTITOOL_DATABASE_URL"] = clean_postgresql_url
    database = Database(clean_postgresql_url)
    book = Gradebook(database, lms.url)
    row_id = book.write("ana", at=PAST, due_at=PAST)
    with running(environment, "worker", "--threads", "2") as worker:
        wait_until(lambda: is_sent(book, row_id), seconds=STARTS_WITHIN, what="the score is sent")
        code, written = stopped(worker)
    database.dispose()

    assert code == 0
    assert "Working with 2 threads." in written
    assert '"event": "scores tried"' in written
    assert "Traceback" not in written


def is_sent(book: Gradebook, row_id: int) -> bool:
    return book.row(row_id).delivery is Delivery.SENT


# ---- what is refused, and how it is said


def run(environment: dict[str, str], *words: str) -> tuple[int, str]:
    """Run a command in this process; return its exit code and all that it said."""
    result = CliRunner().invoke(main, words, env=environment, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.fixture
def on_new_sqlite(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment of a tool on a database that nobody has prepared."""
    return environment | {"LTITOOL_DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}"}


def test_serve_refuses_a_database_without_this_versions_schema(
    on_new_sqlite: dict[str, str],
) -> None:
    code, said = run(on_new_sqlite, "serve")

    assert code == 1
    assert "ltitool db upgrade" in said


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_of_a_newer_version_is_left_alone(
    command: str, environment: dict[str, str], database: Database
) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'tomorrow'"))
    try:
        code, said = run(environment, command)
    finally:
        with database.transaction() as session:
            current = {"head": migrate.head()}
            session.execute(text("UPDATE alembic_version SET version_num = :head"), current)

    assert code in {1, 2}
    assert "Update this installation" in said or "With SQLite" in said


def test_the_schema_is_made_and_making_it_again_does_no_harm(
    on_new_sqlite: dict[str, str],
) -> None:
    for _again in range(2):
        assert run(on_new_sqlite, "db", "upgrade") == (0, "The database is up to date.\n")

    assert migrate.is_current(on_new_sqlite["LTITOOL_DATABASE_URL"])


def test_sqlite_has_one_web_process(environment: dict[str, str], sqlite_url: str) -> None:
    environment["LTITOOL_DATABASE_URL"] = sqlite_url

    code, said = run(environment, "serve", "--workers", "2")

    assert code == 2
    assert "use PostgreSQL for more" in said


def test_sqlite_needs_no_worker(environment: dict[str, str], sqlite_url: str) -> None:
    environment["LTITOOL_DATABASE_URL"] = sqlite_url

    code, said = run(environment, "worker")

    assert code == 2
    assert "inside “ltitool serve”" in said


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("db", "upgrade")])
@pytest.mark.parametrize(
    ("setting", "text", "words"),
    [
        ("LTITOOL_PUBLIK_URL", "https://tool.example", "LTITOOL_PUBLIK_URL"),
        ("LTITOOL_PUBLIC_URL", "http://tool.example", "behind https"),
        ("LTITOOL_DATABASE_URL", "nonsense", "database_url"),
        ("LTITOOL_DATABASE_URL", "postgresql+psycopg://x@127.0.0.1:9/x", "cannot be reached"),
    ],
)
def test_settings_that_cannot_work_end_in_one_sentence(
    command: tuple[str, ...],
    setting: str,
    text: str,
    words: str,
    on_new_sqlite: dict[str, str],
) -> None:
    code, said = run(on_new_sqlite | {setting: text}, *command)

    assert code == 1
    assert said.startswith("Error: ")
    assert words in said


def test_a_port_in_use_is_said(environment: dict[str, str], sqlite_url: str) -> None:
    environment["LTITOOL_DATABASE_URL"] = sqlite_url
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, said = run(environment, "serve", "--port", port)

    assert code == 1
    assert f"Port {port} is in use" in said
