"""The register of rules: each a code, how grave it is, and the rule in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc

from ltitool.core.lint.findings import Severity
from ltitool.core.lint.story import Story

Place = tuple[str | int, ...]
Found = Iterator[tuple[Place, str]]
"""Places in the file, each with a sentence that says what to do."""

Check = Callable[[Story], Found]


@dataclass(frozen=True)
class Rule:
    """One thing that a good scenario does."""

    code: str
    severity: Severity
    words: str
    check: Check | None = None
    """What looks for it; None where reading the file does."""


READ_RULES = tuple(
    Rule(code, Severity.ERROR, words)
    for code, words in (
        ("S01", "Write a file that can be read, of known names and values of the right kind."),
        ("S02", "Let every id stand once in the file, and name only what is there."),
        ("S03", "Write the version like 1.0.0."),
        ("G01", "Let every way lead to a scene."),
        ("G02", "Let a path reach every scene."),
        ("G03", "Give every decision a choice without “when”, which is always offered."),
        ("G04", "Lead from every scene to an ending, and never back to a scene."),
        ("G06", "Ask a core decision, and let no path lead past one."),
        ("G07", "Of several lines leave the last without “when”, and only the last."),
        ("G09", "Let the curtain come after every question and before every ending."),
        ("V01", "Change and compare a state by values of its own kind."),
        ("D01", "Require reasons for a core decision."),
        ("A01", "Say what a picture shows and what a sound says, or mark the picture decorative."),
        ("A03", "Put every media file in its place, of a kind and size that fits, and harmless."),
        ("L01", "Name the licence."),
    )
)
"""What reading a file already refuses; the reader gives its problems these codes."""

TRANSLATION_RULES = (
    Rule("T01", Severity.ERROR, "Translate only texts that are in the story, under their keys."),
    Rule("T01", Severity.WARNING, "Translate anew what the story says in other words by now."),
    Rule("T01", Severity.INFO, "Translate every text; what is missing stays in its language."),
)
"""What `lint.translation` looks for in a translation; a story itself has none of it."""

WRITTEN_RULES: list[Rule] = []
"""Every rule that a function looks for, in the order of their modules."""


def rule(code: str, severity: Severity) -> Callable[[Check], Check]:
    """Register a function as the rule of this code; its docstring is the rule in words."""

    def register(check: Check) -> Check:
        words = " ".join(cleandoc(check.__doc__ or "").split())
        WRITTEN_RULES.append(Rule(code, severity, words, check))
        return check

    return register
