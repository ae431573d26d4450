"""Opening the thread of a group or a person, and bringing posts along into a group's thread."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from ltitool.actions.reader import Reader
from ltitool.core.scenario import Choice
from ltitool.storage.queries import membership
from ltitool.storage.queries import talk as queries
from ltitool.storage.tables import Activity, GroupMember, Participant, Post, TalkGroup, Thread


def ensure_thread(session: Session, reader: Reader, *, now: datetime) -> Thread:
    """Return the thread this person talks in, opened by a scripted voice when it is new."""
    group = membership.group_of(session, reader.activity.id, reader.person_id)
    found = queries.thread_of(session, reader.activity.id, reader.person_id, group)
    return found or open_thread(session, reader, group, now=now)


def open_thread(
    session: Session, reader: Reader, group: TalkGroup | None, *, now: datetime
) -> Thread:
    """Return a new thread of a group, or of one person, opened by a scripted voice."""
    decision = reader.scenario.talk_decision
    thread = Thread(
        activity_id=reader.activity.id,
        group_id=group.id if group else None,
        person_id=None if group else reader.person_id,
        decision_id=decision.id,
        opened_at=now,
    )
    session.add(thread)
    session.flush()  # its id is needed
    owner = f"group:{group.id}" if group else f"person:{reader.person_id}"
    # Drawn by chance alone: a voice chosen for the answers of a group would tell what they are.
    voiced = [choice for choice in decision.choices if choice.seed is not None]
    if voiced:
        opening = Random(f"{reader.activity.seed}:opening:{owner}").choice(voiced)
        speak(session, thread, opening, now=now)
        session.flush()  # the first reply may come in this same request
    return thread


def speak(session: Session, thread: Thread, choice: Choice, *, now: datetime) -> None:
    """Let the scripted voice of a choice say its word in a thread; not all choices have one."""
    if choice.seed is None:
        return
    session.add(
        Post(
            thread_id=thread.id,
            voice=choice.id,
            text=choice.seed.text,
            counts=False,
            audience="",
            submission_id="",
            posted_at=now,
        )
    )


def bring_posts(
    session: Session, activity: Activity, joining: Sequence[Participant], thread: Thread
) -> None:
    """Move what was written while waiting into the group's thread, as its authors were told.

    What somebody wrote alone stays where it is, however often they change groups later. The
    scripted voices they answered come along, so that no reply loses what it replies to.
    """
    for participant in joining:
        own = queries.thread_of(session, activity.id, participant.person_id, None)
        was_alone, participant.alone = participant.alone is not None, None
        if own is None or was_alone or _was_in_a_group(session, participant):
            continue  # what was written alone was written for the staff only
        has_written = session.scalar(
            select(Post.id).where(Post.thread_id == own.id, Post.person_id.is_not(None)).limit(1)
        )
        if has_written:
            session.execute(
                update(Post).where(Post.thread_id == own.id).values(thread_id=thread.id)
            )


def _was_in_a_group(session: Session, participant: Participant) -> bool:
    """Whether somebody has left a group: they waited before it, and have brought that along."""
    left = exists().where(
        GroupMember.activity_id == participant.activity_id,
        GroupMember.person_id == participant.person_id,
        GroupMember.until_at.is_not(None),
    )
    return bool(session.scalar(select(left)))
