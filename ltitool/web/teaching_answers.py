"""Answers with reasons, and reflections, as staff read them: one question at a time.

Each stands under the name that its author was told when writing, in the order of those names. Times
are left out: beside those of the pages of people they would tell who is who.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list
from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from ltitool.actions import mending
from ltitool.core.audience import Naming, kept_until
from ltitool.core.errors import NotFound
from ltitool.core.scenario import Reflect, Scenario
from ltitool.core.script import Round
from ltitool.storage import tables
from ltitool.storage.queries import answers as queries
from ltitool.storage.queries.answers import Signed
from ltitool.web import labels
from ltitool.web.asked import PHASES, REFLECT, Asked, question_here, stories_here
from ltitool.web.paging import Page, page_asked_for
from ltitool.web.revealing import can_find_out, reveal_page, under_an_alias, why
from ltitool.web.settings_room import phase_label
from ltitool.web.teaching_forms import ReasonForm
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

bp = Blueprint("answers", __name__, url_prefix="/answers")

ON_A_PAGE = 25


@dataclass(frozen=True)
class Text:
    """What one person answered."""

    author: str
    naming: Naming
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
    if here().activity.scenario_version is None:
        return redirect(url_for("visit.teaching.show"))
    return render_template(
        "teaching/answers.html",
        stories=stories_here(),
        phases=[(kind, phase_label(phase)) for kind, phase in PHASES.items()],
    )


@bp.get("/<int:version_id>/<kind>/<question_id>")
def question(version_id: int, kind: str, question_id: str) -> ResponseReturnValue:
    """Show what people answered to one question, by the names they are shown under."""
    asked = question_here(version_id, kind, question_id)
    page = page_asked_for(_signed(asked), ON_A_PAGE)
    return render_template(
        "teaching/answers_to.html",
        asked=asked,
        page=page,
        texts=_texts(asked, page),
        scenario=asked.scenario,
        can_find_out=can_find_out,
    )


@bp.get("/<int:version_id>/<kind>/<question_id>/<alias>/author")
def confirm_reveal(version_id: int, kind: str, question_id: str, alias: str) -> ResponseReturnValue:
    """Say what finding out means, and ask why."""
    asked = question_here(version_id, kind, question_id)
    return _reveal_page(asked, _behind(asked, alias), why())


@bp.post("/<int:version_id>/<kind>/<question_id>/<alias>/author")
def reveal(version_id: int, kind: str, question_id: str, alias: str) -> ResponseReturnValue:
    """Note who asks and why, and lead to the person's page; the alias does not stand there."""
    asked = question_here(version_id, kind, question_id)
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


def _signed(asked: Asked) -> list[Signed]:
    where = db(), here().activity, asked.version.id
    if asked.kind == REFLECT:
        return queries.reflections_on(*where, asked.question.id)
    return queries.answers_to(*where, asked.question.id, given=Round(asked.kind))


def _texts(asked: Asked, page: Page[Signed]) -> list[Text]:
    ids = [one.id for one in page.rows]
    if isinstance(asked.question, Reflect):
        kept = queries.reflections(db(), here().activity, asked.question.id, ids)
        return [_reflection(one, kept[one.id]) for one in page.rows]
    given = queries.decisions(db(), ids)
    return [_answer(one, given[one.id], asked) for one in page.rows]


def _reflection(one: Signed, kept: tables.Reflection) -> Text:
    return Text(
        one.author,
        one.naming,
        kept.reading,
        [("", kept.text)] if kept.text else [],
        is_erased=not kept.text and _is_over(kept.written_at),
    )


def _answer(one: Signed, given: tables.Decision, asked: Asked) -> Text:
    typed = [("", given.rationale), (_("What they would change"), given.own_change)]
    said = [pair for pair in typed if pair[1]]
    decision = asked.scenario.scene_of(asked.question.id).decision
    offered = {choice.id: choice.label for choice in decision.choices} if decision else {}
    return Text(
        one.author,
        one.naming,
        offered.get(given.choice_id, _("An answer that the story no longer has")),
        said,
        list(_beside(given, asked.scenario)),
        is_replay=one.is_replay,
        is_erased=not said and _is_over(given.decided_at),
    )


def _beside(given: tables.Decision, scenario: Scenario) -> Iterator[str]:
    if given.confidence is not None:
        yield str(labels.CONFIDENCE[given.confidence])
    weighed = [lens.label for lens in scenario.lenses if lens.id in given.lenses]
    if weighed:
        yield _("What weighed most: %(lenses)s", lenses=format_list(weighed, locale=get_locale()))


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
    return reveal_page(
        one.author,
        "\n\n".join(words for _heading, words in text.said),
        form,
        action=url_for(".reveal", alias=one.author, **asked.address),
        back=url_for(".question", **asked.address),
        room="answers",
    )
