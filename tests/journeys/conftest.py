"""The real tool and the pretend LMS, on free ports, for a real browser."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Playwright, sync_playwright

from ltitool.cli.demo import connect, tool_environment
from ltitool.demo.lms import Lms
from ltitool.demo.server import LmsServer
from ltitool.settings import Settings
from tests.postgres import free_port, wait_until


@dataclass(frozen=True)
class Town:
    """An LMS and a tool that know each other."""

    lms: Lms
    settings: Settings
    log: Path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, started once."""
    with sync_playwright() as started:
        yield started


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """The pretend LMS beside `ltitool serve`, as `make demo` runs them."""
    port, tool_port = free_port(), free_port()
    lms = Lms(
        f"http://lms.localhost:{port}",
        f"http://tool.localhost:{tool_port}",
        api_url=f"http://127.0.0.1:{port}",
        tool_api_url=f"http://127.0.0.1:{tool_port}",
    )
    environment = tool_environment(lms, tmp_path / "data")
    settings = Settings.load(environ=environment)
    connect(lms, settings)
    log = tmp_path / "tool.log"
    with LmsServer(lms, port), log.open("wb") as kept:
        command = [sys.executable, "-m", "ltitool.cli", "serve", "--port", str(tool_port)]
        tool = subprocess.Popen(command, env=environment, stdout=kept, stderr=kept)
        try:
            wait_until(lambda: is_up(lms.tool_api_url), seconds=30, what="the tool answers")
            yield Town(lms, settings, log)
        finally:
            tool.terminate()
            tool.wait(20)


def is_up(url: str) -> bool:
    """Whether the tool answers."""
    try:
        return requests.get(f"{url}/health", timeout=2).ok
    except requests.RequestException:
        return False
