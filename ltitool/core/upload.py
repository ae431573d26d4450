"""What somebody uploads, taken apart: a story alone, or a zip with its media and translations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ltitool.core.archive import Limits, files_in, is_archive
from ltitool.core.errors import BrokenScenario
from ltitool.core.media import LARGEST as LARGEST_MEDIA
from ltitool.core.scenario_yaml import LARGEST as LARGEST_TEXT
from ltitool.core.scenario_yaml import text_of

LARGEST_PACKAGE = 16 * 1024 * 1024
LARGEST_UNPACKED = 48 * 1024 * 1024
MOST_FILES = 200


@dataclass
class Upload:
    """The parts of what was uploaded."""

    source: str
    media: dict[str, bytes] = field(default_factory=dict)
    overlays: dict[str, str] = field(default_factory=dict)
    """Translations by the names of their files."""


def unpacked(content: bytes) -> Upload:
    """Return the parts of an upload; raises BrokenScenario with everything that is wrong."""
    if not is_archive(content):
        return Upload(text_of(content))
    limits = Limits(LARGEST_PACKAGE, LARGEST_UNPACKED, MOST_FILES)
    return _sorted(_without_folder(files_in(content, limits, _most_of)))


def _most_of(name: str) -> int:
    return LARGEST_TEXT if name.endswith(".yaml") else LARGEST_MEDIA


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
