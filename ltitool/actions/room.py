"""Leading a class through an activity in one room: begin, go on, step back, end."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.actions import audit, gates, marking
from ltitool.core.errors import AlreadyDone, NotFound, NotOpen
from ltitool.core.policy import Rule
from ltitool.core.room import OVER_AFTER, Room, room_of
from ltitool.core.script import Phase
from ltitool.core.scripts import script_of
from ltitool.storage.queries.plan import gates_of
from ltitool.storage.queries.room import people_here
from ltitool.storage.tables import Activity


def room_in(session: Session, activity: Activity) -> Room:
    """Return the session of an activity; raises NotFound where its script is lived elsewhere."""
    script = script_of(activity.script)
    if not script.is_live:
        raise NotFound("This activity is not done together in one room.")
    return room_of(
        script,
        gates_of(session, activity.id),
        began_at=activity.session_began_at,
        ended_at=activity.session_ended_at,
    )


def begin(session: Session, activity: Activity, *, actor_id: int, now: datetime) -> None:
    """Begin the session; one that was ended goes on. Beginning twice is beginning once."""
    room = room_in(session, activity)
    if room.is_running:
        return
    activity.session_began_at = activity.session_began_at or now
    activity.session_ended_at = None
    _note(session, activity, "session begun", actor_id, now)


def go_on(
    session: Session, activity: Activity, phase: Phase, *, actor_id: int, now: datetime
) -> None:
    """Open the next phase for the class; twice is once. Raises AlreadyDone for any other phase."""
    room = room_in(session, activity)
    if room.has_opened(phase):
        return
    if room.following is not phase:
        raise AlreadyDone("The class is at another part by now. Look at the page of the room.")
    gates.open_now(session, activity, phase, actor_id=actor_id, now=now)


def step_back(
    session: Session, activity: Activity, phase: Phase, *, actor_id: int, now: datetime
) -> None:
    """Close the phase that was opened last; for whoever has used it, it stays open."""
    room = room_in(session, activity)
    if not room.has_opened(phase):
        return
    if room.last_opened is not phase:
        raise AlreadyDone("The class is at another part by now. Look at the page of the room.")
    gates.close_again(session, activity, phase, actor_id=actor_id, now=now)


def end(
    session: Session,
    activity: Activity,
    sheet: marking.Sheet | None,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """End the session: everything opens for everybody, so that who was absent can catch up.

    With a `sheet`, who opened the activity in time is noted as having been there.
    """
    room = room_in(session, activity)
    if room.began_at is None:
        raise NotOpen("The session has not begun yet.")
    if room.ended_at is not None:
        return
    for stretch in room.stretches[1:]:
        gates.open_now(session, activity, stretch.phase, actor_id=actor_id, now=now)
    activity.session_ended_at = now
    _note(session, activity, "session ended", actor_id, now)
    if sheet is not None:
        there = people_here(session, activity.id, since=room.began_at, until=now)
        marking.note(sheet, dict.fromkeys(((one, Rule.ATTENDED_LIVE) for one in there), 1))


def end_forgotten(session: Session, *, now: datetime) -> int:
    """End the sessions that nobody has ended, long after they began; return how many."""
    found: Iterable[Activity] = session.scalars(
        select(Activity).where(
            Activity.session_began_at <= now - OVER_AFTER, Activity.session_ended_at.is_(None)
        )
    ).all()
    number = 0
    for activity in found:
        if script_of(activity.script).is_live:
            end(session, activity, None, actor_id=None, now=now)
            number += 1
    return number


def _note(
    session: Session, activity: Activity, what: str, actor_id: int | None, now: datetime
) -> None:
    audit.note(session, what, activity=activity, actor_id=actor_id, details={}, now=now)
