"""Reading who is in a course, and in which of its groups, between short transactions."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from ltitool.actions import roster
from ltitool.actions.registrations import platform_of
from ltitool.core.errors import PlatformError
from ltitool.lti.connector import Connector
from ltitool.lti.course_groups import read_groups
from ltitool.lti.members import read_members
from ltitool.lti.platform import Platform
from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Context, Deployment

log = structlog.get_logger()


def read(
    database: Database,
    connector_for: Callable[[Platform], Connector],
    context_id: int,
    clock: Callable[[], datetime],
) -> None:
    """Read the roster and the groups of a course, where its platform offers them, and keep them."""
    with database.session(is_read_only=True) as session:
        context = _loaded(session, context_id)
        registration = context.deployment.registration
    connector = connector_for(platform_of(registration))
    if context.groups_url is not None:
        _read_groups(database, connector, context, context.groups_url)
    if context.members_url is None:
        return
    try:
        with_groups = context.groups_url is not None
        members = read_members(connector, context.members_url, with_groups=with_groups)
    except PlatformError as refusal:
        log.warning("roster not read", context=context_id, status=refusal.status)
        return
    with database.transaction() as session:
        kept = session.get_one(Context, context_id)
        kept.members_read_at = clock()
        roster.store(session, kept, registration.id, members)
    log.info("roster read", context=context_id, people=len(members))


def read_for(
    database: Database,
    connector_for: Callable[[Platform], Connector],
    activity_id: int,
    clock: Callable[[], datetime],
) -> None:
    """Read the roster of the course of an activity, if there still is such an activity."""
    with database.session(is_read_only=True) as session:
        activity = session.get(Activity, activity_id)
        context_id = activity.context_id if activity else None
    if context_id is not None:
        read(database, connector_for, context_id, clock)


def read_all(
    database: Database,
    connector_for: Callable[[Platform], Connector],
    clock: Callable[[], datetime],
) -> None:
    """Read the roster of every course that offers one; one that fails keeps no other back."""
    with database.session(is_read_only=True) as session:
        offers = or_(Context.members_url.is_not(None), Context.groups_url.is_not(None))
        context_ids = session.scalars(select(Context.id).where(offers)).all()
    for context_id in context_ids:
        try:
            read(database, connector_for, context_id, clock)
        except Exception:
            log.exception("roster failed", context=context_id)


def _read_groups(
    database: Database, connector: Connector, context: Context, groups_url: str
) -> None:
    try:
        groups = read_groups(connector, groups_url, context.group_sets_url)
    except PlatformError as refusal:
        log.warning("groups not read", context=context.id, status=refusal.status)
        return
    with database.transaction() as session:
        roster.store_groups(session, session.get_one(Context, context.id), groups)
    log.info("groups read", context=context.id, groups=len(groups))


def _loaded(session: Session, context_id: int) -> Context:
    return session.get_one(
        Context,
        context_id,
        options=[joinedload(Context.deployment).joinedload(Deployment.registration)],
    )
