"""Ids for parts that come from elsewhere, made of their names."""

import re
from collections import Counter
from unicodedata import normalize

LONGEST = 40
STEM = 33
"""So many signs of a name stay before its number."""


class Ids:
    """Gives each part an id that stands only once in its file."""

    def __init__(self) -> None:
        """Begin with none taken."""
        self._taken: set[str] = set()
        self._counted: Counter[str] = Counter()

    def take(self, wanted: str) -> bool:
        """Keep an id that a part has; return whether it was free."""
        is_free = wanted not in self._taken
        self._taken.add(wanted)
        return is_free

    def new(self, name: str, otherwise: str) -> str:
        """Return a free id made of a name, or of another word where the name has no letters."""
        base = slug(name) or otherwise
        wanted, stem = base, base[:STEM].rstrip("-")
        # Counting on from the last one: a file may have very many parts of one name.
        while wanted in self._taken:
            self._counted[stem] += 1
            wanted = f"{stem}-{self._counted[stem] + 1}"
        self._taken.add(wanted)
        return wanted


def slug(name: str) -> str:
    """Return a name in small letters, numbers and single hyphens; empty when nothing is left."""
    letters = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    joined = re.sub(r"[^a-z0-9]+", "-", letters).lstrip("-0123456789")
    return joined[:LONGEST].strip("-")
