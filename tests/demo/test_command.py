"""`ltitool demo`: both servers start, say where they are, and stop together."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import select

from ltitool.cli.demo import command, connect, tool_environment
from ltitool.demo.lms import Lms
from ltitool.settings import Settings
from ltitool.storage.database import Database
from ltitool.storage.tables import Deployment, Registration
from tests.postgres import free_port


@contextmanager
def running_demo(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", int, int]]:
    """Run the command until the block ends."""
    port, tool_port = free_port(), free_port()
    words = ["demo", "--port", str(port), "--tool-port", str(tool_port)]
    with subprocess.Popen(
        [sys.executable, "-m", "ltitool.cli", *words, "--data-dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        try:
            yield demo, port, tool_port
        finally:
            demo.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "TERM"])
def test_the_demonstration_says_where_it_is_and_stops_as_a_whole(
    tmp_path: Path, how: signal.Signals
) -> None:
    with running_demo(tmp_path / "data") as (demo, port, tool_port):
        assert demo.stdout is not None
        said = [demo.stdout.readline() for _line in range(3)]
        course = requests.get(f"http://127.0.0.1:{port}/", timeout=5)
        keys = requests.get(f"http://127.0.0.1:{tool_port}/lti/keys", timeout=5)
        demo.send_signal(how)
        code = demo.wait(20)

    assert f"Open http://lms.localhost:{port} in Chrome, Edge or Firefox." in said[1]
    assert "Be Zoë Bright to play as a student, Dr Rosa Okoye to teach." in said[1]
    assert "Ctrl-C stops both" in said[2]
    assert (course.status_code, keys.status_code, code) == (200, 200, 0)
    for stopped in (port, tool_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", stopped)) != 0


@pytest.mark.parametrize("option", ["--port", "--tool-port"])
def test_a_port_in_use_is_said_before_anything_is_made(tmp_path: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        other = "--tool-port" if option == "--port" else "--port"
        words = [option, str(port), other, str(free_port()), "--data-dir", str(tmp_path / "data")]
        result = CliRunner().invoke(command, words)

    assert result.exit_code == 1
    assert f"Port {port} is in use." in result.output
    assert option in result.output
    assert not (tmp_path / "data").exists()


def test_what_is_kept_of_another_port_is_not_mixed_in(tmp_path: Path) -> None:
    data = tmp_path / "data"
    lms = Lms("http://lms.localhost:1", "http://tool.localhost:2")
    connect(lms, Settings.load(environ=tool_environment(lms, data)))
    words = ["--port", str(free_port()), "--tool-port", str(free_port()), "--data-dir", str(data)]

    result = CliRunner().invoke(command, words)

    assert result.exit_code == 1
    assert "--fresh" in result.output


def test_connecting_twice_registers_both_platforms_once(tmp_path: Path) -> None:
    lms = Lms("http://lms.localhost:1", "http://tool.localhost:2")
    settings = Settings.load(environ=tool_environment(lms, tmp_path / "data"))

    connect(lms, settings)
    connect(lms, settings)

    database = Database(settings.database_url)
    with database.session(is_read_only=True) as session:
        rows = session.scalars(select(Registration).order_by(Registration.id)).all()
        found = [(row.issuer, row.client_id) for row in rows]
        approved = session.scalars(select(Deployment.is_approved)).all()
    database.dispose()
    assert found == [
        ("http://lms.localhost:1", "kaleidoscope-demo"),
        ("https://canvas.instructure.com", "170000000000042"),
    ]
    assert approved == [True, True]
