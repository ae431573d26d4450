"""`ltitool worker`: the background work in a process of its own, for PostgreSQL."""

import click
from huey.consumer import Consumer

from ltitool.cli.database import require_current_schema
from ltitool.jobs import Jobs
from ltitool.lti.http import PlatformHttp
from ltitool.settings import Settings
from ltitool.storage.database import Database
from ltitool.web import logs


@click.command(name="worker")
@click.option("--threads", default=4, show_default=True, help="How many jobs run at once.")
def command(threads: int) -> None:
    """Send scores and read rosters until told to stop (TERM lets running jobs end)."""
    settings = Settings.load()
    if settings.database_url.startswith("sqlite"):
        raise click.UsageError("With SQLite the background work runs inside “ltitool serve”.")
    require_current_schema(settings)
    logs.configure()
    http = PlatformHttp(allow_private_hosts=settings.allow_private_hosts)
    database = Database(settings.database_url)
    jobs = Jobs(settings, database, http)
    click.echo(f"Working with {threads} threads.")
    Consumer(jobs.huey, workers=threads, max_delay=1.0, graceful_signal="TERM").run()
    http.close()
    database.dispose()
