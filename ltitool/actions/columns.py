"""The gradebook column of an activity: looked for where no launch names it, made when asked for.

Asking the platform happens in a job, between the transactions here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session, joinedload

from ltitool.actions import audit, progress
from ltitool.actions.registrations import platform_of
from ltitool.core.completion import SCORE_MAXIMUM
from ltitool.core.delivery import Delivery
from ltitool.core.errors import InputRefused
from ltitool.lti.line_items import GONE, LineItem, Wanted
from ltitool.lti.platform import Platform
from ltitool.storage.tables import Activity, Context, Deployment, OutgoingScore, Receipt

SEEK_EVERY = timedelta(hours=1)
"""A link without a column is a usual thing; its platform is not asked at every launch."""

MAKING_TAKES = timedelta(minutes=2)


@dataclass(frozen=True)
class Errand:
    """A column to look for, and to make where an instructor has asked for one."""

    activity_id: int
    platform: Platform
    wanted: Wanted
    is_asked_for: bool


def is_worth_seeking(activity: Activity, *, now: datetime) -> bool:
    """Whether the platform may know a column that no launch has named."""
    sought = activity.column_sought_at
    return (
        activity.line_item_url is None
        and activity.context.line_items_url is not None
        and (sought is None or sought <= now - SEEK_EVERY)
    )


def ask(session: Session, activity: Activity, *, actor_id: int | None, now: datetime) -> None:
    """Ask for a gradebook column to be made; the job does it once.

    Raises InputRefused where the platform does not let the tool make one.
    """
    if activity.line_item_url is not None:
        raise InputRefused("This activity has its gradebook column already.")
    if not activity.context.can_make_line_items or activity.context.line_items_url is None:
        raise InputRefused(
            "The LMS does not let the tool make gradebook columns. "
            "Place the activity with a grade in the LMS instead."
        )
    if activity.column_asked_at is None:
        audit.note(
            session, "column asked for", activity=activity, actor_id=actor_id, details={}, now=now
        )
    activity.column_asked_at, activity.column_sought_at = now, None


def claim(session: Session, activity_id: int, *, now: datetime) -> Errand | None:
    """Take the search for a column; None where it is not wanted, or somebody else has it."""
    taken = session.scalar(
        update(Activity)
        .where(
            Activity.id == activity_id,
            Activity.line_item_url.is_(None),
            or_(
                Activity.column_sought_at.is_(None),
                Activity.column_sought_at <= now - MAKING_TAKES,
            ),
        )
        .values(column_sought_at=now)
        .returning(Activity.id)
    )
    if taken is None:
        return None
    activity = _loaded(session, activity_id)
    return _errand(activity) if activity.context.line_items_url else None


def found(session: Session, errand: Errand, item: LineItem, *, now: datetime) -> None:
    """Remember a column, and write the scores that waited for one."""
    activity = session.get_one(Activity, errand.activity_id)
    if activity.line_item_url is not None:  # a launch has named it meanwhile
        return
    activity.line_item_url = item.url
    activity.column_asked_at, activity.column_refusal = None, ""
    is_ours = item.resource_id == errand.wanted.resource_id
    activity.column_label = item.label if is_ours else ""
    progress.line_item_known(session, activity, now=now)


def refused(session: Session, errand: Errand, words: str) -> None:
    """Keep what the platform said instead of making a column, for the instructor to read."""
    activity = session.get_one(Activity, errand.activity_id)
    activity.column_asked_at, activity.column_refusal = None, words


def in_doubt(session: Session, score_ids: Collection[int]) -> list[int]:
    """Return the activities whose column may be gone: the platform did not know where this goes."""
    return list(
        session.scalars(
            select(OutgoingScore.activity_id)
            .where(
                OutgoingScore.id.in_(score_ids),
                OutgoingScore.delivery == Delivery.REFUSED,
                _was_not_found(),
            )
            .distinct()
            .order_by(OutgoingScore.activity_id)
        )
    )


def to_check(session: Session, activity_id: int) -> tuple[Errand, str] | None:
    """Return the column that is to be looked for where it was, by its address; None for no doubt.

    Some platforms answer so for a person who is not enrolled: only looking tells.
    """
    activity = _loaded(session, activity_id)
    is_in_doubt = exists().where(
        OutgoingScore.activity_id == activity_id,
        OutgoingScore.line_item_url == activity.line_item_url,
        OutgoingScore.delivery == Delivery.REFUSED,
        _was_not_found(),
    )
    if activity.line_item_url is None or not session.scalar(select(is_in_doubt)):
        return None
    return _errand(activity), activity.line_item_url


def gone(session: Session, errand: Errand, url: str, *, now: datetime) -> None:
    """Forget a column that was deleted in the LMS; scores wait until there is another."""
    activity = session.get_one(Activity, errand.activity_id)
    if activity.line_item_url != url:  # a launch has named another meanwhile
        return
    activity.line_item_url, activity.column_label, activity.column_sought_at = None, "", None
    audit.note(session, "column gone", activity=activity, details={"url": url}, now=now)


def had_one(session: Session, activity: Activity) -> bool:
    """Whether scores of this activity have gone to a gradebook column, there today or not."""
    return bool(session.scalar(select(exists().where(OutgoingScore.activity_id == activity.id))))


def _was_not_found() -> ColumnElement[bool]:
    return exists().where(
        Receipt.outgoing_score_id == OutgoingScore.id, Receipt.status.in_([*GONE])
    )


def label_of(activity: Activity) -> str:
    """Return what the column of an activity is called: as its link, else as its story."""
    version = activity.scenario_version
    return activity.title or (version.title if version else "Kaleidoscope")


def is_renamed(activity: Activity) -> bool:
    """Whether a column that we made carries another label than its activity."""
    return bool(activity.column_label) and activity.column_label != label_of(activity)


def claim_rename(session: Session, activity_id: int) -> tuple[Errand, LineItem] | None:
    """Take the renaming of a column that we made; tried once for each new name."""
    activity = _loaded(session, activity_id)
    if activity.line_item_url is None or not is_renamed(activity):
        return None
    item = LineItem(
        activity.line_item_url,
        activity.column_label,
        activity.lti_id or "",
        resource_id(activity),
    )
    activity.column_label = label_of(activity)
    return _errand(activity), item


def _loaded(session: Session, activity_id: int) -> Activity:
    return session.scalars(
        select(Activity)
        .where(Activity.id == activity_id)
        .options(
            joinedload(Activity.context)
            .joinedload(Context.deployment)
            .joinedload(Deployment.registration),
            joinedload(Activity.scenario_version),
        )
    ).one()


def _errand(activity: Activity) -> Errand:
    wanted = Wanted(
        line_items_url=activity.context.line_items_url or "",
        resource_link_id=activity.lti_id or "",
        resource_id=resource_id(activity),
        label=label_of(activity),
        maximum=SCORE_MAXIMUM,
        can_make=activity.context.can_make_line_items,
    )
    platform = platform_of(activity.context.deployment.registration)
    return Errand(activity.id, platform, wanted, activity.column_asked_at is not None)


def resource_id(activity: Activity) -> str:
    """Return what the tool calls an activity towards the gradebook."""
    return f"activity-{activity.id}"
