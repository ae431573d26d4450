"""Talking without a group: a written reply to each of two voices from the story."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import alone as actions
from ltitool.actions import arranging, drafts
from ltitool.actions.reader import Reader
from ltitool.core.errors import NotFound, NotOpen, TooOften
from ltitool.core.scenario import Choice
from ltitool.core.script import Phase, Talk
from ltitool.core.scripts import script_of
from ltitool.core.talk import least_words
from ltitool.storage.queries import story as story_queries
from ltitool.storage.queries import talk as queries
from ltitool.storage.tables import Draft, Thread
from ltitool.web.asking import Question, first_open, real_case
from ltitool.web.audience import known_as, naming_here, shown_wider
from ltitool.web.errors import STATUS
from ltitool.web.forms import PostForm, row_id
from ltitool.web.place import place, reader
from ltitool.web.thread import Said, Strand, strands
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("alone", __name__, url_prefix="/alone")

ANSWER = "answer"
"""Where an answer to the teaching staff is kept until it is sent."""


@dataclass(frozen=True)
class Voice:
    """A voice from the story, with what this person has answered, or a form to answer in."""

    choice: Choice
    name: str
    role: str
    replies: list[Said]
    """What this person has answered, and what the teaching staff say to that."""
    form: PostForm
    draft: Draft | None

    @property
    def is_answered(self) -> bool:
        """Whether a reply stands that counts."""
        return any(one.post.counts for one in self.replies)


@dataclass(frozen=True)
class Attempted:
    """What was sent and not taken."""

    place: str
    """Of its draft, which names the form as well."""
    form: PostForm
    question: Question | None = None
    refusal: str = ""


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the voices, one's own replies, and a form for each that waits for one."""
    _require()
    return _page()


@bp.post("/<choice_id>")
def reply(choice_id: str) -> ResponseReturnValue:
    """Answer a voice, or keep what was typed as a draft."""
    _require()
    if choice_id not in {choice.id for choice in actions.voices_for(db(), _looking())}:
        raise NotFound("There is no such voice here.")
    form, where = _form(choice_id), f"alone:{choice_id}"
    if "later" in request.form:
        return _later(where, {"text": form.words})
    if wrong := _fault(where, form):
        return _page(wrong), 422
    try:
        actions.reply(db(), reader(), choice_id, _said(form), now=now())
    except (NotOpen, TooOften) as refused:
        return _page(Attempted(where, form, refusal=str(refused))), STATUS[type(refused)]
    return redirect(url_for(".show", _anchor=f"voice-{choice_id}"), 303)


@bp.post("/posts/answer")
def answer() -> ResponseReturnValue:
    """Answer what the teaching staff have written here, or keep what was typed as a draft."""
    _require()
    form = _answer_form()
    if "later" in request.form:
        return _later(ANSWER, {"text": form.words, "parent": form.parent.data})
    if wrong := _fault(ANSWER, form):
        return _page(wrong), 422
    try:
        made = actions.answer_staff(db(), reader(), form.parent_id or 0, _said(form), now=now())
    except (NotOpen, TooOften) as refused:
        return _page(Attempted(ANSWER, form, refusal=str(refused))), STATUS[type(refused)]
    return redirect(url_for(".show", _anchor=f"post-{made.id}"), 303)


@bp.get("/instead")
def ask() -> ResponseReturnValue:
    """Say what doing it on one’s own changes, and ask."""
    _require_group()
    return render_template(
        "instead.html",
        steps=place().steps,
        current_phase=Phase.TALK,
        has_missed_it=place().can_catch_up,
    )


@bp.post("/instead")
def choose() -> ResponseReturnValue:
    """Let this person go on without a group."""
    _require_group()
    arranging.put_alone(db(), reader(), actor_id=here().person_id, now=now())
    return redirect(url_for("visit.activity.front"), 303)


def audience() -> str:
    """Return who can read a reply written now."""
    readers = _("You, and the teaching staff of this course. No other student.")
    return f"{readers} {known_as(naming_here(_thread()))}".strip()


def _require() -> None:
    where = place()
    where.require(Phase.TALK)
    if where.script.talk is not Talk.SOLO:
        raise NotOpen("You talk with a group here.")


def _require_group() -> None:
    """Let pass who would talk with a group, or has missed the talk of their class."""
    where = place()
    has_group = where.participant is not None and where.script.talk is Talk.GROUP
    if here().is_preview or not (has_group or where.can_catch_up):
        raise NotOpen("You do not talk with a group here.")


def _looking() -> Reader:
    where = place()
    assert where.participant is not None  # nobody comes here without having decided
    return Reader(here().activity, where.participant, where.scenario)


def _thread() -> Thread | None:
    return queries.thread_of(db(), here().activity_id, here().person_id, None)


def _later(where: str, fields: Mapping[str, object]) -> ResponseReturnValue:
    drafts.save(db(), reader(), where, fields, now=now())
    return redirect(url_for("visit.activity.leave"), 303)


def _fault(where: str, form: PostForm) -> Attempted | None:
    """Return what keeps a reply from being sent, if anything does."""
    if not form.validate_on_submit():
        return Attempted(where, form)
    question = first_open(shown_wider(naming_here(_thread())), real_case(form.words))
    return Attempted(where, form, question) if question else None


def _said(form: PostForm) -> actions.Reply:
    return actions.Reply(form.words, form.submission_id.data or "", audience())


def _form(choice_id: str, text: str = "") -> PostForm:
    form = PostForm.fresh(text)
    form.text.id = f"text-{choice_id}"
    form.text.label.text = _("Your reply")
    return form


def _answer_form(text: str = "", parent: int | None = None) -> PostForm:
    form = PostForm.fresh(text, parent)
    form.text.id = "text-answer"
    form.text.label.text = _("Your answer")
    return form


def _page(wrong: Attempted | None = None) -> str:
    where, visit, thread = place(), here(), _thread()
    posts = queries.posts_in(db(), thread.id) if thread else []
    said = strands(posts, where.scenario, visit.person_id)
    kept = story_queries.drafts_at(db(), visit.activity_id, visit.person_id, "alone:")
    voices = [
        _voice(choice, said, kept.get(f"alone:{choice.id}"), wrong)
        for choice in actions.voices_for(db(), _looking())
    ]
    return render_template(
        "alone.html",
        voices=voices,
        others=[one for strand in said if not strand.voice for one in _readable(strand.posts)],
        locked_at=thread.locked_at if thread else None,
        wrong=wrong,
        **_answering(wrong),
        why=where.participant.alone if where.participant else None,
        has_missed_it=script_of(here().activity.script).is_live,
        is_done=where.standing.has_talked,
        audience=audience(),
        shown_as=naming_here(thread),
        least=least_words(fewer=where.asks_fewer_words),
        scenario=where.scenario,
        next_step=where.next_step,
        steps=where.steps,
        current_phase=Phase.TALK,
    )


def _answering(wrong: Attempted | None) -> dict[str, object]:
    """Return the form in which staff are answered, and since when a draft of it is kept."""
    if wrong is not None and wrong.place == ANSWER:
        return {"answer": wrong.form, "answer_saved_at": None}
    draft = story_queries.draft_of(db(), here().activity_id, here().person_id, ANSWER)
    kept = draft.fields if draft else {}
    parent = row_id(request.args.get("reply", kept.get("parent"), type=str))
    form = _answer_form(str(kept.get("text", "")), parent)
    return {"answer": form, "answer_saved_at": draft.saved_at if draft else None}


def _voice(
    choice: Choice, said: list[Strand], draft: Draft | None, wrong: Attempted | None
) -> Voice:
    assert choice.seed is not None
    who = place().scenario.character(choice.seed.who)
    text = str(draft.fields.get("text", "")) if draft else ""
    is_wrong = wrong is not None and wrong.place == f"alone:{choice.id}"
    replies = [one for strand in said if strand.voice == choice.id for one in strand.replies]
    return Voice(
        choice,
        who.name,
        who.role,
        _readable(replies),
        wrong.form if wrong is not None and is_wrong else _form(choice.id, text),
        draft,
    )


def _readable(said: list[Said]) -> list[Said]:
    return [one for one in said if one.is_readable]
