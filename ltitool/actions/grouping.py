"""Setting where groups come from, and keeping who belongs where."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from ltitool.actions import audit, groups, teaching
from ltitool.actions.stories import story_of
from ltitool.core.errors import InputRefused, NotFound
from ltitool.core.groups import Grouping
from ltitool.core.plan import Plan
from ltitool.storage.database import Database
from ltitool.storage.queries import grouping as queries
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.queries.teaching_groups import waiting_number
from ltitool.storage.tables import Activity, GroupAssignment, Membership, Participant, Person


def set_grouping(
    session: Session, activity: Activity, grouping: Grouping, *, actor_id: int, now: datetime
) -> None:
    """Set where groups come from; who is in a group already stays there."""
    plan = replace(
        plan_of(session, activity),
        group_source=grouping.source,
        group_wait_hours=grouping.wait_hours,
        group_cap=grouping.cap,
        platform_groups=grouping.platform_groups,
    )
    change(session, activity, plan, actor_id=actor_id, now=now)


def change(
    session: Session, activity: Activity, plan: Plan, *, actor_id: int, now: datetime
) -> None:
    """Set a plan for an activity that has its story; raises InputRefused for one without."""
    if activity.scenario_version is None:
        raise InputRefused("Choose the story first.")
    teaching.configure(
        session,
        activity,
        version=activity.scenario_version,
        plan=plan,
        actor_id=actor_id,
        now=now,
    )


def form_waiting(database: Database, *, now: datetime) -> None:
    """Form the groups of people who have waited long enough, in every activity."""
    with database.session(is_read_only=True) as session:
        waiting = select(Participant.activity_id).where(
            Participant.waiting_since_at.is_not(None), Participant.is_preview.is_(False)
        )
        activity_ids = session.scalars(waiting.distinct()).all()
    for activity_id in activity_ids:
        with database.transaction() as session:
            activity = session.get_one(
                Activity, activity_id, options=[joinedload(Activity.scenario_version)]
            )
            if activity.scenario_version is not None:
                groups.form_due(session, activity, story_of(activity), now=now)


def form_now(session: Session, activity: Activity, *, actor_id: int, now: datetime) -> None:
    """Put everybody who waits into a group, however few they are; nothing where nobody waits."""
    if activity.scenario_version is None:
        return
    people = waiting_number(session, activity.id)
    if groups.form_due(session, activity, story_of(activity), now=now, is_over=True):
        audit.note(
            session,
            "groups formed",
            activity=activity,
            actor_id=actor_id,
            details={"people": people},
            now=now,
        )


def keep_list(
    session: Session,
    activity: Activity,
    labels: Mapping[int, str],
    *,
    actor_id: int,
    now: datetime,
) -> None:
    """Keep who belongs where, in the place of the list before."""
    session.execute(delete(GroupAssignment).where(GroupAssignment.activity_id == activity.id))
    session.add_all(
        GroupAssignment(activity_id=activity.id, person_id=person_id, label=label)
        for person_id, label in labels.items()
    )
    audit.note(
        session,
        "group list kept",
        activity=activity,
        actor_id=actor_id,
        details={"people": len(labels)},
        now=now,
    )


def take_from_earlier(
    session: Session, activity: Activity, earlier_id: int, *, actor_id: int, now: datetime
) -> None:
    """Keep the groups of another activity of this course; raises NotFound for any other."""
    if not any(one.id == earlier_id for one in queries.with_groups_beside(session, activity)):
        raise NotFound("There is no such activity with groups in this course.")
    labels = queries.groups_of_earlier(session, earlier_id)
    keep_list(session, activity, labels, actor_id=actor_id, now=now)


def people_by_word(session: Session, activity: Activity) -> dict[str, list[int]]:
    """Return learners of the course by each word that a list may call them by, casefolded."""
    rows = session.execute(
        select(Person.id, Person.lti_id, Person.name, Participant.alias)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(
            Participant,
            (Participant.activity_id == activity.id) & (Participant.person_id == Person.id),
        )
        .where(Membership.context_id == activity.context_id, Membership.was_staff.is_(False))
    )
    found: dict[str, list[int]] = {}
    for person_id, *words in rows:
        for word in {" ".join(word.split()).casefold() for word in words if word}:
            found.setdefault(word, []).append(person_id)
    return found
