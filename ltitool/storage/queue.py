"""The queue of jobs, beside the database."""

import psycopg
from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy.engine import make_url

from ltitool.settings import Settings

LOCK = 6_152_018
"""The advisory lock under which the tables of the queue are made; any number would do."""


def make_queue(settings: Settings) -> Huey:
    """Return the queue beside the database; its tables are made when they are missing.

    Processes that start together wait for each other: “create if not exists” alone lets them race.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(dsn) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            return PostgresHuey("ltitool", dsn=dsn, results=False, utc=True)
    return SqliteHuey(
        "ltitool", filename=str(settings.data_dir / "queue.sqlite"), results=False, utc=True
    )
