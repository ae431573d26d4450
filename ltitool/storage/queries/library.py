"""The library as one course sees it: what it can choose, and what it has used."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from ltitool.core.library import NEAREST_FIRST, Shelf
from ltitool.storage.tables import (
    Activity,
    Attempt,
    AuditEntry,
    LibraryEntry,
    OtherStory,
    ScenarioVersion,
)

UPDATES = ("text fix rolled out", "story migrated")


def offered(session: Session, context_id: int) -> list[ScenarioVersion]:
    """Return the newest version of every story that this course can choose, its own first."""
    rows = session.scalars(_newest(context_id).where(LibraryEntry.is_retired.is_(False))).all()
    return sorted(rows, key=lambda one: (NEAREST_FIRST.index(one.entry.shelf), one.title.lower()))


def listed(session: Session, context_id: int) -> list[ScenarioVersion]:
    """Return the newest version of every story this course sees, retired ones last."""
    rows = session.scalars(_newest(context_id)).all()
    return sorted(
        rows,
        key=lambda one: (
            one.entry.is_retired,
            NEAREST_FIRST.index(one.entry.shelf),
            one.title.lower(),
        ),
    )


def by_scenario_id(
    session: Session, scenario_id: str, context_id: int | None = None
) -> ScenarioVersion | None:
    """Return the newest version of one story; of several, the one nearest to the course."""
    rows = session.scalars(_newest(context_id).where(LibraryEntry.scenario_id == scenario_id)).all()
    return min(rows, key=lambda one: NEAREST_FIRST.index(one.entry.shelf), default=None)


def entry_by_id(session: Session, context_id: int, entry_id: int) -> LibraryEntry | None:
    """Return a story of the library if this course sees it."""
    return session.scalar(
        select(LibraryEntry).where(LibraryEntry.id == entry_id, _is_seen_by(context_id))
    )


def versions_of(session: Session, entry_id: int) -> Sequence[ScenarioVersion]:
    """Return all versions of a story, newest first."""
    return session.scalars(
        select(ScenarioVersion)
        .where(ScenarioVersion.entry_id == entry_id)
        .order_by(ScenarioVersion.id.desc())
    ).all()


def uses_of(session: Session, entry_id: int) -> int:
    """Return how many activities, people and attempts have any version of this story."""
    of_entry = select(ScenarioVersion.id).where(ScenarioVersion.entry_id == entry_id)
    activities = select(func.count()).where(Activity.scenario_version_id.in_(of_entry))
    attempts = select(func.count()).where(Attempt.scenario_version_id.in_(of_entry))
    people = select(func.count()).where(OtherStory.version_id.in_(of_entry))
    return sum(session.scalar(number) or 0 for number in (activities, attempts, people))


def _is_seen_by(context_id: int | None) -> ColumnElement[bool]:
    return or_(LibraryEntry.shelf != Shelf.COURSE, LibraryEntry.context_id == context_id)


def _newest(context_id: int | None) -> Select[ScenarioVersion]:
    newest = select(func.max(ScenarioVersion.id)).group_by(ScenarioVersion.entry_id)
    return (
        select(ScenarioVersion)
        .join(LibraryEntry)
        .where(ScenarioVersion.id.in_(newest), _is_seen_by(context_id))
        .options(joinedload(ScenarioVersion.entry))
    )


def updates_of(session: Session, activity_id: int) -> Sequence[AuditEntry]:
    """Return when an activity took over newer versions of its story, newest first."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.activity_id == activity_id, AuditEntry.action.in_(UPDATES))
        .order_by(AuditEntry.id.desc())
    ).all()
