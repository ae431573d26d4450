"""The engine and its transactions: SQLite in one file by default, PostgreSQL when scaled."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_SECONDS = 20


class Database:
    """One engine, made when first used so that every gunicorn worker has its own after the fork."""

    def __init__(self, url: str) -> None:
        """Remember where the database is; connect to nothing yet."""
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _engine(url, is_sqlite=self.is_sqlite)
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        # On PostgreSQL each statement of a transaction sees its own moment anyway, so BEGIN and
        # ROLLBACK around reading would be two round trips for nothing.
        isolation = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        reading = self.engine.execution_options(is_read_only=True, **isolation)
        event.listen(reading, "before_cursor_execute", _refuse_to_write)
        self._reading = sessionmaker(reading, expire_on_commit=False, autoflush=False)

    def session(self, *, is_read_only: bool = False) -> Session:
        """Open a session; on SQLite a writing one takes the write lock at its first statement.

        One that only reads raises RuntimeError when it is asked to write.
        """
        return self._reading() if is_read_only else self._writing()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Run a block in one transaction: kept when it ends well, forgotten when it raises."""
        with self._writing.begin() as session:
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _refuse_to_write(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
    if statement.startswith(("INSERT", "UPDATE", "DELETE")):
        raise RuntimeError("A session that only reads was asked to write.")


def _engine(url: str, *, is_sqlite: bool) -> Engine:
    if not is_sqlite:
        return create_engine(
            url, hide_parameters=True, pool_size=8, max_overflow=8, pool_pre_ping=True
        )
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # Python's own BEGIN comes late and is never IMMEDIATE; begin() below sends ours.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("is_read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
