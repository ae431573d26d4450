"""Telling the staff: reporting a post, being worried about somebody; and who looks after it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import audit, drafts
from ltitool.actions.reader import Reader
from ltitool.actions.talk import readable_post
from ltitool.core.concern import CONCERNS, ConcernKind
from ltitool.core.errors import AlreadyDone, InputRefused, NotFound, TooOften
from ltitool.storage.queries import concerns as queries
from ltitool.storage.tables import Activity, Concern


@dataclass(frozen=True)
class Told:
    """What somebody wants the staff to know."""

    kind: ConcernKind
    text: str
    submission_id: str
    post_id: int | None = None
    """The post it is about; None for a worry about somebody."""


def tell(session: Session, reader: Reader, told: Told, *, now: datetime) -> Concern:
    """Tell the staff of this course, and nobody else; a form sent twice tells once.

    Raises NotFound for a post that this person cannot read, and TooOften.
    """
    again = queries.submitted(session, reader.person_id, told.submission_id)
    if again is not None:
        return again
    if told.kind is ConcernKind.REPORT and told.post_id is None:
        raise InputRefused("A report is about a post.")
    if told.post_id is not None:
        readable_post(session, reader, told.post_id)
    since = now - CONCERNS.within
    if queries.number_since(session, reader.person_id, since) >= CONCERNS.number:
        raise TooOften("The staff have ten of your messages from this hour. Send more a bit later.")
    concern = Concern(
        activity_id=reader.activity.id,
        person_id=reader.person_id,
        post_id=told.post_id,
        kind=told.kind,
        text=told.text,
        naming=reader.activity.naming,
        submission_id=told.submission_id,
        told_at=now,
    )
    session.add(concern)
    session.flush()  # its id is noted, and a double submit must end with one row
    drafts.forget(session, reader, draft_place(told.kind, told.post_id))
    _note(session, reader.activity, concern, "staff told", reader.person_id, now)
    return concern


def draft_place(kind: ConcernKind, post_id: int | None) -> str:
    """Return where what is typed about a post, or about somebody, is kept until it is told."""
    return "worry" if kind is ConcernKind.CARE else f"report:{post_id}"


def take(
    session: Session, activity: Activity, concern_id: int, *, actor_id: int, now: datetime
) -> None:
    """Take a row, so that no two people work on it; raises AlreadyDone if somebody else has."""
    concern = _concern(session, activity, concern_id)
    if concern.taken_by_id == actor_id:
        return
    if not queries.take(session, concern, actor_id, now):
        raise AlreadyDone("Somebody else took this a moment ago.")
    _note(session, activity, concern, "concern taken", actor_id, now)


def give_back(
    session: Session, activity: Activity, concern_id: int, *, actor_id: int, now: datetime
) -> None:
    """Leave a row to the others again, whoever took it: people fall ill."""
    concern = _concern(session, activity, concern_id)
    if concern.taken_by_id is not None:
        concern.taken_by_id, concern.taken_at = None, None
        _note(session, activity, concern, "concern given back", actor_id, now)


def close(
    session: Session, activity: Activity, concern_id: int, *, actor_id: int, now: datetime
) -> None:
    """Say that a row has been seen to."""
    concern = _concern(session, activity, concern_id)
    if concern.closed_at is None:
        concern.closed_by_id, concern.closed_at = actor_id, now
        _note(session, activity, concern, "concern closed", actor_id, now)


def reopen(
    session: Session, activity: Activity, concern_id: int, *, actor_id: int, now: datetime
) -> None:
    """Take back that a row has been seen to."""
    concern = _concern(session, activity, concern_id)
    if concern.closed_at is not None:
        concern.closed_by_id, concern.closed_at = None, None
        _note(session, activity, concern, "concern reopened", actor_id, now)


def who_told(
    session: Session,
    activity: Activity,
    concern_id: int,
    reason: str,
    *,
    actor_id: int,
    now: datetime,
) -> int:
    """Return who has told something, and note who asked and why."""
    concern = _concern(session, activity, concern_id)
    _note(session, activity, concern, "teller revealed", actor_id, now, why=reason)
    return concern.person_id


def _concern(session: Session, activity: Activity, concern_id: int) -> Concern:
    found = session.get(Concern, concern_id)
    if found is None or found.activity_id != activity.id:
        raise NotFound("There is no such row in this activity.")
    return found


def _note(
    session: Session,
    activity: Activity,
    concern: Concern,
    action: str,
    actor_id: int,
    now: datetime,
    **details: object,
) -> None:
    audit.note(
        session,
        action,
        activity=activity,
        actor_id=actor_id,
        details={"concern": concern.id, "kind": concern.kind.value, **details},
        now=now,
    )
