"""Decide again: a private second answer, and whose argument was taken most seriously."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import closing, drafts
from ltitool.actions import talk as talk_actions
from ltitool.core.errors import InputRefused
from ltitool.core.script import Phase
from ltitool.core.talk import PostState
from ltitool.storage.queries import story as queries
from ltitool.storage.queries import talk as talk_queries
from ltitool.web.asking import Question, first_open, real_case
from ltitool.web.forms import AnswerForm
from ltitool.web.place import place, reader
from ltitool.web.story import answer_from
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("again", __name__, url_prefix="/again")

NOBODY = "nobody"


@dataclass(frozen=True)
class Argument:
    """A post or a voice this person could read, to be cited."""

    value: str
    author: str
    excerpt: str
    is_voice: bool


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
    return _page(form, cited, saved_at=draft.saved_at if draft else None)


@bp.post("/")
def keep() -> ResponseReturnValue:
    """Keep the second answer; the curtain rises."""
    where = place()
    where.require(Phase.AGAIN)
    form = AnswerForm.asking(
        where.scenario.talk_decision, where.scenario.talk_decision.choices, where.scenario.lenses
    )
    cited = request.form.get("cited", "")
    if "later" in request.form:
        drafts.save(db(), reader(), "again", form.fields | {"cited": cited}, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    is_cited = cited in {NOBODY, *(argument.value for argument in _arguments())}
    if not form.validate_on_submit() or not is_cited:
        return _page(form, cited, misses_cited=not is_cited), 422
    if question := first_open(real_case(*form.written)):
        return _page(form, cited, question=question), 422
    closing.decide_again(db(), reader(), answer_from(form), _cited(cited), now=now())
    return redirect(url_for("visit.ending.show"), 303)


def _around() -> dict[str, Any]:
    return {"steps": place().steps, "current_phase": Phase.AGAIN, "scenario": place().scenario}


def _page(
    form: AnswerForm,
    cited: str,
    *,
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
        arguments=_arguments(),
        cited=cited,
        misses_cited=misses_cited,
        nobody=NOBODY,
        saved_at=saved_at,
        **_around(),
    )


def _arguments() -> list[Argument]:
    """Return what this person has read: the voices of the story, then the posts of the group."""
    visit, scenario = here(), place().scenario
    decision = scenario.talk_decision
    group = talk_queries.group_of(db(), visit.activity_id, visit.person_id)
    thread = talk_queries.thread_of(db(), visit.activity_id, visit.person_id, group)
    read = talk_queries.posts_in(db(), thread.id) if thread else []
    shown = queries.voices_shown(db(), visit.activity_id, visit.person_id)
    heard = {voice.choice_id for voice in shown if voice.rationale is None}
    heard |= {one.post.voice for one in read if one.post.voice}
    voices = [
        Argument(f"voice:{c.id}", scenario.character(c.seed.who).name, c.seed.text, is_voice=True)
        for c in decision.choices
        if c.seed is not None and c.id in heard
    ]
    posts = [
        Argument(f"post:{one.post.id}", one.author, one.post.text, is_voice=False)
        for one in read
        if one.post.person_id not in {None, visit.person_id}
        and not one.post.by_staff
        and one.post.state is PostState.STANDING
    ]
    return [*posts, *voices]


def _cited(value: str) -> closing.Cited:
    kind, _colon, name = value.partition(":")
    if kind == "post" and name.isascii() and name.isdecimal():
        return closing.Cited(post_id=talk_actions.readable_post(db(), reader(), int(name)).id)
    if kind == "voice":
        return closing.Cited(voice=name)
    if kind == NOBODY:
        return closing.Cited()
    raise InputRefused("That argument cannot be cited.")
