"""Erasing what people wrote when its time is over, as they were told when they wrote it.

What their grades came from stays longer: until nobody can appeal any more.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ltitool.core.talk import PostState
from ltitool.storage.database import Database
from ltitool.storage.queries.progress import kept_records, rules_of
from ltitool.storage.tables import (
    Activity,
    Allowance,
    Attempt,
    Concern,
    Decision,
    Draft,
    MinorityStatement,
    OutgoingScore,
    Override,
    Position,
    Post,
    PostRevision,
    Progress,
    Receipt,
    Reflection,
    StaffMark,
    StandingGrade,
    StoryReport,
    Thread,
)

log = structlog.get_logger()

AT_ONCE = 500
ERASED: dict[str, str] = {"rationale": "", "own_change": ""}


def erase_all(database: Database, clock: Callable[[], datetime]) -> None:
    """Erase in every activity what was kept long enough, and old records of credit."""
    with database.session(is_read_only=True) as session:
        activity_ids = session.scalars(select(Activity.id)).all()
    for activity_id in activity_ids:
        with database.transaction() as session:
            erased = erase_expired(session, activity_id, now=clock())
            records = erase_records(session, activity_id, now=clock())
        if erased or records:
            log.info("erased", activity=activity_id, posts=erased, records=records)


def erase_expired(session: Session, activity_id: int, *, now: datetime) -> int:
    """Erase the words of one activity that were kept long enough; return how many posts had some.

    What was chosen and who took part stays, and for a while what it earned; words go, with their
    earlier versions, what groups filed, and what single members told the class or the staff.
    """
    activity = session.get_one(Activity, activity_id)
    before = now - timedelta(days=activity.keep_days)
    threads = select(Thread.id).where(Thread.activity_id == activity_id)
    old = (
        Post.thread_id.in_(threads),
        Post.person_id.is_not(None),
        Post.posted_at <= before,
        Post.text != "",
    )
    ids = session.scalars(select(Post.id).where(*old)).all()
    session.execute(delete(PostRevision).where(PostRevision.post_id.in_(ids)))
    session.execute(update(Post).where(Post.id.in_(ids)).values(text="", state=PostState.ERASED))
    attempts = select(Attempt.id).where(Attempt.activity_id == activity_id)
    session.execute(
        update(Decision)
        .where(Decision.attempt_id.in_(attempts), Decision.decided_at <= before)
        .values(**ERASED)
    )
    session.execute(
        update(Reflection)
        .where(Reflection.activity_id == activity_id, Reflection.written_at <= before)
        .values(text="")
    )
    _erase_beside(session, activity_id, before)
    session.execute(delete(Draft).where(Draft.activity_id == activity_id, Draft.saved_at <= before))
    return len(ids)


def _erase_beside(session: Session, activity_id: int, before: datetime) -> None:
    """Erase what was written beside the talk: positions, words for the class, words for staff."""
    threads = select(Thread.id).where(Thread.activity_id == activity_id)
    session.execute(
        update(Position)
        .where(Position.thread_id.in_(threads), Position.filed_at <= before)
        .values(text="")
    )
    session.execute(
        delete(MinorityStatement).where(
            MinorityStatement.thread_id.in_(threads), MinorityStatement.written_at <= before
        )
    )
    session.execute(
        update(Concern)
        .where(Concern.activity_id == activity_id, Concern.told_at <= before)
        .values(text="")
    )
    session.execute(
        delete(StoryReport).where(
            StoryReport.activity_id == activity_id, StoryReport.told_at <= before
        )
    )


def erase_records(session: Session, activity_id: int, *, now: datetime) -> int:
    """Erase what grades came from where the time to appeal is over; return of how many people.

    Measured credit, scores with what the gradebook said, grants, marks and set scores go together,
    so that no record is kept in part. Whose score is still on its way keeps theirs.
    """
    rules = rules_of(session, activity_id)
    over = [
        one.person_id
        for one in kept_records(session, activity_id)
        if (until := rules.kept_until(*one.happened)) is not None and until <= now
    ]
    for begin in range(0, len(over), AT_ONCE):
        _erase_records(session, activity_id, over[begin : begin + AT_ONCE])
    return len(over)


def _erase_records(session: Session, activity_id: int, person_ids: Sequence[int]) -> None:
    own = (OutgoingScore.activity_id == activity_id, OutgoingScore.person_id.in_(person_ids))
    columns = select(OutgoingScore.line_item_url).where(*own)
    session.execute(
        delete(StandingGrade).where(
            StandingGrade.person_id.in_(person_ids), StandingGrade.line_item_url.in_(columns)
        )
    )
    scores = select(OutgoingScore.id).where(*own)
    session.execute(delete(Receipt).where(Receipt.outgoing_score_id.in_(scores)))
    session.execute(delete(OutgoingScore).where(*own))
    for table in (Override, Allowance, StaffMark, Progress):
        session.execute(
            delete(table).where(table.activity_id == activity_id, table.person_id.in_(person_ids))
        )
