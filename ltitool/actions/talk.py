"""The group talk: post, reply, edit, withdraw."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import drafts, progress, threads
from ltitool.actions.reader import Reader
from ltitool.core.concern import POSTS
from ltitool.core.errors import InputRefused, NotFound, NotOpen, TooOften
from ltitool.core.script import Talk
from ltitool.core.talk import LONGEST, PostState, Shortfall, can_edit, shortfall
from ltitool.core.words import count_words
from ltitool.storage.queries import talk as queries
from ltitool.storage.queries.teaching_groups import posts_by
from ltitool.storage.tables import Activity, Post, PostRevision, Thread, ThreadSeen


@dataclass(frozen=True)
class Written:
    """What a person has written into the composer."""

    text: str
    parent_id: int | None = None
    thread_id: int | None = None
    """The thread that stood above the composer; None where there was none yet."""
    may_quote: bool = False
    """Whether the whole class may read these words, without a name."""


def post(
    session: Session,
    reader: Reader,
    written: Written,
    *,
    submission_id: str,
    audience: str,
    now: datetime,
) -> Post:
    """Say something in one's own thread; a form sent twice makes one post.

    `audience` is who can read it, in the words its author saw above the button. Raises NotOpen
    when the author has come to another group since: the words were written for other readers; and
    when staff have locked the talk. Raises TooOften.
    """
    if reader.script.talk is not Talk.GROUP:
        raise NotOpen("You talk without a group here, so nothing is posted.")
    if reader.participant.is_preview or reader.participant.read_reasons_at is None:
        raise NotOpen("The group talk opens when you have read others’ reasons.")
    again = queries.post_submitted(session, reader.person_id, submission_id)
    if again is not None:
        return again
    thread = threads.ensure_thread(session, reader, now=now)
    own = queries.thread_of(session, reader.activity.id, reader.person_id, None)
    _require_same_talk(thread, own, written.thread_id)
    _require_unlocked(thread)
    _check_length(written.text)
    check_pace(session, reader, now)
    parent = _parent_in(session, reader.activity, thread, own, written.parent_id)
    made = Post(
        thread_id=thread.id,
        parent_id=parent.id if parent else None,
        top_id=(parent.top_id or parent.id) if parent else None,
        person_id=reader.person_id,
        text=written.text,
        counts=_falls_short(session, reader, written.text, thread) is None,
        words=count_words(written.text),
        audience=audience,
        may_quote=written.may_quote,
        naming=queries.naming_in(session, thread.id, reader.person_id) or reader.activity.naming,
        submission_id=submission_id,
        posted_at=now,
    )
    session.add(made)
    session.flush()  # its id is needed, and a double submit must end with one row
    drafts.forget(session, reader, "talk")
    progress.remeasure(session, reader, now=now)
    return made


def falls_short(
    session: Session, reader: Reader, written: Written, *, least: int
) -> Shortfall | None:
    """Return why what is written would not count if it were posted now; None if it would.

    `least` is how many words the activity asks for.
    """
    thread = queries.own_thread(session, reader.activity.id, reader.person_id)
    parent = (
        queries.post_within(session, reader.activity.id, None, written.parent_id)
        if written.parent_id is not None
        else None
    )
    if parent is not None and parent.person_id == reader.person_id:
        return Shortfall.TO_ONESELF
    return _falls_short(session, reader, written.text, thread, least=least)


def see(session: Session, reader: Reader, post_id: int, *, now: datetime) -> None:
    """Keep that this person has read their thread up to a post; a mark never moves back."""
    thread = queries.own_thread(session, reader.activity.id, reader.person_id)
    found = queries.post_within(session, reader.activity.id, thread.id, post_id) if thread else None
    if thread is None or found is None:
        raise NotFound("There is no such post in your group.")
    seen = session.get(ThreadSeen, (thread.id, reader.person_id))
    if seen is None:
        seen = ThreadSeen(thread_id=thread.id, person_id=reader.person_id, post_id=post_id)
        session.add(seen)
    seen.post_id, seen.seen_at = max(seen.post_id, post_id), now


def edit(
    session: Session, reader: Reader, post_id: int, written: Written, *, now: datetime
) -> Post:
    """Change one's own post within its first minutes; what it said before is kept."""
    own = own_post(session, reader, post_id)
    if not can_edit(own.posted_at, now):
        raise NotOpen(
            "A post can be changed for fifteen minutes; after that a reply can add to it."
        )
    thread = session.get_one(Thread, own.thread_id)
    _require_unlocked(thread)
    _check_length(written.text)
    # What is written alone is for the staff; nobody was asked whether the class may read it.
    is_for_others = thread.group_id is not None or reader.script.talk is Talk.GROUP
    own.may_quote = written.may_quote and is_for_others
    if written.text != own.text:
        session.add(PostRevision(post_id=own.id, text=own.text, replaced_at=now))
        own.text, own.edited_at = written.text, now
        own.words = count_words(own.text)
        own.counts = _falls_short(session, reader, own.text, thread, besides=own.id) is None
    progress.remeasure(session, reader, now=now)
    return own


def withdraw(session: Session, reader: Reader, post_id: int, *, now: datetime) -> Post:
    """Take back one's own post; its place stays, its words go from every reader's page."""
    own = own_post(session, reader, post_id)
    own.state = PostState.WITHDRAWN
    progress.remeasure(session, reader, now=now)
    return own


def recount(session: Session, reader: Reader) -> None:
    """Let count what this person has posted that is long enough by what is asked of them today."""
    for own in posts_by(session, reader.activity.id, reader.person_id):
        post, thread = own.post, session.get_one(Thread, own.post.thread_id)
        if not post.counts:
            post.counts = _falls_short(session, reader, post.text, thread, besides=post.id) is None


def own_post(session: Session, reader: Reader, post_id: int) -> Post:
    """Return one's own standing post in this activity."""
    found = queries.post_within(session, reader.activity.id, None, post_id)
    if found is None or found.person_id != reader.person_id:
        raise NotFound("There is no such post of yours here.")
    if found.state is not PostState.STANDING:
        raise NotOpen("This post was withdrawn or hidden; it cannot be changed any more.")
    return found


def check_pace(session: Session, reader: Reader, now: datetime) -> None:
    """Raise TooOften for who has posted a lot within a few minutes."""
    since = now - POSTS.within
    if queries.posts_since(session, reader.person_id, since) >= POSTS.number:
        raise TooOften(
            f"That is {POSTS.number} posts in ten minutes. Let the others come in, "
            "and post this in a few minutes."
        )


def readable_post(session: Session, reader: Reader, post_id: int) -> Post:
    """Return a post of somebody else that this person could read; for citing it."""
    thread = queries.own_thread(session, reader.activity.id, reader.person_id)
    found = queries.post_within(session, reader.activity.id, thread.id, post_id) if thread else None
    if found is None or found.person_id == reader.person_id:
        raise NotFound("There is no such post in your group.")
    return found


def _require_same_talk(thread: Thread, own: Thread | None, thread_id: int | None) -> None:
    """Let pass what was written under this thread, or while its author waited for a group."""
    if thread_id in {None, thread.id, own.id if own else None}:
        return
    raise NotOpen(
        "You came to another group while you were writing, so nothing was posted: it was written "
        "for other readers. Read it over, and post it in your new group if you like."
    )


def _require_unlocked(thread: Thread) -> None:
    if thread.locked_at is not None:
        raise NotOpen("The teaching staff have locked this talk for now; it can be read on.")


def _parent_in(
    session: Session,
    activity: Activity,
    thread: Thread,
    own: Thread | None,
    parent_id: int | None,
) -> Post | None:
    if parent_id is None:
        return None
    parent = queries.post_within(session, activity.id, thread.id, parent_id)
    if parent is None and own is not None:
        # A voice that was being answered while a group was formed comes along with its answer.
        parent = queries.post_within(session, activity.id, own.id, parent_id)
        if parent is not None:
            parent.thread_id = thread.id
    if parent is None:
        raise NotFound("The post you reply to is not in your group’s talk.")
    if parent.state is not PostState.STANDING:
        raise NotOpen("That post was withdrawn or hidden a moment ago. Yours can stand on its own.")
    return parent


def _falls_short(
    session: Session,
    reader: Reader,
    text: str,
    thread: Thread | None,
    *,
    besides: int | None = None,
    least: int = 0,
) -> Shortfall | None:
    earlier = queries.said_before(
        session,
        reader.activity.id,
        reader.person_id,
        thread.id if thread else None,
        words=count_words(text),
        before=besides,
    )
    return shortfall(text, earlier, least=least or reader.least_words)


def _check_length(text: str) -> None:
    if not text:
        raise InputRefused("There is nothing to post yet.")
    if len(text) > LONGEST:
        raise InputRefused(f"A post holds {LONGEST:,} letters; this one has {len(text):,}.")
