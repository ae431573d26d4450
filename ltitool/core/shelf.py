"""The shelf of stories: what is told of each before it is chosen, and what is looked for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ltitool.core.drawing import Petal
from ltitool.core.figures import Marks
from ltitool.core.scenario import Lens, Scenario

MOST_TESTED = 3
LENGTHS = (15, 20, 30, 45)
"""At most so many minutes."""


@dataclass(frozen=True)
class Search:
    """What somebody looks for; what is empty finds everything."""

    words: str = ""
    discipline: str = ""
    language: str = ""
    level: str = ""
    minutes: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether everything is looked for."""
        return self == Search()

    def finds(self, scenario: Scenario) -> bool:
        """Whether a story is among what is looked for."""
        text = _text(scenario)
        return (
            all(word in text for word in self.words.casefold().split())
            and self.discipline in {"", *scenario.discipline}
            and self.language in {"", scenario.language}
            and self.level in {"", scenario.level}
            and (self.minutes is None or (scenario.minutes or self.minutes) <= self.minutes)
        )


@dataclass(frozen=True)
class Choices:
    """What the stories of a shelf differ by, each value once."""

    disciplines: tuple[str, ...]
    languages: tuple[str, ...]
    levels: tuple[str, ...]
    minutes: tuple[int, ...]

    @classmethod
    def among(cls, scenarios: Iterable[Scenario]) -> "Choices":
        """Return them for these stories; where all are alike there is nothing to choose."""
        known = list(scenarios)
        lengths = [one.minutes for one in known if one.minutes]
        return cls(
            tuple(sorted({name for one in known for name in one.discipline}, key=str.casefold)),
            tuple(sorted({one.language for one in known})),
            tuple(level for level in LEVELS if level in {one.level for one in known}),
            tuple(most for most in LENGTHS if any(length <= most for length in lengths)),
        )


LEVELS = ("qualifying", "newly-qualified", "experienced")


def most_tested(scenario: Scenario) -> list[Lens]:
    """Return the lenses that the decisions of a story test most, at most three."""
    counts = Counter(lens for decision in scenario.decisions for lens in decision.tests)
    return [scenario.lens(lens) for lens, _count in counts.most_common(MOST_TESTED)]


def cover(scenario: Scenario) -> list[Petal]:
    """Return the petals of a story's cover: what all its answers together uphold and strain."""
    choices = [choice for decision in scenario.core_decisions for choice in decision.choices]
    marks = [
        Marks(
            lens.id,
            sum(lens.id in choice.honours for choice in choices),
            sum(lens.id in choice.strains for choice in choices),
        )
        for lens in scenario.lenses
    ]
    largest = max(max(mark.upheld, mark.strained) for mark in marks) or 1
    return [Petal("", mark.upheld / largest, mark.strained / largest) for mark in marks]


def _text(scenario: Scenario) -> str:
    parts = (
        scenario.title,
        scenario.summary,
        *scenario.keywords,
        *scenario.discipline,
        *(lens.label for lens in scenario.lenses),
        *(author.name for author in scenario.authors),
    )
    return "\n".join(parts).casefold()
