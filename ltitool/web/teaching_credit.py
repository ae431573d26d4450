"""The rules for credit as an instructor sets them; a change midway is shown before it is made."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from ltitool.actions import credit as actions
from ltitool.core.plan import Plan
from ltitool.core.policy import Policy
from ltitool.core.presets import DEFAULT
from ltitool.core.roles import Role
from ltitool.storage.queries import progress as queries
from ltitool.storage.queries import teaching as people
from ltitool.web.credit_form import CreditForm
from ltitool.web.credit_words import PRESETS, said
from ltitool.web.forms import PlainForm
from ltitool.web.settings_room import SettingsPart, instructors_only
from ltitool.web.teaching_class import label
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story
from ltitool.web.words import points

bp = Blueprint("credit", __name__, url_prefix="/settings/credit")


@dataclass(frozen=True)
class Effect:
    """What other rules do to one person, for reading."""

    name: str
    before: str
    after: str
    is_loss: bool


@bp.get("")
def show() -> ResponseReturnValue:
    """Show how credit is earned, in a form for instructors."""
    story()
    return _page(CreditForm.of(_today(), here().activity.time_zone))


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep the rules; where they change anybody's score, show first for whom."""
    instructors_only()
    activity, scenario = here().activity, story()
    form = CreditForm.of(_today(), activity.time_zone)
    if not form.validate_on_submit():
        return _page(form), 422
    if actions.preview(db(), activity, scenario, form.policy):
        actions.propose(db(), activity, form.policy, actor_id=here().person_id, now=now())
        return redirect(url_for(".confirm"), 303)
    return _set(form.policy, may_lower=False)


@bp.get("/change")
def confirm() -> ResponseReturnValue:
    """Show who would gain and who would lose by the rules that wait to be kept."""
    instructors_only()
    policy = _drafted()
    if policy is None:
        return redirect(url_for(".show"))
    changes = actions.preview(db(), here().activity, story(), policy)
    names = {row.person_id: row.name for row in people.class_of(db(), here().activity)}
    effects = [
        Effect(
            label(names.get(one.person_id, ""), one.person_id),
            points(one.before),
            points(one.after),
            one.is_loss,
        )
        for one in changes
    ]
    return render_template(
        "teaching/credit_change.html",
        form=PlainForm(),
        losing=[one for one in effects if one.is_loss],
        gaining=[one for one in effects if not one.is_loss],
        said=said(policy),
    )


@bp.post("/change")
def change() -> ResponseReturnValue:
    """Keep the rules that were looked at; scores drop only where that was ticked."""
    instructors_only()
    policy = _drafted()
    if policy is None:
        return redirect(url_for(".show"), 303)
    return _set(policy, may_lower=request.form.get("may_lower") == "yes")


@bp.post("/send")
def send() -> ResponseReturnValue:
    """Send everybody's score as it stands."""
    instructors_only()
    number = actions.send_now(db(), here().activity, actor_id=here().person_id, now=now())
    return redirect(url_for(".show", sent=number), 303)


def _set(policy: Policy, *, may_lower: bool) -> ResponseReturnValue:
    actions.set_rules(
        db(),
        here().activity,
        story(),
        policy,
        may_lower=may_lower,
        actor_id=here().person_id,
        now=now(),
    )
    return redirect(url_for(".show", saved=1), 303)


def _today() -> Policy:
    rules = queries.rules_of(db(), here().activity_id)
    return rules.policy if rules.number else DEFAULT


def _drafted() -> Policy | None:
    return actions.proposed(db(), here().activity, actor_id=here().person_id)


def _page(form: CreditForm) -> str:
    activity = here().activity
    return render_template(
        "teaching/credit.html",
        form=form,
        presets=[(one.value, *words) for one, words in PRESETS.items()],
        said=said(_today()),
        can_change=here().role is Role.INSTRUCTOR,
        has_column=activity.line_item_url is not None,
        zone=activity.time_zone,
        is_saved="saved" in request.args and not form.errors,
        sent=request.args.get("sent", type=int),
    )


def _sentence(plan: Plan) -> str:
    return said(plan.policy or DEFAULT)


PART = SettingsPart(lazy_gettext("Credit"), "visit.teaching.credit.show", _sentence)
