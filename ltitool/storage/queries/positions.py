"""Where groups stand, and what single members want the class to hear."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.talk import PostState
from ltitool.storage.tables import (
    GroupMember,
    MinorityStatement,
    Participant,
    Position,
    Post,
    Thread,
)


def positions_in(session: Session, thread_id: int) -> Sequence[Position]:
    """Return every wording of where a group stands; the first one holds."""
    return session.scalars(
        select(Position).where(Position.thread_id == thread_id).order_by(Position.number.desc())
    ).all()


def statement_of(session: Session, thread_id: int, person_id: int) -> MinorityStatement | None:
    """Return what this member wants the class to hear."""
    return session.get(MinorityStatement, (thread_id, person_id))


def statements_of_group(session: Session, thread_id: int) -> Sequence[str]:
    """Return what members of one group want the class to hear; for staff pages."""
    return session.scalars(
        select(MinorityStatement.text)
        .where(MinorityStatement.thread_id == thread_id)
        .order_by(MinorityStatement.text)
    ).all()


def statements_for_class(session: Session, activity_id: int) -> Sequence[str]:
    """Return every minority statement of an activity, as its authors agreed: by nobody's name.

    For those who have decided again, and for staff.
    """
    return session.scalars(
        select(MinorityStatement.text)
        .join(Thread, Thread.id == MinorityStatement.thread_id)
        .where(Thread.activity_id == activity_id)
        .order_by(MinorityStatement.text)
    ).all()


def filed_by(session: Session, activity_id: int, person_id: int) -> Sequence[Position]:
    """Return the wordings of where a group stands that this person has filed, oldest first."""
    return session.scalars(
        select(Position)
        .join(Thread, Thread.id == Position.thread_id)
        .where(Thread.activity_id == activity_id, Position.person_id == person_id)
        .order_by(Position.filed_at)
    ).all()


def statements_by(
    session: Session, activity_id: int, person_id: int
) -> Sequence[MinorityStatement]:
    """Return what this person wants the class to hear, oldest first."""
    return session.scalars(
        select(MinorityStatement)
        .join(Thread, Thread.id == MinorityStatement.thread_id)
        .where(Thread.activity_id == activity_id, MinorityStatement.person_id == person_id)
        .order_by(MinorityStatement.written_at)
    ).all()


def members_of(session: Session, group_id: int) -> Sequence[int]:
    """Return who is in a group today."""
    return session.scalars(
        select(GroupMember.person_id).where(
            GroupMember.group_id == group_id, GroupMember.until_at.is_(None)
        )
    ).all()


def participants_of(session: Session, activity_id: int, thread: Thread) -> Sequence[Participant]:
    """Return the places of those who are in the group of a thread today."""
    return session.scalars(
        select(Participant)
        .join(GroupMember, GroupMember.person_id == Participant.person_id)
        .where(
            Participant.activity_id == activity_id,
            GroupMember.group_id == thread.group_id,
            GroupMember.until_at.is_(None),
        )
    ).all()


def heard_in(session: Session, thread_id: int) -> Sequence[int]:
    """Return whose posts stand in a thread."""
    rows = select(Post.person_id).where(
        Post.thread_id == thread_id,
        Post.person_id.is_not(None),
        Post.state != PostState.WITHDRAWN,
    )
    return [person_id for person_id in session.scalars(rows.distinct()) if person_id is not None]
