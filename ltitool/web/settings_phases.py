"""Which phases there are, in which order, and what opens each."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, ValidationError

from ltitool.actions import gates
from ltitool.actions.scripts import has_been_talked
from ltitool.core.plan import Plan
from ltitool.core.roles import Role
from ltitool.core.script import USUAL_SHARE, Gate, GateKind, Phase
from ltitool.core.scripts import SCRIPTS, script_of
from ltitool.storage.queries.plan import gates_of
from ltitool.web import labels
from ltitool.web.forms import PlainForm
from ltitool.web.settings_room import (
    SettingsPart,
    affected_by,
    instructors_only,
    keep,
    phase_label,
    plan_here,
    preview,
)
from ltitool.web.teaching_forms import YEARS
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("phases", __name__, url_prefix="/phases")

AS_IT_IS = ""
SHARES = range(1, 101)
DATED = {GateKind.DATE, GateKind.DATE_OR_READY}
SHARED = {GateKind.READY, GateKind.DATE_OR_READY}


class PhasesForm(FlaskForm):
    """A script, and for each phase what opens it."""

    script = RadioField(validate_choice=False)

    is_talk_fixed: bool
    zone: ZoneInfo

    @classmethod
    def of(cls, plan: Plan, *, is_talk_fixed: bool) -> "PhasesForm":
        """Return the form as the plan is, or as it was filled in."""
        values: dict[str, str] = {"script": plan.script}
        zone = ZoneInfo(plan.time_zone)
        for phase, gate in plan.gates.items():
            values[f"gate_{phase}"] = gate.kind.value
            values[f"share_{phase}"] = str(gate.share)
            if gate.opens_at:
                local = gate.opens_at.astimezone(zone)
                values[f"date_{phase}"] = local.strftime("%Y-%m-%dT%H:%M")
        form = cls(data=values)
        form.is_talk_fixed, form.zone = is_talk_fixed, zone
        for phase in Phase:
            form[f"gate_{phase}"].choices = [(k, str(words)) for k, words in KINDS.items()]
        return form

    def gates(self) -> dict[Phase, Gate]:
        """Return the gates that a valid form sets; a phase left as the script has it has none."""
        found = {}
        for phase in Phase:
            kind = self[f"gate_{phase}"].data or AS_IT_IS
            if kind == AS_IT_IS:
                continue
            opens_at = self._date(phase) if GateKind(kind) in _MAY_HAVE_DATE else None
            share = self[f"share_{phase}"].data
            found[phase] = Gate(GateKind(kind), opens_at, int(share or USUAL_SHARE))
        return found

    def validate_script(self, field: RadioField) -> None:
        """One of the scripts; where people have talked already, one that talks the same way."""
        if field.data not in SCRIPTS:
            raise ValidationError(gettext("Choose one of these"))
        before = script_of(here().activity.script)
        if self.is_talk_fixed and script_of(field.data).talk is not before.talk:
            raise ValidationError(
                gettext("Somebody has written in the talk already, so people go on that way")
            )

    def _date(self, phase: Phase) -> datetime | None:
        typed = (self[f"date_{phase}"].data or "").strip()
        if not typed:
            return None
        return datetime.fromisoformat(typed).replace(tzinfo=self.zone).astimezone(UTC)


def _valid_kind(form: FlaskForm, field: SelectField) -> None:
    if field.data not in KINDS:
        raise ValidationError(gettext("Choose one of these"))
    typed = form[field.name.replace("gate_", "date_")].data
    if field.data in DATED and not (typed or "").strip():
        raise ValidationError(gettext("A date is missing"))


def _valid_date(_form: FlaskForm, field: StringField) -> None:
    try:
        typed = (field.data or "").strip()
        found = datetime.fromisoformat(typed) if typed else None
    except ValueError as unreadable:
        raise ValidationError(gettext("Write the date as 2027-02-09 10:00")) from unreadable
    if found is not None and found.year not in YEARS:
        raise ValidationError(gettext("That year cannot be meant"))


def _valid_share(_form: FlaskForm, field: StringField) -> None:
    typed = field.data or ""
    if typed and not (typed.isascii() and typed.isdecimal() and int(typed[:4]) in SHARES):
        raise ValidationError(gettext("A share is a whole number from 1 to 100"))


for _phase in Phase:
    _gate = SelectField(validate_choice=False, default=AS_IT_IS, validators=[_valid_kind])
    setattr(PhasesForm, f"gate_{_phase}", _gate)
    setattr(PhasesForm, f"date_{_phase}", StringField(validators=[_valid_date]))
    setattr(PhasesForm, f"share_{_phase}", StringField(validators=[_valid_share]))


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the scripts, and what opens each phase."""
    return _page(_form())


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep script and gates; who is affected by it is said first."""
    instructors_only()
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    plan = replace(plan_here(), script=form.script.data, gates=form.gates())
    asked = preview(plan)
    if asked is not None:
        return asked
    keep(plan)
    return redirect(url_for(".show", saved=1), 303)


@bp.get("/<any(reasons, talk, again, ending, picture, reflect):phase>/open")
def confirm_open(phase: str) -> ResponseReturnValue:
    """Say for whom a phase would open at once."""
    instructors_only()
    found = gates.effects_of_one(db(), here().activity, Phase(phase), is_open=True, now=now())
    return render_template(
        "teaching/open_now.html",
        phase=phase,
        label=phase_label(Phase(phase)),
        affected=affected_by(found),
        form=PlainForm(),
    )


@bp.post("/<any(reasons, talk, again, ending, picture, reflect):phase>/open")
def open_now(phase: str) -> ResponseReturnValue:
    """Open a phase for the whole class."""
    instructors_only()
    gates.open_now(db(), here().activity, Phase(phase), actor_id=here().person_id, now=now())
    return redirect(url_for(".show", saved=1), 303)


def sentence(plan: Plan) -> str:
    """Return what is set here, in one sentence."""
    name = str(labels.SCRIPTS[plan.script][0])
    if not plan.gates:
        return gettext("%(script)s; everything opens as the script has it.", script=name)
    return ngettext(
        "%(script)s; one part opens in its own way.",
        "%(script)s; %(num)d parts open in their own way.",
        len(plan.gates),
        script=name,
    )


PART = SettingsPart(_("Phases"), "visit.teaching.settings.phases.show", sentence)

KINDS = {
    AS_IT_IS: _("As the script has it"),
    GateKind.OWN.value: _("When one’s own part before it is done"),
    GateKind.DATE.value: _("On a date"),
    GateKind.READY.value: _("When a share of the class has come so far, or after three days"),
    GateKind.DATE_OR_READY.value: _("On a date, or when a share of the class has come so far"),
    GateKind.INSTRUCTOR.value: _("When I open it, at the latest on the date if there is one"),
}
_MAY_HAVE_DATE = {*DATED, GateKind.INSTRUCTOR}


def _form() -> PhasesForm:
    is_fixed = has_been_talked(db(), here().activity)
    return PhasesForm.of(plan_here(), is_talk_fixed=is_fixed)


def _closed() -> set[Phase]:
    """Return the phases that wait for more than one's own work, and that nobody has opened."""
    activity = here().activity
    script, set_here = script_of(activity.script), gates_of(db(), activity.id)
    found = {part.phase: script.gate(part.phase, set_here) for part in script.parts}
    free = {GateKind.NONE, GateKind.OWN}
    return {
        phase
        for phase, gate in found.items()
        if gate.kind not in free
        and gate.opened_at is None
        and not (gate.opens_at and gate.opens_at <= now())
    }


def _page(form: PhasesForm) -> str:
    name = form.script.data if form.script.data in SCRIPTS else here().activity.script
    return render_template(
        "teaching/phases.html",
        form=form,
        scripts=[(s, *labels.SCRIPTS[s.id]) for s in SCRIPTS.values()],
        phases=[(part.phase, phase_label(part.phase)) for part in script_of(name).parts],
        closed=_closed(),
        usual_share=USUAL_SHARE,
        zone=form.zone.key,
        said=sentence(plan_here()),
        can_change=here().role is Role.INSTRUCTOR,
        is_saved="saved" in request.args and not form.errors,
        has_story=here().activity.scenario_version_id is not None,
    )
