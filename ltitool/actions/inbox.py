"""What a person has seen of their notices, and which kinds they want."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions.reader import Reader
from ltitool.core.inbox import NoticeKind
from ltitool.storage.queries.inbox import mark_of
from ltitool.storage.tables import NoticeMark


def see(session: Session, reader: Reader, until: datetime) -> None:
    """Keep up to when a person has seen their notices; a mark never moves back."""
    mark = _mark(session, reader)
    mark.seen_until_at = max(mark.seen_until_at or until, until)


def choose(session: Session, reader: Reader, wanted: Iterable[NoticeKind]) -> None:
    """Keep which kinds of notice a person wants."""
    kinds = set(wanted)
    _mark(session, reader).muted = [kind.value for kind in NoticeKind if kind not in kinds]


def _mark(session: Session, reader: Reader) -> NoticeMark:
    mark = mark_of(session, reader.activity.id, reader.person_id)
    if mark is None:
        mark = NoticeMark(activity_id=reader.activity.id, person_id=reader.person_id, muted=[])
        session.add(mark)
    return mark
