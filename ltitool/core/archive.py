"""What is packed in a zip: looked at before it is unpacked, and unpacked only so far.

Nothing here trusts a name or a size that the archive tells of itself.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from ltitool.core.errors import BrokenScenario

BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
IGNORED = {"__MACOSX", ".DS_Store", "Thumbs.db"}
ENCRYPTED = 0x1
SYMBOLIC_LINK = 0o120000
KIND_OF_FILE = 0o170000
MOST_SWELLING = 200
"""No text or picture shrinks so much when it is packed; only what is made to burst does."""

LITTLE = 1024 * 1024
"""What is no larger than this does no harm, however well it was packed."""


@dataclass(frozen=True)
class Limits:
    """The most that an archive may hold."""

    packed: int
    unpacked: int
    files: int


def is_archive(content: bytes) -> bool:
    """Whether this is a zip, whatever its name says."""
    return content.startswith(BEGINNINGS)


def names_in(content: bytes) -> list[str]:
    """Return the names that an archive says are in it; none when it cannot be opened."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return archive.namelist()
    except (BadZipFile, OSError, RuntimeError, ValueError):
        return []


def files_in(content: bytes, limits: Limits, most_of: Callable[[str], int]) -> dict[str, bytes]:
    """Return the files of an archive by their names; raises BrokenScenario for all that is wrong.

    `most_of` says of a name how many bytes that file may have. Of a larger one so many are
    returned and one more, for whoever has to say that it is too large; of 0 there is no need.
    """
    if len(content) > limits.packed:
        raise BrokenScenario([f"The archive has more than {limits.packed:,} bytes."])
    try:
        with ZipFile(BytesIO(content)) as archive:
            listed = _listed(archive, len(content), limits)
            return _read(archive, listed, limits, most_of)
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as fault:
        # NotImplementedError, for a way of packing that is not known, is a RuntimeError.
        raise BrokenScenario(["The archive cannot be unpacked; pack it anew as a zip."]) from fault


def _listed(archive: ZipFile, packed: int, limits: Limits) -> list[ZipInfo]:
    listed = [one for one in archive.infolist() if not one.is_dir()]
    listed = [one for one in listed if not IGNORED & set(PurePosixPath(one.filename).parts)]
    if len(listed) > limits.files:
        words = f"The archive has {len(listed):,} files; at most {limits.files:,} fit."
        raise BrokenScenario([words])
    problems = [words for one in listed if (words := _problem(one))]
    problems += [f"“{name}” is there twice." for name in _twice(listed)]
    said = sum(one.file_size for one in listed)
    if said > limits.unpacked:
        problems.append(_too_large(limits))
    elif said > max(LITTLE, MOST_SWELLING * packed):
        problems.append(f"Unpacked it would be more than {MOST_SWELLING} times as large.")
    if problems:
        raise BrokenScenario(problems)
    return listed


def _twice(listed: list[ZipInfo]) -> Iterator[str]:
    seen: set[str] = set()
    for one in sorted(listed, key=lambda one: one.filename):
        if one.filename in seen:
            yield one.filename
        seen.add(one.filename)


def _read(
    archive: ZipFile, listed: list[ZipInfo], limits: Limits, most_of: Callable[[str], int]
) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = limits.unpacked
    for one in listed:
        most = most_of(one.filename)
        if not most:
            continue
        with archive.open(one) as opened:
            found[one.filename] = opened.read(min(most, left) + 1)
        left -= len(found[one.filename])
        if left < 0:
            raise BrokenScenario([_too_large(limits)])
    return found


def _too_large(limits: Limits) -> str:
    return f"Unpacked it has more than {limits.unpacked:,} bytes."


def _problem(one: ZipInfo) -> str:
    """Return what keeps a file of an archive from being looked at, as a sentence."""
    path = PurePosixPath(one.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in one.filename or ":" in one.filename:
        return f"“{one.filename}” leads out of the archive."
    if (one.external_attr >> 16) & KIND_OF_FILE == SYMBOLIC_LINK:
        return f"“{one.filename}” only points to another file."
    if one.flag_bits & ENCRYPTED:
        return f"“{one.filename}” is locked by a password."
    return ""
