"""`ltitool demo`: the tool beside a pretend LMS, ready to click through."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import click
import requests

from ltitool.actions import registrations
from ltitool.cli.serve import require_free
from ltitool.demo.course import DEPLOYMENT_ID
from ltitool.demo.lms import Lms
from ltitool.demo.profiles import CANVAS, PLAIN, Profile
from ltitool.demo.server import LmsServer
from ltitool.settings import Settings
from ltitool.storage import migrate
from ltitool.storage.database import Database

HOST = "127.0.0.1"
PLATFORMS = {"The pretend LMS": PLAIN, "The pretend LMS as Canvas": CANVAS}
"""What is registered with the tool; as Moodle it is the same platform as the plain one."""

STARTS_WITHIN = 60.0


@click.command(name="demo")
@click.option("--port", default=8000, show_default=True, help="Port of the pretend LMS.")
@click.option("--tool-port", default=8001, show_default=True, help="Port of the tool.")
@click.option("--data-dir", default=".demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--fresh", is_flag=True, help="Forget what earlier demonstrations have kept.")
def command(port: int, tool_port: int, data_dir: Path, *, fresh: bool) -> None:
    """Run the tool beside a pretend LMS, for a browser on this machine."""
    require_free(HOST, port, "--port")
    require_free(HOST, tool_port, "--tool-port")
    if fresh and data_dir.exists():
        shutil.rmtree(data_dir)
    lms = Lms(
        f"http://lms.localhost:{port}",
        f"http://tool.localhost:{tool_port}",
        api_url=f"http://{HOST}:{port}",  # *.localhost is known to browsers only
        tool_api_url=f"http://{HOST}:{tool_port}",
    )
    environment = tool_environment(lms, data_dir)
    connect(lms, Settings.load(environ=environment))
    with LmsServer(lms, port, HOST):
        serve_tool(lms, tool_port, environment)


def tool_environment(lms: Lms, data_dir: Path) -> dict[str, str]:
    """Return the settings of a tool that belongs to this pretend LMS."""
    return {
        "LTITOOL_PUBLIC_URL": lms.tool_url,
        "LTITOOL_DATA_DIR": str(data_dir.absolute()),
        "LTITOOL_ALLOW_PRIVATE_HOSTS": "1",
    }


def connect(lms: Lms, settings: Settings) -> None:
    """Bring the database up to date, and register the pretend LMS in it."""
    migrate.upgrade(settings.database_url)
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            for name, profile in PLATFORMS.items():
                endpoints = _endpoints(lms, name, profile)
                known = registrations.find(session, name)
                if known is not None and known.auth_url != endpoints.auth_url:
                    raise click.ClickException(
                        f"What is in {settings.data_dir} belongs to another port. "
                        "Use that port, or start with --fresh to forget it."
                    )
                if known is None:
                    registrations.add(
                        session,
                        endpoints,
                        [DEPLOYMENT_ID],
                        allow_private_hosts=True,
                        now=datetime.now(UTC),
                    )
    finally:
        database.dispose()


def _endpoints(lms: Lms, name: str, profile: Profile) -> registrations.Endpoints:
    return registrations.Endpoints(
        name,
        lms.issuer_of(profile),
        profile.client_id,
        f"{lms.base_url}/auth",
        f"{lms.api_url}/token",
        f"{lms.api_url}/keys",
    )


def serve_tool(lms: Lms, tool_port: int, environment: dict[str, str]) -> None:
    """Run `ltitool serve` until it ends, or until this process is told to stop."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LTITOOL_")}
    log = Path(environment["LTITOOL_DATA_DIR"]) / "tool.log"
    is_stopping = threading.Event()

    def stop(*_signal: object) -> None:
        if is_stopping.is_set():  # asked twice
            tool.kill()
        is_stopping.set()
        tool.terminate()

    with log.open("ab") as kept:
        tool = subprocess.Popen(
            [sys.executable, "-m", "ltitool.cli", "serve", "--port", str(tool_port)],
            env=own | environment,
            stdout=kept,
            stderr=kept,
        )
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=_announce, args=(lms, tool), daemon=True).start()
    if tool.wait() and not is_stopping.is_set():
        raise click.ClickException(f"The tool has stopped; {log} says why.")


def _announce(lms: Lms, tool: "subprocess.Popen[bytes]") -> None:
    """Say where to go as soon as the tool answers."""
    until = time.monotonic() + STARTS_WITHIN
    while tool.poll() is None and time.monotonic() < until:
        try:
            requests.get(f"{lms.tool_api_url}/health", timeout=2)
        except requests.RequestException:
            time.sleep(0.1)
            continue
        click.echo(
            f"\nOpen {lms.base_url} in Chrome, Edge or Firefox. "
            "Be Zoë Bright to play as a student, Dr Rosa Okoye to teach."
        )
        click.echo("Ctrl-C stops both. What you do is kept; “ltitool demo --fresh” forgets it.\n")
        return
