"""What the pages of settings share: who may change them, how a plan is kept, the list of parts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import LazyString

from ltitool.actions import gates
from ltitool.actions import teaching as actions
from ltitool.core.changes import Effect
from ltitool.core.errors import NotAllowed, NotReady
from ltitool.core.plan import Plan
from ltitool.core.roles import Role
from ltitool.core.script import Phase
from ltitool.core.scripts import script_of
from ltitool.storage.queries.accounts import accounts_in
from ltitool.storage.queries.plan import plan_of
from ltitool.storage.queries.standings import alone_in
from ltitool.storage.queries.teaching import names_of
from ltitool.web import labels
from ltitool.web.teaching_class import label
from ltitool.web.transaction import db, now
from ltitool.web.visit import here

NAMED = 40
"""How many people a preview names; it counts the rest."""


@dataclass(frozen=True)
class SettingsPart:
    """One page of settings, as the first page tells of it."""

    label: LazyString
    endpoint: str
    sentence: Callable[[Plan], str]
    """What is set there, in one plain sentence."""
    is_for_tutors: bool = True
    """Whether tutors may look at it, too."""
    is_for_groups: bool = False
    """Whether it says something only where people talk in groups."""


@dataclass(frozen=True)
class Affected:
    """Those for whom a change does one thing to one phase."""

    what: str
    phase: str
    """The phase by its name; empty where it is about the person and not about a phase."""
    names: list[str]
    number: int


def instructors_only() -> None:
    """Let instructors pass; for tutors there is no such button."""
    if here().role is not Role.INSTRUCTOR:
        raise NotAllowed("Only instructors change this.")


def plan_here() -> Plan:
    """Return how this activity is run."""
    return plan_of(db(), here().activity)


def keep(plan: Plan) -> None:
    """Run this activity by another plan; raises NotReady while it has no story."""
    version = here().activity.scenario_version
    if version is None:
        raise NotReady("Choose a story first.")
    actions.configure(
        db(), here().activity, version=version, plan=plan, actor_id=here().person_id, now=now()
    )


def preview(plan: Plan) -> str | None:
    """Return a page that says whom a change affects, to be confirmed; None if nobody."""
    if "confirmed" in request.form or here().activity.scenario_version is None:
        return None
    found = gates.effects(db(), here().activity, plan, now=now())
    own = _with_dates_of_their_own(plan)
    if not found and not own:
        return None
    typed = [(k, v) for k, v in request.form.items(multi=True) if k != "csrf_token"]
    return render_template(
        "teaching/preview.html",
        affected=affected_by(found) + own,
        number=len(found),
        typed=typed,
        back_url=request.path,
    )


def _with_dates_of_their_own(plan: Plan) -> list[Affected]:
    """Return who keeps a later date that staff gave them, where the date is another one."""
    activity = here().activity
    if plan.due_at is None or plan.due_at == activity.due_at:
        return []
    dates = {who: one.terms.extended_to for who, one in accounts_in(db(), activity).items()}
    return _those("own-date", [who for who, own in dates.items() if own and own > plan.due_at])


def _on_their_own(found: Mapping[int, Effect]) -> list[Affected]:
    """Return who of those that a change affects goes through the talk without a group."""
    return _those("alone", [who for who in alone_in(db(), here().activity_id) if who in found])


def _those(what: str, people: Sequence[int]) -> list[Affected]:
    if not people:
        return []
    names = names_of(db(), people)
    known = sorted(label(names.get(one, ""), one) for one in people)
    return [Affected(what, "", known[:NAMED], len(known))]


def phase_label(phase: Phase) -> str:
    """Return what a phase is called in this activity, where a talk may be written or aloud."""
    return labels.phase_words(phase, script_of(here().activity.script).talk)[0]


def affected_by(found: Mapping[int, Effect]) -> list[Affected]:
    """Return what a change does, to which phase, and to whom; and who of them has no group."""
    names = names_of(db(), list(found))
    people: dict[tuple[str, Any], list[str]] = {}
    for person_id, one in found.items():
        for what in ("waits", "opens", "keeps"):
            for phase in getattr(one, what):
                known = people.setdefault((what, phase), [])
                known.append(label(names.get(person_id, ""), person_id))
    changes = [
        Affected(what, phase_label(phase), sorted(who)[:NAMED], len(who))
        for (what, phase), who in sorted(people.items(), key=lambda item: item[0][0], reverse=True)
    ]
    return changes + _on_their_own(found)
