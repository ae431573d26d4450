"""Who is in which group today, who waits for one, and which talks somebody has left."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, true
from sqlalchemy.orm import Session

from ltitool.core.script import Round
from ltitool.storage.tables import (
    Attempt,
    Decision,
    GroupMember,
    Participant,
    TalkGroup,
    Thread,
)
from ltitool.storage.types import UtcTime

_GROUP = (  # built once: most pages of a learner ask it
    select(TalkGroup)
    .join(GroupMember, GroupMember.group_id == TalkGroup.id)
    .where(
        GroupMember.activity_id == bindparam("activity_id"),
        GroupMember.person_id == bindparam("person_id"),
        GroupMember.until_at.is_(None),
    )
)


def group_of(session: Session, activity_id: int, person_id: int) -> TalkGroup | None:
    """Return the group this person is in today."""
    return session.scalar(_GROUP, {"activity_id": activity_id, "person_id": person_id})


def waiting_in(session: Session, activity_id: int) -> Sequence[Participant]:
    """Return those who have locked their answer and have no group yet, longest waiting first."""
    return session.scalars(
        select(Participant)
        .where(
            Participant.activity_id == activity_id,
            Participant.waiting_since_at.is_not(None),
            Participant.is_preview.is_(False),
        )
        .order_by(Participant.waiting_since_at, Participant.id)
    ).all()


def members_of(session: Session, group_id: int) -> Sequence[Participant]:
    """Return who is in a group today."""
    return members_among(session, [group_id])


def members_among(session: Session, group_ids: Sequence[int]) -> Sequence[Participant]:
    """Return who is in one of these groups today."""
    return session.scalars(
        select(Participant)
        .join(
            GroupMember,
            (GroupMember.activity_id == Participant.activity_id)
            & (GroupMember.person_id == Participant.person_id),
        )
        .where(GroupMember.group_id.in_(group_ids), GroupMember.until_at.is_(None))
        .order_by(Participant.id)
    ).all()


def sizes_in(session: Session, activity_id: int) -> dict[int, int]:
    """Return how many people are in each group here today; groups without any are left out."""
    return dict(Counter(group_id for group_id, _person in current_members(session, activity_id)))


@dataclass(frozen=True)
class EarlierTalk:
    """The talk of a group that a person was in, as far as they can read it."""

    group: TalkGroup
    thread_id: int
    until_at: datetime
    """When they left; what was said later is not for them."""


def earlier_talks(session: Session, activity_id: int, person_id: int) -> list[EarlierTalk]:
    """Return the talks of the groups this person has left, the newest first."""
    today = (
        select(GroupMember.group_id)
        .where(
            GroupMember.activity_id == activity_id,
            GroupMember.person_id == person_id,
            GroupMember.until_at.is_(None),
        )
        .scalar_subquery()
    )
    left_at = func.max(GroupMember.until_at, type_=UtcTime())
    rows = session.execute(
        select(TalkGroup, Thread.id, left_at)
        .join(GroupMember, GroupMember.group_id == TalkGroup.id)
        .join(Thread, Thread.group_id == TalkGroup.id)
        .where(
            GroupMember.activity_id == activity_id,
            GroupMember.person_id == person_id,
            GroupMember.until_at.is_not(None),
            func.coalesce(TalkGroup.id != today, true()),
        )
        .group_by(TalkGroup.id, Thread.id)
        .order_by(left_at.desc())
    )
    return [EarlierTalk(row[0], row[1], row[2]) for row in rows if row[2] is not None]


def current_members(session: Session, activity_id: int) -> list[tuple[int, int]]:
    """Return (group, person) of every current membership here."""
    rows = session.execute(
        select(GroupMember.group_id, GroupMember.person_id)
        .where(GroupMember.activity_id == activity_id, GroupMember.until_at.is_(None))
        .order_by(GroupMember.group_id, GroupMember.id)
    )
    return [(group_id, person_id) for group_id, person_id in rows]


def stances(session: Session, activity_id: int, decision_id: str) -> dict[int, str]:
    """Return the first locked answer of every person here; for grouping, never for a page."""
    rows = session.execute(
        select(Attempt.person_id, Decision.choice_id)
        .join(Decision, Decision.attempt_id == Attempt.id)
        .where(
            Attempt.activity_id == activity_id,
            Attempt.voided_at.is_(None),
            Decision.decision_id == decision_id,
            Decision.round == Round.FIRST,
            Decision.locked_at.is_not(None),
        )
        .order_by(Attempt.number.desc())
    )
    return dict(rows.all())
