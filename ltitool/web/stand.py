"""Where we stand: what a group files together, and what any member may tell the class."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField, ValidationError

from ltitool.actions import drafts
from ltitool.actions import position as actions
from ltitool.actions.reader import Reader
from ltitool.core.errors import AlreadyDone
from ltitool.core.position import Outcome, opening
from ltitool.core.script import Phase
from ltitool.core.talk import LONGEST
from ltitool.core.words import has_something
from ltitool.storage.queries import membership
from ltitool.storage.queries import positions as queries
from ltitool.storage.queries import story as story_queries
from ltitool.web.asking import Question, first_open, real_case
from ltitool.web.audience import kept_here, known_as, naming_in, readers
from ltitool.web.forms import cleaned, row_id
from ltitool.web.place import place, reader
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("stand", __name__, url_prefix="/talk/stand")


class StandForm(FlaskForm):
    """Words of a group, or of one member for the class."""

    outcome = RadioField(validate_choice=False)
    text = TextAreaField(filters=[cleaned])
    base = HiddenField()

    asks_outcome: bool

    @classmethod
    def asking(cls, place: str, label: str, kept: dict[str, str] | None = None) -> "StandForm":
        """Return the form of one place, filled as it was kept."""
        form = cls(data=kept, formdata=None) if kept is not None else cls()
        form.asks_outcome = place == "stand"
        form.text.id = f"text-{place}"
        form.text.label.text = label
        form.outcome.choices = [
            (Outcome.AGREE.value, _("We agree")),
            (Outcome.DIFFER.value, _("We agree to differ")),
        ]
        return form

    def validate_outcome(self, field: RadioField) -> None:
        """Either is a full result; one must be said."""
        if self.asks_outcome and field.data not in {one.value for one in Outcome}:
            raise ValidationError(_("Say whether you agree, or agree to differ"))

    def validate_text(self, field: TextAreaField) -> None:
        """Something must be said, and not more than anybody reads."""
        if not has_something(field.data or ""):
            raise ValidationError(_("Write something first"))
        if len(field.data or "") > LONGEST:
            raise ValidationError(_("This is too long to keep"))


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show where the group stands, and what this member has told the class."""
    place().require(Phase.TALK)
    return _page()


@bp.post("/")
def file() -> ResponseReturnValue:
    """Say where the group stands; what somebody else wrote meanwhile is never lost."""
    place().require(Phase.TALK)
    form = _group_form()
    fields = {"outcome": form.outcome.data or "", "text": form.text.data or ""}
    if "later" in request.form:
        drafts.save(db(), reader(), "stand", fields, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    if not form.validate_on_submit():
        return _page(stand=form), 422
    if question := first_open(real_case(fields["text"])):
        return _page(stand=form, stand_question=question), 422
    try:
        actions.file(
            db(),
            reader(),
            Outcome(fields["outcome"]),
            fields["text"],
            base=row_id(form.base.data) or 0,
            audience=_audience_of_group(),
            now=now(),
        )
    except AlreadyDone:
        return _page(stand=form, is_overtaken=True), 409
    return redirect(url_for(".show", _anchor="filed"), 303)


@bp.post("/minority")
def write() -> ResponseReturnValue:
    """Keep what this member wants the whole class to hear, or a draft of it."""
    place().require(Phase.TALK)
    form = _own_form()
    words = form.text.data or ""
    if "later" in request.form:
        drafts.save(db(), reader(), "minority", {"text": words}, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    if not form.validate_on_submit():
        return _page(own=form), 422
    if question := first_open(real_case(words)):
        return _page(own=form, own_question=question), 422
    actions.state_for_class(db(), reader(), words, audience=audience_of_class(), now=now())
    return redirect(url_for(".show", _anchor="minority"), 303)


@bp.post("/minority/withdraw")
def withdraw() -> ResponseReturnValue:
    """Take back what the class would have heard."""
    actions.take_back(db(), reader())
    return redirect(url_for(".show", _anchor="minority"), 303)


def audience_of_class() -> str:
    """Return who can read a minority statement, as the page says above the button."""
    return (
        _(
            "Everybody in this course who has decided again, and the teaching staff. It is signed "
            "“one of a group”, without your alias; in a small class people may guess."
        )
        + f" {known_as(naming_in(Phase.TALK))}"
    )


def _audience_of_group() -> str:
    group = membership.group_of(db(), here().activity_id, here().person_id)
    return f"{readers(group)} {kept_here()}"


def _group_form(kept: dict[str, str] | None = None) -> StandForm:
    return StandForm.asking("stand", _("What you agree on, or where you differ"), kept)


def _own_form(kept: dict[str, str] | None = None) -> StandForm:
    return StandForm.asking("minority", _("What the class should hear"), kept)


def _page(
    stand: StandForm | None = None,
    own: StandForm | None = None,
    *,
    is_overtaken: bool = False,
    stand_question: Question | None = None,
    own_question: Question | None = None,
) -> str:
    visit, where = here(), place()
    assert where.participant is not None
    thread = actions.thread_of(db(), Reader(visit.activity, where.participant, where.scenario))
    assert thread.group_id is not None
    positions = queries.positions_in(db(), thread.id)
    latest = positions[0] if positions else None
    statement = queries.statement_of(db(), thread.id, visit.person_id)
    kept = {"outcome": latest.outcome.value, "text": latest.text} if latest else {}
    draft, own_draft = (
        story_queries.draft_of(db(), visit.activity_id, visit.person_id, one)
        for one in ("stand", "minority")
    )
    stand = stand or _group_form({**kept, **({} if draft is None else draft.fields)})
    said = {"text": statement.text if statement else ""}
    stand.base.data = str(latest.number if latest else 0)
    return render_template(
        "talk/stand.html",
        stand=stand,
        own=own or _own_form(said if own_draft is None else own_draft.fields),
        saved_at=draft.saved_at if draft else None,
        own_saved_at=own_draft.saved_at if own_draft else None,
        latest=latest,
        earlier=positions[1:],
        statement=statement,
        is_overtaken=is_overtaken,
        stand_question=stand_question,
        own_question=own_question,
        opening=opening(
            queries.members_of(db(), thread.group_id),
            queries.heard_in(db(), thread.id),
            thread.opened_at,
            now(),
        ),
        audience=_audience_of_group(),
        audience_of_class=audience_of_class(),
        agree=Outcome.AGREE,
        steps=where.steps,
        current_phase=Phase.TALK,
    )
