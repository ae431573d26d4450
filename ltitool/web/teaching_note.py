"""The note of a course: what its own procedure says, shown below the picture of the class."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField, ValidationError

from ltitool.actions import local_note
from ltitool.core.plan import Plan
from ltitool.core.talk import LONGEST
from ltitool.storage.queries.figures import local_notes
from ltitool.web.forms import cleaned
from ltitool.web.settings_room import SettingsPart, instructors_only
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("note", __name__, url_prefix="/settings/note")


class NoteForm(FlaskForm):
    """The wording of the note."""

    text = TextAreaField(filters=[cleaned])

    def validate_text(self, field: TextAreaField) -> None:
        """Take any note that fits."""
        if len(field.data or "") > LONGEST:
            raise ValidationError(_("This is too long to keep"))


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the note that stands, and its earlier wordings."""
    instructors_only()
    notes = local_notes(db(), here().activity_id)
    return _page(NoteForm(data={"text": notes[0].text if notes else ""}))


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep a wording of the note; an empty one takes it away."""
    instructors_only()
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(form), 422
    local_note.write(
        db(), here().activity, form.text.data or "", actor_id=here().person_id, now=now()
    )
    return redirect(url_for("visit.teaching.settings.show", saved=1), 303)


def _page(form: NoteForm) -> str:
    form.text.label.text = _("What our procedure says")
    notes = local_notes(db(), here().activity_id)
    return render_template("teaching/note.html", form=form, notes=notes)


def _sentence(_plan: Plan) -> str:
    if any(note.text for note in local_notes(db(), here().activity_id)[:1]):
        return str(_("What your own procedure says stands below the picture of the class."))
    return str(_("Below the picture of the class you can say what your own procedure says."))


PART = SettingsPart(
    lazy_gettext("The note of this course"),
    "visit.teaching.note.show",
    _sentence,
    is_for_tutors=False,
)
