"""Access tokens and where they are kept; never one registration's token for another's."""

from dataclasses import dataclass, field
from typing import Protocol

EARLY_SECONDS = 60
"""A token is renewed this long before it ends."""


@dataclass(frozen=True)
class Token:
    """A bearer token and when it ends, in seconds since 1970."""

    value: str
    expires_at: float

    def lasts_at(self, seconds: float) -> bool:
        """Whether it can still be used then, with time to spare."""
        return self.expires_at - EARLY_SECONDS > seconds


class TokenStore(Protocol):
    """Where tokens are kept, for each registration and set of scopes by itself."""

    def get(self, registration_id: int, scopes: str) -> Token | None:
        """Return the token kept for these scopes."""

    def put(self, registration_id: int, scopes: str, token: Token) -> None:
        """Keep a token in the place of the one before."""


@dataclass
class TokensInMemory:
    """Keeps tokens as long as the process lives."""

    kept: dict[tuple[int, str], Token] = field(default_factory=dict)

    def get(self, registration_id: int, scopes: str) -> Token | None:
        """Return the token kept for these scopes."""
        return self.kept.get((registration_id, scopes))

    def put(self, registration_id: int, scopes: str, token: Token) -> None:
        """Keep a token in the place of the one before."""
        self.kept[registration_id, scopes] = token
