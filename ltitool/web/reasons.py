"""Others' reasons: what was drawn for this person, and the challenge to their own answer."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import story as actions
from ltitool.core.errors import InputRefused
from ltitool.core.script import Phase
from ltitool.storage.queries import story as queries
from ltitool.web import labels
from ltitool.web.forms import PlainForm
from ltitool.web.place import fresh_place, place, reader
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("reasons", __name__, url_prefix="/reasons")

LONGEST_NUMBER = 4


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show three to five reasons, unsigned and without counts."""
    where = place()
    where.require(Phase.REASONS)
    decision = where.scenario.talk_decision
    own = queries.first_commitment(where.attempts, decision.id)
    asked = queries.consults_asked(db(), own.attempt_id) if own else set()
    return render_template(
        "reasons.html",
        decision=decision,
        own=own,
        scenario=where.scenario,
        scene=where.scenario.scene_of(decision.id),
        asked=asked,
        voices=queries.voices_shown(db(), here().activity_id, here().person_id),
        has_read=where.standing.has_read_reasons,
        talk_url=url_for(where.endpoint(Phase.TALK)),
        talk_label=labels.TALK_WORDS[where.script.talk][0],
        form=PlainForm(),
        steps=where.steps,
        current_phase=Phase.REASONS,
    )


@bp.post("/")
def go_on() -> ResponseReturnValue:
    """Record that they were read, and go on to what is next."""
    place().require(Phase.REASONS)
    actions.read_reasons(db(), reader(), hardest=_hardest(), now=now())
    where = fresh_place()
    following = where.next_step
    return redirect(
        following.url if following and following.url else url_for("visit.activity.front"), 303
    )


def _hardest() -> int | None:
    """Return the position of the reason marked as the hardest to answer; raises InputRefused."""
    marked = request.form.get("hardest", "")
    if not marked:
        return None
    if not (marked.isascii() and marked.isdecimal() and len(marked) < LONGEST_NUMBER):
        raise InputRefused("There is no such reason here. Mark one of those on the page.")
    return int(marked)
