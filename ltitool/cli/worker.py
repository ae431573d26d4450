"""`ltitool worker`: the background work in a process of its own, for PostgreSQL."""

import click
from huey.consumer import Consumer, ConsumerStopped

from ltitool.cli.database import require_current_schema
from ltitool.jobs import Jobs
from ltitool.lti.http import PlatformHttp
from ltitool.settings import Settings
from ltitool.storage.database import Database
from ltitool.web import logs


@click.command(name="worker")
@click.option("--threads", default=4, show_default=True, help="How many jobs run at once.")
def command(threads: int) -> None:
    """Send scores and read rosters until told to stop (TERM lets running jobs end).

    Any number may run at once, on one machine or on several.
    """
    settings = Settings.load()
    if settings.database_url.startswith("sqlite"):
        raise click.UsageError("With SQLite the background work runs inside “ltitool serve”.")
    require_current_schema(settings)
    logs.configure()
    http = PlatformHttp(allow_private_hosts=settings.allow_private_hosts)
    database = Database(settings.database_url)
    jobs = Jobs(settings, database, http)
    click.echo(f"Working with {threads} threads.")
    WorkerConsumer(jobs, threads).run()
    http.close()
    database.dispose()
    if jobs.is_outdated.is_set():
        require_current_schema(settings)


class WorkerConsumer(Consumer):
    """Huey's consumer; it finishes the batch in hand on TERM, and ends when it is outdated."""

    def __init__(self, jobs: Jobs, threads: int) -> None:
        """Run the jobs in so many threads."""
        super().__init__(jobs.huey, workers=threads, max_delay=1.0, graceful_signal="TERM")
        self._jobs = jobs

    def _handle_signal(self, signum: int, frame: object) -> None:
        """Begin no further batch when told to stop."""
        self._jobs.stop()
        super()._handle_signal(signum, frame)

    def loop(self, health_check_ts: float | None = None) -> float:
        """Wait a little, and end where another version has upgraded the database."""
        if self._jobs.is_outdated.is_set():
            self._jobs.stop()
            self.stop(graceful=True)
            raise ConsumerStopped
        return super().loop(health_check_ts)
