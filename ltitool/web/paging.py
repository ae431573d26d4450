"""Long lists, fifty lines on a page where nothing else is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

from flask import request

ON_A_PAGE = 50
NEARBY = 2
"""How many pages are named on each side of the one that is shown."""

Line = TypeVar("Line")


@dataclass(frozen=True)
class Page(Generic[Line]):
    """One page of a list."""

    rows: Sequence[Line]
    number: int
    pages: int
    all: int
    """How many lines the whole list has."""
    size: int = ON_A_PAGE
    """How many lines a full page has."""

    @property
    def first(self) -> int:
        """Which line of the list is the first one here."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """Which line of the list is the last one here."""
        return self.first + len(self.rows) - 1

    @property
    def named(self) -> list[int | None]:
        """The pages to name, with None where some are left out."""
        near = range(max(1, self.number - NEARBY), min(self.pages, self.number + NEARBY) + 1)
        named: list[int | None] = []
        for number in sorted({1, self.pages, *near}):
            if named and named[-1] != number - 1:
                named.append(None)
            named.append(number)
        return named


def page_asked_for(found: Sequence[Line], size: int = ON_A_PAGE) -> Page[Line]:
    """Return the page of a list that the address asks for; the last where there are not so many."""
    pages = max(1, ceil(len(found) / size))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    return Page(found[(number - 1) * size : number * size], number, pages, len(found), size)
