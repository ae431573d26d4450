"""What is new for one person: derived from what happened since they last said “seen”."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOON = timedelta(hours=48)
"""How long before it is due a person is reminded, once."""


class NoticeKind(StrEnum):
    """What a notice is about; each kind can be turned off."""

    REPLY = "reply"
    STAFF = "staff"
    HIDDEN = "hidden"
    GROUP = "group"
    OPENED = "opened"
    DUE = "due"


@dataclass(frozen=True)
class Happened:
    """Something that concerns one person; one for each kind at most."""

    kind: NoticeKind
    at: datetime
    number: int = 1
    post_id: int | None = None
    """The first post it is about."""
    words: str = ""
    """A name that belongs to it, such as that of a group or of a part."""


def unseen(
    happened: Iterable[Happened], seen_until: datetime | None, muted: Collection[str]
) -> list[Happened]:
    """Return what is new and not turned off, the newest first."""
    found = [
        one
        for one in happened
        if one.kind.value not in muted and (seen_until is None or one.at > seen_until)
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def due_soon(due_at: datetime | None, now: datetime, *, is_left: bool) -> list[Happened]:
    """Return the one reminder, while it is soon due and something is left to do."""
    if due_at is None or not is_left or not due_at - SOON <= now < due_at:
        return []
    return [Happened(NoticeKind.DUE, due_at - SOON)]
