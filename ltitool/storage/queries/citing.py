"""What may be cited in a second answer: the posts of others in one's own talk, and its voices."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ltitool.core.talk import PostState
from ltitool.storage.queries.talk import ReadPost, reading, with_author
from ltitool.storage.tables import Post

MOST = 10
"""How many posts are offered at once; more than anybody compares."""


@dataclass(frozen=True)
class Offered:
    """Some posts of a talk, the newest first, and whether there are older ones."""

    posts: Sequence[ReadPost]
    has_older: bool


def citable_posts(session: Session, thread_id: int, person_id: int, *, page: int) -> Offered:
    """Return a page, from 1, of the posts of a talk that this person may cite."""
    statement = (
        reading(thread_id)
        .where(*_citable_by(person_id))
        .order_by(Post.id.desc())
        .limit(MOST + 1)
        .offset((page - 1) * MOST)
    )
    found = [with_author(row) for row in session.execute(statement)]
    return Offered(found[:MOST], len(found) > MOST)


def citable_post(session: Session, thread_id: int, person_id: int, post_id: int) -> ReadPost | None:
    """Return this post of a talk if this person may cite it."""
    statement = reading(thread_id).where(Post.id == post_id, *_citable_by(person_id))
    row = session.execute(statement).one_or_none()
    return with_author(row) if row else None


def voices_in(session: Session, thread_id: int) -> set[str]:
    """Return the scripted voices that speak in a talk, each named by its choice."""
    found = select(Post.voice).where(Post.thread_id == thread_id, Post.person_id.is_(None))
    return {voice for voice in session.scalars(found) if voice}


def _citable_by(person_id: int) -> Sequence[ColumnElement[bool]]:
    return (
        Post.person_id.is_not(None),
        Post.person_id != person_id,
        Post.by_staff.is_(False),
        Post.state == PostState.STANDING,
    )
