"""`ltitool serve`: the web server, with the background work inside where SQLite is used."""

import multiprocessing
import socket

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from huey.consumer import Consumer

from ltitool.app import create_app, prepare
from ltitool.cli.database import require_current_schema
from ltitool.jobs import Jobs
from ltitool.settings import Settings
from ltitool.storage.queue import make_queue

THREADS = 8
GRACE_SECONDS = 30


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.option("--workers", type=int, help="Web processes; with SQLite there is always one.")
def command(host: str, port: int, workers: int | None) -> None:
    """Serve the tool to browsers and platforms."""
    settings = Settings.load()
    require_current_schema(settings)
    is_sqlite = settings.database_url.startswith("sqlite")
    if is_sqlite and workers not in {None, 1}:
        raise click.UsageError("With SQLite there is one web process; use PostgreSQL for more.")
    require_free(host, port, "--port")
    prepare(settings)
    # The queue makes its tables; web processes that start together would get in each other's way.
    make_queue(settings)
    count = 1 if is_sqlite else workers or 2 * multiprocessing.cpu_count()
    click.echo(f"Listening on http://{host}:{port}, to be reached as {settings.public_url}")
    Server(settings, f"{host}:{port}", count, has_consumer=is_sqlite).run()


def require_free(host: str, port: int, option: str) -> None:
    """Stop with a message when somebody listens on a port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as busy:
            raise click.ClickException(
                f"Port {port} is in use. Stop what runs there, or choose another with {option}."
            ) from busy


class EmbeddedConsumer(Consumer):
    """Huey's consumer as threads of the web process, which owns the signals."""

    def _set_signal_handlers(self) -> None:
        pass


class Server(BaseApplication):
    """gunicorn with the one configuration that fits the tool."""

    def __init__(
        self, settings: Settings, address: str, workers: int, *, has_consumer: bool
    ) -> None:
        """Serve at this address; the application is made after the fork, engine and all."""
        self._settings = settings
        self._address = address
        self._workers = workers
        self._has_consumer = has_consumer
        self._consumer: EmbeddedConsumer | None = None
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings."""
        for name, value in {
            "bind": self._address,
            "workers": self._workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "keepalive": 5,
            "accesslog": None,
            "loglevel": "warning",
            "post_worker_init": self._start_consumer,
            "worker_exit": self._stop_consumer,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application, in the worker."""
        self._app = create_app(self._settings)
        return self._app

    def _start_consumer(self, _worker: object) -> None:
        if self._has_consumer:
            jobs: Jobs = self._app.extensions["jobs"]
            self._consumer = EmbeddedConsumer(
                jobs.huey, workers=2, max_delay=1.0, check_worker_health=False
            )
            self._consumer.start()

    def _stop_consumer(self, _arbiter: object, _worker: object) -> None:
        if self._consumer is not None:
            self._app.extensions["jobs"].stop()
            self._consumer.stop(graceful=True)
