"""Entering: a verified launch becomes a person, an activity and a visit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions import arriving, audit, columns, copies, library, placed, progress, teaching
from ltitool.actions.reader import ensure_participant
from ltitool.core.errors import ToolError
from ltitool.core.plan_words import plan_from
from ltitool.core.roles import Role, role_in_course
from ltitool.core.scripts import VISITS
from ltitool.core.way_in import WayIn
from ltitool.lti.launch import Launch
from ltitool.storage import launches
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import (
    Activity,
    Context,
    Membership,
    Person,
    Visit,
)

VISIT_LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class Entered:
    """A visit, and the secret that the browser holds for it."""

    visit: Visit
    secret: str
    needs_column: bool
    """Whether the platform is to be asked about the gradebook column."""
    silent_deployment_id: int | None
    """The deployment whose platform is to be told where its notices go; None when it was."""
    reviewed_id: int | None
    """The person whose work the platform asks to have shown, if they are known here."""


def enter(
    session: Session,
    launch: Launch,
    way_in: WayIn = WayIn.COOKIE,
    *,
    token: Callable[[], str],
    seed: int,
    now: datetime,
) -> Entered:
    """Return the visit of a launch, with everything it stands on found or made.

    `token` returns a fresh unguessable word each time; `seed` is the chance of a new activity.
    Raises LaunchRefused while the deployment waits for approval.
    """
    known = launches.known(
        session,
        registration_id=launch.registration_id,
        deployment=launch.deployment_id,
        context=launch.context_id,
        link=launch.resource_link_id,
        sub=launch.sub,
    )
    deployment = arriving.require_approved(session, launch, known.deployment, now=now)
    if launch.notices_url and deployment.notices_url != launch.notices_url:
        deployment.notices_url, deployment.notices_asked_at = launch.notices_url, None
    context = arriving.context_of(session, deployment, launch, known.context)
    person = arriving.person_of(session, launch, known.person)
    membership = arriving.membership_of(session, context, person, launch, known.membership, now=now)
    activity = _activity(session, context, launch, known.activity, seed=seed, now=now)
    _learn_line_item(session, activity, launch, now=now)
    is_preview = membership.was_staff or launch.is_test_user or launch.role is Role.GUEST
    if activity.scenario_version_id is not None and launch.role is not Role.GUEST:
        participant = known.participant or ensure_participant(
            session, activity, person.id, is_preview=is_preview, now=now
        )
        if is_preview and not participant.is_preview:
            participant.is_preview = True
    secret = token()
    visit = launches.add_visit(
        session,
        {
            "id": token(),
            "secret_hash": sha256(secret.encode()).hexdigest(),
            "person_id": person.id,
            "activity_id": activity.id,
            "role": role_in_course(launch.role, membership.roster_role, membership.chosen_role),
            "is_preview": is_preview,
            "way_in": way_in,
            "locale": launch.locale,
            "return_url": launch.return_url,
            "created_at": now,
            "expires_at": now + VISIT_LASTS,
        },
    )
    needs_column = columns.is_worth_seeking(activity, now=now) or columns.is_renamed(activity)
    is_silent = deployment.notices_url is not None and deployment.notices_asked_at is None
    silent_id = deployment.id if is_silent else None
    return Entered(visit, secret, needs_column, silent_id, _reviewed(session, context, launch))


def _reviewed(session: Session, context: Context, launch: Launch) -> int | None:
    """Return the person a review is for; Moodle sends reviews without one, too."""
    if not launch.for_user:
        return None
    return session.scalar(
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.registration_id == launch.registration_id,
            Person.lti_id == launch.for_user,
            Membership.context_id == context.id,
        )
    )


def _activity(
    session: Session,
    context: Context,
    launch: Launch,
    found: Activity | None,
    *,
    seed: int,
    now: datetime,
) -> Activity:
    if found is None:
        found = placed.take(session, context, launch) or _new(
            session, context, launch, seed=seed, now=now
        )
    activity = found
    if launch.resource_link_title and activity.title != launch.resource_link_title:
        activity.title = launch.resource_link_title
    key = placed.key_of(launch)
    if key and activity.key != key:
        placed.follow_key(session, activity, launch, key, now=now)
    if activity.scenario_version_id is None:
        _set_up(session, activity, launch, now=now)
    return activity


def _new(
    session: Session, context: Context, launch: Launch, *, seed: int, now: datetime
) -> Activity:
    key = {"context_id": context.id, "lti_id": launch.resource_link_id}
    values = {
        "title": launch.resource_link_title,
        "seed": seed,
        "created_at": now,
        "time_zone": "UTC",
        "group_wait_hours": 24,
        "script": VISITS.id,
        "key": "",
    }
    add_if_new(session, Activity, {**key, **values})
    return session.scalars(select(Activity).filter_by(**key)).one()


def _set_up(session: Session, activity: Activity, launch: Launch, *, now: datetime) -> None:
    """Take the first settings from the link itself, or from the activity it was copied from."""
    if "scenario" in launch.custom:
        _configure(session, activity, launch, now=now)
    contexts = launch.context_history or tuple(activity.context.copied_from)
    if contexts or launch.link_history:
        origin = copies.origin_of(session, activity, contexts=contexts, links=launch.link_history)
        if origin is not None:
            copies.follow(session, activity, origin, now=now)


def _configure(session: Session, activity: Activity, launch: Launch, *, now: datetime) -> None:
    """Take the first settings from the link's custom parameters; broken ones are only noted."""
    wanted = launch.custom["scenario"]
    try:
        with session.begin_nested():  # all of them hold, or none
            teaching.configure(
                session,
                activity,
                version=library.by_scenario_id(session, wanted, activity.context_id),
                plan=plan_from(launch.custom),
                actor_id=None,
                now=now,
            )
    except ToolError as broken:
        audit.note(
            session,
            "custom parameters refused",
            registration_id=launch.registration_id,
            activity=activity,
            details={"why": str(broken)},
            now=now,
        )


def _learn_line_item(
    session: Session, activity: Activity, launch: Launch, *, now: datetime
) -> None:
    """Remember the gradebook column: Moodle drops the claim later, so absence forgets nothing."""
    if launch.line_item_url is None or activity.line_item_url == launch.line_item_url:
        return
    activity.line_item_url = launch.line_item_url
    progress.line_item_known(session, activity, now=now)
