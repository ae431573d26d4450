"""What can be said of a platform's health: each finding with who has to do what about it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self


class Health(StrEnum):
    """How a finding is."""

    FINE = "fine"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """Nobody can say yet, such as before the first launch."""


@dataclass(frozen=True)
class Sentence:
    """A sentence with what stands in it: here in English, on a page in its reader's language."""

    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    several: str = ""
    """For every number but one, where the sentence has a number: `num` of its values."""
    parts: tuple[str, ...] = ()
    """What it lists at its end."""

    @classmethod
    def quoting(cls, words: str) -> Self:
        """Return words that are not ours, such as a platform's."""
        return cls("%(words)s", {"words": words})

    @classmethod
    def kept(cls, row: Mapping[str, Any] | str) -> Self:
        """Return a sentence that was stored; earlier versions stored it as plain words."""
        if isinstance(row, str):
            return cls.quoting(row) if row else cls("")
        return cls(row["text"], row["values"], row["several"], tuple(row["parts"]))

    def __str__(self) -> str:
        """Say it in English."""
        text = self.several if self.several and self.values["num"] != 1 else self.text
        said = text % self.values if self.values else text
        return f"{said} {', '.join(self.parts)}." if self.parts else said

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.text)


NOTHING = Sentence("")


@dataclass(frozen=True)
class Finding:
    """One line of a platform's checklist."""

    subject: str
    health: Health
    words: Sentence
    """What was found."""
    advice: Sentence = NOTHING
    """Who has to do what; empty when nobody has to."""

    def as_row(self) -> dict[str, Any]:
        """Return the finding as it is stored."""
        return asdict(self)

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        """Return a finding that was stored."""
        words, advice = Sentence.kept(row["words"]), Sentence.kept(row["advice"])
        return cls(row["subject"], Health(row["health"]), words, advice)


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is wrong."""
    return all(finding.health is not Health.WRONG for finding in findings)
