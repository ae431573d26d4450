"""A story as it stands on a shelf: its cover, what it tests, what it takes."""

from dataclasses import dataclass

from flask_babel import get_locale, ngettext
from markupsafe import Markup

from ltitool.core.drawing import lens_cover
from ltitool.core.scenario import Lens, Scenario
from ltitool.core.shelf import cover, most_tested
from ltitool.storage.tables import ScenarioVersion
from ltitool.web import labels
from ltitool.web.telling import language_name

RINGS = 4


@dataclass(frozen=True)
class Book:
    """One story on the shelf."""

    version: ScenarioVersion
    scenario: Scenario

    @property
    def cover(self) -> Markup:
        """Its lenses, drawn: no two stories look alike, and none needs a photograph."""
        return Markup(lens_cover(cover(self.scenario), rings=RINGS, ident=f"c{self.version.id}"))

    @property
    def tested(self) -> list[Lens]:
        """The lenses it tests most."""
        return most_tested(self.scenario)

    @property
    def facts(self) -> list[str]:
        """What it takes, in a few words each."""
        scenario = self.scenario
        questions = len(scenario.core_decisions)
        endings = sum(scene.ending is not None for scene in scenario.scenes)
        found = [
            ngettext("one question", "%(num)d questions", questions),
            ngettext("one ending", "%(num)d endings", endings),
            language_name(scenario.language, (), str(get_locale() or "en")),
        ]
        if scenario.minutes:
            found.insert(0, ngettext("one minute", "%(num)d minutes", scenario.minutes))
        if scenario.level:
            found.append(str(labels.LEVELS[scenario.level]))
        return [str(fact) for fact in found]
