"""Whether groups are asked where they stand."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ltitool.core.plan import Plan
from ltitool.web.forms import PlainForm
from ltitool.web.settings_room import SettingsPart, instructors_only, keep, plan_here
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
    keep(replace(plan_here(), asks_stand=request.form.get("asks") == "yes"))
    return redirect(url_for("visit.teaching.settings.show", saved=1), 303)


def sentence(plan: Plan) -> str:
    """Return whether groups are asked, in one sentence."""
    if plan.asks_stand:
        return str(_("Groups are asked where they stand."))
    return str(_("Groups are not asked where they stand."))


PART = SettingsPart(
    lazy_gettext("Where we stand"),
    "visit.teaching.stand.show",
    sentence,
    is_for_tutors=False,
    is_for_groups=True,
)
