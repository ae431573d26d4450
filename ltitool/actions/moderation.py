"""What the teaching staff do in a talk: hide a post, show it again, pin it, lock the talk, write.

Every act is noted in the audit log.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import audit, drafts
from ltitool.core.audience import Naming
from ltitool.core.errors import InputRefused, NotAllowed, NotFound, NotOpen
from ltitool.core.talk import PostState
from ltitool.core.words import count_words
from ltitool.storage.queries import talk as queries
from ltitool.storage.tables import Activity, Post, Thread


@dataclass(frozen=True)
class Act:
    """Who on the staff acts, where and when."""

    session: Session
    activity: Activity
    actor_id: int
    now: datetime


@dataclass(frozen=True)
class StaffWords:
    """What somebody on the staff writes into a talk."""

    text: str
    audience: str
    """Who can read it, in the words the page showed."""
    submission_id: str
    parent_id: int | None = None


def hide(act: Act, post_id: int, reason: str) -> Post:
    """Hide a post from its readers; its author sees it with the reason. What it earned stays."""
    found = _persons_post(act, post_id)
    if found.state is PostState.WITHDRAWN:
        raise InputRefused("Its author has withdrawn this post already.")
    if (found.state, found.hidden_reason) == (PostState.HIDDEN, reason):
        return found  # sent twice
    found.state, found.hidden_reason, found.hidden_at = PostState.HIDDEN, reason, act.now
    _note(act, "post hidden", post=post_id, thread=found.thread_id, why=reason)
    return found


def show_again(act: Act, post_id: int) -> Post:
    """Take back a hiding."""
    found = _persons_post(act, post_id)
    if found.state is PostState.HIDDEN:
        found.state, found.hidden_reason, found.hidden_at = PostState.STANDING, "", None
        _note(act, "post shown again", post=post_id, thread=found.thread_id)
    return found


def pin(act: Act, post_id: int) -> None:
    """Set a post at the head of the talk of its group."""
    found = _persons_post(act, post_id)
    if act.session.get_one(Thread, found.thread_id).group_id is None:
        raise NotOpen("A post is pinned for a group; this talk is one person’s own.")
    if found.state is not PostState.STANDING:
        raise NotOpen("This post was withdrawn or hidden, so it cannot be pinned.")
    if found.pinned_at is None:
        found.pinned_at = act.now
        _note(act, "post pinned", post=post_id, thread=found.thread_id)


def unpin(act: Act, post_id: int) -> None:
    """Leave a post where it stands in its talk."""
    found = _persons_post(act, post_id)
    if found.pinned_at is not None:
        found.pinned_at = None
        _note(act, "post unpinned", post=post_id, thread=found.thread_id)


def lock(act: Act, thread: Thread) -> None:
    """Let nobody but staff write in a talk; what stands there can be read on."""
    if thread.locked_at is None:
        thread.locked_at = act.now
        _note(act, "talk locked", thread=thread.id)


def unlock(act: Act, thread: Thread) -> None:
    """Let people write in a talk again."""
    if thread.locked_at is not None:
        thread.locked_at = None
        _note(act, "talk unlocked", thread=thread.id)


def write(act: Act, thread: Thread, words: StaffWords) -> Post:
    """Say something in a talk as staff, under one's own name; sent twice, it stands once.

    It counts for nobody, and stands also where the talk is locked.
    """
    again = queries.post_submitted(act.session, act.actor_id, words.submission_id)
    if again is not None:
        return again
    parent = None
    if words.parent_id is not None:
        parent = queries.post_within(act.session, act.activity.id, thread.id, words.parent_id)
        if parent is None:
            raise NotFound("There is no such post in this talk.")
        if parent.state is not PostState.STANDING:
            raise NotOpen("That post was withdrawn or hidden a moment ago.")
    made = Post(
        thread_id=thread.id,
        parent_id=parent.id if parent else None,
        top_id=(parent.top_id or parent.id) if parent else None,
        person_id=act.actor_id,
        by_staff=True,
        text=words.text,
        counts=False,
        words=count_words(words.text),
        audience=words.audience,
        naming=Naming.NAMED,
        submission_id=words.submission_id,
        posted_at=act.now,
    )
    act.session.add(made)
    act.session.flush()  # its id is needed, and a double submit must end with one row
    whose = (act.activity.id, act.actor_id)
    drafts.forget_of(act.session, whose, drafts.staff_place(thread.id))
    _note(act, "staff posted", post=made.id, thread=thread.id)
    return made


def _persons_post(act: Act, post_id: int) -> Post:
    found = queries.post_within(act.session, act.activity.id, None, post_id)
    if found is None:
        raise NotFound("There is no such post in this activity.")
    if found.person_id is None:
        raise NotAllowed("A voice from the story cannot be hidden.")
    return found


def _note(act: Act, action: str, **details: object) -> None:
    audit.note(
        act.session,
        action,
        activity=act.activity,
        actor_id=act.actor_id,
        details=details,
        now=act.now,
    )
