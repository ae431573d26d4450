"""Commands run in this process, on a database of each kind in turn."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from ltitool.app import create_app
from ltitool.cli import main
from ltitool.settings import Settings
from ltitool.storage.database import Database
from tests.conftest import PENDING, Clock
from tests.launching import SigningPlatform, published

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of a tool whose database has the schema, and nothing in it."""
    return {
        "LTITOOL_PUBLIC_URL": "https://tool.example",
        "LTITOOL_DATABASE_URL": database_url,
        "LTITOOL_DATA_DIR": str(tmp_path / "data"),
        "LTITOOL_SECRET_KEY": "for tests only, and long enough",
        "LTITOOL_ALLOW_PRIVATE_HOSTS": "0",
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Run a command; return its exit code and all that it said."""

    def invoke(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, words, env=environment, catch_exceptions=False)
        return result.exit_code, result.output

    return invoke


@pytest.fixture
def platform(environment: dict[str, str], clock: Clock) -> Iterator[SigningPlatform]:
    """A platform on this machine, which these settings allow, registered by nobody yet."""
    environment["LTITOOL_ALLOW_PRIVATE_HOSTS"] = "1"
    with published(SigningPlatform(clock.now)) as made:
        yield made


@pytest.fixture
def web(
    environment: dict[str, str], run: Run, platform: SigningPlatform, clock: Clock
) -> Iterator[Flask]:
    """The web application on the database of the commands, with “Pending” in its library."""
    del platform  # its settings come first
    assert run("scenarios", "add", str(PENDING))[0] == 0
    app = create_app(Settings.load(environ=environment), clock=clock)
    app.config["TESTING"] = True
    yield app
    app.extensions["http"].close()
    app.extensions["jobs"].huey.storage.close()
    database: Database = app.extensions["database"]
    database.dispose()
