"""One room: an instructor leads a class through the activity, and a screen shows where it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ltitool.actions import gates, marking
from ltitool.actions import room as actions
from ltitool.core.errors import NotFound
from ltitool.core.policy import Rule
from ltitool.core.room import Room
from ltitool.core.script import Phase
from ltitool.storage.queries.progress import rules_of
from ltitool.storage.queries.room import people_here
from ltitool.storage.queries.standings import standings_in
from ltitool.web import labels
from ltitool.web.forms import PlainForm
from ltitool.web.settings_room import affected_by, instructors_only, phase_label
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story

COUNTED = {Phase.DECIDE, Phase.REASONS, Phase.AGAIN, Phase.REFLECT}
"""The phases that end with something of one's own; the others are talk, or reading."""
bp = Blueprint("room", __name__, url_prefix="/room")


@dataclass(frozen=True)
class Line:
    """One phase of the session as the page of the room prints it."""

    label: str
    minutes: int
    opened_at: datetime | None
    is_now: bool
    done: int | None
    """How many of those who are here have done it, never what they chose; None where nothing is."""


@dataclass(frozen=True)
class Board:
    """What is known of a session: the plan, and how many are here and have done what."""

    room: Room
    lines: list[Line]
    here: int
    at: datetime
    """When this was asked."""

    @property
    def current(self) -> Line | None:
        """The phase that the class is at."""
        return next((line for line in self.lines if line.is_now), None)

    @property
    def planned_until(self) -> datetime | None:
        """Until when the phase was meant to last that the class is at."""
        line = self.current
        if line is None or line.opened_at is None:
            return None
        return line.opened_at + timedelta(minutes=line.minutes)

    @property
    def minutes_left(self) -> int:
        """How many minutes of the plan the current phase has left; a begun one is one."""
        until = self.planned_until
        return -((self.at - until) // timedelta(minutes=1)) if until else 0

    @property
    def time_left(self) -> str:
        """How much of the time planned for the current phase is left, in words."""
        if self.minutes_left <= 0:
            return _("The time planned for this is over")
        return ngettext("One minute left", "%(num)d minutes left", self.minutes_left)

    @property
    def mark(self) -> str:
        """What changes whenever anything on the board does."""
        counts = "-".join(str(line.done) for line in self.lines)
        opened = sum(line.opened_at is not None for line in self.lines)
        told = opened, self.here, counts, self.room.is_running, max(self.minutes_left, 0)
        return "-".join(map(str, told))


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show where the class is, who is here in numbers, and what comes next."""
    return render_template("teaching/room.html", **_board())


@bp.get("/now")
def status() -> ResponseReturnValue:
    """Show the board alone, for the page that asks again; 304 while nothing moves."""
    return _fresh("teaching/_board.html")


@bp.get("/screen")
def screen() -> ResponseReturnValue:
    """Show the part the class is at, for the wall: no names, no answers, no numbers of answers."""
    return render_template("teaching/screen.html", **_board(), **_told())


@bp.get("/screen/now")
def screen_status() -> ResponseReturnValue:
    """Show what is on the wall, for the screen that asks again; 304 while nothing moves."""
    return _fresh("teaching/_screen.html")


@bp.post("/begin")
def begin() -> ResponseReturnValue:
    """Begin the session, or go on with one that was ended."""
    instructors_only()
    actions.begin(db(), here().activity, actor_id=here().person_id, now=now())
    return redirect(url_for(".show"), 303)


@bp.get("/next")
def confirm_next() -> ResponseReturnValue:
    """Say for whom the next part opens, and who is not there yet."""
    instructors_only()
    phase = _room().following
    return redirect(url_for(".show"), 303) if phase is None else _ask(phase, is_open=True)


@bp.post("/next")
def go_on() -> ResponseReturnValue:
    """Open the next part."""
    instructors_only()
    actions.go_on(db(), here().activity, _phase(), actor_id=here().person_id, now=now())
    return redirect(url_for(".show"), 303)


@bp.get("/back")
def confirm_back() -> ResponseReturnValue:
    """Say for whom the last part would close again, and who keeps it."""
    instructors_only()
    phase = _room().last_opened
    return redirect(url_for(".show"), 303) if phase is None else _ask(phase, is_open=False)


@bp.post("/back")
def step_back() -> ResponseReturnValue:
    """Close the part that was opened last."""
    instructors_only()
    actions.step_back(db(), here().activity, _phase(), actor_id=here().person_id, now=now())
    return redirect(url_for(".show"), 303)


@bp.get("/end")
def confirm_end() -> ResponseReturnValue:
    """Say what ending the session does."""
    instructors_only()
    return render_template("teaching/room_end.html", form=PlainForm(), **_board())


@bp.post("/end")
def end() -> ResponseReturnValue:
    """End the session, and note who was there where the instructor wants that."""
    instructors_only()
    visit = here()
    sheet = marking.Sheet(db(), visit.activity, story(), visit.person_id, now())
    notes = sheet if "attendance" in request.form else None
    actions.end(db(), visit.activity, notes, actor_id=visit.person_id, now=now())
    return redirect(url_for(".show"), 303)


def _room() -> Room:
    return actions.room_in(db(), here().activity)


def _phase() -> Phase:
    named = request.form.get("phase", "")
    if named not in set(Phase):
        raise NotFound("There is no such part in this activity.")
    return Phase(named)


def _ask(phase: Phase, *, is_open: bool) -> str:
    found = gates.effects_of_one(db(), here().activity, phase, is_open=is_open, now=now())
    return render_template(
        "teaching/room_step.html",
        phase=phase,
        label=phase_label(phase),
        is_open=is_open,
        affected=affected_by(found),
        form=PlainForm(),
        **_board(),
    )


def _fresh(template: str) -> ResponseReturnValue:
    board = _board()
    answer = jsonify(page=render_template(template, **board, **_told()))
    answer.set_etag(board["board"].mark)
    return answer.make_conditional(request)


def _board() -> dict[str, Any]:
    room, activity = _room(), here().activity
    present = (
        people_here(db(), activity.id, since=room.began_at, until=room.ended_at)
        if room.began_at is not None
        else set()
    )
    standings = [one for who, (_row, one) in standings_in(db(), activity).items() if who in present]
    lines = [
        Line(
            phase_label(stretch.phase),
            stretch.minutes,
            stretch.opened_at,
            stretch.is_now,
            sum(one.has_done(stretch.phase) for one in standings)
            if stretch.phase in COUNTED
            else None,
        )
        for stretch in room.stretches
    ]
    asked = rules_of(db(), activity.id).policy.asked
    return {
        "board": Board(room, lines, len(present), now()),
        "following": phase_label(room.following) if room.following else "",
        "last_opened": phase_label(room.last_opened) if room.last_opened else "",
        "asks_there": any(step.rule is Rule.ATTENDED_LIVE for step in asked),
    }


def _instruction(phase: Phase) -> str:
    is_talk = phase is Phase.TALK
    return str(labels.ALOUD[here().activity.script] if is_talk else labels.IN_THE_ROOM[phase])


def _told() -> dict[str, Any]:
    """Return what the wall says to the class: what to do now, and the questions of the talk."""
    now_at, scenario = _room().now, story()
    discussion = scenario.discussion or {}
    is_talk = now_at is not None and now_at.phase is Phase.TALK
    return {
        "scenario": scenario,
        "instruction": _instruction(now_at.phase) if now_at else "",
        "prompts": discussion.get(scenario.talk_decision.id, ()) if is_talk else (),
    }
