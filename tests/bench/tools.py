"""The tools that are measured, each in processes of its own, and the time those have used."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

from ltitool.actions.registrations import Endpoints, add
from ltitool.storage import migrate
from ltitool.storage.database import Database
from tests.bench.platform import CLIENT_ID, Platform
from tests.postgres import free_port, postgresql, wait_until

THREADS = 8
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Tool:
    """A tool that answers, and its first process."""

    name: str
    url: str
    pid: int
    database_url: str = ""

    def cpu_seconds(self) -> float:
        """Return the processor time its processes have used."""
        return sum(_cpu_seconds(pid) for pid in _family(self.pid))

    def megabytes(self) -> float:
        """Return the memory of its largest process."""
        return max(_megabytes(pid) for pid in _family(self.pid))


@contextmanager
def bare(platform: Platform) -> Iterator[Tool]:
    """Run the bare tool under gunicorn, one process with eight threads as ours."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "BENCH_PLATFORM": platform.url,
        "BENCH_CLIENT_ID": CLIENT_ID,
        "BENCH_TOOL": url,
    }
    options = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    options += ["--threads", str(THREADS), "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", *options, "tests.bench.bare:make_app()"]
    with _running("bare PyLTI1p3", command, environment, url) as tool:
        yield tool


@contextmanager
def ours_on_sqlite(platform: Platform) -> Iterator[Tool]:
    """Run the tool on SQLite, as it is by default."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _ours(
            "Kaleidoscope, SQLite", platform, f"sqlite:///{folder}/ltitool.sqlite", folder
        ) as tool,
    ):
        yield tool


@contextmanager
def ours_on_postgresql(platform: Platform, *, is_durable: bool) -> Iterator[Tool]:
    """Run the tool on PostgreSQL, with one web process to be measured like the others."""
    name = "Kaleidoscope, PostgreSQL" + ("" if is_durable else ", no fsync")
    with (
        tempfile.TemporaryDirectory() as folder,
        postgresql(is_durable=is_durable) as url,
        _ours(name, platform, url, folder, "--workers", "1") as tool,
    ):
        yield tool


@contextmanager
def _ours(
    name: str, platform: Platform, database_url: str, folder: str, *options: str
) -> Iterator[Tool]:
    migrate.upgrade(database_url)
    database = Database(database_url)
    addresses = (f"{platform.url}/auth", f"{platform.url}/token", f"{platform.url}/keys")
    with database.transaction() as session:
        endpoints = Endpoints("Bench", platform.url, CLIENT_ID, *addresses)
        add(session, endpoints, ["1"], allow_private_hosts=True, now=datetime.now(UTC))
    database.dispose()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "LTITOOL_PUBLIC_URL": url,
        "LTITOOL_DATABASE_URL": database_url,
        "LTITOOL_DATA_DIR": folder,
        "LTITOOL_ALLOW_PRIVATE_HOSTS": "1",
    }
    command = [sys.executable, "-m", "ltitool.cli", "serve", "--port", str(port), *options]
    with _running(name, command, environment, url) as tool:
        yield tool


@contextmanager
def _running(
    name: str, command: list[str], environment: dict[str, str], url: str
) -> Iterator[Tool]:
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)

        def answers() -> bool:
            assert process.poll() is None, log.seek(0) or log.read()
            try:
                return requests.get(f"{url}/health", timeout=2).ok
            except requests.ConnectionError:
                return False

        try:
            wait_until(answers, seconds=60, what=f"{name} answers")
            yield Tool(name, url, process.pid, environment.get("LTITOOL_DATABASE_URL", ""))
        finally:
            process.terminate()
            process.wait(40)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _megabytes(pid: int) -> float:
    resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return resident * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
