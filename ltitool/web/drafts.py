"""Keeping what is being typed, as the script of a page sends it now and then."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import drafts
from ltitool.actions.story_reports import draft_place
from ltitool.core.errors import InputRefused
from ltitool.core.talk import LONGEST
from ltitool.storage.queries import talk as queries
from ltitool.storage.queries.teaching_groups import thread_in
from ltitool.web.forms import row_id
from ltitool.web.place import place, reader
from ltitool.web.transaction import db, now
from ltitool.web.visit import here
from ltitool.web.words import moment

bp = Blueprint("drafts", __name__, url_prefix="/drafts")

KEPT_FIELDS = (
    "choice",
    "rationale",
    "own_change",
    "confidence",
    "lens",
    "cited",
    "text",
    "parent",
    "may_quote",
    "reading",
    "outcome",
    "is_named",
)
LISTS = {"lens"}
STAFF = "staff:"


@bp.post("/")
def save() -> ResponseReturnValue:
    """Keep a draft of one form; answers with the words to show beside it."""
    where = request.form.get("place", "")
    if where not in _places() and not _is_of_a_post(where) and not _is_of_staff(where):
        raise InputRefused("There is no such form in this activity.")
    fields = {
        name: request.form.getlist(name) if name in LISTS else request.form.get(name, "")[:LONGEST]
        for name in KEPT_FIELDS
        if name in request.form
    }
    drafts.save(db(), reader(), where, fields, now=now())
    return {"words": _("Draft saved"), "saved": moment(now(), "time").striptags()}


def _places() -> set[str]:
    scenario = place().scenario
    decisions = {f"decide:{d.id}" for s in scenario.scenes if (d := s.decision) is not None}
    questions = {f"reflect:{question.id}" for question in scenario.reflect}
    voices = {f"alone:{choice.id}" for choice in scenario.talk_decision.choices}
    scenes = {draft_place(scene.id) for scene in scenario.scenes}
    whole = {"talk", "stand", "minority", "again", "answer", "worry", draft_place("")}
    return decisions | questions | voices | scenes | whole


def _is_of_staff(where: str) -> bool:
    """Whether it is the form in which staff write into a talk of this activity."""
    thread_id = row_id(where.removeprefix(STAFF)) if where.startswith(STAFF) else None
    if thread_id is None or not here().role.is_staff:
        return False
    return thread_in(db(), here().activity_id, thread_id) is not None


def _is_of_a_post(where: str) -> bool:
    """Whether it is the form in which a post of one's own talk is reported."""
    post_id = row_id(where.removeprefix("report:")) if where.startswith("report:") else None
    thread = queries.own_thread(db(), here().activity_id, here().person_id)
    if post_id is None or thread is None:
        return False
    return queries.post_within(db(), here().activity_id, thread.id, post_id) is not None
