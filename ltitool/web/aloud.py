"""Talking aloud, in a room: what to talk about; nothing is written here."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ltitool.core.errors import NotOpen
from ltitool.core.script import Phase, Talk
from ltitool.web import labels
from ltitool.web.place import place

bp = Blueprint("aloud", __name__, url_prefix="/aloud")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the questions of the talk, and what opens after it."""
    where = place()
    where.require(Phase.TALK)
    if where.script.talk is not Talk.ROOM:
        raise NotOpen("The talk of this activity is written.")
    return render_template(
        "aloud.html",
        place=where,
        how=labels.ALOUD[where.script.id],
        prompts=where.scenario.prompts(is_written=False),
        scenario=where.scenario,
        steps=where.steps,
        current_phase=Phase.TALK,
    )
