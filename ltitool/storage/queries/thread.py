"""One thread as its reader finds it: how long it is, what is new, on which page a post stands."""

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from ltitool.core.talk import PostState, page_of
from ltitool.storage.tables import GroupMember, Participant, Post, Thread, ThreadSeen


@dataclass(frozen=True)
class Extent:
    """How much a thread holds."""

    posts: int
    """Everything that has a place in it, voices and what was taken back among them."""
    by_people: int
    newest_id: int
    """The last post that came in; 0 before the first."""

    @property
    def pages(self) -> int:
        """How many pages it takes; one at least."""
        return page_of(max(self.posts - 1, 0))


@dataclass(frozen=True)
class News:
    """What others have posted after a post."""

    number: int
    first_id: int


def extent_of(session: Session, thread_id: int) -> Extent:
    """Return how much a thread holds."""
    posts, by_people, newest_id = session.execute(
        select(func.count(), func.count(Post.person_id), func.max(Post.id)).where(
            Post.thread_id == thread_id
        )
    ).one()
    return Extent(posts, by_people, newest_id or 0)


def page_with(session: Session, post: Post) -> int:
    """Return the page of its thread on which a post stands."""
    top_id = post.top_id or post.id
    strand = func.coalesce(Post.top_id, Post.id)
    before = session.scalar(
        select(func.count()).where(
            Post.thread_id == post.thread_id,
            or_(strand < top_id, and_(strand == top_id, Post.id < post.id)),
        )
    )
    return page_of(before or 0)


def seen_up_to(session: Session, thread_id: int, person_id: int) -> int | None:
    """Return the post up to which a person has read a thread; None if they never said so."""
    return session.scalar(
        select(ThreadSeen.post_id).where(
            ThreadSeen.thread_id == thread_id, ThreadSeen.person_id == person_id
        )
    )


def news_in(session: Session, thread_id: int, person_id: int, after: int) -> list[int]:
    """Return which standing posts of others came after a post, oldest first."""
    return list(
        session.scalars(
            select(Post.id)
            .where(
                Post.thread_id == thread_id,
                Post.id > after,
                Post.person_id.is_distinct_from(person_id),
                Post.state == PostState.STANDING,
            )
            .order_by(Post.id)
        )
    )


_group = (
    select(GroupMember.group_id)
    .where(
        GroupMember.activity_id == bindparam("activity_id"),
        GroupMember.person_id == bindparam("person_id"),
        GroupMember.until_at.is_(None),
    )
    .scalar_subquery()
)
_thread = (
    select(Thread.id)
    .where(
        Thread.activity_id == bindparam("activity_id"),
        or_(
            Thread.group_id == _group,
            and_(_group.is_(None), Thread.person_id == bindparam("person_id")),
        ),
    )
    .scalar_subquery()
)
_NEWS = select(func.count(), func.min(Post.id)).where(
    Post.thread_id == _thread,
    Post.id > bindparam("after"),
    Post.person_id.is_distinct_from(bindparam("person_id")),
    Post.state == PostState.STANDING,
    exists().where(
        Participant.activity_id == bindparam("activity_id"),
        Participant.person_id == bindparam("person_id"),
        Participant.read_reasons_at.is_not(None),
    ),
)
"""Built once: it is asked every few seconds by everybody who has a thread open."""


def news_for(session: Session, activity_id: int, person_id: int, after: int) -> News:
    """Return what is new in the thread a person talks in today: one statement, by indexes alone."""
    number, first_id = session.execute(
        _NEWS, {"activity_id": activity_id, "person_id": person_id, "after": after}
    ).one()
    return News(number, first_id or 0)
