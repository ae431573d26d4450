"""What a link placed by deep linking brings with it: the key of the activity it was placed for.

The custom parameters of a link are in the hands of those who edit the course, so a key proves
nothing: it finds an activity of the same deployment, and settings, never anybody's work.
"""

from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from ltitool.actions import audit, copies, teaching
from ltitool.lti.launch import Launch
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.tables import Activity, Context

LONGEST_KEY = 64


def key_of(launch: Launch) -> str:
    """Return the key that the link of a launch carries; empty where it carries none."""
    key = launch.custom.get("activity", "").strip()
    return key if len(key) <= LONGEST_KEY else ""


def take(session: Session, context: Context, launch: Launch) -> Activity | None:
    """Give an activity that was prepared for this course its link; the first link has it.

    None where the key names none that is still without one. A course that the platform does not
    name cannot be compared, so there the deployment is enough.
    """
    key = key_of(launch)
    if not key:
        return None
    nameless = select(Context.id).where(
        Context.deployment_id == context.deployment_id,
        Context.lti_id == "",
        Context.resource_link_lti_id == "",
    )
    is_here = Activity.context_id == context.id
    taken = session.scalar(
        update(Activity)
        .where(
            Activity.key == key,
            Activity.lti_id.is_(None),
            is_here if context.lti_id else or_(is_here, Activity.context_id.in_(nameless)),
        )
        .values(lti_id=launch.resource_link_id, context_id=context.id)
        .returning(Activity.id)
    )
    return session.get(Activity, taken, populate_existing=True) if taken is not None else None


def follow_key(
    session: Session, activity: Activity, launch: Launch, key: str, *, now: datetime
) -> None:
    """Let an activity follow the key that its link carries now, once for each key.

    A fresh link takes over the settings of what the key names. Where an instructor has chosen
    anew for a link that is there already, the new settings hold, unless somebody has decided.
    """
    activity.key = key
    chosen = session.scalar(
        select(Activity).where(
            Activity.key == key,
            Activity.lti_id.is_(None),
            Activity.context_id == activity.context_id,
        )
    )
    if chosen is not None:
        _replace(session, activity, chosen, now=now)
        return
    if activity.scenario_version_id is not None:
        return
    origin = _origin(session, activity, launch, key)
    if origin is not None:
        copies.follow(session, activity, origin, now=now)
        return
    audit.note(
        session,
        "activity key unknown",
        registration_id=launch.registration_id,
        activity=activity,
        details={},
        now=now,
    )


def _replace(session: Session, activity: Activity, chosen: Activity, *, now: datetime) -> None:
    """Give an existing link what was chosen for it; the prepared row is then nobody's."""
    chosen.key = ""
    if teaching.has_been_decided(session, activity):
        audit.note(session, "choice kept out", activity=activity, details={}, now=now)
        return
    if chosen.scenario_version is not None:
        teaching.configure(
            session,
            activity,
            version=chosen.scenario_version,
            plan=plan_of(session, chosen),
            actor_id=None,
            now=now,
        )


def _origin(session: Session, activity: Activity, launch: Launch, key: str) -> Activity | None:
    """Return the nearest activity with this key: by the course's history, else the first one."""
    found = session.scalars(
        copies.configured(activity.context.deployment_id)
        .where(and_(Activity.key == key, Activity.id != activity.id))
        .order_by(Activity.id)
    ).all()
    contexts = launch.context_history or tuple(activity.context.copied_from)
    near = [one for one in found if one.context.lti_id in contexts]
    if near:
        return min(near, key=lambda one: contexts.index(one.context.lti_id))
    return found[0] if found else None
