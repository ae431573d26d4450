"""Lists of who belongs in which group, as staff paste them: one person a line, then the group."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_LABEL = 60
MOST_LINES = 5000
MOST_LETTERS = 400_000
SEPARATORS = "\t;,"


class Fault(StrEnum):
    """What can be wrong with a line."""

    NO_GROUP = "no-group"
    TOO_LONG = "too-long"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    TWICE = "twice"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Problem:
    """A line that cannot be used; `who` is what was written there."""

    line: int
    fault: Fault
    who: str


@dataclass(frozen=True)
class GroupList:
    """A list that was read: where people belong, and every line that cannot be used."""

    labels: Mapping[int, str]
    problems: Sequence[Problem]


def read_list(text: str, people: Mapping[str, Sequence[int]]) -> GroupList:
    """Return what a pasted list says; `people` finds persons by casefolded name, id or alias."""
    labels: dict[int, str] = {}
    problems: list[Problem] = []
    lines = text.splitlines()
    separator = _separator(lines)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        cells = _cells(line, separator)
        who, label = cells[0] if cells else "", cells[-1] if len(cells) > 1 else ""
        found = list(dict.fromkeys(people.get(who.casefold(), ())))
        fault = _fault(cells, label, found, labels)
        if fault is Fault.UNKNOWN and number == 1 and len(lines) > 1:
            continue  # the heads of the columns
        if fault is not None:
            problems.append(Problem(number, fault, who[:LONGEST_LABEL]))
        else:
            labels[found[0]] = label
    return GroupList(labels, problems)


def _fault(
    cells: Sequence[str], label: str, found: Sequence[int], labels: Mapping[int, str]
) -> Fault | None:
    if not cells:
        return Fault.UNREADABLE
    if not label:
        return Fault.NO_GROUP
    if len(label) > LONGEST_LABEL:
        return Fault.TOO_LONG
    if not found:
        return Fault.UNKNOWN
    if len(found) > 1:
        return Fault.AMBIGUOUS
    return Fault.TWICE if found[0] in labels else None


def _separator(lines: Sequence[str]) -> str:
    """Return the separator that stands on most lines; a tab where a spreadsheet was pasted."""
    return max(SEPARATORS, key=lambda mark: sum(mark in line for line in lines))


def _cells(line: str, separator: str) -> list[str]:
    try:
        [row] = csv.reader([line], delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        return []
    return [" ".join(cell.split()) for cell in row]
