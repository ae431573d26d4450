"""An H5P package as it comes: a zip whose names, sizes and shapes are not to be trusted.

Only the branching scenario in it and its pictures are read; the libraries that H5P packs along
stay where they are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ltitool.core.archive import Limits, files_in, is_archive
from ltitool.core.errors import BrokenScenario
from ltitool.core.media import LARGEST as LARGEST_MEDIA
from ltitool.core.scenario_yaml import DEEPEST

LIMITS = Limits(packed=64 * 1024 * 1024, unpacked=256 * 1024 * 1024, files=5_000)
LARGEST_ABOUT = 256 * 1024
LARGEST_CONTENT = 2 * 1024 * 1024
MAIN = "H5P.BranchingScenario"
MAJOR, NEWEST_MINOR = 1, 11
"""The version of the branching scenario whose shape is known, and the newest of it."""

ABOUT, CONTENT, PICTURES = "h5p.json", "content/content.json", "content/images/"
PACKED_AGAIN = (".h5p", ".zip")


@dataclass(frozen=True)
class Package:
    """What a package holds of a story."""

    about: dict[str, Any]
    """Title, language, authors, licence."""
    story: dict[str, Any]
    """The branching scenario, in whatever shape it is."""
    pictures: Mapping[str, bytes]
    """By their paths in the content, like `images/door.png`."""
    losses: tuple[str, ...] = ()


def package_of(content: bytes) -> Package:
    """Return what is in a package; raises BrokenScenario with all that keeps it from being read."""
    if not is_archive(content):
        raise BrokenScenario(["This is no H5P package: it is not a zip, whatever its name says."])
    files = files_in(content, LIMITS, _most_of)
    if ABOUT not in files:
        raise BrokenScenario([_why_no_package(files)])
    about = _json(files[ABOUT], ABOUT, LARGEST_ABOUT)
    losses = tuple(_known(about))
    if CONTENT not in files:
        raise BrokenScenario([f"There is no {CONTENT} in this package, so it holds no story."])
    found = _json(files[CONTENT], CONTENT, LARGEST_CONTENT)
    story = group(found, "branchingScenario") or found
    pictures = {
        name.removeprefix("content/"): content
        for name, content in files.items()
        if name.startswith(PICTURES)
    }
    return Package(about, story, pictures, losses)


def group(found: object, *names: str) -> dict[str, Any]:
    """Return what stands under these names, one in the other; empty where that is no group."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def groups(found: Mapping[str, object], name: str) -> list[dict[str, Any]]:
    """Return the groups of a list; what is no group is empty, so that places stay as they are."""
    listed = found.get(name)
    return [group(one) for one in listed] if isinstance(listed, list) else []


def words(found: Mapping[str, object], *names: str) -> str:
    """Return the first of these values that is text with something in it."""
    texts = (found.get(name) for name in names)
    return next((one for one in texts if isinstance(one, str) and one.strip()), "")


def library(found: Mapping[str, object]) -> str:
    """Return the name of the library that shows a part, without its version."""
    return words(found, "library").partition(" ")[0]


def _most_of(name: str) -> int:
    if name.startswith(PICTURES):
        return LARGEST_MEDIA
    if "/" not in name and name.lower().endswith(PACKED_AGAIN):
        return 1
    return {ABOUT: LARGEST_ABOUT, CONTENT: LARGEST_CONTENT}.get(name, 0)


def _why_no_package(files: Mapping[str, bytes]) -> str:
    inside = [name for name in files if PurePosixPath(name).suffix.lower() in PACKED_AGAIN]
    if inside:
        return f"The package is packed once more: unpack the archive, and bring “{inside[0]}”."
    return f"This is no H5P package: there is no {ABOUT} at the top of the archive."


def _json(content: bytes, name: str, largest: int) -> dict[str, Any]:
    if len(content) > largest:
        raise BrokenScenario([f"{name} has more than {largest:,} bytes."])
    try:
        found = json.loads(content.decode("utf-8-sig"))
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as fault:
        raise BrokenScenario([f"{name} cannot be read as JSON in UTF-8."]) from fault
    if not isinstance(found, dict):
        raise BrokenScenario([f"{name} must be a group of names and values."])
    if _is_deeper(found, DEEPEST):
        raise BrokenScenario([f"{name} is nested too deeply."])
    return found


def _is_deeper(found: object, levels: int) -> bool:
    if not isinstance(found, dict | list):
        return False
    inside = found.values() if isinstance(found, dict) else found
    return not levels or any(_is_deeper(one, levels - 1) for one in inside)


def _known(about: Mapping[str, object]) -> list[str]:
    """Return what is to be said of the version; raises BrokenScenario for another main library."""
    main = words(about, "mainLibrary")
    if main != MAIN:
        held = f"holds “{main[:60]}”" if main else "does not say what it holds"
        raise BrokenScenario(
            [f"This package {held}; only a branching scenario ({MAIN}) becomes a story."]
        )
    versions = [
        (one.get("majorVersion"), one.get("minorVersion"))
        for one in groups(about, "preloadedDependencies")
        if one.get("machineName") == MAIN
    ]
    major, minor = versions[0] if versions else (None, None)
    if not isinstance(major, int) or not isinstance(minor, int):
        return ["The package does not say which version of H5P made it: look through all of it."]
    if major != MAJOR:
        raise BrokenScenario(
            [f"This package was made for {MAIN} {major}.{minor}; version {MAJOR} can be read."]
        )
    if minor > NEWEST_MINOR:
        known = f"{MAJOR}.{NEWEST_MINOR}"
        return [f"Made for version {major}.{minor} of H5P, newer than {known}: look through it."]
    return []
