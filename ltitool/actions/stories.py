"""The stories that are kept, as this process has read them: each version once, in each language."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from ltitool.core.errors import NotReady
from ltitool.core.overlay import read_overlay, translated
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from ltitool.core.talk_about import about
from ltitool.storage.tables import Activity, ScenarioVersion, StoryOverlay

MOST_PARSED = 64
_PARSED: dict[str, Scenario] = {}
"""Stories by the hash of their file and media, as this process has read them."""


def scenario_of(version: ScenarioVersion) -> Scenario:
    """Return the scenario of a kept version; each is read once in a process."""
    # Asked for only here: a page that finds its story parsed does not fetch the file again.
    return _once(version.hash, lambda: read_scenario(version.source))


def told_in(session: Session, version: ScenarioVersion, language: str) -> Scenario:
    """Return the story of a version in one of its languages, or its own where there is no such."""
    mark = version.overlays.get(language)
    if mark is None:
        return scenario_of(version)

    def read_translated() -> Scenario:
        overlay = session.get_one(StoryOverlay, mark)
        return translated(scenario_of(version), read_overlay(overlay.source))

    return _once(f"{version.hash} {mark}", read_translated)


def story_of(activity: Activity) -> Scenario:
    """Return the story of a class, which talks about what its instructor chose.

    Raises NotReady while nobody has chosen a story.
    """
    version = activity.scenario_version
    if version is None:
        raise NotReady("Nobody has chosen a story for this link yet.")
    scenario, wanted = scenario_of(version), activity.talk_about
    return _once(f"{version.hash} about {wanted}", lambda: about(scenario, wanted))


def _once(key: str, read_it: Callable[[], Scenario]) -> Scenario:
    """Return what this process has read under a key, read now where it has not."""
    found = _PARSED.get(key)
    if found is None:
        found = _PARSED[key] = read_it()
        while len(_PARSED) > MOST_PARSED:
            del _PARSED[next(iter(_PARSED))]
    return found
