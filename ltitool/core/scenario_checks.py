"""What must hold across a whole scenario, beyond the shape of each part and how it runs."""

import re
from collections.abc import Iterator, Sequence

from ltitool.core.scenario import (
    BoolState,
    Card,
    Decision,
    Ending,
    Image,
    IntState,
    Say,
    Scenario,
    Seed,
    Target,
    Test,
    Way,
    everything,
)
from ltitool.core.scenario_conditions import KINDS, condition_problems, line_problems
from ltitool.core.scenario_problems import Path, Problem, did_you_mean

MARKUP = re.compile(r"<(\s*/)?\s*[a-zA-Z!?][^<>]*>")


def structural_problems(scenario: Scenario) -> Iterator[Problem]:
    """Find everything in this scenario that does not fit the rest of it.

    It may have been read loosely: what is empty has been reported before, and is passed over,
    and so is what can only be found in it.
    """
    yield from _ids(scenario)
    yield from _texts(scenario)
    yield from _references(scenario)
    yield from _talk(scenario)
    yield from _choices(scenario)


def _ids(scenario: Scenario) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, part in everything(scenario):
        name = getattr(part, "id", "")
        if name and name in seen:
            yield Problem((*path, "id"), f"the id “{name}” is used twice in this file.")
        seen.add(name)


def _texts(scenario: Scenario) -> Iterator[Problem]:
    for path, part in everything(scenario):
        if isinstance(part, str) and MARKUP.search(part):
            yield Problem(
                path, "HTML is not read here; write plain text, *emphasis* and lists.", "S01"
            )
        if isinstance(part, Image) and not part.alt.strip() and not part.decorative:
            yield Problem(
                (*path, "alt"), "say what the picture shows, or mark it decorative.", "A01"
            )


def _references(scenario: Scenario) -> Iterator[Problem]:
    cast = {who.id for who in scenario.cast}
    scenes = {scene.id for scene in scenario.scenes}
    states = {part.id: part for part in scenario.state}
    decisions = {decision.id: decision for decision in scenario.decisions}
    if scenario.start and scenario.start not in scenes:
        words = f"the story starts at “{scenario.start}”, which is not a scene"
        yield Problem(("start",), words + did_you_mean(scenario.start, scenes), "G01")
    for path, part in everything(scenario):
        for key, who in _people_in(part):
            if who and cast and who not in cast:
                yield Problem((*path, key), f"“{who}” is not in the cast" + did_you_mean(who, cast))
        if isinstance(part, Test):
            yield from condition_problems(path, part, states, decisions)
        if isinstance(part, Ending):
            yield from line_problems((*path, "gained"), part.gained)
            yield from line_problems((*path, "cost"), part.cost)
    for path, target in _targets(scenario):
        yield from line_problems(path, target)
        ways = [(path, target)] if isinstance(target, str) else _ways(path, target)
        for place, to in ways:
            if to and to not in scenes:
                words = f"it leads to “{to}”, which is not a scene"
                yield Problem(place, words + did_you_mean(to, scenes), "G01")


def _talk(scenario: Scenario) -> Iterator[Problem]:
    core = {decision.id for decision in scenario.decisions if decision.kind != "step"}
    if scenario.scenes and not core:
        yield Problem(("scenes",), "no decision is core, so there is nothing to talk about.", "G06")
    named: list[tuple[Path, str]] = [
        *((("revisit", i), name) for i, name in enumerate(scenario.revisit)),
        *((("discussion", name), name) for name in scenario.discussion),
        *((("discussion_in_writing", name), name) for name in scenario.discussion_in_writing),
    ]
    for path, name in named:
        if name and name not in core:
            yield Problem(path, f"“{name}” is not a core decision" + did_you_mean(name, core))


def _choices(scenario: Scenario) -> Iterator[Problem]:
    lenses = {lens.id for lens in scenario.lenses}
    states = {part.id: part for part in scenario.state}
    for i, scene in enumerate(scenario.scenes):
        decision = scene.decision
        if decision is None:
            continue
        path = ("scenes", i, "decision")
        if decision.kind == "core" and decision.rationale is None:
            yield Problem(
                (*path, "rationale"),
                "a core decision asks for reasons, with required: true.",
                "D01",
            )
        elif decision.kind == "core" and decision.rationale and not decision.rationale.required:
            yield Problem(
                (*path, "rationale", "required"),
                "the reasons of a core decision are required.",
                "D01",
            )
        if decision.choices and all(choice.when is not None for choice in decision.choices):
            yield Problem(
                path, "every choice has a “when”, so a reader could be left without any.", "G03"
            )
        yield from _choice_problems(decision, path, lenses, states)


def _choice_problems(
    decision: Decision,
    path: Path,
    lenses: set[str],
    states: dict[str, IntState | BoolState],
) -> Iterator[Problem]:
    for i, name in enumerate(decision.tests):
        if name and lenses and name not in lenses:
            yield Problem(
                (*path, "tests", i), f"“{name}” is not a lens" + did_you_mean(name, lenses)
            )
    for n, choice in enumerate(decision.choices):
        here = (*path, "choices", n)
        for mark in ("honours", "strains"):
            for i, name in enumerate(getattr(choice, mark)):
                if name and lenses and name not in lenses:
                    words = f"“{name}” is not a lens"
                    yield Problem((*here, mark, i), words + did_you_mean(name, lenses))
        for name, effect in choice.effects.items():
            state = states.get(name)
            if state is None:
                words = f"“{name}” is not in the state"
                yield Problem((*here, "effects", name), words + did_you_mean(name, states), "V01")
            elif state.type in KINDS and isinstance(effect, bool) != (state.type == "bool"):
                yield Problem(
                    (*here, "effects", name), f"“{name}” takes {KINDS[state.type]}.", "V01"
                )


def _ways(path: Path, lines: Sequence[Way]) -> list[tuple[Path, str]]:
    return [((*path, i, "to"), way.to) for i, way in enumerate(lines)]


def _targets(scenario: Scenario) -> Iterator[tuple[Path, Target]]:
    for i, scene in enumerate(scenario.scenes):
        if scene.next is not None:
            yield ("scenes", i, "next"), scene.next
        for n, choice in enumerate(scene.decision.choices if scene.decision else ()):
            yield ("scenes", i, "decision", "choices", n, "goto"), choice.goto


def _people_in(part: object) -> list[tuple[str, str]]:
    if isinstance(part, Say | Seed):
        return [("who", part.who)]
    if isinstance(part, Card):
        return [("from", part.from_ or ""), ("to", part.to or "")]
    return []
