"""Erasing what people wrote when its time is over, as they were told when they wrote it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ltitool.core.talk import PostState
from ltitool.storage.tables import (
    Activity,
    Attempt,
    Decision,
    Draft,
    Post,
    PostRevision,
    Reflection,
    Thread,
)

ERASED: dict[str, str] = {"rationale": "", "own_change": ""}


def erase_expired(session: Session, activity_id: int, *, now: datetime) -> int:
    """Erase the words of one activity that were kept long enough; return how many posts had some.

    What was chosen, who took part and what it earned stays; words go, with their earlier versions.
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
    session.execute(delete(Draft).where(Draft.activity_id == activity_id, Draft.saved_at <= before))
    return len(ids)
