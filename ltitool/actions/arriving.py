"""Who arrives from where: a launch's deployment, context, person and part in the course."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.errors import LaunchRefused
from ltitool.lti.launch import Launch
from ltitool.storage import launches
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import Context, Deployment, Membership, Person


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


def context_of(
    session: Session, deployment: Deployment, launch: Launch, found: Context | None
) -> Context:
    """Return the launch's course, with what this launch tells of its services."""
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
    if launch.groups_url and context.groups_url != launch.groups_url:
        context.groups_url = launch.groups_url
    if launch.group_sets_url and context.group_sets_url != launch.group_sets_url:
        context.group_sets_url = launch.group_sets_url
    if launch.line_items_url and context.line_items_url != launch.line_items_url:
        context.line_items_url = launch.line_items_url
    if launch.line_items_url and context.can_make_line_items != launch.can_make_line_items:
        context.can_make_line_items = launch.can_make_line_items
    return context


def person_of(session: Session, launch: Launch, found: Person | None) -> Person:
    """Return who launches, under the name the platform gives now."""
    key = {"registration_id": launch.registration_id, "lti_id": launch.sub}
    if found is None:
        add_if_new(session, Person, {**key, "name": launch.name})
    person = found or session.scalars(select(Person).filter_by(**key)).one()
    if launch.name and person.name != launch.name:
        person.name = launch.name
    return person


def membership_of(
    session: Session,
    context: Context,
    person: Person,
    launch: Launch,
    found: Membership | None,
    *,
    now: datetime,
) -> Membership:
    """Return the person's part in the course, as this launch gives it."""
    key = {"context_id": context.id, "person_id": person.id}
    if found is None:
        values = {"was_staff": launch.role.is_staff, "is_on_roster": False}
        add_if_new(session, Membership, {**key, **values})
    membership = found or session.scalars(select(Membership).filter_by(**key)).one()
    launches.note_launch(session, membership, now)
    if launch.role.is_staff and not membership.was_staff:
        membership.was_staff = True
    if membership.launched_role is not launch.role:
        membership.launched_role = launch.role
    if launch.groups is not None and membership.platform_groups != list(launch.groups):
        membership.platform_groups = list(launch.groups)
    return membership
