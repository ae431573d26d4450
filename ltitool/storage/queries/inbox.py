"""What happened that concerns one learner: answers, words of staff, hidden posts, their group."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from ltitool.core.inbox import Happened, NoticeKind
from ltitool.core.talk import PostState
from ltitool.storage.tables import GroupMember, NoticeMark, Post, TalkGroup, Thread, ThreadSeen
from ltitool.storage.types import UtcTime


def mark_of(session: Session, activity_id: int, person_id: int) -> NoticeMark | None:
    """Return how far a person has seen their notices, and which kinds they want."""
    return session.get(NoticeMark, (activity_id, person_id))


def happened_to(
    session: Session, activity_id: int, person_id: int, since: datetime | None
) -> list[Happened]:
    """Return what concerns a person in their talk, one row for each kind at most."""
    return [
        *_said(session, activity_id, person_id, since),
        *_hidden(session, activity_id, person_id, since),
        *_group(session, activity_id, person_id),
    ]


def _said(
    session: Session, activity_id: int, person_id: int, since: datetime | None
) -> list[Happened]:
    parent = aliased(Post)
    today = select(GroupMember.group_id).where(
        GroupMember.activity_id == activity_id,
        GroupMember.person_id == person_id,
        GroupMember.until_at.is_(None),
    )
    is_own = (Thread.activity_id == activity_id) & (Thread.person_id == person_id)
    statement = (
        select(
            Post.by_staff,
            func.count(),
            func.min(Post.id),
            func.max(Post.posted_at, type_=UtcTime()),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(parent, parent.id == Post.parent_id)
        .outerjoin(
            ThreadSeen,
            (ThreadSeen.thread_id == Thread.id) & (ThreadSeen.person_id == person_id),
        )
        .where(
            or_(Thread.group_id.in_(today), is_own & ~today.exists()),
            Post.state == PostState.STANDING,
            Post.person_id != person_id,
            or_(Post.by_staff.is_(True), parent.person_id == person_id),
            Post.id > func.coalesce(ThreadSeen.post_id, 0),
        )
        .group_by(Post.by_staff)
    )
    if since is not None:
        statement = statement.where(Post.posted_at > since)
    return [
        Happened(NoticeKind.STAFF if by_staff else NoticeKind.REPLY, at, number, post_id)
        for by_staff, number, post_id, at in session.execute(statement)
    ]


def _hidden(
    session: Session, activity_id: int, person_id: int, since: datetime | None
) -> list[Happened]:
    statement = (
        select(func.count(), func.min(Post.id), func.max(Post.hidden_at, type_=UtcTime()))
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Thread.activity_id == activity_id,
            Post.person_id == person_id,
            Post.state == PostState.HIDDEN,
            Post.hidden_at.is_not(None),
        )
    )
    if since is not None:
        statement = statement.where(Post.hidden_at > since)
    number, post_id, at = session.execute(statement).one()
    return [Happened(NoticeKind.HIDDEN, at, number, post_id)] if at is not None else []


def _group(session: Session, activity_id: int, person_id: int) -> list[Happened]:
    row = session.execute(
        select(TalkGroup.name, GroupMember.from_at)
        .join(GroupMember, GroupMember.group_id == TalkGroup.id)
        .where(
            GroupMember.activity_id == activity_id,
            GroupMember.person_id == person_id,
            GroupMember.until_at.is_(None),
        )
    ).one_or_none()
    return [Happened(NoticeKind.GROUP, row[1], words=row[0])] if row else []
