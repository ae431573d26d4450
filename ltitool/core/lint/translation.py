"""Whether a translation fits its story: keys that are there, words that are still the same."""

from collections.abc import Iterator

from ltitool.core.lint.findings import Finding, Severity, spoken
from ltitool.core.overlay import Overlay, coverage
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_problems import did_you_mean
from ltitool.core.scenario_yaml import Node

CODE = "T01"
MOST_LISTED = 12


def translation_findings(scenario: Scenario, overlay: Overlay, root: Node) -> tuple[Finding, ...]:
    """Return what is wrong with a translation, or still to do, in the order of its file.

    The root of the file tells the lines.
    """
    found = set(_found(scenario, overlay, root))
    return tuple(sorted(found, key=lambda one: (one.line, one.severity, one.sentence)))


def _found(scenario: Scenario, overlay: Overlay, root: Node) -> Iterator[Finding]:
    if overlay.scenario != scenario.id:
        words = f"this translates “{overlay.scenario}”, and the story is “{scenario.id}”."
        yield _finding(Severity.ERROR, root, ("scenario",), words)
    if overlay.language == scenario.language:
        words = f"the story itself is told in “{scenario.language}”: name another language."
        yield _finding(Severity.ERROR, root, ("language",), words)
    covered = coverage(scenario, overlay)
    for key in covered.unknown:
        words = "this is the key of no text in the story" + did_you_mean(key, covered.missing)
        yield _finding(Severity.ERROR, root, ("texts", key), words)
    for key in covered.stale:
        words = "the story says it in other words now: look at it again."
        yield _finding(Severity.WARNING, root, ("texts", key), words)
    if covered.missing:
        yield _finding(Severity.INFO, root, (), _to_do(covered.percent, covered.missing))


def _to_do(percent: int, missing: tuple[str, ...]) -> str:
    listed = ", ".join(missing[:MOST_LISTED])
    more = f" and {len(missing) - MOST_LISTED} more" if len(missing) > MOST_LISTED else ""
    return f"{percent}% is translated; still to do: {listed}{more}."


def _finding(severity: Severity, root: Node, place: tuple[str | int, ...], words: str) -> Finding:
    return Finding(CODE, severity, root.at(place).line, spoken(place), words)
