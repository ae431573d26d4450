"""Living through the story: a page for each scene, and one for each decision."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ltitool.actions import drafts
from ltitool.actions import story as actions
from ltitool.actions.reader import choose_language
from ltitool.core.errors import InputRefused, NotFound
from ltitool.core.retrace import beside, first_unread
from ltitool.core.scenario import Decision
from ltitool.core.script import Phase, Round
from ltitool.core.walk import Step, Stop
from ltitool.storage import tables
from ltitool.storage.queries import story as queries
from ltitool.web import labels
from ltitool.web.asking import Question, first_open, real_case
from ltitool.web.audience import known_as, naming_in, shown_wider
from ltitool.web.forms import AnswerForm, PlainForm
from ltitool.web.place import place, reader
from ltitool.web.telling import languages, offered_languages
from ltitool.web.transaction import db, now
from ltitool.web.visit import here as this_visit

bp = Blueprint("story", __name__, url_prefix="/story")


@bp.get("/")
def here() -> ResponseReturnValue:
    """Go to the scene the story has come to, or to the answer that was begun there."""
    walk = place().walk
    visible = [step for step in walk.steps if not step.is_behind_curtain]
    decision = walk.here.scene.decision if walk.stop is Stop.DECISION else None
    begun = queries.drafts_at(db(), this_visit().activity_id, this_visit().person_id, "decide:")
    if decision and (f"decide:{decision.id}" in begun or _kept_answer(decision)):
        return redirect(url_for(".decide", scene_id=walk.here.scene.id))
    return redirect(url_for(".scene", scene_id=first_unread(visible).scene.id))


@bp.get("/<scene_id>")
def scene(scene_id: str) -> ResponseReturnValue:
    """Show one scene of the path walked so far, never one behind the curtain."""
    step, before, after = _step(scene_id)
    attempt = place().attempt
    return render_template(
        "story/scene.html",
        step=step,
        before=before,
        after=after,
        answered=_answered(before),
        asked=queries.consults_asked(db(), attempt.id) if attempt else set(),
        scenario=place().scenario,
        languages=offered_languages(place().version, place().scenario),
        can_take_other_story=place().can_take_other_story,
        is_at_curtain=after is None and place().walk.stop is not Stop.DECISION,
        form=PlainForm(),
        **_around(),
    )


@bp.post("/language")
def tell_in() -> ResponseReturnValue:
    """Tell the story in another of its languages from now on."""
    language = request.form.get("language", "")
    if language not in languages(place().version):
        raise InputRefused("The story is not told in that language.")
    choose_language(reader(), language)
    scene_id = request.form.get("scene", "")
    if any(step.scene.id == scene_id for step in place().walk.steps):
        return redirect(url_for(".scene", scene_id=scene_id), 303)
    return redirect(url_for("visit.activity.front"), 303)


@bp.post("/<scene_id>/ask")
def ask(scene_id: str) -> ResponseReturnValue:
    """Ask a question before deciding."""
    consult_id = request.form.get("ask", "")
    actions.ask(db(), reader(), scene_id, consult_id, now=now())
    return redirect(url_for(".scene", scene_id=scene_id, _anchor=f"ask-{consult_id}"), 303)


@bp.get("/<scene_id>/decide")
def decide(scene_id: str) -> ResponseReturnValue:
    """Ask the question of this scene, or show the answer that is kept until it is locked."""
    step, decision = _open_decision(scene_id)
    kept = _kept_answer(decision)
    if kept is not None and "change" not in request.args:
        return render_template(
            "story/kept.html",
            step=step,
            decision=decision,
            kept=kept,
            sure=labels.CONFIDENCE.get(kept.confidence or 0),
            scenario=place().scenario,
            **_around(),
        )
    draft = _draft(decision)
    values = draft.fields if draft else _values(kept)
    form = AnswerForm.asking(decision, step.choices, place().scenario.lenses, values)
    return _decision_page(step, decision, form, saved_at=draft.saved_at if draft else None)


@bp.post("/<scene_id>/decide")
def keep(scene_id: str) -> ResponseReturnValue:
    """Keep an answer, or a draft of one."""
    step, decision = _open_decision(scene_id)
    form = AnswerForm.asking(decision, step.choices, place().scenario.lenses)
    if "later" in request.form:
        drafts.save(db(), reader(), f"decide:{decision.id}", form.fields, now=now())
        return redirect(url_for("visit.activity.leave"), 303)
    if not form.validate_on_submit():
        return _decision_page(step, decision, form), 422
    if question := first_open(shown_wider(naming_in(Phase.DECIDE)), real_case(*form.written)):
        return _decision_page(step, decision, form, question=question), 422
    actions.decide(db(), reader(), decision.id, answer_from(form), now=now())
    return redirect(url_for(".decide", scene_id=scene_id), 303)


@bp.post("/<scene_id>/lock")
def lock(scene_id: str) -> ResponseReturnValue:
    """Lock the kept answer and open the next scene."""
    decision = place().scenario.scene(scene_id).decision
    if decision is None:
        raise NotFound("Nothing is asked in this scene.")
    actions.lock(db(), reader(), decision.id, now=now())
    return redirect(url_for(".after", scene_id=scene_id), 303)


@bp.get("/<scene_id>/after")
def after(scene_id: str) -> ResponseReturnValue:
    """Go to the scene that the answer given in this one has opened, or to what comes after."""
    _this, _before, following = _step(scene_id)
    if following is None:
        return redirect(url_for("visit.reasons.show"))
    return redirect(url_for(".scene", scene_id=following.scene.id))


def answer_from(form: AnswerForm) -> actions.Answer:
    """Return what a valid form answers, without what its decision does not ask for."""
    decision = form.decision
    return actions.Answer(
        choice_id=form.choice.data,
        rationale=form.rationale.data or "",
        own_change=(form.own_change.data or "") if decision.open else "",
        confidence=int(form.confidence.data) if decision.confidence else None,
        lenses=tuple(form.lens.data or ()) if decision.rank_lenses else (),
    )


def _around() -> dict[str, Any]:
    return {"steps": place().steps, "current_phase": Phase.DECIDE}


def _decision_page(
    step: Step,
    decision: Decision,
    form: AnswerForm,
    saved_at: object = None,
    *,
    question: Question | None = None,
) -> str:
    is_talk_decision = decision.id == place().scenario.talk_decision.id
    return render_template(
        "story/decide.html",
        step=step,
        decision=decision,
        form=form,
        scenario=place().scenario,
        is_talk_decision=is_talk_decision,
        known_as=known_as(naming_in(Phase.DECIDE)),
        shown_as=naming_in(Phase.DECIDE),
        question=question,
        saved_at=saved_at,
        **_around(),
    )


def _step(scene_id: str) -> tuple[Step, Step | None, Step | None]:
    """Return a scene of the path with its neighbours, if it stands before the curtain."""
    steps = [step for step in place().walk.steps if not step.is_behind_curtain]
    return beside(steps, scene_id)


def _open_decision(scene_id: str) -> tuple[Step, Decision]:
    step, _before, _after = _step(scene_id)
    if step.scene.decision is None:
        raise NotFound("Nothing is asked in this scene.")
    return step, step.scene.decision


def _kept_answer(decision: Decision | None) -> tables.Decision | None:
    attempt = place().attempt
    if attempt is None or decision is None:
        return None
    return next(
        (
            row
            for row in attempt.decisions
            if row.decision_id == decision.id and row.round is Round.FIRST
        ),
        None,
    )


def _draft(decision: Decision) -> tables.Draft | None:
    visit = this_visit()
    return queries.draft_of(db(), visit.activity_id, visit.person_id, f"decide:{decision.id}")


def _answered(before: Step | None) -> dict[str, Any] | None:
    """Return the answer that opened this scene, with what the story says to it."""
    if before is None or before.taken is None or before.scene.decision is None:
        return None
    row = _kept_answer(before.scene.decision)
    choice = before.scene.decision.choice(before.taken.choice_id)
    return {"choice": choice, "row": row}


def _values(kept: tables.Decision | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    return {
        "choice": kept.choice_id,
        "rationale": kept.rationale,
        "own_change": kept.own_change,
        "confidence": str(kept.confidence or ""),
        "lens": kept.lenses,
    }
