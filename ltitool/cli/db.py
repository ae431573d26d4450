"""`ltitool db`: the schema of the database."""

import click

from ltitool.settings import Settings
from ltitool.storage import migrate


@click.group(name="db")
def command() -> None:
    """Look after the database."""


@command.command()
def upgrade() -> None:
    """Bring the database to the schema of this version; safe to run again."""
    migrate.upgrade(Settings.load().database_url)
    click.echo("The database is up to date.")
