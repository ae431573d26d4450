"""A disk that can be full for a while: a small file system of its own, or a limit on every file.

Only root may mount one; elsewhere the processes that write get a limit of nothing for the size of
their files, which their next growing write meets as it would meet a full disk. Which of the two it
was stands in the report.
"""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

MEGABYTE = 1024 * 1024
MEGABYTES = 400
LEAST = 4096
"""A file that is no longer than this may still be written: pid files and the like."""


class Disk:
    """What the database is on."""

    def __init__(self, folder: Path, *, is_small: bool, processes: Callable[[], list[int]]) -> None:
        """Fill this folder's file system where it is a small one, else limit these processes."""
        self.folder = folder
        self.how = (
            "a small tmpfs" if is_small else "a limit on every file, for want of the right to mount"
        )
        self.fills = 0
        self._is_small = is_small
        self._processes = processes

    @contextmanager
    def full(self) -> Iterator[None]:
        """Have no room in the block."""
        self.fills += 1
        with self._filled() if self._is_small else self._limited():
            yield

    @contextmanager
    def _filled(self) -> Iterator[None]:
        ballast = self.folder / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(MEGABYTE))
        try:
            yield
        finally:
            ballast.unlink()

    @contextmanager
    def _limited(self) -> Iterator[None]:
        before = {}
        for pid in self._processes():
            with suppress(ProcessLookupError):
                before[pid] = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (LEAST, before[pid][1]))
        try:
            yield
        finally:
            for pid, limits in before.items():
                with suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def small_disk(processes: Callable[[], list[int]]) -> Iterator[Disk]:
    """Give a disk that is as small as may be; `processes` are those who write on it."""
    with TemporaryDirectory(prefix="ltitool-disk-") as name:
        Path(name).chmod(0o755)  # PostgreSQL, which does not run as root, has to get there
        folder = Path(name) / "disk"
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
        is_small = os.geteuid() == 0 and not subprocess.run(mount, check=False).returncode
        try:
            yield Disk(folder, is_small=is_small, processes=processes)
        finally:
            if is_small:
                subprocess.run(["umount", "--lazy", str(folder)], check=True)


def family_of(pid: int | None) -> list[int]:
    """Return a process and all that it has started and that still run, as /proc tells."""
    if pid is None:
        return []
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _bracket, rest = entry.read_text().rpartition(")")
            parents.setdefault(int(rest.split()[1]), []).append(int(name.split()[0]))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found
