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
from ltitool.demo.lms import CLIENT_ID, DEPLOYMENT_ID, Lms
from ltitool.demo.server import LmsServer
from ltitool.settings import Settings
from ltitool.storage import migrate
from ltitool.storage.database import Database

NAME = "The pretend LMS"
STARTS_WITHIN = 60.0


@click.command(name="demo")
@click.option("--port", default=8000, show_default=True, help="Port of the pretend LMS.")
@click.option("--tool-port", default=8001, show_default=True, help="Port of the tool.")
@click.option("--data-dir", default=".demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--fresh", is_flag=True, help="Forget what earlier demonstrations have kept.")
def command(port: int, tool_port: int, data_dir: Path, *, fresh: bool) -> None:
    """Run the tool beside a pretend LMS, for a browser on this machine."""
    if fresh and data_dir.exists():
        shutil.rmtree(data_dir)
    lms = Lms(
        f"http://lms.localhost:{port}",
        f"http://tool.localhost:{tool_port}",
        api_url=f"http://127.0.0.1:{port}",  # *.localhost is known to browsers only
        tool_api_url=f"http://127.0.0.1:{tool_port}",
    )
    environment = tool_environment(lms, data_dir)
    connect(lms, Settings.load(environ=environment))
    try:
        server = LmsServer(lms, port)
    except (OSError, SystemExit) as busy:
        raise click.ClickException(f"Port {port} is in use. Choose another: --port") from busy
    with server:
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
    endpoints = registrations.Endpoints(
        NAME,
        lms.issuer,
        CLIENT_ID,
        f"{lms.base_url}/auth",
        f"{lms.api_url}/token",
        f"{lms.api_url}/keys",
    )
    with database.transaction() as session:
        known = registrations.find(session, NAME)
        if known is not None and known.issuer != lms.issuer:
            raise click.ClickException(
                f"The data in {settings.data_dir} belong to another port. Start with --fresh."
            )
        if known is None:
            registrations.add(
                session,
                endpoints,
                [DEPLOYMENT_ID],
                allow_private_hosts=True,
                now=datetime.now(UTC),
            )
    database.dispose()


def serve_tool(lms: Lms, tool_port: int, environment: dict[str, str]) -> None:
    """Run `ltitool serve` until it ends, or until this process is told to stop."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LTITOOL_")}
    log = Path(environment["LTITOOL_DATA_DIR"]) / "tool.log"
    with log.open("ab") as kept:
        tool = subprocess.Popen(
            [sys.executable, "-m", "ltitool.cli", "serve", "--port", str(tool_port)],
            env=own | environment,
            stdout=kept,
            stderr=kept,
        )
    signal.signal(signal.SIGTERM, lambda *_: tool.terminate())
    threading.Thread(target=_announce, args=(lms, tool), daemon=True).start()
    try:
        if tool.wait():
            raise click.ClickException(
                f"The tool has stopped; {log} says why. If port {tool_port} is in use: --tool-port"
            )
    except KeyboardInterrupt:
        tool.terminate()
        tool.wait()


def _announce(lms: Lms, tool: "subprocess.Popen[bytes]") -> None:
    """Say where to go as soon as the tool answers."""
    until = time.monotonic() + STARTS_WITHIN
    while tool.poll() is None and time.monotonic() < until:
        try:
            requests.get(f"{lms.tool_api_url}/health", timeout=2)
        except requests.RequestException:
            time.sleep(0.1)
            continue
        click.echo(f"\nOpen {lms.base_url} in Chrome, Edge or Firefox, and choose who you are.")
        click.echo("Ctrl-C stops both. What you do is kept; “ltitool demo --fresh” forgets it.\n")
        return
