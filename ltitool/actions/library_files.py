"""Stories as they lie in a folder: a file each, translations beside it, pictures in `media/`."""

from pathlib import Path

from ltitool.core.media import LARGEST
from ltitool.core.scenario_yaml import text_of


def stories_in(folder: Path) -> list[Path]:
    """Return the files of a folder that are stories, not translations of one."""
    return sorted(path for path in folder.glob("*.yaml") if not is_overlay(path))


def overlays_beside(story: Path) -> list[Path]:
    """Return the translations that lie beside a story: `door.cy.yaml` beside `door.yaml`."""
    return sorted(path for path in story.parent.glob(f"{story.stem}.*.yaml") if is_overlay(path))


def is_overlay(path: Path) -> bool:
    """Whether a file is named as the translation of a story that lies beside it."""
    name, dot, language = path.stem.rpartition(".")
    return bool(name and dot and language) and story_of(path).exists()


def story_of(overlay: Path) -> Path:
    """Return where the story of a translation lies: `door.yaml` for `door.cy.yaml`."""
    return overlay.with_name(f"{overlay.stem.rpartition('.')[0]}.yaml")


def source_text(path: Path) -> str:
    """Return the text of a scenario file; raises BrokenScenario when it is no UTF-8 text."""
    return text_of(path.read_bytes())


def media_beside(path: Path) -> dict[str, bytes]:
    """Return the files of the `media` folder beside a scenario file, by their names in it.

    Of a file that is too large only the beginning, one byte more than may be stored.
    """
    folder = path.parent / "media"
    return {
        file.relative_to(path.parent).as_posix(): _beginning(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)
