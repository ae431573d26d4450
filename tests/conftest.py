"""What every test may ask for: a database of either kind, the tool, a browser that checks pages."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event, make_url, text
from werkzeug.test import TestResponse

from ltitool.actions.library import store
from ltitool.actions.library_files import media_beside
from ltitool.app import create_app
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.settings import Settings, shipped
from ltitool.storage import migrate
from ltitool.storage.database import Database
from ltitool.storage.tables import Base, ScenarioVersion
from tests.pages import Page
from tests.postgres import postgresql

# A busy machine is no reason to fail: speed is measured in benchmarks.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

PENDING = shipped("scenarios") / "sam-and-lucy.yaml"


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2027, 2, 2, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> datetime:
        self.now += timedelta(**parts)
        return self.now


class CheckedClient(FlaskClient):
    """A browser that refuses to look at a badly made page."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not response.location:
            assert Page(response.text).faults() == []
        return response


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL of this test process, with the schema in it."""
    with postgresql() as url:
        migrate.upgrade(url)
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema in it, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "clean_postgresql_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite file."""
    path = tmp_path / "ltitool.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def clean_postgresql_url(postgresql_url: str) -> str:
    """The URL of the PostgreSQL of this test process, emptied."""
    database = Database(postgresql_url)
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with database.transaction() as session:
        session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    database.dispose()
    return postgresql_url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, of each kind in turn."""
    found = Database(database_url)
    yield found
    found.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """“Pending”, as it ships."""
    return read_scenario(PENDING.read_bytes())


@pytest.fixture
def store_pending(clock: Clock) -> Callable[[Database], ScenarioVersion]:
    """Put “Pending” into a database."""

    def put(database: Database) -> ScenarioVersion:
        with database.transaction() as session:
            source = PENDING.read_text("utf-8")
            return store(session, source, media_beside(PENDING), now=clock.now)

    return put


def settings_in(folder: Path, database_url: str) -> Settings:
    """Return the settings of a tool for platforms on this machine."""
    return Settings(
        public_url="https://tool.example",
        database_url=database_url,
        data_dir=folder,
        secret_key="a secret for tests only, long enough to sign with",
        allow_private_hosts=True,
    )


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """The settings of a tool on SQLite, for platforms on this machine."""
    return settings_in(tmp_path, sqlite_url)


@contextmanager
def running(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """Run the tool on a database."""
    made = create_app(settings, clock=clock)
    made.config["TESTING"] = True
    made.test_client_class = CheckedClient
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache()  # compiled once, not for each test
    yield made
    made.extensions["http"].close()
    made.extensions["jobs"].huey.storage.close()
    made.extensions["database"].dispose()


@pytest.fixture(scope="session")
def stocked_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with “Pending” in its library, to be copied."""
    path = tmp_path_factory.mktemp("stocked") / "template.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    stock(database, Clock())
    database.dispose()
    return path


def stock(database: Database, clock: Clock) -> None:
    with database.transaction() as session:
        store(session, PENDING.read_text("utf-8"), media_beside(PENDING), now=clock.now)


def refill(database_url: str, kept: Path) -> bool:
    """Let a database be as a kept SQLite file is; say whether it could, being SQLite itself."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return False
    with (
        closing(sqlite3.connect(kept)) as source,
        closing(sqlite3.connect(str(url.database))) as to,
    ):
        source.backup(to)
    return True


@pytest.fixture
def app(settings: Settings, clock: Clock, stocked_template: Path) -> Iterator[Flask]:
    """The tool, with “Pending” in its library."""
    is_stocked = refill(settings.database_url, stocked_template)
    with running(settings, clock) as made:
        if not is_stocked:
            stock(made.extensions["database"], clock)
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser at the tool."""
    return app.test_client()


@pytest.fixture
def count_statements() -> Callable[[Flask], AbstractContextManager[list[str]]]:
    """Collect the statements that the tool's database is asked in a block."""

    @contextmanager
    def collected(app: Flask) -> Iterator[list[str]]:
        engine = app.extensions["database"].engine
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return collected
