"""The tool under attack: its processes, killed and started again, and its database."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import requests

from tests.postgres import wait_until


class Process:
    """A command of the tool that is started again whenever it is killed."""

    def __init__(self, environment: dict[str, str], log: Path, *words: str) -> None:
        """Remember how to start it."""
        self._environment, self._log, self._words = environment, log, words
        self._process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    @property
    def pid(self) -> int | None:
        """The process, if it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "ltitool.cli", *self._words]
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Kill it and all its children with -9, in the middle of whatever they do."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, 9)
        self._process.wait()
        self.kills += 1

    def kill_and_start(self) -> None:
        """Kill it, and start it again as a supervisor would."""
        self.kill()
        self.start()

    def ensure(self) -> None:
        """Start it again if it has ended by itself, such as without its database."""
        if self._process is not None and self._process.poll() is not None:
            self.start()


def wait_for(url: str, what: str) -> None:
    """Wait until a web process answers."""

    def answers() -> bool:
        try:
            return requests.get(f"{url}/health", timeout=2).ok
        except requests.RequestException:
            return False

    wait_until(answers, seconds=120, what=what)


def environment_of(database_url: str, folder: Path, url: str) -> dict[str, str]:
    """Return the environment of a tool of this campaign."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LTITOOL_")}
    return own | {
        "LTITOOL_PUBLIC_URL": url,
        "LTITOOL_DATABASE_URL": database_url,
        "LTITOOL_DATA_DIR": str(folder),
        "LTITOOL_SECRET_KEY": "for the fault campaign only, on this machine",
        "LTITOOL_ALLOW_PRIVATE_HOSTS": "1",
    }
