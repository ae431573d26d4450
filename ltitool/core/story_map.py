"""A story drawn as a map: its scenes in layers, from the start down to the endings. One SVG."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from statistics import mean
from textwrap import wrap

from ltitool.core.scenario import Scenario, Scene, Target
from ltitool.core.walk import Step

WIDE, HIGH = 176.0, 68.0
ACROSS, DOWN = 28.0, 62.0
EDGE = 20.0
LINE_LETTERS, LINE_HEIGHT, MOST_LINES = 21, 17.0, 2

STYLE = """\
svg { background: #fff }
text { font: 14px system-ui, sans-serif; fill: #1b292d; text-anchor: middle }
text { unicode-bidi: plaintext }
.kind { font-size: 12px; fill: #4a5b5f }
rect { fill: #fff; stroke: #6b807d; stroke-width: 1.5 }
.core rect { stroke-width: 3 }
.curtain rect { stroke-dasharray: 6 4; stroke-width: 2.5 }
.ending rect { fill: #e1eae6 }
path { fill: none; stroke: #6b807d; stroke-width: 1.5 }
.sometimes { stroke-dasharray: 3 4 }
@media (prefers-color-scheme: dark) {
svg { background: #141b1d }
text { fill: #e6ece9 } .kind { fill: #aebcb9 } rect { fill: #141b1d; stroke: #82979a }
.ending rect { fill: #28343a } path { stroke: #82979a }
}"""
KINDS = {"core": "core decision", "step": "step decision", "curtain": "curtain", "ending": "ending"}
"""What stands below the title of a scene that is more than a scene."""


@dataclass(frozen=True)
class Way:
    """One way from a scene to another, with what leads there."""

    start: str
    end: str
    words: str
    is_conditional: bool
    choice: str = ""


def story_map(scenario: Scenario) -> str:
    """Return the map of a story as an SVG that stands alone, with its ways in words as well."""
    told = (
        f"<title>{escape(f'Map of “{scenario.title}”')}</title>"
        f"<desc>{escape(in_words(scenario))}</desc><style>{STYLE}</style>"
    )
    return _drawn(scenario, told, KINDS, walked=())


def page_map(
    scenario: Scenario, title: str, kinds: Mapping[str, str], walked: Sequence[Step] = ()
) -> str:
    """Return the map as a part of a page, which gives it its looks; the scenes walked stand out.

    The same in words has to stand beside it.
    """
    return _drawn(scenario, f"<title>{escape(title)}</title>", kinds, walked)


def _drawn(scenario: Scenario, told: str, kinds: Mapping[str, str], walked: Sequence[Step]) -> str:
    ways = [way for scene in scenario.scenes for way in _ways(scene)]
    layers = _layers(scenario, ways)
    across = max(len(layer) for layer in layers)
    width = 2 * EDGE + across * WIDE + (across - 1) * ACROSS
    height = 2 * EDGE + len(layers) * HIGH + (len(layers) - 1) * DOWN
    corners = dict(_corners(layers, width))
    met, gone = {step.scene.id for step in walked}, _gone(walked)
    drawn_ways = "".join(
        _drawn_way(way, corners, is_walked=(way.start, way.end, way.choice) in gone)
        for way in sorted(ways, key=lambda way: (way.start, way.end, way.choice) in gone)
    )
    drawn_scenes = "".join(
        _drawn_scene(scene, corners[scene.id], kinds, is_walked=scene.id in met)
        for scene in scenario.scenes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'class="story-map" role="img">{told}'
        f'<g lang="{scenario.language}"><g>{drawn_ways}</g><g>{drawn_scenes}</g></g></svg>\n'
    )


def _gone(walked: Sequence[Step]) -> set[tuple[str, str, str]]:
    """Return the ways that a walk has taken: from where, to where, by which choice."""
    return {
        (one.scene.id, other.scene.id, one.taken.choice_id if one.taken else "")
        for one, other in pairwise(walked)
    }


def in_words(scenario: Scenario) -> str:
    """Return every scene with the ways out of it, one sentence each."""
    titles = {scene.id: scene.title for scene in scenario.scenes}
    sentences = []
    for scene in scenario.scenes:
        kind = KINDS.get(_kind(scene))
        name = f"{scene.title} ({kind})" if kind else scene.title
        to = [f"{titles[way.end]}{f' ({way.words})' if way.words else ''}" for way in _ways(scene)]
        sentences.append(f"{name} leads to {'; '.join(to)}." if to else f"{name}.")
    return " ".join(sentences)


def ways_of(scenario: Scenario) -> Iterator[tuple[Scene, list[tuple[str, Scene]]]]:
    """Return every scene with the ways out of it: what leads there, and where to."""
    for scene in scenario.scenes:
        yield scene, [(way.words, scenario.scene(way.end)) for way in _ways(scene)]


def _ways(scene: Scene) -> Iterator[Way]:
    if scene.next is not None:
        yield from _of_target(scene.id, scene.next, "", is_conditional=False)
    for choice in scene.decision.choices if scene.decision else ():
        words = choice.short or choice.label
        is_conditional = choice.when is not None
        for way in _of_target(scene.id, choice.goto, words, is_conditional=is_conditional):
            yield replace(way, choice=choice.id)


def _of_target(start: str, target: Target, words: str, *, is_conditional: bool) -> Iterator[Way]:
    if isinstance(target, str):
        yield Way(start, target, words, is_conditional)
        return
    for line in target:
        said = ", ".join(
            part for part in (words, "sometimes" if line.when else "otherwise") if part
        )
        yield Way(start, line.to, said, is_conditional=True)


def _layers(scenario: Scenario, ways: Sequence[Way]) -> list[list[str]]:
    """Return the scenes by how many come before them at most, each layer below those it follows.

    Within a layer they stand below the middle of the scenes that lead to them.
    """
    depth = {scene.id: 0 for scene in scenario.scenes}
    for _scene in scenario.scenes:  # no path is longer than there are scenes
        for way in ways:
            depth[way.end] = max(depth[way.end], depth[way.start] + 1)
    layers: list[list[str]] = [[] for _layer in range(max(depth.values()) + 1)]
    for name, layer in depth.items():
        layers[layer].append(name)
    before: dict[str, float] = {}
    for names in layers:
        middles = {name: _middle(name, ways, before) for name in names}
        names.sort(key=middles.__getitem__)
        before |= {name: (n + 1) / (len(names) + 1) for n, name in enumerate(names)}
    return layers


def _middle(name: str, ways: Sequence[Way], placed: Mapping[str, float]) -> float:
    above = [placed[way.start] for way in ways if way.end == name and way.start in placed]
    return mean(above) if above else 0.0


def _corners(
    layers: Sequence[Sequence[str]], width: float
) -> Iterator[tuple[str, tuple[float, float]]]:
    for row, names in enumerate(layers):
        left = (width - len(names) * WIDE - (len(names) - 1) * ACROSS) / 2
        for n, name in enumerate(names):
            yield name, (left + n * (WIDE + ACROSS), EDGE + row * (HIGH + DOWN))


def _drawn_way(way: Way, corners: Mapping[str, tuple[float, float]], *, is_walked: bool) -> str:
    (x0, y0), (x1, y1) = corners[way.start], corners[way.end]
    x0, y0, x1 = x0 + WIDE / 2, y0 + HIGH, x1 + WIDE / 2
    middle = (y0 + y1) / 2
    names = "walked" if is_walked else "sometimes" if way.is_conditional else ""
    kind = f' class="{names}"' if names else ""
    words = f"<title>{escape(way.words)}</title>" if way.words else ""
    return (
        f'<path{kind} d="M{x0:.0f},{y0:.0f} C{x0:.0f},{middle:.0f} '
        f'{x1:.0f},{middle:.0f} {x1:.0f},{y1:.0f}">{words}</path>'
    )


def _drawn_scene(
    scene: Scene, corner: tuple[float, float], kinds: Mapping[str, str], *, is_walked: bool
) -> str:
    x, y = corner
    which = _kind(scene)
    kind = kinds.get(which, "")
    lines = wrap(scene.title, LINE_LETTERS, max_lines=MOST_LINES, placeholder=" …")
    rows = [("title", line) for line in lines] + ([("kind", kind)] if kind else [])
    top = y + HIGH / 2 - (len(rows) - 1) * LINE_HEIGHT / 2 + 5
    words = "".join(
        f'<text class="{name}" x="{x + WIDE / 2:.0f}" y="{top + n * LINE_HEIGHT:.0f}">'
        f"{escape(text)}</text>"
        for n, (name, text) in enumerate(rows)
    )
    names = f"{which or 'scene'}{' walked' if is_walked else ''}"
    return (
        f'<g class="{names}"><title>{escape(scene.title)}</title>'
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDE:.0f}" height="{HIGH:.0f}" rx="8"/>{words}</g>'
    )


def _kind(scene: Scene) -> str:
    if scene.ending is not None:
        return "ending"
    if scene.curtain:
        return "curtain"
    return scene.decision.kind if scene.decision is not None else ""
