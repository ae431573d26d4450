"""Every text of a story that people read, each under the key by which translations name it.

A key is made of the ids on the way to the text, then of the name of its field:
`request.d1-request.hold.label` is the label of the choice `hold` of the decision `d1-request` in
the scene `request`. What has no id is counted from 0: `request.beats.0.say.text`. An id stands
once in a file, so a scene may move without its keys changing.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import NamedTuple, get_args

from ltitool.core.scenario import READ, Part, Scenario

HASH_LETTERS = 12


class Keyed(NamedTuple):
    """One text of a story."""

    key: str
    place: tuple[str | int, ...]
    """Where it stands in the file."""
    text: str


def texts(scenario: Scenario) -> Iterator[Keyed]:
    """Return every text that people read, in the order of the format."""
    return _texts(scenario, (), (), is_read=False)


def text_hash(text: str) -> str:
    """Return the mark by which a translation knows the words it was made from."""
    return sha256(text.encode()).hexdigest()[:HASH_LETTERS]


def fields_read(part: type[Part]) -> frozenset[str]:
    """Return the names of the fields of a part in which readers' texts stand."""
    return _fields_read(part)


@cache
def _fields_read(part: type[Part]) -> frozenset[str]:
    return frozenset(
        name
        for name, info in part.model_fields.items()
        if READ in info.metadata or _is_read(info.annotation)
    )


def _is_read(annotation: object) -> bool:
    marks = getattr(annotation, "__metadata__", ())
    return READ in marks or any(_is_read(part) for part in get_args(annotation))


def _texts(
    value: object, key: tuple[str, ...], place: tuple[str | int, ...], *, is_read: bool
) -> Iterator[Keyed]:
    if isinstance(value, str):
        if is_read:
            yield Keyed(".".join(key), place, value)
        return
    for name, below, one in parts_of(value, key):
        is_marked = one in fields_read(type(value)) if isinstance(value, Part) else is_read
        yield from _texts(below, name, (*place, one), is_read=is_marked)


def parts_of(
    value: object, key: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], object, str | int]]:
    """Return what lies in a value: the key of each part, the part, and its name or number."""
    if isinstance(value, Part):
        for name in type(value).model_fields:
            below = getattr(value, name)
            yield (*key, own_id(below) or name), below, name
    elif isinstance(value, tuple):
        for number, below in enumerate(value):
            own = own_id(below)
            # An id says more than the name of the list it stands in.
            yield ((*key[:-1], own) if own else (*key, str(number))), below, number
    elif isinstance(value, dict):
        for name, below in value.items():
            yield (*key, name), below, name


def own_id(part: object) -> str | None:
    """Return the id of a part of a story, or None for what has none."""
    found = getattr(part, "id", None)
    return found if isinstance(found, str) else None
