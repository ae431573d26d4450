"""The people of a class as teachers list them.

Names come out of here; aliases come out of `teaching_groups`, and never both together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, and_, func, or_, select
from sqlalchemy.orm import Session

from ltitool.core.delivery import Delivery
from ltitool.core.roles import Role, role_in_course
from ltitool.core.talk import PostState
from ltitool.core.way_in import WayIn
from ltitool.storage.queries.progress import newest_ids
from ltitool.storage.tables import (
    Activity,
    Allowance,
    Attempt,
    GroupMember,
    Membership,
    OutgoingScore,
    Override,
    Participant,
    Person,
    Post,
    Progress,
    Thread,
    Visit,
)


@dataclass(frozen=True)
class ClassRow:
    """One learner of an activity, with all that the list of people is made from."""

    person_id: int
    name: str
    entered_at: datetime | None
    """None for somebody on the course list who has never opened the activity."""
    read_reasons_at: datetime | None
    has_attempt: bool
    counts: dict[str, Any]
    excused: list[str]
    score_hundredths: int
    in_group_since: datetime | None
    posts: int
    delivery: Delivery | None
    """What became of the newest score for the gradebook column of today."""
    is_gone: bool
    """Whether a course list was read and this person is no longer on it."""


def class_of(session: Session, activity: Activity) -> list[ClassRow]:
    """Return every learner of the activity, in one question; previews and staff are left out."""
    attempts, posts = _attempts(activity.id), _posts(activity.id)
    newest = newest_ids(activity)
    has_roster = activity.context.members_read_at is not None
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Participant.entered_at,
            Participant.read_reasons_at,
            attempts.c.person_id,
            Progress.counts,
            Allowance.excused,
            Progress.score_hundredths,
            GroupMember.from_at,
            posts.c.number,
            OutgoingScore.delivery,
            Membership.is_on_roster,
        )
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Participant, of_member(Participant, activity.id))
        .outerjoin(attempts, attempts.c.person_id == Membership.person_id)
        .outerjoin(posts, posts.c.person_id == Membership.person_id)
        .outerjoin(Progress, of_member(Progress, activity.id))
        .outerjoin(Allowance, of_member(Allowance, activity.id))
        .outerjoin(
            GroupMember, and_(of_member(GroupMember, activity.id), GroupMember.until_at.is_(None))
        )
        .outerjoin(newest, newest.c.person_id == Membership.person_id)
        .outerjoin(OutgoingScore, OutgoingScore.id == newest.c.score_id)
        .where(Membership.context_id == activity.context_id, is_learner())
        .order_by(Person.id)
    )
    return [
        ClassRow(
            person_id=row[0],
            name=row[1],
            entered_at=row[2],
            read_reasons_at=row[3],
            has_attempt=row[4] is not None,
            counts=row[5] or {},
            excused=row[6] or [],
            score_hundredths=row[7] or 0,
            in_group_since=row[8],
            posts=row[9] or 0,
            delivery=row[10],
            is_gone=has_roster and not row[11],
        )
        for row in rows
    ]


def learner_in(
    session: Session, activity: Activity, person_id: int
) -> tuple[Person, Participant | None] | None:
    """Return a learner of this activity, with their place in it if they have opened it."""
    row = session.execute(
        select(Person, Participant)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(Participant, of_member(Participant, activity.id))
        .where(
            Person.id == person_id,
            Membership.context_id == activity.context_id,
            is_learner(),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True)
class StaffRow:
    """Somebody who has launched as staff here."""

    person_id: int
    name: str
    role: Role
    """The role they have, or will have when they come next."""
    is_disputed: bool
    """Whether the platform's roster calls them a learner."""
    launched_at: datetime | None


def staff_of(session: Session, context_id: int) -> list[StaffRow]:
    """Return everybody who was ever staff in this course, in the order of their names."""
    rows = session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.context_id == context_id, Membership.was_staff.is_(True))
        .order_by(Person.name, Person.id)
    )
    return [
        StaffRow(
            person.id,
            person.name,
            role_in_course(row.launched_role or Role.TUTOR, row.roster_role, row.chosen_role),
            is_disputed=row.roster_role is Role.LEARNER,
            launched_at=row.launched_at,
        )
        for row, person in rows
    ]


def of_member(
    table: type[Participant | Progress | GroupMember | Allowance | Override],
    activity_id: int | BindParameter[int],
) -> ColumnElement[bool]:
    """Return the condition that joins a membership to its rows in one activity."""
    return and_(table.activity_id == activity_id, table.person_id == Membership.person_id)


def is_learner() -> ColumnElement[bool]:
    """Return the condition that a member learns here: previews and staff do not."""
    return or_(
        Participant.is_preview.is_(False),
        and_(
            Participant.id.is_(None),
            Membership.is_on_roster.is_(True),
            Membership.roster_role == Role.LEARNER,
            Membership.was_staff.is_(False),
        ),
    )


def _attempts(activity_id: int) -> FromClause:
    return (
        select(Attempt.person_id)
        .where(Attempt.activity_id == activity_id, Attempt.voided_at.is_(None))
        .distinct()
        .subquery()
    )


def _posts(activity_id: int) -> FromClause:
    return (
        select(Post.person_id, func.count().label("number"))
        .join(Thread, Post.thread_id == Thread.id)
        .where(
            Thread.activity_id == activity_id,
            Post.person_id.is_not(None),
            Post.state != PostState.WITHDRAWN,
        )
        .group_by(Post.person_id)
        .subquery()
    )


def in_windows_of_their_own(session: Session, activity_id: int, now: datetime) -> int:
    """Return how many people of the last day have browsers that keep no cookie in the frame."""
    found = select(func.count(Visit.person_id.distinct())).where(
        Visit.expires_at > now,
        Visit.activity_id == activity_id,
        Visit.way_in != WayIn.COOKIE,
    )
    return session.scalar(found) or 0


def names_of(session: Session, people: Sequence[int]) -> dict[int, str]:
    """Return the names of these people, by person; empty where the platform sends none."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return dict(rows.all())
