"""The forms staff fill in, and what each asks before it can be kept."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError

from ltitool.storage.tables import Activity, ScenarioVersion
from ltitool.web.forms import cleaned

LONGEST_REASON = 500
LONGEST_WAIT = 14 * 24
USUAL_WAIT = 24
END_OF_DAY = time(23, 59)
YEARS = range(2000, 2101)
AS_THEY_COME = "come"
IN_BATCHES = "wait"


class RunForm(FlaskForm):
    """How an activity is run: one date, the time zone, how groups are formed."""

    due_date = StringField()
    due_time = StringField()
    time_zone = StringField()
    grouping = RadioField(validate_choice=False)
    hours = StringField()

    def say(self) -> None:
        """Give the fields their words."""
        self.due_date.label.text = _("Finished by")
        self.due_time.label.text = _("At")
        self.time_zone.label.text = _("Time zone")
        self.hours.label.text = _("Hours anybody waits at most")

    @property
    def zone(self) -> str:
        """The time zone a valid form names."""
        return self.time_zone.data or "UTC"

    @property
    def due_at(self) -> datetime | None:
        """The date a valid form sets, read in its own time zone."""
        day = day_of(self.due_date.data)
        if day is None:
            return None
        at = _time(self.due_time.data) or END_OF_DAY
        return datetime.combine(day, at, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def group_wait_hours(self) -> int:
        """How long anybody waits for a group; 0 places people as they come."""
        return 0 if self.grouping.data == AS_THEY_COME else int(self.hours.data or 0)

    def validate_due_date(self, field: StringField) -> None:
        """Take a date, or none."""
        valid_day(field)

    def validate_due_time(self, field: StringField) -> None:
        """Take a time of day, or none."""
        try:
            _time(field.data)
        except ValueError as unreadable:
            raise ValidationError(_("Write the time as 23:59")) from unreadable

    def validate_time_zone(self, field: StringField) -> None:
        """One of the time zones there are."""
        if field.data not in available_timezones():
            raise ValidationError(_("Choose a time zone from the list"))

    def validate_grouping(self, field: RadioField) -> None:
        """One of the two ways."""
        if field.data not in {AS_THEY_COME, IN_BATCHES}:
            raise ValidationError(_("Choose how groups are formed"))

    def validate_hours(self, field: StringField) -> None:
        """Whole hours, where people wait at all."""
        if self.grouping.data == AS_THEY_COME:
            return
        typed = field.data or ""
        if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= LONGEST_WAIT):
            raise ValidationError(
                _("Hours are a whole number from 1 to %(most)d") % {"most": LONGEST_WAIT}
            )


class SettingsForm(RunForm):
    """What an instructor sets: the story, and how the activity is run."""

    story = RadioField(validate_choice=False)

    offered: Mapping[str, ScenarioVersion]

    @classmethod
    def of(
        cls, activity: Activity, versions: Sequence[ScenarioVersion], locale: str
    ) -> "SettingsForm":
        """Return the form as the activity is set, or as it was filled in."""
        values = _values(activity, locale)
        if len(versions) == 1:
            values["story"] = str(versions[0].id)
        form = cls(data=values)
        form.offered = {str(version.id): version for version in versions}
        form.story.label.text = _("The story")
        form.say()
        return form

    @property
    def version(self) -> ScenarioVersion:
        """The story that a valid form chooses."""
        return self.offered[self.story.data]

    def validate_story(self, field: RadioField) -> None:
        """One of the stories offered must be chosen."""
        if field.data not in self.offered:
            raise ValidationError(_("Choose a story"))


class MoveForm(FlaskForm):
    """To which group a person is moved."""

    group = SelectField(coerce=int)

    @classmethod
    def among(cls, groups: Sequence[tuple[int, str]]) -> "MoveForm":
        """Return the form with the groups a person can be moved to."""
        form = cls()
        form.group.choices = list(groups)
        form.group.label.text = _("Move to")
        return form


class ReasonForm(FlaskForm):
    """Why staff do something to another's work."""

    reason = TextAreaField(filters=[cleaned])

    @classmethod
    def asking(cls, label: str) -> "ReasonForm":
        """Return an empty form that asks with these words."""
        form = cls()
        form.reason.label.text = label
        return form

    @property
    def words(self) -> str:
        """What a valid form says."""
        return self.reason.data or ""

    def validate_reason(self, field: TextAreaField) -> None:
        """Something must be said, in a few sentences."""
        if not field.data:
            raise ValidationError(_("Say why"))
        if len(field.data) > LONGEST_REASON:
            raise ValidationError(
                _("Say it in %(most)d letters; you have %(letters)d")
                % {"most": LONGEST_REASON, "letters": len(field.data)}
            )


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of places whose time can be shown, and UTC."""
    regions = set(get_global("zone_territories"))
    return (
        "UTC",
        *sorted(name for name in available_timezones() if name in regions and "/" in name),
    )


def likely_zone(locale: str) -> str:
    """Return the zone of a country that has only one, by the language a person came with."""
    language, _separator, territory = locale.replace("-", "_").rpartition("_")
    territories = get_global("zone_territories")
    zones = [name for name in time_zones() if territories.get(name) == territory.upper()]
    return zones[0] if language and len(zones) == 1 else "UTC"


def usual_values(locale: str) -> dict[str, Any]:
    """Return what a new activity is set to before anybody has said anything."""
    return {
        "time_zone": likely_zone(locale),
        "grouping": IN_BATCHES,
        "hours": str(USUAL_WAIT),
    }


def _values(activity: Activity, locale: str) -> dict[str, Any]:
    is_set = activity.scenario_version_id is not None
    zone = activity.time_zone
    if not is_set and zone == "UTC":
        zone = likely_zone(locale)
    due_at = activity.due_at.astimezone(ZoneInfo(zone)) if activity.due_at else None
    hours = activity.group_wait_hours
    return {
        "story": str(activity.scenario_version_id or ""),
        "due_date": due_at.date().isoformat() if due_at else "",
        "due_time": due_at.strftime("%H:%M") if due_at else "",
        "time_zone": zone,
        "grouping": IN_BATCHES if hours else AS_THEY_COME,
        "hours": str(hours or USUAL_WAIT),
    }


def day_of(typed: str | None) -> date | None:
    """Return the day that was typed, None for an empty field; raises ValueError."""
    return date.fromisoformat(typed.strip()) if typed and typed.strip() else None


def valid_day(field: StringField) -> None:
    """Raise ValidationError unless a field holds a day that can be meant, or nothing."""
    try:
        day = day_of(field.data)
    except ValueError as unreadable:
        raise ValidationError(
            _("Write the date as year-month-day, such as 2027-02-09")
        ) from unreadable
    if day is not None and day.year not in YEARS:
        raise ValidationError(_("That year cannot be meant"))


def _time(typed: str | None) -> time | None:
    if not typed or not typed.strip():
        return None
    return time.fromisoformat(typed.strip()).replace(second=0, microsecond=0, tzinfo=None)
