"""The group talk: post, reply, edit, withdraw; staff hide and show again."""

from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import audit, drafts, groups, progress
from ltitool.actions.reader import Reader
from ltitool.core.errors import InputRefused, NotAllowed, NotFound, NotOpen
from ltitool.core.talk import LONGEST, MIN_WORDS, PostState, can_edit
from ltitool.core.words import count_words, is_near_copy
from ltitool.storage.queries import talk as queries
from ltitool.storage.tables import Activity, Post, PostRevision, Thread


def post(
    session: Session,
    reader: Reader,
    *,
    text: str,
    parent_id: int | None,
    submission_id: str,
    audience: str,
    now: datetime,
) -> Post:
    """Say something in one's own thread; a form sent twice makes one post.

    `audience` is who can read it, in the words its author saw above the button.
    """
    if reader.participant.is_preview or reader.participant.read_reasons_at is None:
        raise NotOpen("The group talk opens when you have read others’ reasons.")
    again = queries.post_submitted(session, reader.person_id, submission_id)
    if again is not None:
        return again
    thread = groups.ensure_thread(session, reader, now=now)
    _check_length(text)
    made = Post(
        thread_id=thread.id,
        parent_id=_parent_in(session, reader.activity, thread, parent_id),
        person_id=reader.person_id,
        text=text,
        counts=_counts(session, reader, text),
        audience=audience,
        submission_id=submission_id,
        posted_at=now,
    )
    session.add(made)
    session.flush()  # its id is needed, and a double submit must end with one row
    drafts.forget(session, reader, "talk")
    progress.remeasure(session, reader, now=now)
    return made


def edit(session: Session, reader: Reader, post_id: int, text: str, *, now: datetime) -> Post:
    """Change the words of one's own post within its first minutes; what it said before is kept."""
    own = own_post(session, reader, post_id)
    if not can_edit(own.posted_at, now):
        raise NotOpen(
            "A post can be changed for fifteen minutes; after that a reply can add to it."
        )
    _check_length(text)
    if text != own.text:
        session.add(PostRevision(post_id=own.id, text=own.text, replaced_at=now))
        own.text, own.edited_at = text, now
        own.counts = _counts(session, reader, text, besides=own.id)
    progress.remeasure(session, reader, now=now)
    return own


def withdraw(session: Session, reader: Reader, post_id: int, *, now: datetime) -> Post:
    """Take back one's own post; its place stays, its words go from every reader's page."""
    own = own_post(session, reader, post_id)
    own.state = PostState.WITHDRAWN
    progress.remeasure(session, reader, now=now)
    return own


def own_post(session: Session, reader: Reader, post_id: int) -> Post:
    """Return one's own standing post in this activity."""
    found = queries.post_within(session, reader.activity.id, None, post_id)
    if found is None or found.person_id != reader.person_id:
        raise NotFound("There is no such post of yours here.")
    if found.state is not PostState.STANDING:
        raise NotOpen("This post was withdrawn or hidden; it cannot be changed any more.")
    return found


def hide(
    session: Session,
    activity: Activity,
    post_id: int,
    reason: str,
    *,
    actor_id: int,
    now: datetime,
) -> Post:
    """Hide a post from its readers; its author sees it with the reason. What it earned stays."""
    found = _persons_post(session, activity, post_id)
    if found.state is PostState.WITHDRAWN:
        raise InputRefused("Its author has withdrawn this post already.")
    if (found.state, found.hidden_reason) == (PostState.HIDDEN, reason):
        return found  # sent twice
    found.state, found.hidden_reason = PostState.HIDDEN, reason
    audit.note(
        session,
        "post hidden",
        activity=activity,
        actor_id=actor_id,
        details={"post": post_id},
        now=now,
    )
    return found


def show_again(
    session: Session, activity: Activity, post_id: int, *, actor_id: int, now: datetime
) -> Post:
    """Take back a hiding."""
    found = _persons_post(session, activity, post_id)
    if found.state is PostState.HIDDEN:
        found.state, found.hidden_reason = PostState.STANDING, ""
        audit.note(
            session,
            "post shown again",
            activity=activity,
            actor_id=actor_id,
            details={"post": post_id},
            now=now,
        )
    return found


def readable_post(session: Session, reader: Reader, post_id: int) -> Post:
    """Return a post of somebody else that this person could read; for citing it."""
    group = queries.group_of(session, reader.activity.id, reader.person_id)
    thread = queries.thread_of(session, reader.activity.id, reader.person_id, group)
    found = queries.post_within(session, reader.activity.id, thread.id, post_id) if thread else None
    if found is None or found.person_id == reader.person_id:
        raise NotFound("There is no such post in your group.")
    return found


def _persons_post(session: Session, activity: Activity, post_id: int) -> Post:
    found = queries.post_within(session, activity.id, None, post_id)
    if found is None:
        raise NotFound("There is no such post in this activity.")
    if found.person_id is None:
        raise NotAllowed("A voice from the story cannot be hidden.")
    return found


def _parent_in(
    session: Session, activity: Activity, thread: Thread, parent_id: int | None
) -> int | None:
    if parent_id is None:
        return None
    parent = queries.post_within(session, activity.id, thread.id, parent_id)
    if parent is None:
        raise NotFound("The post you reply to is not in your group’s talk.")
    if parent.state is not PostState.STANDING:
        raise NotOpen("The post you reply to was withdrawn or hidden a moment ago.")
    # One level of replies: an answer to a reply stands beside it, under the same post.
    return parent.id


def _counts(session: Session, reader: Reader, text: str, *, besides: int | None = None) -> bool:
    if count_words(text) < MIN_WORDS:
        return False
    earlier = queries.texts_by(session, reader.activity.id, reader.person_id)
    return not any(is_near_copy(text, other) for post_id, other in earlier if post_id != besides)


def _check_length(text: str) -> None:
    if not text:
        raise InputRefused("There is nothing to post yet.")
    if len(text) > LONGEST:
        raise InputRefused(f"A post holds {LONGEST:,} letters; this one has {len(text):,}.")
