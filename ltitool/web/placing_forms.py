"""The form that sets up what was chosen, before it is added to the course."""

from collections.abc import Sequence

from flask_babel import gettext as _
from wtforms import RadioField, ValidationError

from ltitool.core.words import one_line
from ltitool.lti.deep_linking import Asked
from ltitool.storage.tables import ScenarioVersion
from ltitool.web.teaching_forms import RunForm, usual_values

LONGEST_TITLE = 200
GRADED, UNGRADED = "yes", "no"
IN_COURSE, IN_WINDOW = "course", "window"


class PlacingForm(RunForm):
    """One name for each story; date, groups, grade and window for all of them."""

    grade = RadioField(validate_choice=False)
    opens = RadioField(validate_choice=False)

    asked: Asked
    versions: Sequence[ScenarioVersion]
    names: dict[int, str]
    """What each activity is to be called, as it was typed."""

    @classmethod
    def of(
        cls, versions: Sequence[ScenarioVersion], asked: Asked, locale: str, typed: dict[str, str]
    ) -> "PlacingForm":
        """Return the form for these stories, or as it was filled in."""
        values = {**usual_values(locale), "grade": GRADED, "opens": IN_COURSE}
        form = cls(data=values)
        form.asked, form.versions = asked, versions
        form.names = {one.id: one_line(typed.get(f"title-{one.id}", ""), 2_000) for one in versions}
        form.say()
        return form

    @property
    def offers_window(self) -> bool:
        """Whether the platform lets a link choose where it opens."""
        return {"iframe", "window"} <= set(self.asked.targets)

    @property
    def is_graded(self) -> bool:
        """Whether a valid form asks for gradebook columns."""
        return self.asked.takes_columns and self.grade.data == GRADED

    @property
    def in_window(self) -> bool:
        """Whether a valid form asks for windows of their own."""
        return self.offers_window and self.opens.data == IN_WINDOW

    def title_of(self, version: ScenarioVersion) -> str:
        """Return what the activity with this story is to be called: as typed, else as the story."""
        return self.names[version.id][:LONGEST_TITLE] or version.title

    def validate_grade(self, field: RadioField) -> None:
        """One of the two."""
        if field.data not in {GRADED, UNGRADED}:
            raise ValidationError(_("Choose whether there is a grade"))

    def validate_opens(self, field: RadioField) -> None:
        """One of the two."""
        if field.data not in {IN_COURSE, IN_WINDOW}:
            raise ValidationError(_("Choose where it opens"))
