"""Telling those who look after a story what is wrong with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import audit
from ltitool.actions.reader import Reader
from ltitool.core.concern import CONCERNS
from ltitool.core.errors import TooOften
from ltitool.storage.queries import story_reports as queries
from ltitool.storage.tables import StoryReport


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a story."""

    text: str
    scene_id: str
    """Where it was noticed; empty where that is no one scene."""
    is_named: bool
    """Whether the person wants to be named to those who read it."""
    submission_id: str


def tell(session: Session, reader: Reader, wrong: Wrong, *, now: datetime) -> StoryReport:
    """Keep what is wrong with the story that somebody lives through; a form sent twice tells once.

    Raises TooOften, and NotReady where there is no story yet.
    """
    again = queries.submitted(session, reader.person_id, wrong.submission_id)
    if again is not None:
        return again
    version = reader.version
    if queries.number_since(session, reader.person_id, now - CONCERNS.within) >= CONCERNS.number:
        raise TooOften("You have told ten things within this hour. Send more a bit later.")
    report = StoryReport(
        version_id=version.id,
        activity_id=reader.activity.id,
        person_id=reader.person_id,
        scene_id=wrong.scene_id,
        text=wrong.text,
        is_named=wrong.is_named,
        submission_id=wrong.submission_id,
        told_at=now,
    )
    session.add(report)
    session.flush()  # its id is noted, and a double submit must end with one row
    audit.note(
        session,
        "story reported",
        activity=reader.activity,
        details={"report": report.id, "version": version.hash, "scene": wrong.scene_id},
        now=now,
    )
    return report
