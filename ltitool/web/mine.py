"""One's own whole trace: all that a person has answered and written here, to read, print or keep.

It holds their own words and the story's, and nothing that anybody else has written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ltitool.core.position import Outcome
from ltitool.core.scenario import Decision
from ltitool.core.script import Round
from ltitool.core.talk import PostState
from ltitool.core.walk import Stop
from ltitool.storage import tables
from ltitool.storage.queries import positions as position_queries
from ltitool.storage.queries import story as queries
from ltitool.storage.queries import talk as talk_queries
from ltitool.storage.queries.talk import ReadPost
from ltitool.web import labels
from ltitool.web.place import place
from ltitool.web.talk_export import plain
from ltitool.web.transaction import db
from ltitool.web.visit import here

bp = Blueprint("mine", __name__, url_prefix="/mine")


@dataclass(frozen=True)
class Line:
    """One thing that was said or chosen, with what it is."""

    label: str
    text: str
    is_told: bool = False
    """Whether the words are the story's, in the story's language."""
    is_aside: bool = False
    """Whether the words are ours: beside what the person wrote."""


@dataclass(frozen=True)
class Entry:
    """One act: an answer, a post, a reflection."""

    title: str
    lines: list[Line]
    at: datetime | None = None
    is_told: bool = False
    """Whether the title is the story's."""


@dataclass(frozen=True)
class Part:
    """The acts of one kind, in the order of time."""

    title: str
    entries: list[Entry] = field(default_factory=list)


@bp.get("/")
def page() -> ResponseReturnValue:
    """Show everything on one page, for reading and printing."""
    return render_template("mine.html", **_trace(), steps=place().steps)


@bp.get("/markdown")
def markdown() -> ResponseReturnValue:
    """Hand everything out as a Markdown file."""
    answer = make_response(render_template("mine.md", **_trace(), plain=plain))
    answer.headers["Content-Type"] = "text/markdown; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="my-answers.md"'
    return answer


def _trace() -> dict[str, Any]:
    parts = [
        *_stories(),
        Part(_("What you wrote to others"), [_post(one) for one in _posts()]),
        Part(_("Where we stand"), [*_positions(), *_statements()]),
        Part(_("Decide again"), list(_again())),
        Part(_("The ending"), list(_ending())),
        Part(_("Reflect"), list(_reflections())),
    ]
    return {
        "scenario": place().scenario,
        "participant": place().participant,
        "parts": [part for part in parts if part.entries],
    }


def _stories() -> Iterator[Part]:
    """Yield the story as it was played, each time it was begun."""
    attempts = place().attempts
    asked = queries.consults_in(db(), [one.id for one in attempts])
    for number, attempt in enumerate(attempts, start=1):
        given = [one for one in attempt.decisions if one.round is Round.FIRST]
        title = _("The story") if number == 1 else _("The story, begun anew")
        yield Part(title, [_first(one, asked.get(attempt.id, set())) for one in given])


def _first(given: tables.Decision, asked: set[tuple[str, str]]) -> Entry:
    scene = place().scenario.scene_of(given.decision_id)
    questions = [
        Line(_("You asked"), consult.label, is_told=True)
        for consult in scene.consult
        if (scene.id, consult.id) in asked
    ]
    at = given.locked_at or given.decided_at
    return Entry(scene.title, [*questions, *_answered(given)], at, is_told=True)


def _answered(given: tables.Decision) -> Iterator[Line]:
    scenario = place().scenario
    decision = _decision(given.decision_id)
    yield Line(_("The question"), decision.prompt, is_told=True)
    yield Line(_("You answered"), decision.choice(given.choice_id).label, is_told=True)
    yield from _said(
        (_("Your reasons"), given.rationale), (_("What you would change"), given.own_change)
    )
    if given.confidence is not None:
        sure = str(labels.CONFIDENCE[given.confidence])
        yield Line(_("How sure you were"), sure, is_aside=True)
    weighed = [lens.label for lens in scenario.lenses if lens.id in given.lenses]
    if weighed:
        yield Line(_("What weighed most"), "; ".join(weighed), is_told=True)


def _said(*pairs: tuple[str, str]) -> Iterator[Line]:
    for label, text in pairs:
        if text:
            yield Line(label, text)


def _decision(decision_id: str) -> Decision:
    found = place().scenario.scene_of(decision_id).decision
    assert found is not None  # the scene was found by it
    return found


def _posts() -> Iterable[ReadPost]:
    return talk_queries.own_posts(db(), here().activity_id, here().person_id)


def _post(read: ReadPost) -> Entry:
    title = _("A post")
    if read.to_author:
        title = _("In answer to %(name)s", name=read.to_author)
    elif read.to_voice:
        title = _("In answer to a voice from the story")
    gone = {
        PostState.WITHDRAWN: _("You withdrew it."),
        PostState.HIDDEN: _("Hidden by staff."),
        PostState.ERASED: _("Erased, as its time was over."),
    }.get(read.post.state)
    words = [Line("", read.post.text)] if read.post.state is PostState.STANDING else []
    who = Line(_("Who can read this"), read.post.audience, is_aside=True)
    note = Line("", gone, is_aside=True) if gone else who
    return Entry(title, [*words, note], read.post.posted_at)


def _positions() -> Iterator[Entry]:
    agreed = {Outcome.AGREE: _("We agree"), Outcome.DIFFER: _("We agree to differ")}
    for filed in position_queries.filed_by(db(), here().activity_id, here().person_id):
        lines = _said((_("What you filed for the group"), filed.text))
        yield Entry(agreed[filed.outcome], list(lines), filed.filed_at)


def _statements() -> Iterator[Entry]:
    for own in position_queries.statements_by(db(), here().activity_id, here().person_id):
        yield Entry(_("What you wanted the class to hear"), [Line("", own.text)], own.written_at)


def _again() -> Iterator[Entry]:
    decision = place().scenario.talk_decision
    again = queries.second_answer(place().attempts, decision.id)
    if again is not None:
        lines = [
            *_answered(again),
            Line(_("Whose argument you took most seriously"), _cited(again), is_aside=True),
        ]
        yield Entry(_("Your second answer"), lines, again.locked_at)


def _cited(again: tables.Decision) -> str:
    """Return whose argument it was, without its words: these are somebody else's."""
    scenario = place().scenario
    seed = scenario.talk_decision.choice(again.cited_voice).seed if again.cited_voice else None
    if seed is not None:
        return _("%(name)s, a voice from the story", name=scenario.character(seed.who).name)
    if again.cited_post_id is not None:
        return _("A post in your group")
    if again.cited_position is not None:
        return _("A reason you met before the talk")
    return _("Nobody’s in particular")


def _ending() -> Iterator[Entry]:
    walk = place().walk
    ending = walk.here.scene.ending
    if place().standing.has_decided_again and walk.stop is Stop.ENDING and ending is not None:
        gained = Line(_("What was gained"), walk.gained, is_told=True)
        cost = Line(_("What it cost"), walk.cost, is_told=True)
        yield Entry(ending.label, [gained, cost], is_told=True)


def _reflections() -> Iterator[Entry]:
    written = queries.reflections_of(db(), here().activity_id, here().person_id)
    for question in place().scenario.reflect:
        own = written.get(question.id)
        if own is not None and (own.text or own.reading):
            lines = [Line("", own.reading, is_told=True)] if own.reading else []
            lines += [Line("", own.text)] if own.text else []
            yield Entry(question.prompt, lines, own.written_at, is_told=True)
