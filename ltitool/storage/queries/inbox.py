"""What happened that concerns one learner: answers, words of staff, hidden posts, their group."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from ltitool.core.inbox import Happened, NoticeKind
from ltitool.core.talk import PostState
from ltitool.storage.tables import GroupMember, NoticeMark, Post, TalkGroup, Thread, ThreadSeen
from ltitool.storage.types import UtcTime

# Every front page asks these; building a question takes longer than asking it.
_ACTIVITY = bindparam("activity_id", type_=Integer())
_PERSON = bindparam("person_id", type_=Integer())
_SINCE = bindparam("since", type_=UtcTime())
_IS_TODAY = (
    GroupMember.activity_id == _ACTIVITY,
    GroupMember.person_id == _PERSON,
    GroupMember.until_at.is_(None),
)
_HIDDEN = (
    select(func.count(), func.min(Post.id), func.max(Post.hidden_at, type_=UtcTime()))
    .join(Thread, Thread.id == Post.thread_id)
    .where(
        Thread.activity_id == _ACTIVITY,
        Post.person_id == _PERSON,
        Post.state == PostState.HIDDEN,
        Post.hidden_at.is_not(None),
    )
)
_MARK = select(NoticeMark).where(
    NoticeMark.activity_id == _ACTIVITY, NoticeMark.person_id == _PERSON
)
_HIDDEN_SINCE = _HIDDEN.where(Post.hidden_at > _SINCE)
_GROUP = (
    select(TalkGroup.name, GroupMember.from_at)
    .join(GroupMember, GroupMember.group_id == TalkGroup.id)
    .where(*_IS_TODAY)
)


def _what_is_said() -> Select[bool, int, int, datetime]:
    """Return the question for what others say to a person, by whether they are staff."""
    parent = aliased(Post)
    today = select(GroupMember.group_id).where(*_IS_TODAY)
    is_own = (Thread.activity_id == _ACTIVITY) & (Thread.person_id == _PERSON)
    return (
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
            (ThreadSeen.thread_id == Thread.id) & (ThreadSeen.person_id == _PERSON),
        )
        .where(
            or_(Thread.group_id.in_(today), is_own & ~today.exists()),
            Post.state == PostState.STANDING,
            Post.person_id != _PERSON,
            or_(Post.by_staff.is_(True), parent.person_id == _PERSON),
            Post.id > func.coalesce(ThreadSeen.post_id, 0),
        )
        .group_by(Post.by_staff)
    )


_SAID = _what_is_said()
_SAID_SINCE = _SAID.where(Post.posted_at > _SINCE)


def mark_of(session: Session, activity_id: int, person_id: int) -> NoticeMark | None:
    """Return how far a person has seen their notices, and which kinds they want."""
    return session.scalar(_MARK, {"activity_id": activity_id, "person_id": person_id})


def happened_to(
    session: Session, activity_id: int, person_id: int, since: datetime | None
) -> list[Happened]:
    """Return what concerns a person in their talk, one row for each kind at most."""
    whose = {"activity_id": activity_id, "person_id": person_id, "since": since}
    said = session.execute(_SAID if since is None else _SAID_SINCE, whose)
    return [
        *(
            Happened(NoticeKind.STAFF if by_staff else NoticeKind.REPLY, at, number, post_id)
            for by_staff, number, post_id, at in said
        ),
        *_hidden(session, whose),
        *_group(session, whose),
    ]


def _hidden(session: Session, whose: dict[str, Any]) -> list[Happened]:
    question = _HIDDEN if whose["since"] is None else _HIDDEN_SINCE
    number, post_id, at = session.execute(question, whose).one()
    return [Happened(NoticeKind.HIDDEN, at, number, post_id)] if at is not None else []


def _group(session: Session, whose: dict[str, Any]) -> list[Happened]:
    row = session.execute(_GROUP, whose).one_or_none()
    return [Happened(NoticeKind.GROUP, row[1], words=row[0])] if row else []
