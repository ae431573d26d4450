"""What a copied course brings along: the settings of its activities, never anybody's work.

Also an activity that was deleted and added again: it may continue from the old one.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session, joinedload

from ltitool.actions import audit, local_note, progress, teaching
from ltitool.actions.library_shelves import on_own_shelf
from ltitool.core.errors import InputRefused, NotFound
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.tables import Activity, Context, Participant, Visit

MOST_ORIGINS = 50
"""Canvas sends up to a thousand ids; a copy of a copy rarely goes back further than this."""


def origin_of(
    session: Session, activity: Activity, *, contexts: Sequence[str], links: Sequence[str]
) -> Activity | None:
    """Return the activity this one was copied from; the nearest, within the same deployment.

    `contexts` and `links` are the platform's ids of the courses and links it goes back to. Ids of
    another platform, or another deployment, find nothing.
    """
    here = activity.context
    by_link = configured(here.deployment_id).where(Activity.lti_id.in_(links[:MOST_ORIGINS]))
    found = session.scalars(by_link.where(Activity.id != activity.id)).all()
    if found:
        return min(found, key=lambda one: links.index(one.lti_id or ""))
    if not activity.title:
        return None
    by_title = configured(here.deployment_id).where(
        Context.lti_id.in_(contexts[:MOST_ORIGINS]),
        Context.id != here.id,
        Activity.title == activity.title,
        Activity.lti_id.is_not(None),
    )
    same = session.scalars(by_title).all()
    nearest = min((contexts.index(one.context.lti_id) for one in same), default=None)
    near = [one for one in same if contexts.index(one.context.lti_id) == nearest]
    return near[0] if len(near) == 1 else None


def follow(session: Session, activity: Activity, origin: Activity, *, now: datetime) -> None:
    """Take over the settings of the origin and its note, but none of its dates."""
    if activity.scenario_version_id is None and origin.scenario_version is not None:
        teaching.configure(
            session,
            activity,
            version=on_own_shelf(session, origin.scenario_version, activity.context_id, now=now),
            plan=plan_of(session, origin).without_dates(),
            actor_id=None,
            now=now,
        )
        local_note.bring_along(session, origin, activity, now=now)
    activity.copied_from_id = origin.id


def keep(session: Session, activity: Activity, *, actor_id: int, now: datetime) -> None:
    """Note that an instructor has seen what was copied, and is content with it."""
    if activity.copy_kept_at is not None:
        return
    activity.copy_kept_at = now
    audit.note(session, "copy kept", activity=activity, actor_id=actor_id, details={}, now=now)


def earlier_ones(session: Session, activity: Activity) -> Sequence[Activity]:
    """Return activities of this course that people have worked in, for one that is still empty."""
    if activity.scenario_version_id is not None:
        return []
    has_people = exists().where(
        Participant.activity_id == Activity.id, Participant.is_preview.is_(False)
    )
    return session.scalars(
        select(Activity)
        .where(
            Activity.context_id == activity.context_id,
            Activity.id != activity.id,
            Activity.scenario_version_id.is_not(None),
            has_people,
        )
        .options(joinedload(Activity.scenario_version))
        .order_by(Activity.created_at.desc())
    ).all()


def continue_from(
    session: Session, activity: Activity, earlier_id: int, *, actor_id: int, now: datetime
) -> Activity:
    """Let an empty link take the place of an earlier one's, with everybody's work; return it.

    The two links change places. Scores that were measured are written for the new column.
    """
    earlier = next((one for one in earlier_ones(session, activity) if one.id == earlier_id), None)
    if earlier is None:
        raise NotFound("There is no such earlier activity in this course.")
    if activity.scenario_version_id is not None:
        raise InputRefused("This activity has its own story already.")
    own, other = activity.lti_id, earlier.lti_id
    activity.lti_id = f"{own} {now.isoformat()}"  # for a moment: no two links share an id
    session.flush()
    earlier.lti_id = own
    session.flush()
    activity.lti_id = other
    earlier.line_item_url, activity.line_item_url = activity.line_item_url, None
    earlier.title = activity.title or earlier.title
    session.execute(
        update(Visit).where(Visit.activity_id == activity.id).values(activity_id=earlier.id)
    )
    audit.note(
        session,
        "continued from earlier activity",
        activity=earlier,
        actor_id=actor_id,
        details={"link": own, "earlier_link": other},
        now=now,
    )
    session.flush()  # the scores below are for the new column
    progress.line_item_known(session, earlier, now=now)
    return earlier


def configured(deployment_id: int) -> Select[Activity]:
    """Return the question for the activities of a deployment that have a story."""
    return (
        select(Activity)
        .join(Context, Context.id == Activity.context_id)
        .where(Context.deployment_id == deployment_id, Activity.scenario_version_id.is_not(None))
        .options(joinedload(Activity.context), joinedload(Activity.scenario_version))
    )
