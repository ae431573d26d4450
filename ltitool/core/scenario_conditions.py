"""Whether the conditions of a scenario can be asked, and lines of which one counts are in order."""

from collections.abc import Iterator, Mapping, Sequence

from ltitool.core.scenario import (
    BoolState,
    Decision,
    EndLine,
    EndText,
    IntState,
    Target,
    Test,
    Way,
)
from ltitool.core.scenario_problems import Path, Problem, did_you_mean

KINDS = {"bool": "true or false", "int": "a whole number"}
"""What a state of each type takes, in words."""


def condition_problems(
    path: Path,
    test: Test,
    states: Mapping[str, IntState | BoolState],
    decisions: Mapping[str, Decision],
) -> Iterator[Problem]:
    """Find what a condition asks for that is not there, or that cannot be compared like this."""
    if test.var and test.var not in states:
        words = f"“{test.var}” is not in the state"
        yield Problem((*path, "var"), words + did_you_mean(test.var, states))
    elif test.var:
        yield from _comparison_problems(path, test, states[test.var])
    if not test.chose:
        return
    if test.chose not in decisions:
        words = f"“{test.chose}” is not a decision"
        yield Problem((*path, "chose"), words + did_you_mean(test.chose, decisions))
        return
    choices = {choice.id for choice in decisions[test.chose].choices}
    for i, name in enumerate(test.in_ or ()):
        if name and choices and name not in choices:
            words = f"“{name}” is not a choice of “{test.chose}”"
            yield Problem((*path, "in", i), words + did_you_mean(name, choices))


def _comparison_problems(path: Path, test: Test, state: IntState | BoolState) -> Iterator[Problem]:
    if state.type == "bool" and (test.gte is not None or test.lte is not None):
        yield Problem(path, f"“{state.id}” is true or false; compare it with “is”.", "V01")
    elif (
        state.type in KINDS
        and test.is_ is not None
        and isinstance(test.is_, bool) != (state.type == "bool")
    ):
        yield Problem((*path, "is"), f"“{state.id}” is {KINDS[state.type]}.", "V01")


def line_problems(path: Path, lines: Target | EndText | None) -> Iterator[Problem]:
    """Find what keeps the first line that holds from being found among these."""
    if lines is None or isinstance(lines, str) or not lines:
        return
    every: Sequence[Way | EndLine] = lines
    if every[-1].when is not None:
        yield Problem(
            (*path, len(every) - 1),
            "the last line takes no “when”, so that one always holds.",
            "G07",
        )
    for i, line in enumerate(every[:-1]):
        if line.when is None:
            yield Problem(
                (*path, i),
                "without “when” this line always holds, so none below it is reached.",
                "G07",
            )
