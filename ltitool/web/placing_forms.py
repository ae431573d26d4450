"""The form that sets up what was chosen, before it is added to the course."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import available_timezones

from flask_babel import gettext as _
from wtforms import Field, RadioField, StringField, ValidationError

from ltitool.core.audience import Naming
from ltitool.core.dates import instant
from ltitool.core.groups import GroupSource
from ltitool.core.plan import Plan
from ltitool.core.presets import DEFAULT, Preset, with_preset
from ltitool.core.scenario import Scenario
from ltitool.core.script import Gate, GateKind, Phase
from ltitool.core.scripts import SCRIPTS, VISITS
from ltitool.core.words import one_line
from ltitool.lti.deep_linking import Asked
from ltitool.storage.tables import ScenarioVersion
from ltitool.web.teaching_forms import RunForm, day_of, usual_values, valid_day

LONGEST_TITLE = 200
UNGRADED = "no"
IN_COURSE, IN_WINDOW = "course", "window"
START_OF_DAY = time(0, 0)
OFFERED_SCRIPTS = tuple(SCRIPTS.values())
OFFERED_SOURCES = tuple(source for source in GroupSource if source.is_enough_by_name)
OFFERED_PRESETS = tuple(preset for preset in Preset if preset is not Preset.OWN)
_USUAL = {
    "script": VISITS.id,
    "source": GroupSource.BATCHES.value,
    "names": Naming.ALIAS.value,
    "grade": Preset.TAKING_PART.value,
    "opens": IN_COURSE,
}


class PlacingForm(RunForm):
    """One name for each story; dates, groups, names, grade and window for all of them."""

    opens_date = StringField()
    script = RadioField(validate_choice=False)
    source = RadioField(validate_choice=False)
    names = RadioField(validate_choice=False)
    grade = RadioField(validate_choice=False)
    opens = RadioField(validate_choice=False)

    asked: Asked
    stories: Sequence[tuple[ScenarioVersion, Scenario]]
    titles: dict[int, str]
    """What each activity is to be called, as it was typed."""

    @classmethod
    def of(
        cls,
        stories: Sequence[tuple[ScenarioVersion, Scenario]],
        asked: Asked,
        locale: str,
        typed: dict[str, str],
    ) -> "PlacingForm":
        """Return the form for these stories, or as it was filled in."""
        form = cls(data={**usual_values(locale), **_USUAL})
        form.asked, form.stories = asked, stories
        form.titles = {
            one.id: one_line(typed.get(f"title-{one.id}", ""), 2_000) for one, _story in stories
        }
        form.say()
        form.opens_date.label.text = _("Opens on")
        return form

    @property
    def offers_window(self) -> bool:
        """Whether the platform lets a link choose where it opens."""
        return {"iframe", "window"} <= set(self.asked.targets)

    @property
    def is_graded(self) -> bool:
        """Whether a valid form asks for gradebook columns."""
        return self.asked.takes_columns and self.grade.data != UNGRADED

    @property
    def in_window(self) -> bool:
        """Whether a valid form asks for windows of their own."""
        return self.offers_window and self.opens.data == IN_WINDOW

    @property
    def plan(self) -> Plan:
        """How a valid form lets the activities be run."""
        gates = {Phase.DECIDE: Gate(GateKind.DATE, self.opens_at)} if self.opens_at else {}
        return Plan(
            script=self.script.data,
            due_at=self.due_at,
            time_zone=self.zone,
            group_source=GroupSource(self.source.data),
            group_wait_hours=self.group_wait_hours,
            naming=Naming(self.names.data),
            gates=gates,
            policy=with_preset(DEFAULT, Preset(self.grade.data)) if self.is_graded else DEFAULT,
        )

    @property
    def opens_at(self) -> datetime | None:
        """When a valid form lets the activity open; None for at once."""
        day = day_of(self.opens_date.data)
        return instant(day, START_OF_DAY, self.zone) if day else None

    def title_of(self, version: ScenarioVersion) -> str:
        """Return what the activity with this story is to be called: as typed, else as the story."""
        return self.titles[version.id][:LONGEST_TITLE] or version.title

    def validate_opens_date(self, field: StringField) -> None:
        """Take a day before the date by which all is finished, or none."""
        valid_day(field)
        is_readable = not (self.due_date.errors or self.due_time.errors)
        if not (is_readable and self.zone in available_timezones()):
            return
        if self.opens_at and self.due_at and self.opens_at >= self.due_at:
            raise ValidationError(_("It would open after it is to be finished"))

    def validate_script(self, field: RadioField) -> None:
        """One of the scripts offered."""
        _require(field, {one.id for one in OFFERED_SCRIPTS})

    def validate_source(self, field: RadioField) -> None:
        """One of the ways that need nothing more."""
        _require(field, set(OFFERED_SOURCES))

    def validate_names(self, field: RadioField) -> None:
        """One of the ways there are."""
        _require(field, set(Naming))

    def validate_grade(self, field: RadioField) -> None:
        """One of the ways that have a name, or none."""
        _require(field, {*OFFERED_PRESETS, UNGRADED})

    def validate_opens(self, field: RadioField) -> None:
        """One of the two."""
        _require(field, {IN_COURSE, IN_WINDOW})


def _require(field: Field, offered: set[str]) -> None:
    if field.data not in offered:
        raise ValidationError(_("Choose one of these"))
