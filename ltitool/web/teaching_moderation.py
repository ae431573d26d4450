"""What learners have told the staff: a queue of which anybody on the staff can take a row.

Learners stand here by their aliases; who told something is found out with a reason, on a page of
its own.
"""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import concerns as actions
from ltitool.core.errors import NotFound
from ltitool.storage.queries import concerns as queries
from ltitool.storage.tables import Concern
from ltitool.web.revealing import can_find_out, may_find_out, why
from ltitool.web.teaching_forms import ReasonForm
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("moderation", __name__, url_prefix="/moderation")

DEEDS: dict[str, Callable[..., None]] = {
    "take": actions.take,
    "give-back": actions.give_back,
    "close": actions.close,
    "reopen": actions.reopen,
}


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show what nobody has seen to yet, and the last rows that somebody has."""
    activity_id = here().activity_id
    return render_template(
        "teaching/moderation.html",
        waiting=queries.open_in(db(), activity_id),
        closed=queries.closed_in(db(), activity_id),
        can_find_out=can_find_out,
    )


@bp.post("/<int:concern_id>")
def act(concern_id: int) -> ResponseReturnValue:
    """Take a row, give it back, say that it has been seen to, or take that back."""
    deed = DEEDS.get(request.form.get("do", ""))
    if deed is None:
        raise NotFound("There is no such thing to do here.")
    deed(db(), here().activity, concern_id, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", _anchor=f"concern-{concern_id}"), 303)


@bp.get("/<int:concern_id>/who")
def ask_who(concern_id: int) -> ResponseReturnValue:
    """Say what looking behind the alias does, and ask why."""
    return _who_page(_told(concern_id), why())


@bp.post("/<int:concern_id>/who")
def who(concern_id: int) -> ResponseReturnValue:
    """Lead to the page of whoever told something."""
    concern, form = _told(concern_id), why()
    if not form.validate_on_submit():
        return _who_page(concern, form), 422
    person_id = actions.who_told(
        db(), here().activity, concern_id, form.words, actor_id=here().person_id, now=now()
    )
    return redirect(url_for("visit.teaching.people.show", person_id=person_id), 303)


def _told(concern_id: int) -> Concern:
    """Return what somebody told, where this visitor may find out who; raises NotAllowed."""
    found = db().get(Concern, concern_id)
    if found is None or found.activity_id != here().activity_id:
        raise NotFound("There is no such row in this activity.")
    may_find_out(found.naming)
    return found


def _who_page(concern: Concern, form: ReasonForm) -> str:
    return render_template("teaching/who.html", concern=concern, form=form)
