"""What tells two versions of a story apart: its structure, and its words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256

from ltitool.core.lint.findings import spoken
from ltitool.core.scenario import Scenario, everything
from ltitool.core.texts import texts

STRUCTURE = {"lenses", "state", "start", "scenes", "revisit", "reflect"}
"""In these parts of a file stands how the story runs; around them, what is told about it."""

Place = tuple[str | int, ...]


def structure_hash(scenario: Scenario) -> str:
    """Return the mark of how a story runs: ids, ways, conditions, effects, kinds, lenses, lengths.

    Two versions with the same one differ in words alone, so an attempt can go on in either.
    """
    return _hash(list(_structure(scenario)))


def _structure(scenario: Scenario) -> Iterator[tuple[Place, object]]:
    words = {one.place for one in texts(scenario)}
    for place, part in everything(scenario):
        if place and place[0] in STRUCTURE and isinstance(part, str | int | None):
            yield place, "words" if place in words else part


def _hash(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """One text of a story before and after; None where there is none."""

    key: str
    before: str | None
    after: str | None

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The words in order, each piece `kept`, `gone` or `new`."""
        old, new = _words(self.before), _words(self.after)
        pieces: list[tuple[str, str]] = []
        for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if what == "equal":
                pieces.append(("kept", " ".join(old[a:b])))
                continue
            pieces += [("gone", " ".join(old[a:b]))] if a < b else []
            pieces += [("new", " ".join(new[c:d]))] if c < d else []
        return pieces


def changes(before: Scenario, after: Scenario) -> list[Change]:
    """Return every text that differs, by its key, in the order of the newer version."""
    old = {one.key: one.text for one in texts(before)}
    new = {one.key: one.text for one in texts(after)}
    keys = dict.fromkeys((*new, *old))
    return [Change(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def structural_changes(before: Scenario, after: Scenario) -> list[str]:
    """Return the places in the file where the two run differently, each once."""
    old, new = dict(_structure(before)), dict(_structure(after))
    places = [place for place in dict.fromkeys((*new, *old)) if old.get(place) != new.get(place)]
    return [spoken(place) for place in places]


def _words(text: str | None) -> list[str]:
    return (text or "").split()
