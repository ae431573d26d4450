"""Answers with reasons, and reflections, as staff read them: one question at a time.

Each stands under the name that its author was told when writing, in the order of those names. Times
are left out: beside those of the pages of people they would tell who is who.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.actions import mending
from ltitool.core.audience import Naming, kept_until
from ltitool.core.errors import NotFound
from ltitool.core.scenario import Decision, Reflect
from ltitool.core.script import Phase, Round
from ltitool.storage import tables
from ltitool.storage.queries import answers as queries
from ltitool.storage.queries.answers import Signed
from ltitool.web import labels
from ltitool.web.paging import Page, page_asked_for
from ltitool.web.revealing import reveal_page, under_an_alias, why
from ltitool.web.settings_room import phase_label
from ltitool.web.teaching_forms import ReasonForm
from ltitool.web.transaction import db, now
from ltitool.web.visit import here, story

bp = Blueprint("answers", __name__, url_prefix="/answers")

ON_A_PAGE = 25
REFLECT = "reflect"
PHASES = {Round.FIRST.value: Phase.DECIDE, Round.AGAIN.value: Phase.AGAIN, REFLECT: Phase.REFLECT}


@dataclass(frozen=True)
class Asked:
    """One question that people have answered in words."""

    kind: str
    """One of PHASES."""
    question: Decision | Reflect
    title: str
    """Of the scene that asks it; empty for a closing question."""
    number: int = 0
    """How many have answered it."""

    @property
    def phase(self) -> str:
        """What the part is called in which it is asked."""
        return phase_label(PHASES[self.kind])

    @property
    def address(self) -> dict[str, str]:
        """What an address names it by."""
        return {"kind": self.kind, "question_id": self.question.id}


@dataclass(frozen=True)
class Text:
    """What one person answered."""

    author: str
    is_named: bool
    chosen: str
    """The answer of the story that was chosen; empty where there is none to choose."""
    said: Sequence[tuple[str, str]]
    """What was typed, each with a heading that may be empty."""
    beside: Sequence[str] = ()
    """How sure they were, and what weighed most."""
    is_replay: bool = False
    """Whether it was given when the story was begun anew."""
    is_erased: bool = False


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show every question that asks for words, with how many have answered it."""
    activity = here().activity
    if activity.scenario_version is None:
        return redirect(url_for("visit.teaching.show"))
    numbers = queries.given_numbers(db(), activity)
    asked = list(_asked(numbers))
    return render_template(
        "teaching/answers.html",
        parts=[(phase_label(PHASES[kind]), _of(asked, kind)) for kind in PHASES],
        scenario=story(),
        has_private=any(question.private for question in story().reflect),
    )


@bp.get("/<kind>/<question_id>")
def question(kind: str, question_id: str) -> ResponseReturnValue:
    """Show what people answered to one question, by the names they are shown under."""
    asked = _question(kind, question_id)
    page = page_asked_for(_signed(asked), ON_A_PAGE)
    return render_template(
        "teaching/answers_to.html",
        asked=asked,
        page=page,
        texts=_texts(asked, page),
        scenario=story(),
    )


@bp.get("/<kind>/<question_id>/<alias>/author")
def confirm_reveal(kind: str, question_id: str, alias: str) -> ResponseReturnValue:
    """Say what finding out means, and ask why."""
    asked = _question(kind, question_id)
    return _reveal_page(asked, _behind(asked, alias), why())


@bp.post("/<kind>/<question_id>/<alias>/author")
def reveal(kind: str, question_id: str, alias: str) -> ResponseReturnValue:
    """Note who asks and why, and lead to the person's page; the alias does not stand there."""
    asked = _question(kind, question_id)
    one, form = _behind(asked, alias), why()
    if not form.validate_on_submit():
        return _reveal_page(asked, one, form), 422
    mending.reveal(
        db(),
        here().activity,
        asked.address,
        one.person_id,
        reason=form.words,
        actor_id=here().person_id,
        now=now(),
    )
    return redirect(
        url_for("visit.teaching.people.show", person_id=one.person_id, done="revealed"), 303
    )


def _asked(numbers: dict[tuple[str, str], int]) -> Iterator[Asked]:
    """Return every question that staff may read answers to, in the order it is asked in."""
    scenario, first, again = story(), Round.FIRST.value, Round.AGAIN.value
    for scene in scenario.scenes:
        decision = scene.decision
        if decision and (decision.kind == "core" or decision.rationale or decision.open):
            number = numbers.get((first, decision.id), 0)
            yield Asked(first, decision, scene.title, number)
    talked = scenario.talk_decision
    title = scenario.scene_of(talked.id).title
    yield Asked(again, talked, title, numbers.get((again, talked.id), 0))
    for closing in scenario.reflect:
        if not closing.private:
            yield Asked(REFLECT, closing, "", numbers.get((REFLECT, closing.id), 0))


def _of(asked: Sequence[Asked], kind: str) -> list[Asked]:
    return [one for one in asked if one.kind == kind]


def _question(kind: str, question_id: str) -> Asked:
    for one in _asked({}):
        if (one.kind, one.question.id) == (kind, question_id):
            return one
    raise NotFound("There is no such question whose answers staff may read.")


def _signed(asked: Asked) -> list[Signed]:
    activity = here().activity
    if asked.kind == REFLECT:
        return queries.reflections_on(db(), activity, asked.question.id)
    return queries.answers_to(db(), activity, Round(asked.kind), asked.question.id)


def _texts(asked: Asked, page: Page[Signed]) -> list[Text]:
    ids = [one.id for one in page.rows]
    if isinstance(asked.question, Reflect):
        kept = queries.reflections(db(), here().activity, asked.question.id, ids)
        return [_reflection(one, kept[one.id]) for one in page.rows]
    given = queries.decisions(db(), ids)
    return [_answer(one, given[one.id], asked.question) for one in page.rows]


def _reflection(one: Signed, kept: tables.Reflection) -> Text:
    return Text(
        one.author,
        one.naming is Naming.NAMED,
        kept.reading,
        [("", kept.text)] if kept.text else [],
        is_erased=not kept.text and _is_over(kept.written_at),
    )


def _answer(one: Signed, given: tables.Decision, decision: Decision) -> Text:
    typed = [("", given.rationale), (_("What they would change"), given.own_change)]
    said = [pair for pair in typed if pair[1]]
    offered = {choice.id: choice.label for choice in decision.choices}
    return Text(
        one.author,
        one.naming is Naming.NAMED,
        offered.get(given.choice_id, _("An answer that the story no longer has")),
        said,
        list(_beside(given)),
        is_replay=given.attempt.number > 1,
        is_erased=not said and _is_over(given.decided_at),
    )


def _beside(given: tables.Decision) -> Iterator[str]:
    if given.confidence is not None:
        yield str(labels.CONFIDENCE[given.confidence])
    weighed = "; ".join(lens.label for lens in story().lenses if lens.id in given.lenses)
    if weighed:
        yield _("What weighed most: %(lenses)s", lenses=weighed)


def _is_over(written_at: datetime) -> bool:
    """Whether the time is over for which words of that time are kept."""
    return kept_until(written_at, here().activity.keep_days) <= now()


def _behind(asked: Asked, alias: str) -> Signed:
    """Return a text under this alias, where this visitor may find out whose it is."""
    for one in _signed(asked):
        if one.author == alias and one.naming is not Naming.NAMED:
            under_an_alias(one.naming)
            return one
    raise NotFound("Nobody has answered this question under such an alias.")


def _reveal_page(asked: Asked, one: Signed, form: ReasonForm) -> str:
    [text] = _texts(asked, Page([one], 1, 1, 1))
    kind, question_id = asked.kind, asked.question.id
    return reveal_page(
        one.author,
        "\n\n".join(words for _heading, words in text.said),
        form,
        action=url_for(".reveal", kind=kind, question_id=question_id, alias=one.author),
        back=url_for(".question", kind=kind, question_id=question_id),
        room="answers",
    )
