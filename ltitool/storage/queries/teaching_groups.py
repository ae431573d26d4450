"""Groups and their talk as teachers meet them, and one person's posts: aliases, never names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session, aliased

from ltitool.core.audience import Naming, shown_as
from ltitool.core.mixing import SMALLEST
from ltitool.core.talk import PostState
from ltitool.storage.tables import GroupMember, Participant, Person, Post, TalkGroup, Thread


@dataclass(frozen=True)
class GroupRow:
    """One group and how its talk goes, in numbers."""

    id: int
    name: str
    formed_at: datetime
    people: int
    posts: int
    last_post_at: datetime | None
    label: str = ""
    is_open: bool = True
    """Whether people can be in it; not once it was merged into another."""
    thread_id: int | None = None
    """Its talk."""

    @property
    def is_small(self) -> bool:
        """Whether it has fewer people than a talk needs."""
        return self.is_open and 0 < self.people < SMALLEST


def groups_in(session: Session, activity_id: int) -> list[GroupRow]:
    """Return the groups of an activity by name; voices and withdrawn posts are not counted."""
    members = (
        select(GroupMember.group_id, func.count().label("number"))
        .where(GroupMember.activity_id == activity_id, GroupMember.until_at.is_(None))
        .group_by(GroupMember.group_id)
        .subquery()
    )
    posts = (
        select(
            Thread.group_id,
            func.count().label("number"),
            func.max(Post.posted_at).label("last_at"),
        )
        .join(Post, Post.thread_id == Thread.id)
        .where(
            Thread.activity_id == activity_id,
            Post.person_id.is_not(None),
            Post.state != PostState.WITHDRAWN,
        )
        .group_by(Thread.group_id)
        .subquery()
    )
    rows = session.execute(
        select(
            TalkGroup.id,
            TalkGroup.name,
            TalkGroup.formed_at,
            members.c.number,
            posts.c.number,
            posts.c.last_at,
            TalkGroup.label,
            TalkGroup.closed_at,
            Thread.id,
        )
        .outerjoin(members, members.c.group_id == TalkGroup.id)
        .outerjoin(Thread, Thread.group_id == TalkGroup.id)
        .outerjoin(posts, posts.c.group_id == TalkGroup.id)
        .where(TalkGroup.activity_id == activity_id)
        .order_by(TalkGroup.name)
    )
    return [
        GroupRow(
            row[0],
            row[1],
            row[2],
            row[3] or 0,
            row[4] or 0,
            row[5],
            row[6],
            is_open=row[7] is None,
            thread_id=row[8],
        )
        for row in rows
    ]


def thread_in(session: Session, activity_id: int, thread_id: int) -> Thread | None:
    """Return a talk if it is one of this activity: of a group, or of one person."""
    return session.scalar(
        select(Thread).where(Thread.id == thread_id, Thread.activity_id == activity_id)
    )


def thread_of_group(session: Session, group_id: int) -> Thread:
    """Return the talk of a group, which is opened with it."""
    return session.scalars(select(Thread).where(Thread.group_id == group_id)).one()


def shown_in(session: Session, group: TalkGroup, naming: Naming) -> Sequence[str]:
    """Return those who are in a group today as its talk shows them, so that no page has both.

    Who has not written there yet is shown as `naming` says.
    """
    first = (
        select(Post.person_id, func.min(Post.id).label("id"))
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.group_id == group.id, Post.person_id.is_not(None))
        .group_by(Post.person_id)
        .subquery()
    )
    rows = session.execute(
        select(Participant.alias, Person.name, Post.naming)
        .join(
            GroupMember,
            and_(
                GroupMember.activity_id == Participant.activity_id,
                GroupMember.person_id == Participant.person_id,
            ),
        )
        .join(Person, Person.id == Participant.person_id)
        .outerjoin(first, first.c.person_id == Participant.person_id)
        .outerjoin(Post, Post.id == first.c.id)
        .where(GroupMember.group_id == group.id, GroupMember.until_at.is_(None))
    )
    return sorted(shown_as(own or naming, name, alias) for alias, name, own in rows)


def waiting_number(session: Session, activity_id: int) -> int:
    """Return how many people wait for a group; who they are is nobody's concern."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Participant)
            .where(
                Participant.activity_id == activity_id,
                Participant.waiting_since_at.is_not(None),
                Participant.is_preview.is_(False),
            )
        )
        or 0
    )


@dataclass(frozen=True)
class OwnPost:
    """One post of a person as they find it in their own record."""

    post: Post
    group: str
    """The group whose talk it stands in; empty for what was written while waiting."""
    to_person_id: int | None
    to_author: str
    to_voice: str


def posts_by(session: Session, activity_id: int, person_id: int) -> list[OwnPost]:
    """Return everything a person has posted in an activity, oldest first, with what it answers."""
    parent, answered, their = aliased(Post), aliased(Participant), aliased(Person)
    rows = session.execute(
        select(
            Post,
            TalkGroup.name,
            parent.person_id,
            answered.alias,
            parent.voice,
            parent.naming,
            their.name,
        )
        .join(Thread, Post.thread_id == Thread.id)
        .outerjoin(TalkGroup, TalkGroup.id == Thread.group_id)
        .outerjoin(parent, parent.id == Post.parent_id)
        .outerjoin(
            answered,
            and_(answered.activity_id == activity_id, answered.person_id == parent.person_id),
        )
        .outerjoin(their, their.id == parent.person_id)
        .where(Thread.activity_id == activity_id, Post.person_id == person_id)
        .order_by(Post.posted_at, Post.id)
    )
    return [OwnPost(row[0], row[1] or "", row[2], _answered(row), row[4] or "") for row in rows]


def _answered(row: Row[Post, str, int | None, str, str, Naming, str]) -> str:
    return shown_as(row[5], row[6] or "", row[3] or "") if row[5] else ""
