"""The files a story shows: each is there, of a kind that stories hold, and harmless."""

from collections.abc import Iterator, Mapping

from ltitool.core.lint.findings import Finding, Severity, spoken
from ltitool.core.media import media_problem
from ltitool.core.scenario import Image, Scenario, Timed, everything
from ltitool.core.scenario_yaml import Node

Place = tuple[str | int, ...]


def media_names(scenario: Scenario) -> list[str]:
    """Return the names of all files a scenario uses, each once."""
    return sorted({name for _place, name in _files(scenario)})


def media_findings(
    scenario: Scenario, root: Node, media: Mapping[str, bytes]
) -> tuple[Finding, ...]:
    """Return what is wrong with the files of a scenario, each at the first place that shows it.

    The root of its file tells the lines.
    """
    first = {name: place for place, name in reversed(list(_files(scenario)))}
    found = []
    for name, place in sorted(first.items()):
        words = f"the file “{name}” is missing."
        if name in media:
            words = media_problem(name, media[name])
        if words:
            found.append(Finding("A03", Severity.ERROR, root.at(place).line, spoken(place), words))
    return tuple(found)


def _files(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for place, part in everything(scenario):
        if isinstance(part, Image | Timed):
            yield (*place, "src"), part.src
        if isinstance(part, Timed) and part.captions:
            yield (*place, "captions"), part.captions
