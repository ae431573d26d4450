"""What staff grant, set and note for one person's credit: a later date, steps left out, a score."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.form import BaseForm

from ltitool.actions import allowances as actions
from ltitool.core.completion import SCORE_MAXIMUM, Done
from ltitool.core.dates import instant
from ltitool.core.errors import NotFound
from ltitool.core.policy import FULL_MARK, Rule
from ltitool.core.roles import Role
from ltitool.storage.queries import accounts as queries
from ltitool.storage.queries import progress as progress_queries
from ltitool.storage.queries.teaching import learner_in
from ltitool.web import labels
from ltitool.web.credit_form import END_OF_DAY
from ltitool.web.forms import cleaned
from ltitool.web.ledger import set_score
from ltitool.web.settings_room import instructors_only
from ltitool.web.teaching_class import label
from ltitool.web.teaching_forms import LONGEST_REASON
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story
from ltitool.web.words import points

bp = Blueprint("allowances", __name__, url_prefix="/people/<int:person_id>/credit")


class ExtendForm(FlaskForm):
    """Until when a person has time."""

    until = StringField()

    @property
    def until_at(self) -> datetime | None:
        """The end of the day that a valid form names, or none."""
        typed = (self.until.data or "").strip()
        zone = here().activity.time_zone
        return instant(date.fromisoformat(typed), END_OF_DAY, zone) if typed else None

    def validate_until(self, field: StringField) -> None:
        """Take a day, or none."""
        try:
            date.fromisoformat((field.data or "").strip() or "2027-02-09")
        except ValueError as unreadable:
            raise ValidationError(
                _("Write the date as year-month-day, such as 2027-02-09")
            ) from unreadable


class ExcuseForm(FlaskForm):
    """Which steps are left out of the sum."""

    excused = SelectMultipleField(validate_choice=False)

    @property
    def rules(self) -> set[Rule]:
        """The steps that are ticked."""
        return {Rule(name) for name in self.excused.data or () if name in set(Rule)}


class ScoreForm(FlaskForm):
    """The score a teacher sets, and why."""

    score = StringField()
    reason = TextAreaField(filters=[cleaned])

    @property
    def hundredths(self) -> int:
        """The score that a valid form sets."""
        whole, _dot, part = (self.score.data or "").strip().replace(",", ".").partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0") or 0)

    def validate_score(self, field: StringField) -> None:
        """Take a number with at most two decimals; 0 is a score."""
        whole, _dot, part = (field.data or "").strip().replace(",", ".").partition(".")
        is_number = whole.isascii() and whole.isdecimal() and len(whole) <= len("100")
        has_part = not part or (part.isascii() and part.isdecimal() and len(part) <= len("99"))
        if not (is_number and has_part) or self.hundredths > SCORE_MAXIMUM * 100:
            raise ValidationError(
                _("Write a number from 0 to %(most)d, such as 72.5") % {"most": SCORE_MAXIMUM}
            )

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for one, because the learner reads it."""
        if not field.data or len(field.data) > LONGEST_REASON:
            raise ValidationError(
                _("Say why, in %(most)d letters at most") % {"most": LONGEST_REASON}
            )


class MarkForm(FlaskForm):
    """What staff note: a mark, or attendance; an empty one is taken back."""

    mark = StringField()
    most = FULL_MARK

    @property
    def amount(self) -> int | None:
        """The number that a valid form notes."""
        typed = (self.mark.data or "").strip()
        return int(typed) if typed else None

    def validate_mark(self, field: StringField) -> None:
        """Take a whole number, or nothing."""
        typed = (field.data or "").strip()
        is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len("100")
        if typed and not (is_number and int(typed) <= self.most):
            raise ValidationError(
                _("Write a whole number from 0 to %(most)d") % {"most": self.most}
            )


class ThereForm(MarkForm):
    """Whether somebody was there."""

    most = 1


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
    actions.extend(_case(person_id), form.until_at)
    return _back(person_id)


@bp.post("/excuse")
def excuse(person_id: int) -> ResponseReturnValue:
    """Leave steps out of the sum."""
    instructors_only()
    form = ExcuseForm()
    if not form.validate_on_submit():
        return _page(person_id), 422
    actions.excuse(_case(person_id), form.rules)
    return _back(person_id)


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


def _page(person_id: int, **typed: BaseForm) -> str:
    name, activity = _known(person_id), here().activity
    story()
    account = queries.accounts_in(db(), activity, person_id)[person_id]
    until = account.terms.extended_to
    asked = progress_queries.rules_of(db(), activity.id).policy.asked
    rules = {step.rule for step in asked}
    zone = ZoneInfo(activity.time_zone)
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
        steps=[
            (step.rule.value, labels.MILESTONES[step.rule], step.rule in account.terms.excused)
            for step in asked
        ],
        total=points(account.score_hundredths),
        set_scores=[set_score(row) for row in queries.overrides_of(db(), activity.id, person_id)],
        zone=activity.time_zone,
        is_instructor=here().role is Role.INSTRUCTOR,
        is_done="done" in request.args,
        faulty=next(iter(typed.values()), None),
    )


def _noted(rule: Rule, done: dict[Rule, Done]) -> MarkForm:
    noted = done.get(rule, Done())
    form = MarkForm if rule is Rule.INSTRUCTOR_MARK else ThereForm
    return form(formdata=None, data={"mark": str(noted.count) if noted.times else ""})
