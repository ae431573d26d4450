"""What a person has typed and not sent: kept on the server for its author alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ltitool.actions.reader import Reader
from ltitool.storage.queries import story as queries
from ltitool.storage.tables import Draft


def save(
    session: Session, reader: Reader, place: str, fields: Mapping[str, Any], *, now: datetime
) -> None:
    """Keep what was typed into a form and not sent."""
    draft = queries.draft_of(session, reader.activity.id, reader.person_id, place)
    if draft is None:
        draft = Draft(activity_id=reader.activity.id, person_id=reader.person_id, place=place)
        session.add(draft)
    draft.fields, draft.saved_at = dict(fields), now


def forget(session: Session, reader: Reader, place: str) -> None:
    """Forget a draft whose form has been sent."""
    forget_of(session, (reader.activity.id, reader.person_id), place)


def forget_of(session: Session, whose: tuple[int, int], place: str) -> None:
    """Forget what a person, by their activity and id, has typed and not sent."""
    draft = queries.draft_of(session, *whose, place)
    if draft is not None:
        session.delete(draft)


def staff_place(thread_id: int) -> str:
    """Return where the draft is kept of what staff write into a talk."""
    return f"staff:{thread_id}"
