"""What instructors do about grades: send again, let the LMS's grade stay, or send ours over it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ltitool.actions import audit
from ltitool.actions.receipts import written_again
from ltitool.core.delivery import Delivery
from ltitool.core.errors import InputRefused
from ltitool.core.grades import Finding
from ltitool.storage.tables import Activity, OutgoingScore, Participant, StandingGrade


def send_failed_again(
    session: Session, activity: Activity, *, actor_id: int | None, now: datetime
) -> int:
    """Send everything again that was refused or keeps failing; return how much that is."""
    failed = [row for row in _newest(session, activity) if _has_failed(row)]
    for row in failed:
        _send(session, row, now=now)
    _note(session, "scores sent again", activity, [row.person_id for row in failed], actor_id, now)
    return len(failed)


def send_again(
    session: Session, activity: Activity, person_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Send one person's newest score again; raises InputRefused when it has not failed."""
    failed = [row for row in _newest(session, activity, {person_id}) if _has_failed(row)]
    if not failed:
        raise InputRefused("There is no score to send again: none was refused, none keeps failing.")
    _send(session, failed[0], now=now)
    _note(session, "score sent again", activity, [person_id], actor_id, now)


def send_ours(
    session: Session,
    activity: Activity,
    person_ids: Collection[int],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Send our newest score over what stands in the LMS; raises InputRefused without one."""
    rows = _newest(session, activity, person_ids)
    if not rows:
        raise InputRefused("There is no score of ours to send.")
    session.execute(
        delete(StandingGrade).where(
            StandingGrade.line_item_url == activity.line_item_url,
            StandingGrade.person_id.in_([row.person_id for row in rows]),
        )
    )
    for row in rows:
        _send(session, row, now=now, is_over_theirs=True)
    people = [row.person_id for row in rows]
    _note(session, "score sent over the LMS's grade", activity, people, actor_id, now)


def keep_theirs(
    session: Session, activity: Activity, person_id: int, *, actor_id: int | None, now: datetime
) -> None:
    """Let the LMS's grade stay; raises InputRefused when nothing was changed there."""
    row = session.scalar(
        select(StandingGrade).where(
            StandingGrade.person_id == person_id,
            StandingGrade.line_item_url == activity.line_item_url,
            StandingGrade.finding == Finding.CHANGED,
        )
    )
    if row is None:
        raise InputRefused("Nothing was changed in the LMS for this person.")
    row.kept_at = now
    _note(session, "the LMS's grade kept", activity, [person_id], actor_id, now)


def _newest(
    session: Session, activity: Activity, person_ids: Collection[int] | None = None
) -> Sequence[OutgoingScore]:
    """Return the newest score of every learner here for the column of today."""
    newest = (
        select(OutgoingScore.person_id, func.max(OutgoingScore.scored_at).label("scored_at"))
        .join(
            Participant,
            (Participant.person_id == OutgoingScore.person_id)
            & (Participant.activity_id == OutgoingScore.activity_id),
        )
        .where(
            OutgoingScore.activity_id == activity.id,
            OutgoingScore.line_item_url == activity.line_item_url,
            Participant.is_preview.is_(False),
        )
        .group_by(OutgoingScore.person_id)
    )
    if person_ids is not None:
        newest = newest.where(OutgoingScore.person_id.in_(person_ids))
    last = newest.subquery()
    return session.scalars(
        select(OutgoingScore)
        .join(
            last,
            (last.c.person_id == OutgoingScore.person_id)
            & (last.c.scored_at == OutgoingScore.scored_at),
        )
        .where(
            OutgoingScore.activity_id == activity.id,
            OutgoingScore.line_item_url == activity.line_item_url,
        )
        .order_by(OutgoingScore.id)
        .with_for_update(of=OutgoingScore)
    ).all()


def _has_failed(row: OutgoingScore) -> bool:
    has_waited = row.delivery is Delivery.WAITING and row.tries > 0
    return row.delivery is Delivery.REFUSED or has_waited


def _send(
    session: Session, row: OutgoingScore, *, now: datetime, is_over_theirs: bool = False
) -> None:
    """Send at once what waits; what is closed is written again with a later time."""
    session.info["score_written"] = True
    if row.delivery is Delivery.WAITING and row.overwrites >= is_over_theirs:
        row.next_try_at = min(row.next_try_at, now)
        return
    if row.delivery is Delivery.WAITING:
        row.delivery = Delivery.SUPERSEDED
    again = written_again(row, now=now)
    again.overwrites = again.overwrites or is_over_theirs
    session.add(again)


def _note(
    session: Session,
    what: str,
    activity: Activity,
    person_ids: list[int],
    actor_id: int | None,
    now: datetime,
) -> None:
    details = {"people": person_ids}
    audit.note(session, what, activity=activity, actor_id=actor_id, details=details, now=now)
