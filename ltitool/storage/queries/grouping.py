"""What decides who comes into which group: who waits, who belongs where, and which groups stand."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.groups import Group, Grouping, GroupSource, Waiting, label_of
from ltitool.storage.tables import (
    Activity,
    ContextGroup,
    GroupAssignment,
    GroupMember,
    Membership,
    Participant,
    TalkGroup,
)


def groups_today(session: Session, activity_id: int, stances: Mapping[int, str]) -> list[Group]:
    """Return every group that somebody is in today, with the answers its people hold."""
    rows = session.execute(
        select(GroupMember.group_id, GroupMember.person_id, TalkGroup.label)
        .join(TalkGroup, TalkGroup.id == GroupMember.group_id)
        .where(GroupMember.activity_id == activity_id, GroupMember.until_at.is_(None))
        .order_by(GroupMember.group_id, GroupMember.id)
    )
    found: dict[int, Group] = {}
    for group_id, person_id, label in rows:
        group = found.setdefault(group_id, Group(group_id, label=label))
        group.take(person_id, stances.get(person_id, ""))
    return list(found.values())


def waiting_with(
    waiting: Sequence[Participant], stances: Mapping[int, str], labels: Mapping[int, str]
) -> list[Waiting]:
    """Return those who wait, with the answer they hold and the group they were assigned to."""
    return [
        Waiting(
            one.person_id,
            one.waiting_since_at,
            stances.get(one.person_id, ""),
            labels.get(one.person_id, ""),
        )
        for one in waiting
        if one.waiting_since_at is not None
    ]


def labels_in(session: Session, activity: Activity, grouping: Grouping) -> dict[int, str]:
    """Return where each person belongs, by the source that is set; nothing for other sources."""
    if grouping.source is GroupSource.PLATFORM:
        return {
            person_id: label
            for person_id, told in told_groups(session, activity.context_id).items()
            if (label := label_of(told, grouping))
        }
    return assignments_in(session, activity.id) if grouping.source.is_assigned else {}


def assignments_in(session: Session, activity_id: int) -> dict[int, str]:
    """Return where each person belongs, as the list says that was kept last."""
    rows = session.execute(
        select(GroupAssignment.person_id, GroupAssignment.label).where(
            GroupAssignment.activity_id == activity_id
        )
    )
    return {row[0]: row[1] for row in rows}


def told_groups(session: Session, context_id: int) -> dict[int, list[str]]:
    """Return the groups of the LMS that each learner is in, as far as it has told."""
    rows = session.execute(
        select(Membership.person_id, Membership.platform_groups).where(
            Membership.context_id == context_id,
            Membership.platform_groups.is_not(None),
            Membership.was_staff.is_(False),
        )
    )
    return {person_id: told or [] for person_id, told in rows}


def platform_groups_in(session: Session, context_id: int) -> list[tuple[str, str, int]]:
    """Return (id, name, people known) of every group of the LMS that it has told us about."""
    people = Counter(one for told in told_groups(session, context_id).values() for one in told)
    names = {
        row.lti_id: f"{row.set_name}: {row.name}" if row.set_name else row.name
        for row in session.scalars(
            select(ContextGroup).where(ContextGroup.context_id == context_id)
        )
    }
    every = sorted({*people, *names}, key=lambda one: (names.get(one, ""), one))
    return [(one, names.get(one, ""), people[one]) for one in every]


def groups_of_earlier(session: Session, activity_id: int) -> dict[int, str]:
    """Return who was in which group when an earlier activity ended, by the group's name."""
    rows = session.execute(
        select(GroupMember.person_id, TalkGroup.name)
        .join(TalkGroup, TalkGroup.id == GroupMember.group_id)
        .where(GroupMember.activity_id == activity_id, GroupMember.until_at.is_(None))
    )
    return {row[0]: row[1] for row in rows}


def with_groups_beside(session: Session, activity: Activity) -> Sequence[Activity]:
    """Return the other activities of this course in which people are in groups, newest first."""
    grouped = select(GroupMember.activity_id).where(GroupMember.until_at.is_(None))
    return session.scalars(
        select(Activity)
        .where(
            Activity.context_id == activity.context_id,
            Activity.id != activity.id,
            Activity.id.in_(grouped),
        )
        .order_by(Activity.created_at.desc(), Activity.id.desc())
    ).all()
