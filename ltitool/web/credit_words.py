"""The rules for credit in plain words, for those who set them and for those they hold for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from ltitool.core.completion import SCORE_MAXIMUM, hundredths
from ltitool.core.policy import Crediting, Late, Milestone, Policy, Posting
from ltitool.core.presets import Preset, preset_of
from ltitool.storage.queries.progress import rules_from
from ltitool.storage.tables import CreditRules
from ltitool.web import labels
from ltitool.web.deeds import what_is_asked
from ltitool.web.words import points

PRESETS = {
    Preset.TAKING_PART: (
        lazy_gettext("Taking part: all or some of it"),
        lazy_gettext("Each step done earns its share of 100: decide 40, talk 30, the rest 30."),
    ),
    Preset.COMPLETE: (
        lazy_gettext("Complete or incomplete"),
        lazy_gettext("100 when every step is done, 0 before."),
    ),
    Preset.WITH_MARK: (
        lazy_gettext("Taking part, and a mark of mine"),
        lazy_gettext("Taking part earns 60; you give up to 40 by hand, for what you choose."),
    ),
    Preset.OWN: (
        lazy_gettext("Set it part by part"),
        lazy_gettext("What is asked, how much of it, and what each step is worth."),
    ),
}
CREDITING = {
    Crediting.PROPORTIONAL: lazy_gettext("Each part of a step earns its share"),
    Crediting.ALL_OR_NOTHING: lazy_gettext("A step earns when the whole of it is done"),
    Crediting.COMPLETE_INCOMPLETE: lazy_gettext("Everything done is 100, anything less is 0"),
}
POSTING = {
    Posting.WHEN_COMPLETE: lazy_gettext("When somebody has done everything, or at the last date"),
    Posting.EACH_CHANGE: lazy_gettext("After every change"),
    Posting.BY_HAND: lazy_gettext("When I press “Send grades now”"),
}
FIELDS = {
    "grace": lazy_gettext("Minutes of grace"),
    "percent": lazy_gettext("Percent off for each day"),
    "floor": lazy_gettext("Percent that stay at least"),
    "closes": lazy_gettext("Nothing counts after"),
    "days": lazy_gettext("Days anybody has from their first visit"),
    "appeal": lazy_gettext("Days in which a grade can be appealed"),
    "absent": lazy_gettext("Send a 0 at the last date to those who never started"),
}
_POSTED = {
    Posting.WHEN_COMPLETE: lazy_gettext("it is sent when everything is done or at the last date"),
    Posting.EACH_CHANGE: lazy_gettext("it is sent after every change"),
    Posting.BY_HAND: lazy_gettext("it is sent when you say so"),
}


@dataclass(frozen=True)
class Step:
    """One milestone of some rules."""

    title: str
    asks: str
    worth: str
    due_at: datetime | None


@dataclass(frozen=True)
class Version:
    """One version of the rules, for reading."""

    number: int
    made_at: datetime
    due_at: datetime | None
    steps: tuple[Step, ...]
    sentences: tuple[str, ...]


def versions(rows: Sequence[CreditRules]) -> list[Version]:
    """Return versions of the rules in the order they come."""
    return [_version(row) for row in rows]


def said(policy: Policy) -> str:
    """Return in one sentence how credit is earned and sent."""
    words, _more = PRESETS[preset_of(policy)]
    late = _("the LMS handles late work") if policy.late is None else late_words(policy.late)
    return str(
        _(
            "%(credit)s; %(sent)s; %(late)s.",
            credit=_("Set part by part") if preset_of(policy) is Preset.OWN else words,
            sent=_POSTED[policy.posting],
            late=late[0].lower() + late[1:].rstrip("."),
        )
    )


def worths(policy: Policy) -> str:
    """Return what each step of some rules is worth, in one sentence."""
    steps = policy.asked
    total = sum(step.weight for step in steps)
    if policy.crediting is Crediting.COMPLETE_INCOMPLETE:
        titles = ", ".join(str(labels.MILESTONES[step.rule]) for step in steps)
        return str(_("100 when all of it is done, 0 before: %(steps)s.", steps=titles))
    worth = ", ".join(
        f"{labels.MILESTONES[step.rule]} {points(_hundredths(step, total))}" for step in steps
    )
    return f"{worth}."


def late_words(late: Late) -> str:
    """Return in one sentence how the tool handles lateness."""
    if not late.percent_per_day:
        return str(_("Late work counts in full until the closing date."))
    words = _(
        "Each day late takes off %(percent)d in 100 of what the late part earns",
        percent=late.percent_per_day,
    )
    if late.floor_percent:
        words += _(", down to %(floor)d in 100", floor=late.floor_percent)
    if late.grace_minutes:
        words += ngettext(
            ", after a grace of one minute",
            ", after a grace of %(num)d minutes",
            late.grace_minutes,
        )
    return f"{words}."


def _version(row: CreditRules) -> Version:
    rules = rules_from(row)
    total = sum(step.weight for step in rules.policy.asked)
    return Version(
        row.number,
        row.made_at,
        rules.due_at,
        tuple(_step(step, total) for step in rules.policy.asked),
        tuple(_sentences(rules.policy)),
    )


def _step(step: Milestone, total: int) -> Step:
    worth = points(_hundredths(step, total))
    return Step(str(labels.MILESTONES[step.rule]), what_is_asked(step), worth, step.due_at)


def _hundredths(step: Milestone, total: int) -> int:
    return hundredths(Fraction(SCORE_MAXIMUM * step.weight, total))


def _sentences(policy: Policy) -> list[str]:
    found = [
        f"{CREDITING[policy.crediting]}.",
        late_words(policy.late) if policy.late else _("The LMS handles late work."),
        ngettext(
            "Who comes late has a day from their first visit.",
            "Who comes late has %(num)d days from their first visit.",
            policy.personal_days,
        ),
    ]
    found.append(
        ngettext(
            "How a grade came about is kept for one day after the last date or change.",
            "How a grade came about is kept for %(num)d days after the last date or change.",
            policy.appeal_days,
        )
    )
    if policy.zero_for_absent:
        found.append(_("Who never starts is sent a 0 at the last date."))
    return [str(words) for words in found]
