"""Groups, threads and posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from ltitool.core.audience import Naming, shown_as
from ltitool.core.talk import PAGE, PostState
from ltitool.storage.queries.membership import group_of
from ltitool.storage.tables import (
    Participant,
    Person,
    Post,
    PostRevision,
    TalkGroup,
    Thread,
)

MOST_COMPARED = 500
"""How many earlier texts new words are held against at most."""


_STRAND = func.coalesce(Post.top_id, Post.id)
"""What the posts of one strand have in common: the post at its head."""


def thread_of(
    session: Session, activity_id: int, person_id: int, group: TalkGroup | None
) -> Thread | None:
    """Return the thread this person talks in: the group's, or their own while they wait for one."""
    owner: ColumnElement[bool] = (
        Thread.group_id == group.id if group else Thread.person_id == person_id
    )
    return session.scalar(select(Thread).where(Thread.activity_id == activity_id, owner))


def own_thread(session: Session, activity_id: int, person_id: int) -> Thread | None:
    """Return the thread this person talks in today, by themselves or with their group."""
    return thread_of(session, activity_id, person_id, group_of(session, activity_id, person_id))


@dataclass(frozen=True)
class ReadPost:
    """A post with what its readers are told about its author."""

    post: Post
    author: str
    """The alias, or the name where the author was shown by name when they wrote."""
    to_author: str = ""
    """Whom it answers, likewise; empty for a post of its own, and for one to a voice."""
    to_voice: str = ""
    """The voice it answers, named by its choice."""


def posts_in(
    session: Session,
    thread_id: int,
    until_at: datetime | None = None,
    *,
    page: int | None = None,
) -> list[ReadPost]:
    """Return the posts of a thread, strand after strand, each oldest first; or one page of them.

    `until_at` leaves out what was said later.
    """
    statement = reading(thread_id).order_by(_STRAND, Post.id)
    if until_at is not None:
        statement = statement.where(Post.posted_at <= until_at)
    if page is not None:
        # The few are chosen by an index alone; only they are read with all that belongs to them.
        chosen = select(Post.id).where(Post.thread_id == thread_id).order_by(_STRAND, Post.id)
        statement = statement.where(Post.id.in_(chosen.limit(PAGE).offset((page - 1) * PAGE)))
    return [with_author(row) for row in session.execute(statement)]


def read_post(session: Session, thread_id: int, post_id: int) -> ReadPost | None:
    """Return one post of a thread as its readers meet it."""
    row = session.execute(reading(thread_id).where(Post.id == post_id)).one_or_none()
    return with_author(row) if row else None


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


def naming_in(session: Session, thread_id: int, person_id: int) -> Naming | None:
    """Return by what name a person is shown in a talk; None while they have not written there.

    Who has written under one name goes on under it: no page shows somebody under two.
    """
    return session.scalar(
        select(Post.naming)
        .where(Post.thread_id == thread_id, Post.person_id == person_id)
        .order_by(Post.id)
        .limit(1)
    )


def post_submitted(session: Session, person_id: int, submission_id: str) -> Post | None:
    """Return the post this form has already made, if it was sent twice."""
    return session.scalar(
        select(Post).where(Post.person_id == person_id, Post.submission_id == submission_id)
    )


def posts_since(session: Session, person_id: int, since: datetime) -> int:
    """Return how many posts a person has written since then, in all their activities."""
    number = session.scalar(
        select(func.count()).where(Post.person_id == person_id, Post.posted_at > since)
    )
    return number or 0


def pinned_in(session: Session, thread_id: int) -> list[ReadPost]:
    """Return the posts that staff have set at the head of a talk, the newest pin first."""
    pinned = reading(thread_id).where(Post.pinned_at.is_not(None), Post.state == PostState.STANDING)
    return [
        with_author(row) for row in session.execute(pinned.order_by(Post.pinned_at.desc(), Post.id))
    ]


def said_before(
    session: Session,
    activity_id: int,
    person_id: int,
    thread_id: int | None,
    *,
    words: int,
    before: int | None = None,
) -> Sequence[str]:
    """Return the texts that new words may repeat, the newest first.

    These are all of this person here, the voices of their thread, and what others say in it at
    about this length in words: what is half or twice as long is no near copy. `before` is the post
    that is being changed; neither it nor what others said later was there to be repeated.
    """
    is_own, is_here = Post.person_id == person_id, Post.thread_id == thread_id
    by_others = (
        is_here
        & Post.person_id.is_not(None)
        & (Post.state == PostState.STANDING)
        & Post.words.between(words // 2, 2 * words)
    )
    if before is not None:
        is_own, by_others = is_own & (Post.id != before), by_others & (Post.id < before)
    return session.scalars(
        select(Post.text)
        .join(Thread, Post.thread_id == Thread.id)
        .where(
            Thread.activity_id == activity_id,
            is_own
            | (is_here & Post.person_id.is_(None))
            | (by_others & (Post.person_id != person_id)),
        )
        .order_by(Post.id.desc())
        .limit(MOST_COMPARED)
    ).all()


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


def reading(thread_id: int) -> Select[Post, str, str, str, str, Naming, str]:
    """Ask for the posts of a thread, each with who wrote it and whom it answers."""
    return _reading().where(Post.thread_id == thread_id)


def own_posts(session: Session, activity_id: int, person_id: int) -> list[ReadPost]:
    """Return all that this person has posted in an activity, oldest first."""
    own = _reading().where(Thread.activity_id == activity_id, Post.person_id == person_id)
    return [with_author(row) for row in session.execute(own.order_by(Post.id))]


def _reading() -> Select[Post, str, str, str, str, Naming, str]:
    parent, answered, their = aliased(Post), aliased(Participant), aliased(Person)
    return (
        select(
            Post,
            Participant.alias,
            Person.name,
            answered.alias,
            their.name,
            parent.naming,
            parent.voice,
        )
        .join(Thread, Post.thread_id == Thread.id)
        .outerjoin(
            Participant,
            (Participant.activity_id == Thread.activity_id)
            & (Participant.person_id == Post.person_id)
            & Post.by_staff.is_(False),
        )
        .outerjoin(Person, Person.id == Post.person_id)
        .outerjoin(parent, parent.id == Post.parent_id)
        .outerjoin(
            answered,
            (answered.activity_id == Thread.activity_id) & (answered.person_id == parent.person_id),
        )
        .outerjoin(their, their.id == parent.person_id)
    )


def with_author(
    row: Row[Post, str | None, str | None, str | None, str | None, Naming | None, str | None],
) -> ReadPost:
    """Return what `reading` has found, in the words its readers are told."""
    post, alias, name, to_alias, to_name, to_naming, to_voice = row
    author = shown_as(post.naming, name or "", alias or "")
    to_author = shown_as(to_naming, to_name or "", to_alias or "") if to_naming else ""
    return ReadPost(post, author, to_author, to_voice or "")
