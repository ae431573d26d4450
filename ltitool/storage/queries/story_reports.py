"""What people have told of a story; without who told it, unless they said so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

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
    """Return what people of one course have told of a story, the newest first."""
    return _read(
        session,
        _reports()
        .join(Activity, Activity.id == StoryReport.activity_id)
        .where(Activity.context_id == context_id, ScenarioVersion.entry_id == entry_id)
        .limit(MOST_SHOWN),
    )


def told_everywhere(session: Session) -> list[Reported]:
    """Return what people have told of stories that no single course looks after."""
    of_everybody = LibraryEntry.shelf != Shelf.COURSE
    return _read(
        session,
        _reports()
        .join(LibraryEntry, LibraryEntry.id == ScenarioVersion.entry_id)
        .where(of_everybody),
    )


def _reports() -> Select[StoryReport, ScenarioVersion, str]:
    told_by = case((StoryReport.is_named.is_(True), Person.name), else_="")
    return (
        select(StoryReport, ScenarioVersion, told_by)
        .join(ScenarioVersion, ScenarioVersion.id == StoryReport.version_id)
        .join(Person, Person.id == StoryReport.person_id)
        .order_by(StoryReport.id.desc())
    )


def _read(session: Session, reports: Select[StoryReport, ScenarioVersion, str]) -> list[Reported]:
    return [Reported(*row) for row in session.execute(reports)]
