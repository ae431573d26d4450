"""Reading the grades of an activity back: asking happens between two short transactions."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from ltitool.actions import standing
from ltitool.actions.registrations import platform_of
from ltitool.core.errors import PlatformError
from ltitool.lti.connector import Connector
from ltitool.lti.platform import Platform
from ltitool.lti.results import read_results
from ltitool.storage.database import Database
from ltitool.storage.tables import Activity, Context, Deployment, OutgoingScore, Registration

POINTLESS = (
    "The gradebook column counts to 0 points in the LMS, so no grade can show there. "
    "Give it points there; the grades follow by themselves."
)

log = structlog.get_logger()


def worth_reading(session: Session) -> list[int]:
    """Return the activities whose gradebook column has been sent something."""
    has_sent = exists().where(OutgoingScore.activity_id == Activity.id)
    found = (
        select(Activity.id)
        .join(Context, Context.id == Activity.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .join(Registration, Registration.id == Deployment.registration_id)
        .where(Activity.line_item_url.is_not(None), Registration.is_enabled.is_(True), has_sent)
        .order_by(Activity.id)
    )
    return list(session.scalars(found))


def read_all_back(
    database: Database,
    connector_for: Callable[[Platform], Connector],
    clock: Callable[[], datetime],
) -> None:
    """Read the grades of every activity back; one that fails keeps no other from being read."""
    with database.session(is_read_only=True) as session:
        activity_ids = worth_reading(session)
    for activity_id in activity_ids:
        try:
            read_back(database, connector_for, activity_id, clock)
        except Exception:
            log.exception("reading grades failed", activity=activity_id)


def read_back(
    database: Database,
    connector_for: Callable[[Platform], Connector],
    activity_id: int,
    clock: Callable[[], datetime],
) -> None:
    """Read one activity's grades from the platform and hold them against what was sent."""
    began_at = clock()
    with database.session(is_read_only=True) as session:
        activity = _loaded(session, activity_id)
        if activity is None or activity.line_item_url is None:
            return
        url = activity.line_item_url
        platform = platform_of(activity.context.deployment.registration)
    try:
        results = read_results(connector_for(platform), url)
    except PlatformError as refusal:
        log.warning("grades not read", activity=activity_id, status=refusal.status)
        with database.transaction() as session:
            standing.refuse(session, activity_id, refusal.said)
        return
    with database.transaction() as session:
        activity = session.get_one(Activity, activity_id)
        if results and not any(one.maximum > 0 for one in results.values()):
            standing.refuse(session, activity_id, POINTLESS)
            return
        differ = standing.take_results(
            session, activity, url, results, began_at=began_at, now=clock()
        )
    log.info("grades read", activity=activity_id, people=len(results), differ=differ)


def _loaded(session: Session, activity_id: int) -> Activity | None:
    return session.scalar(
        select(Activity)
        .where(Activity.id == activity_id)
        .options(
            joinedload(Activity.context)
            .joinedload(Context.deployment)
            .joinedload(Deployment.registration)
        )
    )
