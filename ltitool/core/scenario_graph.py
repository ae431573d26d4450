"""What must hold for every path through a story: it is reached, asks, and ends."""

from collections.abc import Iterator

from ltitool.core.scenario import Scenario, Scene, Target
from ltitool.core.scenario_problems import Problem

Ways = dict[str, set[str]]
"""Where each scene may lead, whatever the conditions."""


def flow_problems(scenario: Scenario) -> Iterator[Problem]:
    """Find every scene that readers could not reach, or not leave; every name must be known."""
    place = {scene.id: i for i, scene in enumerate(scenario.scenes)}
    ways = {scene.id: set(_leads_to(scene)) for scene in scenario.scenes}
    reached = _reachable(scenario.start, ways)
    for name, i in place.items():
        if name not in reached:
            yield Problem(("scenes", i), f"no path reaches the scene “{name}”.", "G02")
    yield from _dead_ends(scenario, place, ways, reached)
    yield from _circles(scenario, place, ways, reached)
    yield from _curtain(scenario, ways)


def _dead_ends(
    scenario: Scenario, place: dict[str, int], ways: Ways, reached: set[str]
) -> Iterator[Problem]:
    ends = {scene.id for scene in scenario.scenes if scene.ending is not None}
    if not ends:
        yield Problem(("scenes",), "no scene is an ending.", "G04")
        return
    for name, i in place.items():
        if name in reached and not ends & _reachable(name, ways):
            yield Problem(("scenes", i), f"from “{name}” no path leads to an ending.", "G04")
    for scene in scenario.scenes:
        if scene.decision is None or scene.decision.kind != "core" or scene.id not in reached:
            continue
        around = {name: to - {scene.id} for name, to in ways.items()}
        if scene.id != scenario.start and ends & _reachable(scenario.start, around):
            words = f"a path leads past “{scene.decision.id}”; none may miss a core decision."
            yield Problem(("scenes", place[scene.id], "decision"), words, "G06")


def _circles(
    scenario: Scenario, place: dict[str, int], ways: Ways, reached: set[str]
) -> Iterator[Problem]:
    unasked = {
        scene.id: ways[scene.id] if scene.next is not None else set() for scene in scenario.scenes
    }
    for scene in scenario.scenes:
        path = ("scenes", place[scene.id])
        if _comes_back(scene.id, unasked):
            yield Problem(path, f"“{scene.id}” comes back to itself without a question.", "G04")
        elif scene.decision is not None and scene.id in reached and _comes_back(scene.id, ways):
            yield Problem(path, f"the question of “{scene.id}” can come twice on a path.", "G04")


def _curtain(scenario: Scenario, ways: Ways) -> Iterator[Problem]:
    if not any(scene.curtain for scene in scenario.scenes):
        return
    closed = {scene.id: set() if scene.curtain else ways[scene.id] for scene in scenario.scenes}
    before = _reachable(scenario.start, closed)
    for i, scene in enumerate(scenario.scenes):
        if scene.ending is not None and scene.id in before and not scene.curtain:
            yield Problem(
                ("scenes", i), f"the ending “{scene.id}” can be reached before the curtain.", "G09"
            )
        if scene.decision is not None and (scene.curtain or scene.id not in before):
            yield Problem(("scenes", i), f"“{scene.id}” asks a question behind the curtain.", "G09")
        if scene.curtain and scene.id == scenario.start:
            yield Problem(("scenes", i), "the story cannot begin behind the curtain.", "G09")


def _leads_to(scene: Scene) -> Iterator[str]:
    targets: list[Target] = [scene.next] if scene.next is not None else []
    if scene.decision is not None:
        targets += [choice.goto for choice in scene.decision.choices]
    for target in targets:
        yield from [target] if isinstance(target, str) else [way.to for way in target]


def _comes_back(name: str, ways: Ways) -> bool:
    return any(name in _reachable(to, ways) for to in ways[name])


def _reachable(start: str, ways: Ways) -> set[str]:
    reached, todo = {start}, [start]
    while todo:
        fresh = ways.get(todo.pop(), set()) - reached
        reached |= fresh
        todo.extend(fresh)
    return reached
