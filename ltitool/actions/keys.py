"""The tool's own signing keys: the first, those that follow, and which of them signs when.

A new key is published before it signs, and an old one for a while after: platforms keep our key
set for an hour or longer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.errors import PlatformError
from ltitool.lti.tool_keys import SigningKey, new_key, read_key
from ltitool.storage.tables import ToolKey

KNOWN_BEFORE = timedelta(hours=24)
"""How long a new key is published before it signs."""

KNOWN_AFTER = timedelta(days=7)
"""How long an old key is published after it has signed last."""


class KeyState(StrEnum):
    """What a key does at a moment."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


def make_key(session: Session, secret: str, *, now: datetime) -> None:
    """Make the tool's signing key if there is none."""
    if session.scalar(select(ToolKey).limit(1)) is None:
        session.add(_fresh(secret, now=now, signs_from_at=now))


def rotate(session: Session, secret: str, *, at_once: bool, now: datetime) -> ToolKey:
    """Let a new key follow the one that signs; return it.

    It signs a day later, or `at_once`; then it also does so when no other key can be read. Keys
    that cannot be read under this secret are removed: nobody can sign with them any more.
    """
    readable = []
    for row in _rows(session, now):
        if _is_readable(row, secret):
            readable.append(row)
        else:
            session.delete(row)
    for waiting in readable:
        if waiting.signs_from_at > now:  # asked twice: the newer one follows instead
            session.delete(waiting)
    signing = [row for row in readable if row.signs_from_at <= now]
    starts_at = now if at_once or not signing else now + KNOWN_BEFORE
    for row in signing:
        row.published_until_at = row.published_until_at or starts_at + KNOWN_AFTER
    new = _fresh(secret, now=now, signs_from_at=starts_at)
    session.add(new)
    return new


def published_keys(session: Session, secret: str, *, now: datetime) -> list[SigningKey]:
    """Return the keys that platforms are to know; raises PlatformError when one is unreadable."""
    return [read_key(row.kid, row.private_pem, secret) for row in _rows(session, now)]


def signing_key(session: Session, secret: str, *, now: datetime) -> SigningKey:
    """Return the key that signs now, made when there is none; raises PlatformError."""
    row = _active(_rows(session, now), now)
    if row is None:
        row = _fresh(secret, now=now, signs_from_at=now)
        session.add(row)
    return read_key(row.kid, row.private_pem, secret)


def require_readable(session: Session, secret: str, *, now: datetime) -> None:
    """Raise PlatformError, with what to do, when the secret is not that of the keys."""
    signing_key(session, secret, now=now)


def listed(session: Session, *, now: datetime) -> list[tuple[ToolKey, KeyState]]:
    """Return every key that is published, with what it does now; the newest first."""
    rows = _rows(session, now)
    active = _active(rows, now)
    return [(row, _state(row, active, now)) for row in reversed(rows)]


def forget_old(session: Session, *, now: datetime) -> None:
    """Remove the keys whose time is over."""
    for row in session.scalars(select(ToolKey).where(ToolKey.published_until_at <= now)):
        session.delete(row)


def _rows(session: Session, now: datetime) -> Sequence[ToolKey]:
    """Return what is published, by when it signs; of one moment the one that stays is last."""
    stays = ToolKey.published_until_at.is_(None)
    rows = session.scalars(select(ToolKey).order_by(ToolKey.signs_from_at, stays, ToolKey.kid))
    return [row for row in rows if row.published_until_at is None or row.published_until_at > now]


def _active(rows: Sequence[ToolKey], now: datetime) -> ToolKey | None:
    begun = [row for row in rows if row.signs_from_at <= now]
    return begun[-1] if begun else None


def _state(row: ToolKey, active: ToolKey | None, now: datetime) -> KeyState:
    if row is active:
        return KeyState.ACTIVE
    return KeyState.NEXT if row.signs_from_at > now else KeyState.RETIRED


def _fresh(secret: str, *, now: datetime, signs_from_at: datetime) -> ToolKey:
    kid, pem = new_key(secret)
    return ToolKey(kid=kid, private_pem=pem, created_at=now, signs_from_at=signs_from_at)


def _is_readable(row: ToolKey, secret: str) -> bool:
    try:
        read_key(row.kid, row.private_pem, secret)
    except PlatformError:
        return False
    return True
