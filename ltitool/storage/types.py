"""How Python values are kept in columns."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator

LONGEST_WORD = 20
Word = TypeVar("Word", bound=StrEnum)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept and returned in UTC; SQLite alone would return naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, keep the rest in UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WordOf(TypeDecorator[Word]):
    """A word of an enumeration; one that a newer version has added is read as `unknown`.

    So a process of an older version beside a newer one leaves such a row alone and does not fail.
    """

    impl = String(LONGEST_WORD)
    cache_ok = True

    def __init__(self, words: type[Word], unknown: Word) -> None:
        """Keep values of `words`."""
        super().__init__()
        self.words, self.unknown = words, unknown

    def process_bind_param(self, value: Word | None, dialect: Dialect) -> str | None:
        """Keep the value of the word."""
        del dialect
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Word | None:
        """Return the word."""
        del dialect
        if value is None:
            return None
        return self.words(value) if value in set(self.words) else self.unknown
