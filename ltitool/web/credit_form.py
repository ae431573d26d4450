"""The form in which an instructor sets the rules for credit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, StringField, ValidationError

from ltitool.core.dates import instant
from ltitool.core.policy import (
    APPEAL_DAYS,
    FULL_MARK,
    SHORTEST_APPEAL,
    WRITTEN,
    Crediting,
    Late,
    Milestone,
    Policy,
    Posting,
    Rule,
)
from ltitool.core.presets import Preset, preset_of, with_preset
from ltitool.web import credit_words, labels

OFFERED = tuple(Rule)
"""What can be asked."""
MOST = {"weight": 1000, "need": 20, "words": 500}
LONGEST_NUMBER = 6
_ABOUT = {
    Rule.STAND_FILED: lazy_gettext("Counts where groups are asked where they stand."),
    Rule.ATTENDED_LIVE: lazy_gettext(
        "You note who was there. After a session in one room, catching up in writing "
        "stands in for it."
    ),
    Rule.INSTRUCTOR_MARK: lazy_gettext("You give it by hand, from 0 to 100."),
}
LMS, TOOL = "lms", "tool"
END_OF_DAY = time(23, 59)


class CreditForm(FlaskForm):
    """How credit is earned, what lateness means, and when scores go out."""

    preset = RadioField(validate_choice=False)
    crediting = RadioField(validate_choice=False)
    late = RadioField(validate_choice=False)
    grace = StringField()
    percent = StringField()
    floor = StringField()
    closes = StringField()
    posting = RadioField(validate_choice=False)
    days = StringField()
    appeal = StringField()
    absent = BooleanField()

    zone: str

    @classmethod
    def of(cls, policy: Policy, zone: str) -> "CreditForm":
        """Return the form as the rules stand, or as it was filled in."""
        form = cls(data=_values(policy, zone))
        form.zone = zone
        for name, words in credit_words.FIELDS.items():
            form[name].label.text = str(words)
        form.crediting.choices = [
            (one.value, words) for one, words in credit_words.CREDITING.items()
        ]
        form.posting.choices = [(one.value, words) for one, words in credit_words.POSTING.items()]
        form.late.choices = [
            (LMS, _("The LMS does: the tool sends full credit with the time it was earned")),
            (TOOL, _("The tool does, as follows")),
        ]
        return form

    @property
    def fields(self) -> dict[str, Any]:
        """What was typed and chosen, as a draft keeps it."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}

    @property
    def policy(self) -> Policy:
        """The rules that a valid form sets."""
        preset = Preset(self.preset.data)
        own = Policy(
            tuple(self._steps()),
            Crediting(self.crediting.data),
            self._late(),
            Posting(self.posting.data),
            int(self.days.data or 0),
            zero_for_absent=bool(self.absent.data),
            appeal_days=int(self.appeal.data or APPEAL_DAYS),
        )
        return with_preset(own, preset)

    @property
    def rows(self) -> list[tuple[Rule, str, str, dict[str, Field]]]:
        """For each step its words, what to know about it, and the fields that set it."""
        return [
            (
                rule,
                str(labels.MILESTONES[rule]),
                str(_ABOUT.get(rule, "")),
                {name: self[f"{name}_{rule.value}"] for name in _names(rule)},
            )
            for rule in OFFERED
        ]

    def validate_preset(self, field: RadioField) -> None:
        """One of the ways; set part by part, something must be worth something."""
        if field.data not in set(Preset):
            raise ValidationError(_("Choose how credit is earned"))
        if field.data == Preset.OWN:
            typed = [self[f"weight_{rule.value}"].data or "" for rule in OFFERED]
            if not any(text.strip("0 ") for text in typed):
                raise ValidationError(_("Let at least one step be worth something"))

    def validate_crediting(self, field: RadioField) -> None:
        """One of the ways."""
        if field.data not in set(Crediting):
            raise ValidationError(_("Choose what a part of a step earns"))

    def validate_late(self, field: RadioField) -> None:
        """One of the two."""
        if field.data not in {LMS, TOOL}:
            raise ValidationError(_("Choose who handles late work"))

    def validate_posting(self, field: RadioField) -> None:
        """One of the ways."""
        if field.data not in set(Posting):
            raise ValidationError(_("Choose when scores are sent"))

    def validate_grace(self, field: StringField) -> None:
        """Whole minutes, up to a week."""
        _whole(field, 0, 7 * 1440)

    def validate_percent(self, field: StringField) -> None:
        """Take a part of a hundred."""
        _whole(field, 0, 100)

    def validate_floor(self, field: StringField) -> None:
        """Take a part of a hundred."""
        _whole(field, 0, 100)

    def validate_days(self, field: StringField) -> None:
        """Whole days, up to a year."""
        _whole(field, 0, 365)

    def validate_appeal(self, field: StringField) -> None:
        """Whole days, from three months to ten years; left empty, a year."""
        if field.data:
            _whole(field, SHORTEST_APPEAL, 3650)

    def validate_closes(self, field: StringField) -> None:
        """Take a day, or none."""
        _day(field)

    def _steps(self) -> Iterator[Milestone]:
        for rule in OFFERED:
            weight = int(self[f"weight_{rule.value}"].data or 0)
            step = Milestone(rule, FULL_MARK if rule is Rule.INSTRUCTOR_MARK else 1, weight)
            if rule in WRITTEN:
                need = int(self[f"need_{rule.value}"].data or 1)
                words = int(self[f"words_{rule.value}"].data or 0)
                step = replace(step, need=need, min_words=words)
            if weight:
                yield replace(step, due_at=self._end_of(self[f"due_{rule.value}"]))

    def _late(self) -> Late | None:
        if self.late.data == LMS:
            return None
        grace, percent, floor = (
            int(field.data or 0) for field in (self.grace, self.percent, self.floor)
        )
        return Late(grace, percent, floor, self._end_of(self.closes))

    def _end_of(self, field: StringField) -> datetime | None:
        day = _day(field)
        return instant(day, END_OF_DAY, self.zone) if day else None


def _names(rule: Rule) -> tuple[str, ...]:
    return ("weight", "need", "words", "due") if rule in WRITTEN else ("weight", "due")


def _check(form: CreditForm, field: Field) -> None:
    """Check a field of one step; what a preset sets need not be filled in."""
    if form.preset.data != Preset.OWN or not field.data:
        return
    name = field.name.split("_")[0]
    if name == "due":
        _day(field)
    else:
        _whole(field, 0 if name != "need" else 1, MOST[name])


for _rule in OFFERED:
    for _name in _names(_rule):
        setattr(CreditForm, f"{_name}_{_rule.value}", StringField(validators=[_check]))


def _whole(field: Field, least: int, most: int) -> None:
    typed = (field.data or "").strip()
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
    if not (is_number and least <= int(typed) <= most):
        raise ValidationError(
            _("Write a whole number from %(least)d to %(most)d") % {"least": least, "most": most}
        )


def _day(field: Field) -> date | None:
    typed = (field.data or "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as unreadable:
        raise ValidationError(
            _("Write the date as year-month-day, such as 2027-02-09")
        ) from unreadable


def _values(policy: Policy, zone: str) -> dict[str, Any]:
    late = policy.late or Late()
    values: dict[str, Any] = {
        "preset": preset_of(policy).value,
        "crediting": policy.crediting.value,
        "late": TOOL if policy.late else LMS,
        "grace": str(late.grace_minutes),
        "percent": str(late.percent_per_day),
        "floor": str(late.floor_percent),
        "closes": _date(late.closes_at, zone),
        "posting": policy.posting.value,
        "days": str(policy.personal_days),
        "absent": policy.zero_for_absent,
        "appeal": str(policy.appeal_days),
    }
    for step in policy.milestones:
        values[f"weight_{step.rule.value}"] = str(step.weight)
        values[f"due_{step.rule.value}"] = _date(step.due_at, zone)
        if step.rule in WRITTEN:
            values[f"need_{step.rule.value}"] = str(step.need)
            values[f"words_{step.rule.value}"] = str(step.min_words or "")
    return values


def _date(at: datetime | None, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).date().isoformat() if at else ""
