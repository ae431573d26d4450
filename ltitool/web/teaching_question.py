"""Which question of the story people talk about."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, ValidationError

from ltitool.actions.stories import scenario_of
from ltitool.actions.teaching import has_been_decided
from ltitool.core.plan import Plan
from ltitool.core.talk_about import choosable
from ltitool.web.settings_room import SettingsPart, instructors_only, keep, plan_here
from ltitool.web.transaction import db
from ltitool.web.visit import here, story, version

bp = Blueprint("question", __name__, url_prefix="/settings/question")


class QuestionForm(FlaskForm):
    """The question that people talk about."""

    question = RadioField(validate_choice=False)

    def validate_question(self, field: RadioField) -> None:
        """One of those that people could talk about."""
        if field.data not in {decision.id for decision in choosable(scenario_of(version()))}:
            raise ValidationError(_("Choose one of the questions"))


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the questions that people could talk about, and which one it is."""
    instructors_only()
    return _page(QuestionForm(data={"question": story().talk_decision.id}))


@bp.post("")
def save() -> ResponseReturnValue:
    """Let people talk about another question."""
    instructors_only()
    form = QuestionForm()
    if not form.validate_on_submit():
        return _page(form), 422
    usual = scenario_of(version()).talk_decision.id
    wanted = "" if form.question.data == usual else form.question.data
    keep(replace(plan_here(), talk_about=wanted))
    return redirect(url_for("visit.teaching.settings.show", saved=1), 303)


def _page(form: QuestionForm) -> str:
    usual = scenario_of(version())
    return render_template(
        "teaching/question.html",
        form=form,
        scenario=usual,
        offers=choosable(usual),
        usual=usual.talk_decision,
        is_fixed=has_been_decided(db(), here().activity),
    )


def _sentence(_plan: Plan) -> str:
    talked = story().talk_decision
    title = story().scene_of(talked.id).title
    if talked.id == scenario_of(version()).talk_decision.id:
        return str(_("People talk about what the author chose: “%(scene)s”.", scene=title))
    return str(_("People talk about another question than the author’s: “%(scene)s”.", scene=title))


PART = SettingsPart(
    lazy_gettext("What people talk about"),
    "visit.teaching.question.show",
    _sentence,
    is_for_tutors=False,
)
