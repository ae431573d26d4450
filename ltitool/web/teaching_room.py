"""One room: an instructor leads a class through the activity, and a screen shows where it is."""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

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
from ltitool.web.session_board import Board, Line
from ltitool.web.settings_room import affected_by, instructors_only, phase_label
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story
from ltitool.web.words import moment

COUNTED = {Phase.DECIDE, Phase.REASONS, Phase.AGAIN, Phase.REFLECT}
"""The phases that end with something of one's own; the others are talk, or reading."""
bp = Blueprint("room", __name__, url_prefix="/room")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show where the class is, who is here in numbers, and what comes next."""
    found = _board()
    return render_template("teaching/room.html", overtaken=_overtaken(found["board"]), **found)


@bp.get("/now")
def status() -> ResponseReturnValue:
    """Show the session alone, for the page that asks again; 304 while nothing moves."""
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
    return _ask(_room().following, is_open=True)


@bp.post("/next")
def go_on() -> ResponseReturnValue:
    """Open the next part; where it was open already, the page of the room says since when."""
    instructors_only()
    phase = _phase()
    asked = phase if _room().has_opened(phase) else None
    actions.go_on(db(), here().activity, phase, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", asked=asked), 303)


@bp.get("/back")
def confirm_back() -> ResponseReturnValue:
    """Say for whom the last part would close again, and who keeps it."""
    instructors_only()
    return _ask(_room().last_opened, is_open=False)


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
    if not _room().is_running:
        return redirect(url_for(".show"), 303)
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


def _overtaken(board: Board) -> str:
    """Say what has happened meanwhile to the part that was pressed on a page gone out of date."""
    asked = request.args.get("asked", "")
    line = next((line for line in board.lines if line.phase == asked), None)
    if line is None:
        return ""
    if line.opened_at is None:
        return _("The session has moved meanwhile. This is where it is now.")
    return _(
        "“%(part)s” has been open since %(time)s. Nothing else was opened.",
        part=line.label,
        time=moment(line.opened_at, "time").striptags(),
    )


def _ask(phase: Phase | None, *, is_open: bool) -> ResponseReturnValue:
    asked = request.args.get("phase", phase)
    if phase is None or asked != phase:
        return redirect(url_for(".show", asked=asked), 303)
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
            stretch.phase,
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
        "following": room.following,
        "last_opened": room.last_opened,
        "phase_label": phase_label,
        "asks_there": any(step.rule is Rule.ATTENDED_LIVE for step in asked),
    }


def _instruction(phase: Phase) -> str:
    is_talk = phase is Phase.TALK
    return str(labels.ALOUD[here().activity.script] if is_talk else labels.IN_THE_ROOM[phase])


def _told() -> dict[str, Any]:
    """Return what the wall says to the class: what to do now, and the questions of the talk."""
    now_at, scenario = _room().now, story()
    is_talk = now_at is not None and now_at.phase is Phase.TALK
    return {
        "scenario": scenario,
        "instruction": _instruction(now_at.phase) if now_at else "",
        "prompts": scenario.prompts(is_written=False) if is_talk else (),
    }
