"""Every rule on one scenario."""

from collections.abc import Iterator

from ltitool.core.lint import (
    access,
    care,
    dilemma,
    graph,
    publishing,
    reading,
    state,
    verdicts,
    voices,
)
from ltitool.core.lint.findings import Finding, spoken
from ltitool.core.lint.paths import CAP, all_paths
from ltitool.core.lint.rules import READ_RULES, TRANSLATION_RULES, WRITTEN_RULES, Rule
from ltitool.core.lint.story import Story
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_yaml import Node

FAMILIES = (graph, state, dilemma, voices, verdicts, access, reading, care, publishing)
"""The modules whose rules are registered: to be imported is all they have to do."""

RULES: tuple[Rule, ...] = tuple(
    sorted((*READ_RULES, *WRITTEN_RULES, *TRANSLATION_RULES), key=lambda rule: rule.code)
)
"""Every rule, also those of the reader and those for translations, by their codes."""


def lint(
    scenario: Scenario,
    root: Node,
    *,
    earlier: Scenario | None = None,
    cap: int = CAP,
) -> tuple[Finding, ...]:
    """Return everything the rules find in a scenario that has been read, in the order of the file.

    The root of its file tells the lines.
    """
    story = Story(scenario, all_paths(scenario, cap=cap), earlier)
    found = set(_found(story, root))
    return tuple(sorted(found, key=lambda one: (one.line, one.code, one.sentence)))


def _found(story: Story, root: Node) -> Iterator[Finding]:
    for rule in WRITTEN_RULES:
        if rule.check is not None:
            for place, words in rule.check(story):
                yield Finding(rule.code, rule.severity, root.at(place).line, spoken(place), words)
