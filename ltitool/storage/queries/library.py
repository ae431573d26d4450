"""The library as one course sees it: what it can choose, and what it has used."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
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


def entry_played(
    session: Session, context_id: int, version: ScenarioVersion
) -> LibraryEntry | None:
    """Return where this course finds a story that it plays.

    That is on its own shelf where a copied course has brought the version of another one along;
    None where it has nothing of that story there any more.
    """
    theirs = version.entry
    if theirs.shelf is not Shelf.COURSE or theirs.context_id == context_id:
        return theirs
    return session.scalar(
        select(LibraryEntry).where(
            LibraryEntry.context_id == context_id, LibraryEntry.scenario_id == theirs.scenario_id
        )
    )


@dataclass(frozen=True)
class InUse:
    """A version of a story that a course plays."""

    version: ScenarioVersion
    activities: int
    """How many of the course play it."""


def played_in_course(session: Session, context_id: int, entry: LibraryEntry) -> list[InUse]:
    """Return which versions of a story the activities of a course play, the newest first.

    Among them are those that a copied course has brought along from the shelf of another one.
    """
    brought_along = and_(
        literal(entry.context_id == context_id),
        LibraryEntry.shelf == Shelf.COURSE,
        LibraryEntry.context_id != context_id,
        LibraryEntry.scenario_id == entry.scenario_id,
    )
    rows = session.execute(
        select(ScenarioVersion, func.count(Activity.id))
        .join(LibraryEntry, LibraryEntry.id == ScenarioVersion.entry_id)
        .join(Activity, Activity.scenario_version_id == ScenarioVersion.id)
        .where(Activity.context_id == context_id, or_(LibraryEntry.id == entry.id, brought_along))
        .group_by(ScenarioVersion.id)
        .order_by(ScenarioVersion.id.desc())
    )
    return [InUse(*row) for row in rows]


def versions_of(session: Session, entry_id: int) -> Sequence[ScenarioVersion]:
    """Return all versions of a story, newest first."""
    return session.scalars(
        select(ScenarioVersion)
        .where(ScenarioVersion.entry_id == entry_id)
        .order_by(ScenarioVersion.id.desc())
    ).all()


def numbers_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the numbers of some versions, as their authors gave them, by id."""
    chosen = ScenarioVersion.id.in_(ids)
    return dict(
        session.execute(select(ScenarioVersion.id, ScenarioVersion.version).where(chosen)).all()
    )


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
