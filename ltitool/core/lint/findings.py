"""What checking a scenario found: where, how grave, and what to do."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

_LINE = re.compile(r"line (\d+): (.*)", re.DOTALL)


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "E"
    """It keeps the scenario from being published."""
    WARNING = "W"
    """It asks for a reason."""
    INFO = "I"
    """It is advice."""


@dataclass(frozen=True)
class Finding:
    """One thing found in a scenario file."""

    code: str
    severity: Severity
    line: int
    place: str
    """The path in the file, like `scenes[0].decision`; empty when the text itself is at fault."""
    sentence: str

    @classmethod
    def unread(cls, problem: str) -> Self:
        """Return the finding of a sentence by the reader, which may begin with its line."""
        found = _LINE.fullmatch(problem)
        line, sentence = (int(found[1]), found[2]) if found else (0, problem)
        return cls("S01", Severity.ERROR, line, "", sentence)

    @property
    def words(self) -> str:
        """The sentence, after its place in the file."""
        return f"{self.place}: {self.sentence}" if self.place else self.sentence

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}" if self.line else self.words


def spoken(path: tuple[str | int, ...]) -> str:
    """Return a path in a file as one writes it: `scenes[0].decision`."""
    words = ""
    for part in path:
        words += f"[{part}]" if isinstance(part, int) else f".{part}" if words else str(part)
    return words
