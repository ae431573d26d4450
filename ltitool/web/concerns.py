"""Telling the teaching staff: reporting a post, or being worried about somebody."""

import secrets

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField, ValidationError

from ltitool.actions import concerns as actions
from ltitool.actions import drafts
from ltitool.core.concern import ConcernKind
from ltitool.core.errors import NotFound, TooOften
from ltitool.core.script import Phase
from ltitool.core.words import has_something
from ltitool.storage.queries import story as story_queries
from ltitool.storage.queries import talk as talk_queries
from ltitool.web.audience import known_as, naming_in
from ltitool.web.errors import STATUS
from ltitool.web.forms import cleaned, mark, row_id
from ltitool.web.place import place, reader
from ltitool.web.thread import Said, said_in
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("concerns", __name__, url_prefix="/talk")

LONGEST = 2_000


class TellForm(FlaskForm):
    """What the staff should know."""

    text = TextAreaField(filters=[cleaned])
    submission_id = HiddenField(filters=[mark])

    @classmethod
    def asking(cls, label: str) -> "TellForm":
        """Return the form with an id of its own, so that sending it twice tells once."""
        form = cls()
        form.submission_id.data = form.submission_id.data or secrets.token_urlsafe(12)
        form.text.label.text = label
        return form

    def validate_text(self, field: TextAreaField) -> None:
        """Something must be said, in a page at most."""
        if not has_something(field.data or ""):
            raise ValidationError(_("Say in a sentence what it is"))
        letters = len(field.data or "")
        if letters > LONGEST:
            raise ValidationError(
                _("Say it in %(most)d letters; you have %(letters)d")
                % {"most": LONGEST, "letters": letters}
            )


@bp.get("/<int:post_id>/report")
def ask_report(post_id: int) -> ResponseReturnValue:
    """Ask what is wrong with a post."""
    return _page(ConcernKind.REPORT, _post(post_id))


@bp.post("/<int:post_id>/report")
def report(post_id: int) -> ResponseReturnValue:
    """Tell the staff what is wrong with a post; its author is not told who did."""
    return _tell(ConcernKind.REPORT, _post(post_id))


@bp.get("/worry")
def ask_worry() -> ResponseReturnValue:
    """Ask about whom somebody is worried, and say where help is now."""
    return _page(ConcernKind.CARE, _post_named())


@bp.post("/worry")
def worry() -> ResponseReturnValue:
    """Tell the staff that somebody may need help."""
    return _tell(ConcernKind.CARE, _post_named())


@bp.get("/told")
def told() -> ResponseReturnValue:
    """Say that the staff will read it, and where help is meanwhile."""
    _require_part()
    return render_template("talk/told.html", **_around())


def _tell(kind: ConcernKind, post: Said | None) -> ResponseReturnValue:
    form, post_id = _form(kind), post.post.id if post else None
    if "later" in request.form:
        where = actions.draft_place(kind, post_id)
        drafts.save(db(), reader(), where, {"text": form.text.data or ""}, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    if not form.validate_on_submit():
        return _page(kind, post, form), 422
    told_of = actions.Told(
        kind,
        form.text.data or "",
        form.submission_id.data or "",
        post_id,
    )
    try:
        actions.tell(db(), reader(), told_of, now=now())
    except TooOften as refused:
        return _page(kind, post, form, refusal=str(refused)), STATUS[TooOften]
    return redirect(url_for(".told"), 303)


def _post_named() -> Said | None:
    """Return the post that the address names, if it names one."""
    _require_part()
    post_id = row_id(request.args.get("post"))
    return _post(post_id) if post_id is not None else None


def _post(post_id: int) -> Said:
    """Return a post of somebody else that this person can read."""
    _require_part()
    visit = here()
    thread = talk_queries.own_thread(db(), visit.activity_id, visit.person_id)
    said = said_in(thread, post_id, place().scenario, visit.person_id) if thread else None
    if said is None or said.post.person_id in {None, visit.person_id}:
        raise NotFound("There is no such post in your group.")
    return said


def _require_part() -> None:
    """Let pass who has come to the talk; staff who look in have somebody to talk to."""
    place().require(Phase.TALK)
    if here().is_preview:
        raise NotFound("There is no such page for staff.")


def _form(kind: ConcernKind) -> TellForm:
    is_care = kind is ConcernKind.CARE
    return TellForm.asking(_("What worries you") if is_care else _("What is wrong with it"))


def _around() -> dict[str, object]:
    return {"steps": place().steps, "current_phase": Phase.TALK, "scenario": place().scenario}


def _page(
    kind: ConcernKind, post: Said | None, form: TellForm | None = None, *, refusal: str = ""
) -> str:
    is_care = kind is ConcernKind.CARE
    post_id = post.post.id if post else None
    where = actions.draft_place(kind, post_id)
    draft = story_queries.draft_of(db(), here().activity_id, here().person_id, where)
    if form is None:
        form = _form(kind)
        form.text.data = str(draft.fields.get("text", "")) if draft else ""
    return render_template(
        "talk/tell.html",
        title=_("I am worried about somebody") if is_care else _("Report this post"),
        is_care=is_care,
        action=url_for(".worry", post=post_id) if is_care else url_for(".report", post_id=post_id),
        form=form,
        draft_place=where,
        saved_at=draft.saved_at if draft else None,
        post=post,
        refusal=refusal,
        known_as=known_as(naming_in(Phase.TALK)),
        **_around(),
    )
