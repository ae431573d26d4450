"""How the class answered: sentence, picture and table, each time, and one's own beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from babel.lists import format_list
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from ltitool.core import figures as rules
from ltitool.core.drawing import Band, Petal, flow_picture, lens_picture
from ltitool.core.scenario import Scenario
from ltitool.core.script import Phase, Round
from ltitool.storage.queries import story as queries
from ltitool.storage.queries.figures import answered_twice, local_notes, quotes_for_class
from ltitool.storage.queries.positions import statements_for_class
from ltitool.storage.tables import Decision
from ltitool.web import labels
from ltitool.web.place import place
from ltitool.web.transaction import db
from ltitool.web.visit import here

bp = Blueprint("picture", __name__, url_prefix="/picture")

RINGS = 4
LETTERS = "ABCDEF"
OTHERS = "…"


@dataclass(frozen=True)
class Picture:
    """A sentence, a drawing and its table."""

    sentence: str
    svg: Markup
    rows: list[tuple[str, str, str]]


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show what the class answered, as far as there are enough people to tell about."""
    where = place()
    where.require(Phase.PICTURE)
    scenario, decision = where.scenario, where.scenario.talk_decision
    told = rules.figures(scenario, _everybody(scenario))
    first = queries.first_commitment(where.attempts, decision.id)
    again = queries.second_answer(where.attempts, decision.id)
    return render_template(
        "picture.html",
        scenario=scenario,
        decision=decision,
        first=first,
        again=again,
        confidence=labels.CONFIDENCE,
        letters=dict(zip((c.id for c in decision.choices), LETTERS, strict=False)),
        told=told,
        step=rules.STEP,
        flow_from=rules.FLOW_FROM,
        picks=_picks(scenario, told),
        flow=flow_of(scenario, told) if told.flows else None,
        own_reading=_own_reading(scenario, where.attempts[0].decisions, again),
        class_reading=_class_reading(scenario, told) if told.people else None,
        has_other_story=where.has_other_story,
        **_heard(),
        steps=where.steps,
        current_phase=Phase.PICTURE,
    )


def _everybody(scenario: Scenario) -> Sequence[rules.Answered]:
    """Return who has decided again; nobody has in a story that is not that of the class."""
    return [] if place().has_other_story else answered_twice(db(), here().activity_id, scenario)


def _heard() -> dict[str, object]:
    """Return what members of the class say to all of it about its story, and its course."""
    if place().has_other_story:
        return {"statements": [], "quotes": [], "note": ""}
    notes = local_notes(db(), here().activity_id)
    return {
        "statements": statements_for_class(db(), here().activity_id),
        "quotes": _quotes(),
        "note": notes[0].text if notes else "",
    }


def _quotes() -> Sequence[str]:
    visit = here()
    chance = Random(f"{visit.activity.seed}:quotes:{visit.person_id}")
    return quotes_for_class(db(), visit.activity_id, chance)


def _picks(scenario: Scenario, told: rules.Figures) -> list[tuple[str, int, int]]:
    return [
        (
            scenario.lens(pick.lens_id).label,
            rules.percent(pick.first, told.people),
            rules.percent(pick.again, told.people),
        )
        for pick in told.picks
    ]


def flow_of(scenario: Scenario, told: rules.Figures) -> Picture:
    """Return who moved from which answer to which, with no drawing where all is told together."""
    decision = scenario.talk_decision
    ids = [choice.id for choice in decision.choices]
    letters = [*LETTERS[: len(ids)], OTHERS]
    last = len(ids)
    bands = [
        Band(
            last if flow.first is None else ids.index(flow.first),
            last if flow.again is None else ids.index(flow.again),
            flow.people,
        )
        for flow in told.flows
    ]
    bands.sort(key=lambda band: (band.first, band.again))
    stayed = sum(band.people for band in bands if band.first == band.again != last)
    moved = sum(band.people for band in bands if band.first != band.again)
    sentence = _flow_sentence(told.people, stayed, moved)
    rows = [
        (letters[band.first], letters[band.again], str(band.people))
        if band.first != last
        else (_("all others together"), "", str(band.people))
        for band in bands
    ]
    if all(band.first == last for band in bands):
        return Picture(sentence, Markup(), [])
    svg = Markup(flow_picture(letters, bands, ident="flow", title=sentence))
    return Picture(sentence, svg, rows)


def _flow_sentence(people: int, stayed: int, moved: int) -> str:
    parts = [ngettext("Of %(num)d person", "Of the first %(num)d people", people)]
    if stayed:
        parts.append(
            ngettext("%(num)d stayed with an answer", "%(num)d stayed with theirs", stayed)
        )
    if moved:
        parts.append(ngettext("%(num)d moved to another", "%(num)d moved to another", moved))
    rest = people - stayed - moved
    if rest == people:
        return _(
            "No way from a first answer to a second was taken by three people or more, so all "
            "%(people)d are told together.",
            people=people,
        )
    if rest:
        parts.append(_("%(rest)d did what fewer than three did and are told together", rest=rest))
    return ", ".join(parts) + "."


def _own_reading(scenario: Scenario, decisions: list[Decision], again: Decision | None) -> Picture:
    core = {decision.id for decision in scenario.core_decisions}
    latest = {
        row.decision_id: row.choice_id
        for row in decisions
        if row.decision_id in core and row.round is Round.FIRST and row.locked_at is not None
    }
    picked: set[str] = set()
    if again is not None:
        latest[again.decision_id] = again.choice_id
        picked = set(again.lenses)
    counted = rules.marks(scenario, [latest])
    return _reading(scenario, counted, len(latest), "you", picked)


def _class_reading(scenario: Scenario, told: rules.Figures) -> Picture:
    return _reading(scenario, told.marks, told.answers, "class", set(), in_percent=True)


def _reading(
    scenario: Scenario,
    counted: tuple[rules.Marks, ...],
    answers: int,
    ident: str,
    picked: set[str],
    *,
    in_percent: bool = False,
) -> Picture:
    largest = max((max(mark.upheld, mark.strained) for mark in counted), default=0) or 1
    petals = [
        Petal(
            scenario.lens(mark.lens_id).label,
            mark.upheld / largest,
            mark.strained / largest,
            mark.lens_id in picked,
        )
        for mark in counted
    ]
    sentence = _reading_sentence(scenario, counted)
    rows = [
        (
            scenario.lens(mark.lens_id).label,
            f"{rules.percent(mark.upheld, answers)}%" if in_percent else str(mark.upheld),
            f"{rules.percent(mark.strained, answers)}%" if in_percent else str(mark.strained),
        )
        for mark in counted
    ]
    rings = RINGS if in_percent else min(largest, RINGS)
    svg = Markup(lens_picture(petals, rings=rings, ident=ident, title=sentence))
    return Picture(sentence, svg, rows)


def _reading_sentence(scenario: Scenario, counted: tuple[rules.Marks, ...]) -> str:
    upheld = _tops(scenario, {mark.lens_id: mark.upheld for mark in counted})
    strained = _tops(scenario, {mark.lens_id: mark.strained for mark in counted})
    return _(
        "Upheld most: %(upheld)s. Put under strain most: %(strained)s.",
        upheld=upheld,
        strained=strained,
    )


def _tops(scenario: Scenario, counts: dict[str, int]) -> str:
    most = max(counts.values(), default=0)
    names = [scenario.lens(lens).label for lens, count in counts.items() if count == most and most]
    return format_list(names, locale=get_locale()) if names else _("none")
