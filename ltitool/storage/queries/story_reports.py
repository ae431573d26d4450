"""What people have told of a story; without who told it, unless they said so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from ltitool.core.library import Shelf
from ltitool.storage.tables import Activity, LibraryEntry, Person, ScenarioVersion, StoryReport

MOST_SHOWN = 50


@dataclass(frozen=True)
class Reported:
    """One report as those who look after the story read it."""

    report: StoryReport
    version: ScenarioVersion
    told_by: str
    """Empty where the person did not want to be named, or has no name."""
    seen_to_by: str
    """Empty while it is open, where those saw to it who run the tool, or who has no name."""


def submitted(session: Session, person_id: int, submission_id: str) -> StoryReport | None:
    """Return what this form has already told, if it was sent twice."""
    return session.scalar(
        select(StoryReport).where(
            StoryReport.person_id == person_id, StoryReport.submission_id == submission_id
        )
    )


def number_since(session: Session, person_id: int, since: datetime) -> int:
    """Return how often a person has told something of any story since then."""
    number = session.scalar(
        select(func.count()).where(StoryReport.person_id == person_id, StoryReport.told_at > since)
    )
    return number or 0


def told_in_course(session: Session, context_id: int, entry_id: int) -> list[Reported]:
    """Return what people of one course have told of a story, open reports first."""
    return _read(
        session,
        _reports()
        .join(Activity, Activity.id == StoryReport.activity_id)
        .where(Activity.context_id == context_id, ScenarioVersion.entry_id == entry_id)
        .limit(MOST_SHOWN),
    )


def told_everywhere(session: Session) -> list[Reported]:
    """Return what people have told of stories of no single course, open reports first."""
    return _read(
        session,
        _reports()
        .join(LibraryEntry, LibraryEntry.id == ScenarioVersion.entry_id)
        .where(LibraryEntry.shelf != Shelf.COURSE),
    )


def open_in_course(session: Session, context_id: int) -> dict[int, int]:
    """Return how many open reports people of a course have told, by the story they are of."""
    rows = session.execute(
        select(ScenarioVersion.entry_id, func.count())
        .join(StoryReport, StoryReport.version_id == ScenarioVersion.id)
        .join(Activity, Activity.id == StoryReport.activity_id)
        .where(Activity.context_id == context_id, StoryReport.seen_to_at.is_(None))
        .group_by(ScenarioVersion.entry_id)
    )
    return dict(rows.all())


def report_of(session: Session, entry: LibraryEntry, report_id: int) -> StoryReport | None:
    """Return a report if it is of this story."""
    return session.scalar(
        select(StoryReport)
        .join(ScenarioVersion, ScenarioVersion.id == StoryReport.version_id)
        .where(StoryReport.id == report_id, ScenarioVersion.entry_id == entry.id)
    )


def _reports() -> Select[StoryReport, ScenarioVersion, str, str]:
    told_by = case((StoryReport.is_named.is_(True), Person.name), else_="")
    done = aliased(Person)
    return (
        select(StoryReport, ScenarioVersion, told_by, func.coalesce(done.name, ""))
        .join(ScenarioVersion, ScenarioVersion.id == StoryReport.version_id)
        .join(Person, Person.id == StoryReport.person_id)
        .outerjoin(done, done.id == StoryReport.seen_to_by_id)
        .order_by(StoryReport.seen_to_at.is_not(None), StoryReport.id.desc())
    )


def _read(
    session: Session, reports: Select[StoryReport, ScenarioVersion, str, str]
) -> list[Reported]:
    return [Reported(*row) for row in session.execute(reports)]
