from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from ltitool.storage import migrate
from ltitool.storage.database import Database
from ltitool.storage.tables import Base


def test_migrations_and_tables_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out the tables of the queue, which makes its own where it is used."""
    return kind != "table" or not (name or "").startswith("huey_")


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    migrate.upgrade(database_url)

    assert migrate.is_current(database_url)


def test_a_database_without_the_schema_is_not_current(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"

    assert not migrate.is_current(url)
    migrate.upgrade(url)
    assert migrate.is_current(url)


def test_two_upgrades_at_once_make_one_schema(postgresql_url: str) -> None:
    admin = Database(postgresql_url)
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS twice"))
        connection.execute(text("CREATE DATABASE twice"))
    admin.dispose()
    url = postgresql_url.replace("/postgres", "/twice")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate.upgrade, [url, url]))

    assert migrate.is_current(url)
