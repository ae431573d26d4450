"""Bringing the schema of a database to the one this version of the tool needs."""

import sqlite3
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, event, text
from sqlalchemy.engine import Connection, Engine

LOCK = 6_152_017
"""The advisory lock that lets one upgrade run at a time on PostgreSQL; any number would do."""


def upgrade(url: str, to: str = "head") -> None:
    """Run the steps that are missing up to one; twice, or twice at once, does no harm."""
    engine = _engine(url)
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            # Changing a table copies it, which would trip over rows that point at it.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_config(connection), to)
        if is_sqlite:
            _check_foreign_keys(connection)
        connection.commit()
    engine.dispose()


def is_current(url: str) -> bool:
    """Whether the database has every step that this version knows, and no others."""
    return revision_at(url) == head()


def revision_at(url: str) -> str | None:
    """Return the name of the last step that the database at an address has taken."""
    engine = _engine(url)
    found = revision(engine)
    engine.dispose()
    return found


def is_known(engine: Engine) -> bool:
    """Whether a database in use still has this version's schema; one short question."""
    return revision(engine) == head()


def revision(engine: Engine) -> str | None:
    """Return the name of the last step that a database has taken; None before the first."""
    with engine.connect().execution_options(is_read_only=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_newer(found: str | None) -> bool:
    """Whether a database has taken a step that this version does not know."""
    known = {step.revision for step in ScriptDirectory.from_config(_config(None)).walk_revisions()}
    return found is not None and found not in known


@cache
def head() -> str | None:
    """Return the name of the newest step."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _engine(url: str) -> Engine:
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def own_transactions(connection: sqlite3.Connection, _record: object) -> None:
            # The driver would end the transaction before each change of a table.
            connection.isolation_level = None

    return engine


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise RuntimeError(f"After the upgrade rows would point at nothing in: {tables}.")
