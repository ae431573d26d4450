"""Telling those who look after a story what is wrong with it, and ticking off what is seen to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ltitool.actions import audit, drafts
from ltitool.actions.reader import Reader
from ltitool.core.concern import CONCERNS
from ltitool.core.errors import NotAllowed, TooOften
from ltitool.storage.queries import story_reports as queries
from ltitool.storage.tables import Activity, ScenarioVersion, StoryReport


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
    drafts.forget(session, reader, draft_place(wrong.scene_id))
    audit.note(
        session,
        "story reported",
        activity=reader.activity,
        details={"report": report.id, "version": version.hash, "scene": wrong.scene_id},
        now=now,
    )
    return report


def draft_place(scene_id: str) -> str:
    """Return where what is typed about a scene is kept until it is told; "" is the whole story."""
    return f"wrong:{scene_id}"


def see_to(
    session: Session, activity: Activity, report: StoryReport, *, actor_id: int, now: datetime
) -> None:
    """Tick off a report of a story that this course looks after; raises NotAllowed for others."""
    _require_own(session, activity, report)
    tick(session, report, actor_id=actor_id, now=now)


def open_again(
    session: Session, activity: Activity, report: StoryReport, *, actor_id: int, now: datetime
) -> None:
    """Take that back."""
    _require_own(session, activity, report)
    untick(session, report, actor_id=actor_id, now=now)


def tick(session: Session, report: StoryReport, *, actor_id: int | None, now: datetime) -> None:
    """Tick off a report; `actor_id` is None for those who run the tool."""
    if report.seen_to_at is None:
        report.seen_to_at, report.seen_to_by_id = now, actor_id
        _note(session, "story report seen to", report, actor_id, now)


def untick(session: Session, report: StoryReport, *, actor_id: int | None, now: datetime) -> None:
    """Open a report again that was ticked off."""
    if report.seen_to_at is not None:
        report.seen_to_at, report.seen_to_by_id = None, None
        _note(session, "story report opened again", report, actor_id, now)


def _require_own(session: Session, activity: Activity, report: StoryReport) -> None:
    version = session.get_one(ScenarioVersion, report.version_id)
    if version.entry.context_id != activity.context_id:
        raise NotAllowed("Those who run Kaleidoscope here look after this story.")


def _note(
    session: Session, action: str, report: StoryReport, actor_id: int | None, now: datetime
) -> None:
    audit.note(
        session,
        action,
        activity=session.get_one(Activity, report.activity_id),
        actor_id=actor_id,
        details={"report": report.id},
        now=now,
    )
