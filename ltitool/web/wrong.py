"""“Something is wrong with this story”: a word to those who look after it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, TextAreaField, ValidationError

from ltitool.actions import drafts
from ltitool.actions import story_reports as actions
from ltitool.core.errors import TooOften
from ltitool.core.library import Shelf
from ltitool.core.scenario import Scene
from ltitool.core.words import has_something
from ltitool.storage.queries import story as story_queries
from ltitool.web.errors import STATUS
from ltitool.web.forms import cleaned, mark
from ltitool.web.place import place, reader
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("wrong", __name__, url_prefix="/wrong")

LONGEST = 2_000


class WrongForm(FlaskForm):
    """What is wrong, and whether one wants to be named."""

    text = TextAreaField(filters=[cleaned])
    scene = HiddenField()
    is_named = BooleanField()
    submission_id = HiddenField(filters=[mark])

    @classmethod
    def fresh(cls, kept: Mapping[str, Any] | None = None) -> "WrongForm":
        """Return the form, with what was kept of it; sending it twice tells once."""
        form = cls(data=kept)
        form.submission_id.data = form.submission_id.data or secrets.token_urlsafe(12)
        form.text.label.text = _("What is wrong")
        return form

    def validate_text(self, field: TextAreaField) -> None:
        """Something must be said, in a page at most."""
        letters = len(field.data or "")
        if not has_something(field.data or ""):
            raise ValidationError(_("Say in a sentence what it is"))
        if letters > LONGEST:
            raise ValidationError(
                _("Say it in %(most)d letters; you have %(letters)d")
                % {"most": LONGEST, "letters": letters}
            )


@bp.get("/")
def ask() -> ResponseReturnValue:
    """Ask what is wrong with the story, or with one scene of it."""
    scene, visit = _scene(request.args.get("scene", "")), here()
    draft = story_queries.draft_of(db(), visit.activity_id, visit.person_id, _draft_of(scene))
    kept = draft.fields if draft else {}
    form = WrongForm.fresh({"text": kept.get("text", ""), "is_named": bool(kept.get("is_named"))})
    return _page(form, scene, saved_at=draft.saved_at if draft else None)


@bp.post("/")
def tell() -> ResponseReturnValue:
    """Tell those who look after the story, or keep what was typed as a draft."""
    form = WrongForm.fresh()
    scene = _scene(form.scene.data or "")
    if "later" in request.form:
        fields = {"text": form.text.data or "", "is_named": form.is_named.data}
        drafts.save(db(), reader(), _draft_of(scene), fields, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    if not form.validate_on_submit():
        return _page(form, scene), 422
    wrong = actions.Wrong(
        form.text.data or "",
        scene.id if scene else "",
        is_named=bool(form.is_named.data),
        submission_id=form.submission_id.data or "",
    )
    try:
        actions.tell(db(), reader(), wrong, now=now())
    except TooOften as refused:
        return _page(form, scene, refusal=str(refused)), STATUS[TooOften]
    return redirect(url_for(".told"), 303)


@bp.get("/told")
def told() -> ResponseReturnValue:
    """Say that it has arrived."""
    return render_template("wrong/told.html", steps=place().steps)


def _scene(scene_id: str) -> Scene | None:
    """Return a scene that this person has come to; none where the id names no such scene."""
    return next((one.scene for one in place().walk.steps if one.scene.id == scene_id), None)


def _draft_of(scene: Scene | None) -> str:
    return actions.draft_place(scene.id if scene else "")


def _page(
    form: WrongForm,
    scene: Scene | None,
    *,
    refusal: str = "",
    saved_at: datetime | None = None,
) -> str:
    return render_template(
        "wrong/ask.html",
        form=form,
        scene=scene,
        refusal=refusal,
        saved_at=saved_at,
        draft_place=_draft_of(scene),
        scenario=place().scenario,
        is_of_the_course=place().version.entry.shelf is Shelf.COURSE,
        steps=place().steps,
    )
