"""What the stories that are lived through in an activity ask in words, and staff may read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ltitool.actions.stories import scenario_of, story_of
from ltitool.core.errors import NotFound
from ltitool.core.scenario import Decision, Reflect, Scenario
from ltitool.core.script import Phase, Round
from ltitool.storage.queries import answers as queries
from ltitool.storage.tables import ScenarioVersion
from ltitool.web.settings_room import phase_label
from ltitool.web.transaction import db
from ltitool.web.visit import here

REFLECT = "reflect"
PHASES = {Round.FIRST.value: Phase.DECIDE, Round.AGAIN.value: Phase.AGAIN, REFLECT: Phase.REFLECT}


@dataclass(frozen=True)
class Asked:
    """One question that people have answered in words."""

    version: ScenarioVersion
    """The story that asks it."""
    kind: str
    """One of PHASES."""
    question: Decision | Reflect
    title: str
    """Of the scene that asks it; empty for a closing question."""
    number: int = 0
    """How many have answered it."""

    @property
    def phase(self) -> str:
        """What the part is called in which it is asked."""
        return phase_label(PHASES[self.kind])

    @property
    def scenario(self) -> Scenario:
        """The story in its own language."""
        return _story(self.version)

    @property
    def address(self) -> dict[str, Any]:
        """What an address names it by."""
        return {
            "version_id": self.version.id,
            "kind": self.kind,
            "question_id": self.question.id,
        }


@dataclass(frozen=True)
class StoryHere:
    """One story that is lived through here, with what it asks."""

    version: ScenarioVersion
    asked: Sequence[Asked]

    @property
    def scenario(self) -> Scenario:
        """The story in its own language."""
        return _story(self.version)

    @property
    def has_private(self) -> bool:
        """Whether it asks something for its author alone."""
        return any(question.private for question in self.scenario.reflect)

    def of(self, kind: str) -> list[Asked]:
        """Return what it asks in one part."""
        return [one for one in self.asked if one.kind == kind]


def stories_here() -> list[StoryHere]:
    """Return the story of the class, then each that somebody has taken instead, with numbers."""
    numbers = queries.given_numbers(db(), here().activity)
    versions = queries.stories_in(db(), here().activity)
    return [StoryHere(version, list(_asked(version, numbers))) for version in versions]


def _asked(
    version: ScenarioVersion, numbers: Mapping[tuple[int, str, str], int]
) -> Iterator[Asked]:
    """Return every question of a story that staff may read answers to, in the order it is asked."""
    for kind, question, title in _questions(_story(version)):
        number = numbers.get((version.id, kind, question.id), 0)
        yield Asked(version, kind, question, title, number)


def _story(version: ScenarioVersion) -> Scenario:
    """Return a story as it is lived through here, in its own language."""
    activity = here().activity
    is_of_class = version.id == activity.scenario_version_id
    return story_of(activity) if is_of_class else scenario_of(version)


def _questions(scenario: Scenario) -> Iterator[tuple[str, Decision | Reflect, str]]:
    for scene in scenario.scenes:
        decision = scene.decision
        if decision and (decision.kind == "core" or decision.rationale or decision.open):
            yield Round.FIRST.value, decision, scene.title
    talked = scenario.talk_decision
    yield Round.AGAIN.value, talked, scenario.scene_of(talked.id).title
    for closing in scenario.reflect:
        if not closing.private:
            yield REFLECT, closing, ""


def question_here(version_id: int, kind: str, question_id: str) -> Asked:
    """Return one question of a story that is lived through here; raises NotFound."""
    for version in queries.stories_in(db(), here().activity):
        for one in _asked(version, {}) if version.id == version_id else ():
            if (one.kind, one.question.id) == (kind, question_id):
                return one
    raise NotFound("There is no such question whose answers staff may read.")
