"""The class as the teaching pages list it: where each person is, and who needs a teacher.

Only what rows can tell: nobody is called stuck, late or weak by a guess.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from typing import Self

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from ltitool.core.completion import Terms, measure
from ltitool.core.delivery import Delivery
from ltitool.core.phases import Moment, phases
from ltitool.core.policy import Rule, Rules
from ltitool.core.script import Phase, Script
from ltitool.core.standing import standing_of
from ltitool.core.traces import remembered
from ltitool.storage.queries.grades import Alerts
from ltitool.storage.queries.teaching import ClassRow
from ltitool.web import labels
from ltitool.web.ledger import SIGNS
from ltitool.web.words import points


class Where(StrEnum):
    """How far a learner has come, as the list of people says it."""

    NOT_STARTED = "not-started"
    DECIDE = "decide"
    REASONS = "reasons"
    TALK = "talk"
    AGAIN = "again"
    REFLECT = "reflect"
    FINISHED = "finished"


WORDS = {
    Where.NOT_STARTED: _("Not started"),
    Where.DECIDE: labels.PHASES[Phase.DECIDE],
    Where.REASONS: labels.PHASES[Phase.REASONS],
    Where.TALK: labels.PHASES[Phase.TALK],
    Where.AGAIN: labels.PHASES[Phase.AGAIN],
    Where.REFLECT: labels.PHASES[Phase.REFLECT],
    Where.FINISHED: _("Finished"),
}
AFTER_DECIDING_AGAIN = {Phase.ENDING, Phase.PICTURE, Phase.REFLECT}


@dataclass(frozen=True)
class Learner:
    """One line of the list of people."""

    row: ClassRow
    label: str
    where: Where

    @property
    def where_label(self) -> str:
        """Where they are, in words."""
        return str(WORDS[self.where])

    @property
    def credit(self) -> str:
        """Their credit of 100."""
        return points(self.row.score_hundredths)

    @property
    def is_silent(self) -> bool:
        """Whether they are in a group that has not heard them yet."""
        has_come_so_far = self.where in {Where.REASONS, Where.TALK}
        return self.row.in_group_since is not None and has_come_so_far and not self.row.posts

    @property
    def is_refused(self) -> bool:
        """Whether the platform has refused their newest score."""
        return self.row.delivery is Delivery.REFUSED

    @property
    def sent(self) -> tuple[str, str, str] | None:
        """What became of their newest score: words, colour and icon."""
        delivery = self.row.delivery
        return (str(labels.DELIVERIES[delivery]), *SIGNS[delivery]) if delivery else None


def learners(
    rows: Sequence[ClassRow], rules: Rules, script: Script, moment: Moment
) -> list[Learner]:
    """Return the class in the order of its names; who has none comes last."""
    # In a large class many have come equally far, and where that is is worked out once.
    where = cache(partial(_where, rules, script, moment))
    waits_for_others = script.waits_for_a_share(moment.gates)
    people = [
        Learner(
            row,
            label(row.name, row.person_id),
            where(_Trace.of(row, waits_for_others=waits_for_others)),
        )
        for row in rows
    ]
    return sorted(
        people, key=lambda one: (not one.row.name, one.label.casefold(), one.row.person_id)
    )


def label(name: str, person_id: int) -> str:
    """Return the name the platform sent, or words that tell people without one apart."""
    return name or str(gettext("No name sent, person %(number)d", number=person_id))


def _is_at(where: Where) -> Callable[[Learner], bool]:
    return lambda one: one.where is where


VIEWS: dict[str, tuple[object, Callable[[Learner], bool]]] = {
    "": (_("Everybody"), lambda _one: True),
    **{where.value: (words, _is_at(where)) for where, words in WORDS.items()},
    "silent": (_("Silent in their group"), lambda one: one.is_silent),
    "refused": (_("Score refused"), lambda one: one.is_refused),
}
"""What the list can be narrowed to."""


@dataclass(frozen=True)
class Need:
    """One thing that wants a teacher: what, why, and the list of those it is about."""

    what: str
    why: str
    since: datetime | None
    view: str
    icon: str
    is_urgent: bool = False
    is_about_grades: bool = False
    """Whether the page of grades tells more than the list of people."""


def needs(people: Sequence[Learner], alerts: Alerts) -> list[Need]:
    """Return what wants a teacher, the most pressing first."""
    found = [_failing(alerts), _undecided(alerts), _not_started(people), _silent(people)]
    return [need for need in found if need is not None]


def _failing(alerts: Alerts) -> Need | None:
    number = alerts.failing
    if not number:
        return None
    return Need(
        ngettext("One score was refused", "%(num)d scores were refused", number),
        gettext("The gradebook did not take them. What it said stands on the page of grades."),
        None,
        "failed",
        "warn",
        is_urgent=True,
        is_about_grades=True,
    )


def _undecided(alerts: Alerts) -> Need | None:
    number = alerts.undecided
    if not number:
        return None
    return Need(
        ngettext(
            "One grade is different in the LMS", "%(num)d grades are different in the LMS", number
        ),
        gettext("Where a teacher changed it, nothing more is sent until you decide."),
        None,
        "changed",
        "warn",
        is_urgent=True,
        is_about_grades=True,
    )


def _not_started(people: Sequence[Learner]) -> Need | None:
    absent = [one for one in people if one.where is Where.NOT_STARTED]
    if not absent:
        return None
    never = sum(one.row.entered_at is None for one in absent)
    why = (
        gettext("All of them have opened it.")
        if not never
        else ngettext(
            "One of them has never opened it.", "%(num)d of them have never opened it.", never
        )
    )
    what = ngettext("One person has not started", "%(num)d people have not started", len(absent))
    return Need(what, why, None, Where.NOT_STARTED.value, "clock")


def _silent(people: Sequence[Learner]) -> Need | None:
    since = [one.row.in_group_since for one in people if one.is_silent]
    if not since:
        return None
    return Need(
        ngettext(
            "One person is silent in their group",
            "%(num)d people are silent in their groups",
            len(since),
        ),
        gettext("They have decided and written nothing yet. The first of them joined on"),
        min(moment for moment in since if moment is not None),
        "silent",
        "half",
    )


@dataclass(frozen=True)
class _Trace:
    """All of a line by which one can tell how far somebody has come."""

    has_attempt: bool
    has_read: bool
    counts: frozenset[tuple[str, int]]
    excused: frozenset[Rule]
    entered_at: datetime | None
    """None where nothing waits for a share of the class, for which nobody waits without end."""

    @classmethod
    def of(cls, row: ClassRow, *, waits_for_others: bool) -> Self:
        return cls(
            row.has_attempt,
            row.read_reasons_at is not None,
            frozenset(row.counts.items()),
            frozenset(Rule(rule) for rule in row.excused),
            row.entered_at if waits_for_others else None,
        )


def _where(rules: Rules, script: Script, moment: Moment, trace: _Trace) -> Where:
    if not trace.has_attempt:
        return Where.NOT_STARTED
    done = remembered(dict(trace.counts))
    standing = standing_of(
        done,
        measure(rules, done, Terms(excused=trace.excused)),
        has_begun=trace.has_attempt,
        has_read_reasons=trace.has_read,
        entered_at=trace.entered_at,
    )
    at = next((s.phase for s in phases(script, standing, moment) if not s.is_done), None)
    if at is None:
        return Where.FINISHED
    return Where.REFLECT if at in AFTER_DECIDING_AGAIN else Where(at.value)
