"""What an export hands out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exported:
    """A story in the form of another tool, and what that form cannot hold."""

    content: bytes
    losses: tuple[str, ...] = ()
    """Each as a sentence."""


def counted(number: int, one: str, more: str) -> str:
    """Return a number with its word."""
    return f"{number} {one if number == 1 else more}"
