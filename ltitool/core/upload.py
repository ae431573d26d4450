"""What somebody uploads, taken apart: a story alone, or a zip of it with pictures and translations.

Nothing here trusts a name or a size that the file tells of itself.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from ltitool.core.errors import BrokenScenario
from ltitool.core.media import LARGEST as LARGEST_MEDIA
from ltitool.core.scenario_yaml import LARGEST as LARGEST_TEXT
from ltitool.core.scenario_yaml import text_of

LARGEST_PACKAGE = 16 * 1024 * 1024
LARGEST_UNPACKED = 48 * 1024 * 1024
MOST_FILES = 200
ZIP_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
IGNORED = {"__MACOSX", ".DS_Store", "Thumbs.db"}
ENCRYPTED = 0x1
SYMBOLIC_LINK = 0o120000
KIND_OF_FILE = 0o170000


@dataclass
class Upload:
    """The parts of what was uploaded."""

    source: str
    media: dict[str, bytes] = field(default_factory=dict)
    overlays: dict[str, str] = field(default_factory=dict)
    """Translations by the names of their files."""


def unpacked(content: bytes) -> Upload:
    """Return the parts of an upload; raises BrokenScenario with everything that is wrong."""
    if not content.startswith(ZIP_BEGINNINGS):
        return Upload(text_of(content))
    if len(content) > LARGEST_PACKAGE:
        raise BrokenScenario([f"The archive has more than {LARGEST_PACKAGE:,} bytes."])
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _sorted(_files(archive))
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as fault:
        # NotImplementedError, for a way of packing that is not known, is a RuntimeError.
        raise BrokenScenario(["The archive cannot be unpacked; pack it anew as a zip."]) from fault


def _files(archive: ZipFile) -> dict[str, bytes]:
    listed = [one for one in archive.infolist() if not one.is_dir()]
    listed = [one for one in listed if not IGNORED & set(PurePosixPath(one.filename).parts)]
    if len(listed) > MOST_FILES:
        raise BrokenScenario([f"The archive has {len(listed):,} files; at most {MOST_FILES} fit."])
    problems = [words for one in listed if (words := _problem(one))]
    names = [one.filename for one in listed]
    problems += [f"“{name}” is there twice." for name in sorted({*names}) if names.count(name) > 1]
    if problems:
        raise BrokenScenario(problems)
    found: dict[str, bytes] = {}
    left = LARGEST_UNPACKED
    for one in listed:
        most = LARGEST_TEXT if one.filename.endswith(".yaml") else LARGEST_MEDIA
        with archive.open(one) as opened:
            # One byte more than may be kept: whoever looks at it says that it is too large.
            found[one.filename] = opened.read(min(most + 1, left + 1))
        left -= len(found[one.filename])
        if left < 0:
            raise BrokenScenario([f"Unpacked it has more than {LARGEST_UNPACKED:,} bytes."])
    return _without_folder(found)


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


def _without_folder(found: dict[str, bytes]) -> dict[str, bytes]:
    """Take off the one folder that everything was packed in."""
    tops = {PurePosixPath(name).parts[0] for name in found}
    if len(tops) != 1 or any("/" not in name for name in found) or tops == {"media"}:
        return found
    return {name.partition("/")[2]: content for name, content in found.items()}


def _sorted(found: dict[str, bytes]) -> Upload:
    names = [name for name in found if name.endswith(".yaml") and "/" not in name]
    stories = [name for name in names if not _is_overlay(name, names)]
    problems = list(_misplaced(found, names))
    if len(stories) != 1:
        problems.append(
            f"The archive holds {len(stories)} stories; it must be one, as a .yaml file at the top."
        )
    texts: dict[str, str] = {}
    for name in names:
        try:
            texts[name] = text_of(found[name])
        except BrokenScenario as broken:
            problems += [f"{name}: {words}" for words in broken.problems]
    if problems:
        raise BrokenScenario(problems)
    source = texts.pop(stories[0])
    media = {name: content for name, content in found.items() if name.startswith("media/")}
    return Upload(source, media, texts)


def _is_overlay(name: str, names: list[str]) -> bool:
    stem, dot, _language = name.removesuffix(".yaml").rpartition(".")
    return bool(dot) and f"{stem}.yaml" in names


def _misplaced(found: dict[str, bytes], names: list[str]) -> Iterator[str]:
    for name in found:
        if name not in names and not name.startswith("media/"):
            yield f"“{name}” does not belong here: a story, its translations and media/ do."
