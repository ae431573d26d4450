"""What can be chosen where activities are set up, and what is chosen, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from ltitool.core.audience import Naming
from ltitool.core.groups import GroupSource
from ltitool.core.policy import Policy
from ltitool.core.presets import DEFAULT, Preset, with_preset
from ltitool.core.script import Talk
from ltitool.core.scripts import SCRIPTS, VISITS
from ltitool.web import credit_words, labels
from ltitool.web.placing_forms import (
    IN_COURSE,
    IN_WINDOW,
    OFFERED_PRESETS,
    OFFERED_SCRIPTS,
    OFFERED_SOURCES,
    UNGRADED,
    PlacingForm,
)
from ltitool.web.teaching_grouping import SOURCES
from ltitool.web.teaching_naming import NAMINGS

GROUPED: dict[str, LazyString] = {
    GroupSource.BATCHES: lazy_gettext("groups are mixed by answers"),
    GroupSource.RANDOM: lazy_gettext("groups are drawn by chance"),
    GroupSource.PLATFORM: lazy_gettext("groups are those of the LMS"),
    GroupSource.CHOSEN: lazy_gettext("people choose their group"),
}
NAMED: dict[str, LazyString] = {
    Naming.ALIAS: lazy_gettext("in the talk people have an alias"),
    Naming.SEALED: lazy_gettext("in the talk people have an alias that tutors cannot look behind"),
    Naming.NAMED: lazy_gettext("in the talk people have their names"),
}


class Option(NamedTuple):
    """One thing to choose, as a page offers it."""

    value: str
    words: LazyString | str
    about: LazyString | str = ""


@dataclass(frozen=True)
class PlacingWords:
    """The words of one form as it is filled in."""

    form: PlacingForm

    @property
    def scripts(self) -> list[Option]:
        """The scripts there are to choose from."""
        return [Option(one.id, *_script_words(one.id, one.minutes)) for one in OFFERED_SCRIPTS]

    @property
    def sources(self) -> list[Option]:
        """Where groups may come from, as far as nothing more has to be given."""
        return [Option(one.value, *SOURCES[one]) for one in OFFERED_SOURCES]

    @property
    def namings(self) -> list[Option]:
        """By what name people may be shown."""
        return [Option(one.value, *NAMINGS[one]) for one in Naming]

    @property
    def grades(self) -> list[Option]:
        """The ways of giving credit, with what each step is worth in them, and no grade at all."""
        graded = [
            Option(one.value, credit_words.PRESETS[one][0], credit_words.worths(self._credit(one)))
            for one in OFFERED_PRESETS
        ]
        return [*graded, Option(UNGRADED, _("No grade"))]

    @property
    def places(self) -> list[Option]:
        """Where an activity may open."""
        told = _("Some LMSs decide this themselves.")
        return [
            Option(IN_COURSE, _("In the course page")),
            Option(IN_WINDOW, _("In a window of its own"), told),
        ]

    @property
    def run_said(self) -> str:
        """What is set about how it is run, in one sentence."""
        form = self.form
        name = form.script.data if form.script.data in SCRIPTS else VISITS.id
        script = labels.SCRIPTS[name][0]
        if SCRIPTS[name].talk is not Talk.GROUP:
            return f"{script}."
        return str(
            _(
                "%(script)s; %(groups)s; %(names)s.",
                script=script,
                groups=GROUPED.get(form.source.data or "", GROUPED[GroupSource.BATCHES]),
                names=NAMED.get(form.names.data or "", NAMED[Naming.ALIAS]),
            )
        )

    @property
    def credit_said(self) -> str:
        """What is set about the grade, and about where it opens."""
        return " ".join(self._credit_sentences())

    def _credit_sentences(self) -> Iterator[str]:
        form = self.form
        if form.asked.takes_columns:
            known = form.grade.data in set(OFFERED_PRESETS)
            preset = Preset(form.grade.data) if known else Preset.TAKING_PART
            worths = credit_words.worths(self._credit(preset))
            column = _("A column in the gradebook, to 100. %(worths)s", worths=worths)
            yield column if form.is_graded else _("No grade.")
        if form.offers_window:
            own = _("It opens in a window of its own.")
            yield own if form.in_window else _("It opens in the course page.")

    def _credit(self, preset: Preset) -> Policy:
        """Return the rules of a preset, fitted to the stories and to the script chosen so far."""
        stories = [scenario for _version, scenario in self.form.stories]
        return with_preset(DEFAULT, preset).fitted(
            max(len(scenario.core_decisions) for scenario in stories),
            max(len(scenario.required_reflections) for scenario in stories),
            is_written=SCRIPTS.get(self.form.script.data, VISITS).talk is not Talk.ROOM,
        )


def _script_words(name: str, minutes: int) -> tuple[LazyString | str, str]:
    words, about = labels.SCRIPTS[name]
    return words, f"{about} {_('%(minutes)d minutes.', minutes=minutes)}"
