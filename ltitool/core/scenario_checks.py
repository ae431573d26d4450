"""What must hold across a whole scenario, beyond the shape of each part."""

import re
from collections.abc import Iterator

from pydantic import BaseModel

from ltitool.core.scenario import (
    BoolState,
    Card,
    Decision,
    Image,
    IntState,
    Say,
    Scenario,
    Scene,
    Seed,
    Target,
    Test,
    Way,
)

Path = tuple[str | int, ...]
Problem = tuple[Path, str]
"""Where in the file, and a plain sentence."""

_MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z!?][^>]*>")


def structural_problems(scenario: Scenario) -> list[Problem]:
    """Return everything that would keep a reader from walking through this scenario."""
    problems = [
        *_ids(scenario),
        *_markup(scenario),
        *_references(scenario),
        *_decisions(scenario),
        *_images(scenario),
    ]
    # The graph can be walked only when every name in it leads somewhere.
    return problems or [*_graph(scenario), *_curtain(scenario)]


def _ids(scenario: Scenario) -> Iterator[Problem]:
    named: list[tuple[Path, str, str]] = []
    for group in ("lenses", "cast", "state", "scenes", "reflect", "references"):
        parts = getattr(scenario, group)
        named += [((group, i), part.id, group) for i, part in enumerate(parts)]
    for i, scene in enumerate(scenario.scenes):
        named += [
            (("scenes", i, "consult", n), consult.id, f"the questions of {scene.id}")
            for n, consult in enumerate(scene.consult)
        ]
        if scene.ending is not None:
            named.append((("scenes", i, "ending"), scene.ending.id, "endings"))
        if scene.decision is not None:
            named.append((("scenes", i, "decision"), scene.decision.id, "decisions"))
            named += [
                (("scenes", i, "decision", "choices", n), choice.id, scene.decision.id)
                for n, choice in enumerate(scene.decision.choices)
            ]
    seen: set[tuple[str, str]] = set()
    for path, name, group in named:
        if (group, name) in seen:
            yield path, f"the id “{name}” is used twice."
        seen.add((group, name))


def _markup(scenario: Scenario) -> Iterator[Problem]:
    for path, part in _everything(scenario):
        if isinstance(part, str) and _MARKUP.search(part):
            yield path, "HTML is not read here; write plain text, *emphasis* and lists."


def _images(scenario: Scenario) -> Iterator[Problem]:
    for path, part in _everything(scenario):
        if isinstance(part, Image) and not part.alt.strip() and not part.decorative:
            yield path, "say in “alt” what the picture shows, or mark it decorative."


def _references(scenario: Scenario) -> Iterator[Problem]:
    cast = {who.id for who in scenario.cast}
    decisions = {decision.id: decision for decision in scenario.decisions}
    if scenario.start not in {scene.id for scene in scenario.scenes}:
        yield ("start",), f"the story starts at “{scenario.start}”, which is not a scene."
    for path, part in _everything(scenario):
        for who in _people_in(part):
            if who not in cast:
                yield path, f"“{who}” is not in the cast."
        if isinstance(part, Test):
            yield from _test_problems(scenario, path, part, decisions)
    for path, target in _targets(scenario):
        yield from _target_problems(scenario, path, target)


def _decisions(scenario: Scenario) -> Iterator[Problem]:
    lenses = {lens.id for lens in scenario.lenses}
    states = {part.id: part for part in scenario.state}
    core = {decision.id for decision in scenario.core_decisions}
    if not core:
        yield ("scenes",), "no decision is core, so there is nothing to talk about."
    for i, name in enumerate(scenario.revisit):
        if name not in core:
            yield ("revisit", i), f"“{name}” is not a core decision."
    for name in scenario.discussion:
        if name not in core:
            yield ("discussion", name), f"“{name}” is not a core decision."
    for i, scene in enumerate(scenario.scenes):
        decision = scene.decision
        if decision is None:
            continue
        path = ("scenes", i, "decision")
        if decision.kind == "core" and not (decision.rationale and decision.rationale.required):
            yield path, "a core decision asks for reasons: rationale with required: true."
        if all(choice.when is not None for choice in decision.choices):
            yield path, "every choice has a “when”, so a reader could be left without any."
        yield from _choice_problems(decision, path, lenses, states)


def _choice_problems(
    decision: Decision,
    path: Path,
    lenses: set[str],
    states: dict[str, IntState | BoolState],
) -> Iterator[Problem]:
    for name in decision.tests:
        if name not in lenses:
            yield (*path, "tests"), f"“{name}” is not a lens."
    for n, choice in enumerate(decision.choices):
        here = (*path, "choices", n)
        for mark in ("honours", "strains"):
            for name in getattr(choice, mark):
                if name not in lenses:
                    yield (*here, mark), f"“{name}” is not a lens."
        for name, effect in choice.effects.items():
            state = states.get(name)
            if state is None:
                yield (*here, "effects", name), f"“{name}” is not in the state."
            elif isinstance(effect, bool) != isinstance(state, BoolState):
                kind = "true or false" if isinstance(state, BoolState) else "a whole number"
                yield (*here, "effects", name), f"“{name}” takes {kind}."


def _test_problems(
    scenario: Scenario,
    path: Path,
    test: Test,
    decisions: dict[str, Decision],
) -> Iterator[Problem]:
    if test.var is not None and test.var not in {part.id for part in scenario.state}:
        yield path, f"“{test.var}” is not in the state."
    if test.chose is None:
        return
    decision = decisions.get(test.chose)
    if decision is None:
        yield path, f"“{test.chose}” is not a decision."
        return
    for name in test.in_ or ():
        if name not in {choice.id for choice in decision.choices}:
            yield path, f"“{name}” is not a choice of “{decision.id}”."


def _target_problems(scenario: Scenario, path: Path, target: Target) -> Iterator[Problem]:
    scenes = {scene.id for scene in scenario.scenes}
    ways = [Way(to=target)] if isinstance(target, str) else list(target)
    for way in ways:
        if way.to not in scenes:
            yield path, f"it leads to “{way.to}”, which is not a scene."
    if ways[-1].when is not None:
        yield path, "the last line must have no “when”, so that it always leads somewhere."
    if any(way.when is None for way in ways[:-1]):
        yield path, "a line after one without “when” can never be reached."


def _graph(scenario: Scenario) -> Iterator[Problem]:
    place = {scene.id: i for i, scene in enumerate(scenario.scenes)}
    ways = {scene.id: set(_leads_to(scene)) for scene in scenario.scenes}
    reached = _reachable(scenario.start, ways)
    for name, i in place.items():
        if name not in reached:
            yield ("scenes", i), f"no path reaches the scene “{name}”."
    back = {name: {a for a, to in ways.items() if name in to} for name in place}
    ends = [scene.id for scene in scenario.scenes if scene.ending is not None]
    can_end = set().union(*(_reachable(end, back) for end in ends))
    if not ends:
        yield ("scenes",), "no scene is an ending."
        return
    for name, i in place.items():
        if name in reached and name not in can_end:
            yield ("scenes", i), f"from “{name}” no path leads to an ending."
    without_asking = {s.id: ways[s.id] if s.next is not None else set() for s in scenario.scenes}
    for name, i in place.items():
        if any(name in _reachable(to, without_asking) for to in without_asking[name]):
            yield ("scenes", i), f"“{name}” comes back to itself without a question."
    asked_again = {s.id for s in scenario.scenes if s.decision is not None}
    for name in asked_again & reached:
        if any(name in _reachable(to, ways) for to in ways[name]):
            yield ("scenes", place[name]), f"the question of “{name}” can come twice on a path."


def _curtain(scenario: Scenario) -> Iterator[Problem]:
    if not any(scene.curtain for scene in scenario.scenes):
        return
    closed = {
        scene.id: set() if scene.curtain else set(_leads_to(scene)) for scene in scenario.scenes
    }
    before = _reachable(scenario.start, closed)
    for i, scene in enumerate(scenario.scenes):
        if scene.ending is not None and scene.id in before and not scene.curtain:
            yield ("scenes", i), f"the ending “{scene.id}” can be reached before the curtain."
        if scene.decision is not None and scene.id not in before:
            yield ("scenes", i), f"“{scene.id}” asks a question behind the curtain."
        if scene.curtain and scene.id == scenario.start:
            yield ("scenes", i), "the story cannot begin behind the curtain."


def _leads_to(scene: Scene) -> Iterator[str]:
    targets: list[Target] = [scene.next] if scene.next is not None else []
    if scene.decision is not None:
        targets += [choice.goto for choice in scene.decision.choices]
    for target in targets:
        yield from [target] if isinstance(target, str) else [way.to for way in target]


def _reachable(start: str, ways: dict[str, set[str]]) -> set[str]:
    reached, todo = {start}, [start]
    while todo:
        fresh = ways.get(todo.pop(), set()) - reached
        reached |= fresh
        todo.extend(fresh)
    return reached


def _targets(scenario: Scenario) -> Iterator[tuple[Path, Target]]:
    for i, scene in enumerate(scenario.scenes):
        if scene.next is not None:
            yield ("scenes", i, "next"), scene.next
        for n, choice in enumerate(scene.decision.choices if scene.decision else ()):
            yield ("scenes", i, "decision", "choices", n, "goto"), choice.goto


def _people_in(part: object) -> list[str]:
    if isinstance(part, Say | Seed):
        return [part.who]
    if isinstance(part, Card):
        return [who for who in (part.from_, part.to) if who is not None]
    return []


def _everything(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Walk through every part of a scenario, with its place in the file."""
    yield path, value
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _everything(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, tuple):
        for i, part in enumerate(value):
            yield from _everything(part, (*path, i))
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _everything(part, (*path, key))
