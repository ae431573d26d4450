"""Keeping what a platform tells without a launch, and telling it where to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ltitool.actions.registrations import platform_of
from ltitool.core.errors import LaunchRefused, PlatformError
from ltitool.lti import notices as lti
from ltitool.lti.connector import Connector
from ltitool.lti.notices import CourseCopied
from ltitool.lti.platform import Platform
from ltitool.storage.database import Database
from ltitool.storage.launches import add_if_new, spend_login
from ltitool.storage.tables import Context, Deployment

KEPT_LONGER = timedelta(minutes=5)
"""So that a notice is forgotten only when its age alone would refuse it."""

log = structlog.get_logger()


def keep(session: Session, told: CourseCopied, *, now: datetime) -> None:
    """Keep where a course comes from; raises LaunchRefused for a copy of an earlier notice."""
    mark = sha256(f"{told.registration_id}:{told.nonce}".encode()).hexdigest()
    if not spend_login(session, f"notice:{mark}", now + KEPT_LONGER):
        raise LaunchRefused("USED", "This notice was taken before.", told.registration_id)
    deployment = session.scalar(
        select(Deployment).where(
            Deployment.registration_id == told.registration_id,
            Deployment.lti_id == told.deployment_id,
            Deployment.is_approved.is_(True),
        )
    )
    if deployment is None:
        raise LaunchRefused(
            "DEPLOYMENT-PENDING", "The deployment is not approved.", told.registration_id
        )
    key = {
        "deployment_id": deployment.id,
        "lti_id": told.context_id,
        "resource_link_lti_id": "",
    }
    add_if_new(session, Context, {**key, "title": told.context_title, "copied_from": []})
    context = session.scalars(select(Context).filter_by(**key)).one()
    new = [one for one in told.origins if one not in context.copied_from]
    context.copied_from = [*context.copied_from, *new]


def subscribe(
    database: Database,
    connector_for: Callable[[Platform], Connector],
    deployment_id: int,
    handler: str,
    clock: Callable[[], datetime],
) -> None:
    """Tell the platform of a deployment where its notices go, once for each address it names."""
    with database.session(is_read_only=True) as session:
        options = [joinedload(Deployment.registration)]
        deployment = session.get(Deployment, deployment_id, options=options)
    if deployment is None or deployment.notices_url is None:
        return
    if deployment.notices_asked_at is not None:
        return
    try:
        connector = connector_for(platform_of(deployment.registration))
        lti.subscribe(connector, deployment.notices_url, handler)
    except PlatformError as refusal:
        log.warning("notices refused", deployment=deployment_id, status=refusal.status)
        if refusal.status is None:  # it has not answered; the next launch asks again
            return
    with database.transaction() as session:
        session.get_one(Deployment, deployment_id).notices_asked_at = clock()
    log.info("notices asked for", deployment=deployment_id)
