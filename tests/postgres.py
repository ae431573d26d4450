"""A PostgreSQL for tests, started from Debian's own binaries on a free port of this machine."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def postgresql(*, is_durable: bool = False) -> Iterator[str]:
    """Run a server until the block ends; give the URL of an empty database."""
    with restartable(is_durable=is_durable) as server:
        yield server.url


@contextmanager
def restartable(*, is_durable: bool = True, within: Path | None = None) -> Iterator["Server"]:
    """Run a server that can be stopped and started again in the block; `within` says where."""
    with TemporaryDirectory(prefix="ltitool-postgresql-", dir=within) as name:
        folder = Path(name)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
        server = Server(folder / "data", fsync="on" if is_durable else "off")
        server.start()
        try:
            yield server
        finally:
            server.stop()


class Server:
    """A PostgreSQL of its own."""

    def __init__(self, data: Path, *, fsync: str) -> None:
        self._data = data
        self._binaries = _binaries()
        self._port = free_port()
        self._options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= "
            f"-c fsync={fsync} -c max_connections=200"
        )
        self.url = f"postgresql+psycopg://ltitool@127.0.0.1:{self._port}/postgres"
        _run(self._binaries / "initdb", "-D", data, "-U", "ltitool", "-A", "trust", "-E", "UTF8")

    def start(self) -> None:
        self._control("-w", "-l", self._data / "log", "-o", self._options, "start")

    def stop(self) -> None:
        """Stop it as a power failure would."""
        self._control("-m", "immediate", "stop")

    def restart(self) -> None:
        """Stop it as a power failure would, and start it again."""
        if self.pid is not None:
            self.stop()
        self.start()

    def ensure(self) -> None:
        """Start it again if it has ended by itself, such as for want of room on the disk."""
        if self.pid is None:
            self.start()

    @property
    def pid(self) -> int | None:
        """The process of the server, if it runs."""
        with suppress(OSError, ValueError):
            pid = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
            if Path(f"/proc/{pid}").exists():
                return pid
        return None

    def _control(self, *words: str | Path) -> None:
        _run(self._binaries / "pg_ctl", "-D", self._data, *words)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait until something is so; fail with its name when it does not come about."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"This did not happen in {seconds} s: {what}"
        time.sleep(0.05)


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert found, "PostgreSQL is missing: apt-get install postgresql"
    return found[-1]


def _run(*command: str | Path) -> None:
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    words = [*(as_postgres if os.geteuid() == 0 else []), *map(str, command)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")
