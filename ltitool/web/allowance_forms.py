"""The forms in which staff grant, set and note something for one person's credit."""

from datetime import date, datetime

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField, TextAreaField, ValidationError

from ltitool.core.completion import SCORE_MAXIMUM
from ltitool.core.dates import instant
from ltitool.core.policy import FULL_MARK, Rule
from ltitool.web.credit_form import END_OF_DAY
from ltitool.web.forms import cleaned
from ltitool.web.teaching_forms import LONGEST_REASON
from ltitool.web.visit import here


class ExtendForm(FlaskForm):
    """Until when a person has time."""

    until = StringField()

    @property
    def until_at(self) -> datetime | None:
        """The end of the day that a valid form names, or none."""
        typed = (self.until.data or "").strip()
        zone = here().activity.time_zone
        return instant(date.fromisoformat(typed), END_OF_DAY, zone) if typed else None

    def validate_until(self, field: StringField) -> None:
        """Take a day, or none."""
        try:
            date.fromisoformat((field.data or "").strip() or "2027-02-09")
        except ValueError as unreadable:
            raise ValidationError(
                _("Write the date as year-month-day, such as 2027-02-09")
            ) from unreadable


class ExcuseForm(FlaskForm):
    """Which steps are left out of the sum."""

    excused = SelectMultipleField(validate_choice=False)

    @property
    def rules(self) -> set[Rule]:
        """The steps that are ticked."""
        return {Rule(name) for name in self.excused.data or () if name in set(Rule)}


class ScoreForm(FlaskForm):
    """The score a teacher sets, and why."""

    score = StringField()
    reason = TextAreaField(filters=[cleaned])

    @property
    def hundredths(self) -> int:
        """The score that a valid form sets."""
        whole, _dot, part = (self.score.data or "").strip().replace(",", ".").partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0") or 0)

    def validate_score(self, field: StringField) -> None:
        """Take a number with at most two decimals; 0 is a score."""
        whole, _dot, part = (field.data or "").strip().replace(",", ".").partition(".")
        is_number = whole.isascii() and whole.isdecimal() and len(whole) <= len("100")
        has_part = not part or (part.isascii() and part.isdecimal() and len(part) <= len("99"))
        if not (is_number and has_part) or self.hundredths > SCORE_MAXIMUM * 100:
            raise ValidationError(
                _("Write a number from 0 to %(most)d, such as 72.5") % {"most": SCORE_MAXIMUM}
            )

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for one, because the learner reads it."""
        if not field.data or len(field.data) > LONGEST_REASON:
            raise ValidationError(
                _("Say why, in %(most)d letters at most") % {"most": LONGEST_REASON}
            )


class MarkForm(FlaskForm):
    """What staff note: a mark, or attendance; an empty one is taken back."""

    mark = StringField()
    most = FULL_MARK

    @property
    def amount(self) -> int | None:
        """The number that a valid form notes."""
        typed = (self.mark.data or "").strip()
        return int(typed) if typed else None

    def validate_mark(self, field: StringField) -> None:
        """Take a whole number, or nothing."""
        typed = (field.data or "").strip()
        is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len("100")
        if typed and not (is_number and int(typed) <= self.most):
            raise ValidationError(
                _("Write a whole number from 0 to %(most)d") % {"most": self.most}
            )


class ThereForm(MarkForm):
    """Whether somebody was there."""

    most = 1
