"""Whether groups are asked where they stand."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import teaching as actions
from ltitool.core.errors import NotReady
from ltitool.storage.queries.plan import plan_of
from ltitool.web.forms import PlainForm
from ltitool.web.settings_room import instructors_only
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("stand", __name__, url_prefix="/settings/stand")


@bp.get("")
def show() -> ResponseReturnValue:
    """Ask whether groups say where they stand."""
    instructors_only()
    return render_template(
        "teaching/stand.html", asks_stand=here().activity.asks_stand, form=PlainForm()
    )


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep whether groups are asked."""
    instructors_only()
    activity = here().activity
    if activity.scenario_version is None:
        raise NotReady("Choose a story first.")
    plan = replace(plan_of(db(), activity), asks_stand=request.form.get("asks") == "yes")
    actions.configure(
        db(),
        activity,
        version=activity.scenario_version,
        plan=plan,
        actor_id=here().person_id,
        now=now(),
    )
    return redirect(url_for("visit.teaching.settings.show", saved=1), 303)
