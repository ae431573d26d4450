"""In one room: a page says that the class has gone on, and moves nothing that is read or typed."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from ltitool.core.errors import NotReady
from ltitool.core.room import room_of
from ltitool.storage.queries.room import last_opening
from ltitool.web.place import place
from ltitool.web.steps import Step
from ltitool.web.transaction import db
from ltitool.web.visit import here

bp = Blueprint("class_now", __name__)


@bp.get("/onward")
def onward() -> ResponseReturnValue:
    """Show what is next, for a page that waits in one room; 304 until another part is opened."""
    return _fresh("activity/_onward.html")


@bp.get("/class-now")
def show() -> ResponseReturnValue:
    """Say where the class has gone on to from the part `at`; 304 until another part is opened."""
    return _fresh("activity/_class_now.html")


@bp.app_context_processor
def _of_the_class() -> dict[str, object]:
    return {"class_ahead": class_ahead, "class_mark": class_mark}


def class_ahead(at: str) -> Step | None:
    """Return the part that the class has gone on to; None where the reader of `at` is with it.

    Who goes through it alone, or through another story, follows no class. `at` is the phase of a
    page, or empty for a page that belongs to none.
    """
    where, activity = place(), here().activity
    if not where.script.is_live:
        return None
    room = room_of(
        where.script,
        where.gates,
        began_at=activity.session_began_at,
        ended_at=activity.session_ended_at,
    )
    order: list[str] = [step.state.phase for step in where.steps]
    if room.now is None or room.now.phase not in order:
        return None
    reached = order.index(room.now.phase)
    step = where.steps[reached]
    is_ahead = reached > (order.index(at) if at in order else 0)
    return step if is_ahead and not step.state.is_done else None


def class_mark() -> str:
    """Return what changes whenever another part is opened or closed, as this page has found it."""
    opened = [gate.opened_at for gate in place().gates.values() if gate.opened_at is not None]
    return _mark(len(opened), max(opened, default=None))


def _mark(opened: int, newest_at: datetime | None) -> str:
    return f"{opened}-{newest_at.isoformat() if newest_at else ''}"


def _fresh(template: str) -> ResponseReturnValue:
    mark = _mark(*last_opening(db(), here().activity_id))
    if request.if_none_match.contains(mark):
        return "", HTTPStatus.NOT_MODIFIED
    if here().activity.scenario_version is None:
        raise NotReady("Nobody has chosen a story for this link yet.")
    page = render_template(template, place=place(), current_phase=request.args.get("at", ""))
    answer = jsonify(page=page)
    answer.set_etag(mark)
    return answer
