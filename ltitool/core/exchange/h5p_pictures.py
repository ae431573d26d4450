"""The pictures of a package: kept by what they are, not by what they are called."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from ltitool.core.exchange.h5p_package import words
from ltitool.core.exchange.ids import slug
from ltitool.core.media import media_problem, suffix_of

LONGEST_NAME = 60


@dataclass
class Pictures:
    """The pictures that a story takes along, and what became of the others."""

    packed: Mapping[str, bytes]
    """By their paths in the package."""
    media: dict[str, bytes] = field(default_factory=dict)
    """Those that stories can hold, by their names there."""
    lost: Counter[str] = field(default_factory=Counter)
    """Why others were dropped, and how often."""
    undescribed: int = 0

    def shown(
        self, file: Mapping[str, Any], alt: str, *, is_decorative: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Return the beat of a picture; where it is refused, that of its words, or none."""
        path = words(file, "path").partition("#")[0]
        if not path:
            return
        content = self.packed.get(path)
        name = self._kept(path, content) if content is not None else ""
        if content is None:
            self.lost[f"The picture {named(path)} is not in the package: dropped"] += 1
        if name:
            self.undescribed += not alt and not is_decorative
            image: dict[str, Any] = {"src": name, "alt": alt}
            yield {"image": {**image, "decorative": True} if is_decorative else image}
        elif alt:
            yield {"narrate": alt}

    def _kept(self, path: str, content: bytes) -> str:
        """Keep a picture under a name that tells its kind; return nothing when it is refused."""
        stem = slug(PurePosixPath(path).stem) or "picture"
        suffix = suffix_of(content) or PurePosixPath(path).suffix.lower()
        problem = media_problem(f"{stem}{suffix}", content)
        if problem:
            self.lost[f"{problem.removesuffix('.')} (a picture of the package): dropped"] += 1
            return ""
        name = f"media/{stem}{suffix}"
        if self.media.get(name, content) != content:
            name = f"media/{stem}-{sha256(content).hexdigest()[:8]}{suffix}"
        self.media[name] = content
        return name


def is_picture(found: Mapping[str, Any]) -> bool:
    """Whether this is how H5P names the file of a picture."""
    return bool(words(found, "path")) and words(found, "mime").startswith("image/")


def named(name: str) -> str:
    """Return a name in quotes, cut where it is long."""
    return f"“{name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + '…'}”"
