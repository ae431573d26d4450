"""Talking with the voices of the story alone: who does, and what they write.

A group is never waited for where it would come too late or not at all. What is written here is
read by the teaching staff only, so nobody is put into a group afterwards who has written alone.
"""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ltitool.actions import drafts, groups, progress, talk, threads
from ltitool.actions.reader import Reader
from ltitool.core.errors import InputRefused, NotFound, NotOpen
from ltitool.core.phases import is_late
from ltitool.core.roles import Role
from ltitool.core.scenario import Choice
from ltitool.core.script import Alone, Talk
from ltitool.core.talk import LONGEST, VOICES_ALONE, PostState, shortfall
from ltitool.core.words import count_words
from ltitool.storage.queries import membership
from ltitool.storage.queries import talk as queries
from ltitool.storage.tables import Membership, Participant, Post, Thread


def has_missed_it(reader: Reader) -> bool:
    """Whether the class has had its talk in one room, so that who was absent catches up alone."""
    return reader.script.is_live and reader.activity.session_ended_at is not None


def settle(session: Session, reader: Reader, *, now: datetime) -> None:
    """Say how somebody talks who has just locked their first answer: in a group, or alone."""
    if reader.participant.is_preview:
        return
    if has_missed_it(reader) and reader.participant.read_reasons_at is None:
        reader.participant.alone = Alone.LATE
    if reader.script.talk is not Talk.GROUP:
        return
    if membership.group_of(session, reader.activity.id, reader.person_id) is not None:
        return
    reader.participant.alone = _why_alone(session, reader, now=now)
    if reader.participant.alone is None:
        reader.participant.waiting_since_at = now
        groups.form_due(session, reader.activity, reader.scenario, now=now)


def open_talk(session: Session, reader: Reader, *, now: datetime) -> None:
    """Let the voices speak that this person answers; once they have spoken they stay."""
    thread = _thread(session, reader) or _open(session, reader, now=now)
    spoken = {post.voice for post in voices_in(session, thread)}
    for choice in voices_for(session, reader):
        if choice.id not in spoken:
            threads.speak(session, thread, choice, now=now)
    session.flush()  # a reply names one


def voices_for(session: Session, reader: Reader) -> list[Choice]:
    """Return whom this person answers, by the choice: who has spoken, then others by chance."""
    decision = reader.scenario.talk_decision
    thread = _thread(session, reader)
    spoken = [post.voice for post in voices_in(session, thread)] if thread else []
    others = [c.id for c in decision.choices if c.seed is not None and c.id not in spoken]
    Random(f"{reader.activity.seed}:alone:{reader.person_id}").shuffle(others)
    return [decision.choice(one) for one in [*spoken, *others][: max(VOICES_ALONE, len(spoken))]]


@dataclass(frozen=True)
class Reply:
    """What somebody writes who talks alone."""

    text: str
    submission_id: str
    audience: str
    """Who can read it, in the words that stood above the button."""


def reply(session: Session, reader: Reader, voice: str, said: Reply, *, now: datetime) -> Post:
    """Answer a scripted voice in writing; a form sent twice makes one reply.

    Raises NotOpen, also when staff have locked the talk; and TooOften.
    """
    _require_alone(reader)
    open_talk(session, reader, now=now)
    thread = _thread(session, reader)
    parent = None
    if thread is not None:
        parent = next((p for p in voices_in(session, thread) if p.voice == voice), None)
    made = _answer(session, reader, parent, said, now=now)
    drafts.forget(session, reader, f"alone:{voice}")
    return made


def answer_staff(
    session: Session, reader: Reader, post_id: int, said: Reply, *, now: datetime
) -> Post:
    """Answer what the teaching staff have written into one's own talk; they alone read it.

    It stands in for none of the two voices. Raises as `reply`.
    """
    _require_alone(reader)
    thread = _thread(session, reader)
    found = queries.post_within(session, reader.activity.id, thread.id, post_id) if thread else None
    parent = found if found is not None and found.by_staff else None
    made = _answer(session, reader, parent, said, now=now)
    drafts.forget(session, reader, "answer")
    return made


def _answer(
    session: Session, reader: Reader, parent: Post | None, said: Reply, *, now: datetime
) -> Post:
    again = queries.post_submitted(session, reader.person_id, said.submission_id)
    if again is not None:
        return again
    if parent is None:
        raise NotFound("There is nothing of that kind to answer here.")
    _require_open(session.get_one(Thread, parent.thread_id), parent)
    talk.check_pace(session, reader, now)
    if len(said.text) > LONGEST:
        raise InputRefused(f"A reply holds {LONGEST:,} letters; this one has {len(said.text):,}.")
    made = _written(session, reader, parent, said, now=now)
    session.add(made)
    session.flush()  # a double submit must end with one row
    progress.remeasure(session, reader, now=now)
    return made


def _require_alone(reader: Reader) -> None:
    if reader.script.talk is not Talk.SOLO or reader.participant.is_preview:
        raise NotOpen("You talk with a group here.")
    if reader.participant.read_reasons_at is None:
        raise NotOpen("This opens when you have read others’ reasons.")


def _require_open(thread: Thread, parent: Post) -> None:
    if thread.locked_at is not None:
        raise NotOpen(
            "The teaching staff have locked your talk for now, so this reply was not taken. "
            "Save it as a draft, and ask them to unlock the talk."
        )
    if parent.state is not PostState.STANDING:
        raise NotOpen("What you answer was hidden a moment ago.")


def _written(session: Session, reader: Reader, parent: Post, said: Reply, *, now: datetime) -> Post:
    words = count_words(said.text)
    activity_id, thread_id = reader.activity.id, parent.thread_id
    earlier = queries.said_before(session, activity_id, reader.person_id, thread_id, words=words)
    own = queries.naming_in(session, thread_id, reader.person_id)
    return Post(
        thread_id=thread_id,
        parent_id=parent.id,
        top_id=parent.top_id or parent.id,
        person_id=reader.person_id,
        text=said.text,
        counts=shortfall(said.text, earlier, least=reader.least_words) is None,
        words=words,
        audience=said.audience,
        naming=own or reader.activity.naming,
        submission_id=said.submission_id,
        posted_at=now,
    )


def has_written(session: Session, reader: Reader) -> bool:
    """Whether anything is written in the thread that is theirs alone, by them or to them."""
    thread = _thread(session, reader)
    return thread is not None and any(
        read.post.person_id is not None for read in queries.posts_in(session, thread.id)
    )


def voices_in(session: Session, thread: Thread) -> list[Post]:
    """Return what the scripted voices say in a thread, in the order they spoke."""
    posts = [read.post for read in queries.posts_in(session, thread.id)]
    return [p for p in posts if p.voice and p.state is PostState.STANDING]


def _open(session: Session, reader: Reader, *, now: datetime) -> Thread:
    thread = Thread(
        activity_id=reader.activity.id,
        person_id=reader.person_id,
        decision_id=reader.scenario.talk_decision.id,
        opened_at=now,
    )
    session.add(thread)
    session.flush()  # its id is needed
    return thread


def _thread(session: Session, reader: Reader) -> Thread | None:
    return queries.thread_of(session, reader.activity.id, reader.person_id, None)


def _why_alone(session: Session, reader: Reader, *, now: datetime) -> Alone | None:
    if is_late(reader.activity.due_at, now):
        return Alone.LATE
    return None if _may_have_company(session, reader) else Alone.ONLY_ONE


def _may_have_company(session: Session, reader: Reader) -> bool:
    """Whether anybody else may come; only a course list can say that nobody will."""
    activity = reader.activity
    if activity.context.members_read_at is None:
        return True
    others = select(
        exists().where(
            Membership.context_id == activity.context_id,
            Membership.person_id != reader.person_id,
            Membership.is_on_roster.is_(True),
            Membership.roster_role == Role.LEARNER,
        )
        | exists().where(
            Participant.activity_id == activity.id,
            Participant.person_id != reader.person_id,
            Participant.is_preview.is_(False),
        )
    )
    return bool(session.scalar(others))
