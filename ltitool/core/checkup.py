"""What can be said of a platform's health: each finding with who has to do what about it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


class Health(StrEnum):
    """How a finding is."""

    FINE = "fine"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """Nobody can say yet, such as before the first launch."""


@dataclass(frozen=True)
class Finding:
    """One line of a platform's checklist."""

    subject: str
    health: Health
    words: str
    """What was found."""
    advice: str = ""
    """Who has to do what; empty when nobody has to."""

    def as_row(self) -> dict[str, Any]:
        """Return the finding as it is stored and printed."""
        return asdict(self)

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        """Return a finding that was stored."""
        return cls(row["subject"], Health(row["health"]), row["words"], row["advice"])


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is wrong."""
    return all(finding.health is not Health.WRONG for finding in findings)
