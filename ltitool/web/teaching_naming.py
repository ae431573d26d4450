"""By what name people are shown, and how long their words are kept: what an instructor sets."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, ValidationError

from ltitool.actions import grouping as actions
from ltitool.actions.teaching import has_been_decided
from ltitool.core.audience import FOR_STAFF, KEEP_DAYS, Naming, apart
from ltitool.core.plan import Plan
from ltitool.core.roles import Role
from ltitool.core.script import Phase
from ltitool.web.settings_room import SettingsPart, instructors_only, phase_label, plan_here
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("naming", __name__, url_prefix="/settings/names")

NAMINGS = {
    Naming.ALIAS: (
        lazy_gettext("An alias"),
        lazy_gettext("The teaching staff can find out who somebody is, with a reason. Logged."),
    ),
    Naming.SEALED: (
        lazy_gettext("An alias that tutors cannot look behind"),
        lazy_gettext("Only an instructor can find out who somebody is, with a reason. Logged."),
    ),
    Naming.NAMED: (
        lazy_gettext("The person’s name"),
        lazy_gettext("Everybody in a group sees who writes. An alias where the LMS sends no name."),
    ),
}
SAME = ("", lazy_gettext("The same as in the talk"))
"""The usual way for what only staff read."""
KEPT = {
    90: lazy_gettext("90 days"),
    180: lazy_gettext("180 days"),
    365: lazy_gettext("one year"),
    1095: lazy_gettext("three years"),
}


class NamingForm(FlaskForm):
    """By what name, and for how long."""

    naming = RadioField(validate_choice=False)
    decide = RadioField(validate_choice=False)
    again = RadioField(validate_choice=False)
    reflect = RadioField(validate_choice=False)
    keep_days = RadioField(validate_choice=False)

    @property
    def apart(self) -> dict[Phase, Naming]:
        """What a valid form sets for phases that do not go with the talk."""
        chosen = {phase: self[phase.value].data for phase in FOR_STAFF}
        return {phase: Naming(own) for phase, own in chosen.items() if own}

    def validate_naming(self, field: RadioField) -> None:
        """One of the ways there are."""
        if field.data not in set(Naming):
            raise ValidationError(_("Choose how people are shown"))

    def validate_decide(self, field: RadioField) -> None:
        """One of the ways there are, or the same as in the talk."""
        if field.data and field.data not in set(Naming):
            raise ValidationError(_("Choose how staff see people here"))

    validate_again = validate_reflect = validate_decide

    def validate_keep_days(self, field: RadioField) -> None:
        """One of the times offered."""
        if field.data not in {str(days) for days in KEEP_DAYS}:
            raise ValidationError(_("Choose how long words are kept"))


@bp.get("")
def show() -> ResponseReturnValue:
    """Show how people are shown, in a form for instructors."""
    return _page(_form())


@bp.post("")
def save() -> ResponseReturnValue:
    """Set it for what is written from now on."""
    instructors_only()
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    plan = replace(
        plan_here(),
        naming=Naming(form.naming.data),
        namings=apart(Naming(form.naming.data), form.apart),
        keep_days=int(form.keep_days.data),
    )
    actions.change(db(), here().activity, plan, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", saved=1), 303)


def said(plan: Plan) -> str:
    """Return how people are shown, in a sentence; in one more for each part that differs."""
    everywhere = _(
        "Readers see %(name)s; words are kept for %(time)s.",
        name=str(NAMINGS[plan.naming][0]).lower(),
        time=KEPT.get(plan.keep_days, plan.keep_days),
    )
    elsewhere = [
        _(
            "In “%(phase)s” staff see %(name)s.",
            phase=phase_label(phase),
            name=str(NAMINGS[own][0]).lower(),
        )
        for phase, own in plan.namings.items()
    ]
    return " ".join([everywhere, *elsewhere])


PART = SettingsPart(
    lazy_gettext("Names, and how long words are kept"), "visit.teaching.naming.show", said
)


def _form() -> NamingForm:
    plan = plan_here()
    kept = {"naming": plan.naming.value, "keep_days": str(plan.keep_days)}
    return NamingForm(data=kept | {phase.value: own.value for phase, own in plan.namings.items()})


def _page(form: NamingForm) -> str:
    activity = here().activity
    is_fixed = has_been_decided(db(), activity)
    return render_template(
        "teaching/naming.html",
        form=form,
        said=said(plan_here()),
        namings=NAMINGS,
        staff_see=[SAME, *((value, words) for value, (words, _about) in NAMINGS.items())],
        parts=[(form[phase.value], phase_label(phase)) for phase in FOR_STAFF],
        is_apart=any(form[phase.value].data or form[phase.value].errors for phase in FOR_STAFF),
        kept={
            str(days): words
            for days, words in KEPT.items()
            if days <= activity.keep_days or not is_fixed
        },
        is_fixed=is_fixed,
        has_story=activity.scenario_version_id is not None,
        can_change=here().role is Role.INSTRUCTOR,
        is_saved="saved" in request.args and not form.errors,
    )
