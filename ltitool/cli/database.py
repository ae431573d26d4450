"""The database as commands use it: with this version's schema, one transaction for each command."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from ltitool.settings import Settings
from ltitool.storage import migrate
from ltitool.storage.database import Database


@contextmanager
def at_work() -> Iterator[tuple[Settings, Session]]:
    """Give the settings and one transaction, kept when the block ends well."""
    settings = Settings.load()
    require_current_schema(settings)
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            yield settings, session
    finally:
        database.dispose()


def require_current_schema(settings: Settings) -> None:
    """Stop with a message unless the database has the schema of this version."""
    found = migrate.revision_at(settings.database_url)
    if found == migrate.head():
        return
    if migrate.is_newer(found):
        raise click.ClickException(
            f"The database has the schema of a newer version (step {found}). "
            "Update this installation of the tool."
        )
    raise click.ClickException(
        "The database does not have the schema of this version. "
        "Make a backup, then run: ltitool db upgrade"
    )
