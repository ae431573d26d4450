"""Entering: a verified launch becomes a person, an activity and a visit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions import audit, columns, copies, library, progress, teaching
from ltitool.actions.reader import ensure_participant
from ltitool.core.errors import LaunchRefused, ToolError
from ltitool.core.plan import Plan
from ltitool.core.roles import Role, role_in_course
from ltitool.core.scripts import VISITS, script_of
from ltitool.lti.launch import Launch
from ltitool.storage import launches
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import (
    Activity,
    Context,
    Deployment,
    Membership,
    Person,
    Visit,
)

VISIT_LASTS = timedelta(hours=24)
LONGEST_WAIT = 24 * 14


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


def deployment_for(
    session: Session, launch: Launch, found: Deployment | None = None, *, now: datetime
) -> Deployment:
    """Return the launch's deployment, kept as pending when it is new; `found` saves looking."""
    if found is not None:
        return found
    key = {"registration_id": launch.registration_id, "lti_id": launch.deployment_id}
    add_if_new(session, Deployment, {**key, "is_approved": False, "first_seen_at": now})
    return session.scalars(select(Deployment).filter_by(**key)).one()


def require_approved(
    session: Session, launch: Launch, found: Deployment | None = None, *, now: datetime
) -> Deployment:
    """Return the launch's deployment; raises LaunchRefused while it waits for approval."""
    deployment = deployment_for(session, launch, found, now=now)
    if not deployment.is_approved:
        raise LaunchRefused(
            "DEPLOYMENT-PENDING",
            "This installation of the tool in your LMS waits for approval by those who run the "
            f"tool. They approve it with: ltitool deployments approve {launch.deployment_id}",
            launch.registration_id,
        )
    return deployment


def enter(
    session: Session, launch: Launch, *, token: Callable[[], str], seed: int, now: datetime
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
    deployment = require_approved(session, launch, known.deployment, now=now)
    if launch.notices_url and deployment.notices_url != launch.notices_url:
        deployment.notices_url, deployment.notices_asked_at = launch.notices_url, None
    context = _context(session, deployment, launch, known.context)
    person = _person(session, launch, known.person)
    membership = _membership(session, context, person, launch, known.membership, now=now)
    activity = _activity(session, context, launch, known.activity, seed=seed, now=now)
    _learn_line_item(session, activity, launch, now=now)
    is_preview = membership.was_staff or launch.is_test_user or launch.role is Role.GUEST
    if activity.scenario_version_id is not None and launch.role is not Role.GUEST:
        participant = known.participant or ensure_participant(
            session, activity, person.id, is_preview=is_preview, now=now
        )
        participant.is_preview = participant.is_preview or is_preview
    secret = token()
    visit = Visit(
        id=token(),
        secret_hash=sha256(secret.encode()).hexdigest(),
        person_id=person.id,
        activity_id=activity.id,
        role=role_in_course(launch.role, membership.roster_role, membership.chosen_role),
        is_preview=is_preview,
        locale=launch.locale,
        return_url=launch.return_url,
        created_at=now,
        expires_at=now + VISIT_LASTS,
    )
    session.add(visit)
    session.flush()  # so that a fault shows inside the transaction of the launch
    needs_column = columns.is_worth_seeking(activity, now=now) or columns.is_renamed(activity)
    is_silent = deployment.notices_url is not None and deployment.notices_asked_at is None
    silent_id = deployment.id if is_silent else None
    return Entered(visit, secret, needs_column, silent_id, _reviewed(session, context, launch))


def _context(
    session: Session, deployment: Deployment, launch: Launch, found: Context | None
) -> Context:
    key = {
        "deployment_id": deployment.id,
        "lti_id": launch.context_id,
        "resource_link_lti_id": "" if launch.context_id else launch.resource_link_id,
    }
    if found is None:
        add_if_new(session, Context, {**key, "title": launch.context_title, "copied_from": []})
    context = found or session.scalars(select(Context).filter_by(**key)).one()
    if launch.context_title and context.title != launch.context_title:
        context.title = launch.context_title
    if launch.members_url and context.members_url != launch.members_url:
        context.members_url = launch.members_url
    if launch.line_items_url and context.line_items_url != launch.line_items_url:
        context.line_items_url = launch.line_items_url
    if launch.line_items_url and context.can_make_line_items != launch.can_make_line_items:
        context.can_make_line_items = launch.can_make_line_items
    return context


def _person(session: Session, launch: Launch, found: Person | None) -> Person:
    key = {"registration_id": launch.registration_id, "lti_id": launch.sub}
    if found is None:
        add_if_new(session, Person, {**key, "name": launch.name})
    person = found or session.scalars(select(Person).filter_by(**key)).one()
    if launch.name and person.name != launch.name:
        person.name = launch.name
    return person


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


def _membership(
    session: Session,
    context: Context,
    person: Person,
    launch: Launch,
    found: Membership | None,
    *,
    now: datetime,
) -> Membership:
    key = {"context_id": context.id, "person_id": person.id}
    if found is None:
        values = {"was_staff": launch.role.is_staff, "is_on_roster": False}
        add_if_new(session, Membership, {**key, **values})
    membership = found or session.scalars(select(Membership).filter_by(**key)).one()
    membership.was_staff = membership.was_staff or launch.role.is_staff
    membership.launched_at, membership.launched_role = now, launch.role
    return membership


def _activity(
    session: Session,
    context: Context,
    launch: Launch,
    found: Activity | None,
    *,
    seed: int,
    now: datetime,
) -> Activity:
    key = {"context_id": context.id, "lti_id": launch.resource_link_id}
    if found is None:
        values = {
            "title": launch.resource_link_title,
            "seed": seed,
            "created_at": now,
            "time_zone": "UTC",
            "group_wait_hours": 24,
            "script": VISITS.id,
        }
        add_if_new(session, Activity, {**key, **values})
    activity = found or session.scalars(select(Activity).filter_by(**key)).one()
    if launch.resource_link_title and activity.title != launch.resource_link_title:
        activity.title = launch.resource_link_title
    if activity.scenario_version_id is None:
        _set_up(session, activity, launch, now=now)
    return activity


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
    try:
        teaching.configure(
            session,
            activity,
            version=library.by_scenario_id(session, launch.custom["scenario"], activity.context_id),
            plan=_plan(launch.custom),
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


def _plan(custom: Mapping[str, str]) -> Plan:
    """Return the plan that custom parameters ask for; raises ToolError for a broken one."""
    return Plan(
        script=script_of(custom.get("script", VISITS.id)).id,
        due_at=_time(custom.get("due_at", "")),
        time_zone=custom.get("time_zone", "UTC"),
        group_wait_hours=_hours(custom.get("group_wait_hours", "24")),
    )


def _learn_line_item(
    session: Session, activity: Activity, launch: Launch, *, now: datetime
) -> None:
    """Remember the gradebook column: Moodle drops the claim later, so absence forgets nothing."""
    if launch.line_item_url is None or activity.line_item_url == launch.line_item_url:
        return
    activity.line_item_url = launch.line_item_url
    progress.line_item_known(session, activity, now=now)


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as broken:
        raise ToolError(f"“{text}” is not a date.") from broken
    if found.tzinfo is None:
        raise ToolError(f"“{text}” names no time zone.")
    return found


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ToolError(f"“{text}” is not a number of hours.")
    return min(int(text), LONGEST_WAIT)
