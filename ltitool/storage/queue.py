"""The queue of jobs, beside the database."""

from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy.engine import make_url

from ltitool.settings import Settings


def make_queue(settings: Settings) -> Huey:
    """Return the queue beside the database; its tables are made when they are missing."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey("ltitool", dsn=dsn, results=False, utc=True)
    return SqliteHuey(
        "ltitool", filename=str(settings.data_dir / "queue.sqlite"), results=False, utc=True
    )
