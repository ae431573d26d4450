"""Decide again: a private second answer, and whose argument was taken most seriously."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import closing, drafts
from ltitool.core.errors import InputRefused
from ltitool.core.script import Phase
from ltitool.storage.queries import story as queries
from ltitool.web.asking import Question, first_open, real_case
from ltitool.web.audience import known_as, naming_in, shown_wider
from ltitool.web.citing import NOBODY, arguments, citation
from ltitool.web.forms import AnswerForm
from ltitool.web.place import place, reader
from ltitool.web.story import answer_from
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("again", __name__, url_prefix="/again")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Ask the talk decision again, or show the second answer that stands."""
    where = place()
    where.require(Phase.AGAIN)
    decision = where.scenario.talk_decision
    again = queries.second_answer(where.attempts, decision.id)
    if again is not None:
        return render_template(
            "again/done.html",
            decision=decision,
            again=again,
            first=queries.first_commitment(where.attempts, decision.id),
            **_around(),
        )
    draft = queries.draft_of(db(), here().activity_id, here().person_id, "again")
    form = AnswerForm.asking(
        decision, decision.choices, where.scenario.lenses, draft.fields if draft else None
    )
    cited = str(draft.fields.get("cited", "")) if draft else ""
    page = request.args.get("posts", 1, type=int)
    return _page(form, cited, page=page, saved_at=draft.saved_at if draft else None)


@bp.post("/")
def keep() -> ResponseReturnValue:
    """Keep the second answer; the curtain rises."""
    where = place()
    where.require(Phase.AGAIN)
    form = AnswerForm.asking(
        where.scenario.talk_decision, where.scenario.talk_decision.choices, where.scenario.lenses
    )
    cited = request.form.get("cited", "")
    if not {"later", "posts"}.isdisjoint(request.form):
        drafts.save(db(), reader(), "again", form.fields | {"cited": cited}, now=now())
        return redirect(_away(), 303)
    chosen = _citation(cited)
    if not form.validate_on_submit() or chosen is None:
        return _page(form, cited, misses_cited=chosen is None), 422
    if question := first_open(shown_wider(naming_in(Phase.AGAIN)), real_case(*form.written)):
        return _page(form, cited, question=question), 422
    closing.decide_again(db(), reader(), answer_from(form), chosen, now=now())
    return redirect(url_for("visit.ending.show"), 303)


def _away() -> str:
    """Return where a draft is left for: other posts of the talk, or the end of this visit."""
    if "posts" in request.form:
        posts = request.form.get("posts", 1, type=int)
        return url_for(".show", posts=posts, _anchor="cited")
    return url_for("visit.activity.leave")


def _citation(value: str) -> closing.Cited | None:
    """Return what is cited; None where nothing is that could be."""
    try:
        return citation(value)
    except InputRefused:
        return None


def _around() -> dict[str, Any]:
    return {"steps": place().steps, "current_phase": Phase.AGAIN, "scenario": place().scenario}


def _page(
    form: AnswerForm,
    cited: str,
    *,
    page: int = 1,
    misses_cited: bool = False,
    saved_at: object = None,
    question: Question | None = None,
) -> str:
    where = place()
    decision = where.scenario.talk_decision
    return render_template(
        "again/decide.html",
        form=form,
        question=question,
        decision=decision,
        step=where.scenario.scene_of(decision.id),
        first=queries.first_commitment(where.attempts, decision.id),
        arguments=arguments(cited, page),
        cited=cited,
        known_as=known_as(naming_in(Phase.AGAIN)),
        shown_as=naming_in(Phase.AGAIN),
        misses_cited=misses_cited,
        nobody=NOBODY,
        saved_at=saved_at,
        **_around(),
    )
