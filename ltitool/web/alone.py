"""Talking without a group: a written reply to each of two voices from the story."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import alone as actions
from ltitool.actions import arranging, drafts
from ltitool.actions.reader import Reader
from ltitool.core.errors import NotFound, NotOpen
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
from ltitool.web.forms import PostForm
from ltitool.web.place import place, reader
from ltitool.web.thread import Said, Strand, strands
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("alone", __name__, url_prefix="/alone")


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
    form = _form(choice_id)
    if "later" in request.form:
        drafts.save(db(), reader(), f"alone:{choice_id}", {"text": form.words}, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    if not form.validate_on_submit():
        return _page({choice_id: form}), 422
    if question := first_open(shown_wider(naming_here(_thread())), real_case(form.words)):
        return _page({choice_id: form}, question), 422
    try:
        actions.reply(
            db(),
            reader(),
            choice_id,
            form.words,
            submission_id=form.submission_id.data or "",
            audience=audience(),
            now=now(),
        )
    except NotOpen as refused:
        return _page({choice_id: form}, refusal=str(refused)), STATUS[NotOpen]
    return redirect(url_for(".show", _anchor=f"voice-{choice_id}"), 303)


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


def _form(choice_id: str, text: str = "") -> PostForm:
    form = PostForm.fresh(text)
    form.text.id = f"text-{choice_id}"
    form.text.label.text = _("Your reply")
    return form


def _page(
    wrong: dict[str, PostForm] | None = None,
    question: Question | None = None,
    *,
    refusal: str = "",
) -> str:
    where, visit, thread = place(), here(), _thread()
    posts = queries.posts_in(db(), thread.id) if thread else []
    said = strands(posts, where.scenario, visit.person_id)
    kept = story_queries.drafts_at(db(), visit.activity_id, visit.person_id, "alone:")
    voices = [
        _voice(choice, said, kept.get(f"alone:{choice.id}"), wrong or {})
        for choice in actions.voices_for(db(), _looking())
    ]
    return render_template(
        "alone.html",
        voices=voices,
        others=[one for strand in said if not strand.voice for one in _readable(strand.posts)],
        locked_at=thread.locked_at if thread else None,
        wrong=next(iter((wrong or {}).values()), None),
        question=question,
        refusal=refusal,
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


def _voice(
    choice: Choice, said: list[Strand], draft: Draft | None, wrong: dict[str, PostForm]
) -> Voice:
    assert choice.seed is not None
    who = place().scenario.character(choice.seed.who)
    text = str(draft.fields.get("text", "")) if draft else ""
    replies = [one for strand in said if strand.voice == choice.id for one in strand.replies]
    return Voice(
        choice,
        who.name,
        who.role,
        _readable(replies),
        wrong.get(choice.id) or _form(choice.id, text),
        draft,
    )


def _readable(said: list[Said]) -> list[Said]:
    return [one for one in said if one.is_readable]
