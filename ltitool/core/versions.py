"""What tells two versions of a story apart: its structure, and its words."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from ltitool.core.scenario import Scenario
from ltitool.core.scenario_checks import everything
from ltitool.core.texts import texts

STRUCTURE = {"lenses", "state", "start", "scenes", "revisit", "reflect"}
"""In these parts of a file stands how the story runs; around them, what is told about it."""

Place = tuple[str | int, ...]


def structure_hash(scenario: Scenario) -> str:
    """Return the mark of how a story runs: ids, ways, conditions, effects, kinds, lenses, lengths.

    Two versions with the same one differ in words alone, so an attempt can go on in either.
    """
    return _hash(list(_structure(scenario)))


def content_hash(scenario: Scenario, media: Mapping[str, str]) -> str:
    """Return the mark of all the rest: words, pictures (by the hash of each), and what is said."""
    written = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return _hash([written, sorted(media.items())])


def _structure(scenario: Scenario) -> Iterator[tuple[Place, object]]:
    words = {one.place for one in texts(scenario)}
    for place, part in everything(scenario):
        if place and place[0] in STRUCTURE and isinstance(part, str | int | None):
            yield place, "words" if place in words else part


def _hash(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
