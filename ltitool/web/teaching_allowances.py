"""What staff grant, set and note for one person's credit: a later date, steps left out, a score."""

from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.form import BaseForm

from ltitool.actions import allowances as actions
from ltitool.core.completion import Done
from ltitool.core.errors import NotFound
from ltitool.core.policy import Rule
from ltitool.core.roles import Role
from ltitool.storage.queries import accounts as queries
from ltitool.storage.queries import progress as progress_queries
from ltitool.storage.queries.teaching import learner_in
from ltitool.web import labels
from ltitool.web.allowance_forms import ExcuseForm, ExtendForm, MarkForm, ScoreForm, ThereForm
from ltitool.web.ledger import set_score
from ltitool.web.settings_room import instructors_only
from ltitool.web.teaching_class import label
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story
from ltitool.web.words import points

bp = Blueprint("allowances", __name__, url_prefix="/people/<int:person_id>/credit")


@bp.get("")
def show(person_id: int) -> ResponseReturnValue:
    """Show what can be granted, set and noted."""
    return _page(person_id)


@bp.post("/extend")
def extend(person_id: int) -> ResponseReturnValue:
    """Give more time; tutors may, too."""
    form = ExtendForm()
    if not form.validate_on_submit():
        return _page(person_id, extend=form), 422
    case, may_lower = _case(person_id), _may_lower()
    effect = actions.effect_of_date(case, form.until_at)
    if effect.is_loss and not may_lower:
        form.until.errors = [_loss(effect)]
        return _page(person_id, extend=form, drops="extend"), 422
    actions.extend(case, form.until_at, may_lower=may_lower)
    return _back(person_id)


@bp.post("/excuse")
def excuse(person_id: int) -> ResponseReturnValue:
    """Leave steps out of the sum."""
    instructors_only()
    form = ExcuseForm()
    if not form.validate_on_submit():
        return _page(person_id), 422
    case, may_lower = _case(person_id), _may_lower()
    effect = actions.effect_of_excusing(case, form.rules)
    if effect.is_loss and not may_lower:
        form.excused.errors = [_loss(effect)]
        return _page(person_id, excuse=form, drops="excuse"), 422
    actions.excuse(case, form.rules, may_lower=may_lower)
    return _back(person_id)


def _may_lower() -> bool:
    return request.form.get("may_lower") == "yes"


def _loss(effect: actions.Effect) -> str:
    """Return what somebody would lose, for a field that asks whether they may."""
    words = _("This lowers the score from %(before)s to %(after)s. Tick “Let it drop” if it may.")
    return str(words % {"before": points(effect.before), "after": points(effect.after)})


@bp.post("/score")
def set_one(person_id: int) -> ResponseReturnValue:
    """Set the score."""
    instructors_only()
    form = ScoreForm()
    if not form.validate_on_submit():
        return _page(person_id, score=form), 422
    actions.override(_case(person_id), form.hundredths, form.reason.data or "")
    return _back(person_id)


@bp.post("/score/undo")
def undo(person_id: int) -> ResponseReturnValue:
    """Let the sum stand again."""
    instructors_only()
    actions.undo_override(_case(person_id))
    return _back(person_id)


@bp.post("/mark/<any(instructor_mark, attended_live):rule>")
def mark(person_id: int, rule: str) -> ResponseReturnValue:
    """Note a mark, or attendance."""
    instructors_only()
    form = MarkForm() if rule == Rule.INSTRUCTOR_MARK else ThereForm()
    if not form.validate_on_submit():
        return _page(person_id, **{rule: form}), 422
    actions.give(_case(person_id), Rule(rule), form.amount)
    return _back(person_id)


def _back(person_id: int) -> ResponseReturnValue:
    address = url_for(".show", visit_id=here().id, person_id=person_id, done=1)
    return redirect(address, 303)


def _case(person_id: int) -> actions.Case:
    _known(person_id)
    return actions.Case(db(), here().activity, story(), person_id, here().person_id, now())


def _known(person_id: int) -> str:
    found = learner_in(db(), here().activity, person_id)
    if found is None:
        raise NotFound("There is no such person in this activity.")
    return label(found[0].name, person_id)


def _page(
    person_id: int, *, excuse: ExcuseForm | None = None, drops: str = "", **typed: BaseForm
) -> str:
    """Return the page with what was typed; `drops` names the form that would lower the score."""
    name, activity = _known(person_id), here().activity
    story()
    account = queries.accounts_in(db(), activity, person_id)[person_id]
    until = account.terms.extended_to
    asked = progress_queries.rules_of(db(), activity.id).policy.asked
    rules = {step.rule for step in asked}
    zone = ZoneInfo(activity.time_zone)
    excused = [rule.value for rule in account.terms.excused]
    excuse = excuse or ExcuseForm(formdata=None, data={"excused": excused})
    return render_template(
        "teaching/allowances.html",
        name=name,
        person_id=person_id,
        extend=typed.get("extend")
        or ExtendForm(
            formdata=None,
            data={"until": until.astimezone(zone).date().isoformat() if until else ""},
        ),
        score=typed.get("score") or ScoreForm(formdata=None),
        marks=[
            (
                rule.value,
                labels.MILESTONES[rule],
                typed.get(rule.value) or _noted(rule, account.done),
            )
            for rule in (Rule.ATTENDED_LIVE, Rule.INSTRUCTOR_MARK)
            if rule in rules
        ],
        excuse=excuse,
        drops=drops,
        steps=[
            (step.rule.value, labels.MILESTONES[step.rule], step.rule in excuse.rules)
            for step in asked
        ],
        total=points(account.score_hundredths),
        set_scores=[set_score(row) for row in queries.overrides_of(db(), activity.id, person_id)],
        zone=activity.time_zone,
        is_instructor=here().role is Role.INSTRUCTOR,
        is_done="done" in request.args,
        faulty=drops or next(iter(typed.values()), None),
    )


def _noted(rule: Rule, done: dict[Rule, Done]) -> MarkForm:
    noted = done.get(rule, Done())
    form = MarkForm if rule is Rule.INSTRUCTOR_MARK else ThereForm
    return form(formdata=None, data={"mark": str(noted.count) if noted.times else ""})
