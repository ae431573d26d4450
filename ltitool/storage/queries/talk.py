"""Groups, threads and posts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from ltitool.core.script import Round
from ltitool.storage.tables import (
    Attempt,
    Decision,
    GroupMember,
    Participant,
    Person,
    Post,
    PostRevision,
    TalkGroup,
    Thread,
)

_GROUP = (  # built once: most pages of a learner ask it
    select(TalkGroup)
    .join(GroupMember, GroupMember.group_id == TalkGroup.id)
    .where(
        GroupMember.activity_id == bindparam("activity_id"),
        GroupMember.person_id == bindparam("person_id"),
        GroupMember.until_at.is_(None),
    )
)


def group_of(session: Session, activity_id: int, person_id: int) -> TalkGroup | None:
    """Return the group this person is in today."""
    return session.scalar(_GROUP, {"activity_id": activity_id, "person_id": person_id})


def thread_of(
    session: Session, activity_id: int, person_id: int, group: TalkGroup | None
) -> Thread | None:
    """Return the thread this person talks in: the group's, or their own while they wait for one."""
    owner: ColumnElement[bool] = (
        Thread.group_id == group.id if group else Thread.person_id == person_id
    )
    return session.scalar(select(Thread).where(Thread.activity_id == activity_id, owner))


@dataclass(frozen=True)
class ReadPost:
    """A post with what its readers are told about its author."""

    post: Post
    alias: str
    name: str
    """For staff pages only."""


def posts_in(session: Session, thread_id: int) -> list[ReadPost]:
    """Return the posts of a thread, oldest first, with their authors' aliases."""
    rows = session.execute(
        select(Post, Participant.alias, Person.name)
        .join(Thread, Post.thread_id == Thread.id)
        .outerjoin(
            Participant,
            (Participant.activity_id == Thread.activity_id)
            & (Participant.person_id == Post.person_id),
        )
        .outerjoin(Person, Person.id == Post.person_id)
        .where(Post.thread_id == thread_id)
        .order_by(Post.posted_at, Post.id)
    )
    return [ReadPost(post, alias or "", name or "") for post, alias, name in rows]


def post_within(
    session: Session, activity_id: int, thread_id: int | None, post_id: int
) -> Post | None:
    """Return a post if it stands in this activity, and in this thread if one is named."""
    statement = (
        select(Post)
        .join(Thread, Post.thread_id == Thread.id)
        .where(Post.id == post_id, Thread.activity_id == activity_id)
    )
    if thread_id is not None:
        statement = statement.where(Post.thread_id == thread_id)
    return session.scalar(statement)


def post_submitted(session: Session, person_id: int, submission_id: str) -> Post | None:
    """Return the post this form has already made, if it was sent twice."""
    return session.scalar(
        select(Post).where(Post.person_id == person_id, Post.submission_id == submission_id)
    )


def texts_by(session: Session, activity_id: int, person_id: int) -> Sequence[tuple[int, str]]:
    """Return (post, text) of everything this person has posted here."""
    rows = session.execute(
        select(Post.id, Post.text)
        .join(Thread, Post.thread_id == Thread.id)
        .where(Thread.activity_id == activity_id, Post.person_id == person_id)
    )
    return [(post_id, text) for post_id, text in rows]


def revisions_in(session: Session, thread_id: int) -> dict[int, list[PostRevision]]:
    """Return what the changed posts of a thread said before, oldest first; for staff pages only."""
    rows = session.scalars(
        select(PostRevision)
        .join(Post, Post.id == PostRevision.post_id)
        .where(Post.thread_id == thread_id)
        .order_by(PostRevision.id)
    )
    found: dict[int, list[PostRevision]] = {}
    for row in rows:
        found.setdefault(row.post_id, []).append(row)
    return found


def waiting_in(session: Session, activity_id: int) -> Sequence[Participant]:
    """Return those who have locked their answer and have no group yet, longest waiting first."""
    return session.scalars(
        select(Participant)
        .where(
            Participant.activity_id == activity_id,
            Participant.waiting_since_at.is_not(None),
            Participant.is_preview.is_(False),
        )
        .order_by(Participant.waiting_since_at, Participant.id)
    ).all()


def current_members(session: Session, activity_id: int) -> list[tuple[int, int]]:
    """Return (group, person) of every current membership here."""
    rows = session.execute(
        select(GroupMember.group_id, GroupMember.person_id)
        .where(GroupMember.activity_id == activity_id, GroupMember.until_at.is_(None))
        .order_by(GroupMember.group_id, GroupMember.id)
    )
    return [(group_id, person_id) for group_id, person_id in rows]


def stances(session: Session, activity_id: int, decision_id: str) -> dict[int, str]:
    """Return the first locked answer of every person here; for grouping, never for a page."""
    rows = session.execute(
        select(Attempt.person_id, Decision.choice_id)
        .join(Decision, Decision.attempt_id == Attempt.id)
        .where(
            Attempt.activity_id == activity_id,
            Attempt.voided_at.is_(None),
            Decision.decision_id == decision_id,
            Decision.round == Round.FIRST,
            Decision.locked_at.is_not(None),
        )
        .order_by(Attempt.number.desc())
    )
    return dict(rows.all())
