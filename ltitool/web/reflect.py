"""Reflect: the closing questions of the story."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField, ValidationError

from ltitool.actions import closing, drafts
from ltitool.actions.stories import scenario_of
from ltitool.core.errors import NotFound
from ltitool.core.scenario import Reflect
from ltitool.core.script import Phase
from ltitool.core.talk import LONGEST
from ltitool.core.words import count_words
from ltitool.storage.queries import story as queries
from ltitool.web.asking import Question, first_open, real_case
from ltitool.web.audience import kept_here, known_as, naming_in, shown_wider
from ltitool.web.forms import cleaned
from ltitool.web.place import place, reader
from ltitool.web.telling import asked_of
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("reflect", __name__, url_prefix="/reflect")


class ReflectForm(FlaskForm):
    """An answer to one closing question."""

    text = TextAreaField(filters=[cleaned])
    reading = RadioField(validate_choice=False)

    question: Reflect

    @classmethod
    def asking(cls, question: Reflect, kept: dict[str, Any] | None = None) -> "ReflectForm":
        """Return the form of this question; its fields carry the question's id."""
        form = cls(data=kept, formdata=None) if kept is not None else cls()
        form.question = question
        form.text.id = f"text-{question.id}"
        form.reading.id = f"reading-{question.id}"
        form.text.label.text = _("Your words") if not question.required else _("Your reflection")
        # The label in the story's own language is what is kept, whatever language it is read in.
        form.reading.choices = [(one.label, one.label) for one in question.readings or ()]
        return form

    def validate_text(self, field: TextAreaField) -> None:
        """Ask for as many words as the question wants."""
        words = count_words(field.data or "")
        least = self.question.min_words or (0 if self.question.readings else 1)
        if words < least:
            raise ValidationError(
                _("Say a little more: %(least)d words or more, you have %(words)d")
                % {"least": least, "words": words}
            )
        if len(field.data or "") > LONGEST:
            raise ValidationError(_("This is too long to keep"))

    def validate_reading(self, field: RadioField) -> None:
        """Ask for one of the readings where the question offers some."""
        if self.question.readings and field.data not in {r.label for r in self.question.readings}:
            raise ValidationError(_("Choose one of the readings"))


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show every question with what is written so far."""
    place().require(Phase.REFLECT)
    return _page()


@bp.post("/<reflect_id>")
def keep(reflect_id: str) -> ResponseReturnValue:
    """Keep the answer to one question, or a draft of it."""
    where = place()
    where.require(Phase.REFLECT)
    question = next((q for q in _questions() if q.id == reflect_id), None)
    if question is None:
        raise NotFound("There is no such question.")
    form = ReflectForm.asking(question)
    fields = {"text": form.text.data or "", "reading": form.reading.data or ""}
    if "later" in request.form:
        drafts.save(db(), reader(), f"reflect:{reflect_id}", fields, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    if not form.validate_on_submit():
        return _page(form), 422
    if asked := first_open(shown_wider(naming_in(Phase.REFLECT)), real_case(fields["text"])):
        return _page(form, asked), 422
    closing.reflect(db(), reader(), reflect_id, fields["text"], fields["reading"], now=now())
    return redirect(url_for(".show", _anchor=f"question-{reflect_id}"), 303)


def _questions() -> Sequence[Reflect]:
    """Return what is asked of this person, in the words in which answers are kept."""
    return asked_of(place().participant, scenario_of(place().version)).reflect


def _page(wrong: ReflectForm | None = None, asked: Question | None = None) -> str:
    visit, where = here(), place()
    written = queries.reflections_of(db(), visit.activity_id, visit.person_id)
    kept = queries.drafts_at(db(), visit.activity_id, visit.person_id, "reflect:")
    forms: list[tuple[Reflect, ReflectForm, datetime | None]] = []
    for question in _questions():
        if wrong is not None and wrong.question.id == question.id:
            forms.append((question, wrong, None))
            continue
        row, draft = written.get(question.id), kept.get(f"reflect:{question.id}")
        values: dict[str, Any] = {"text": row.text, "reading": row.reading} if row else {}
        form = ReflectForm.asking(question, draft.fields if draft else values)
        forms.append((question, form, draft.saved_at if draft else None))
    return render_template(
        "reflect.html",
        forms=forms,
        wrong=wrong,
        asked=asked,
        written=written,
        known_as=known_as(naming_in(Phase.REFLECT)),
        shown_as=naming_in(Phase.REFLECT),
        kept_here=kept_here(),
        told={question.id: question for question in where.scenario.reflect},
        scenario=where.scenario,
        is_done=where.standing.has_reflected,
        steps=where.steps,
        current_phase=Phase.REFLECT,
    )
