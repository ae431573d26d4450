"""The two pictures: geometry only. Numbers in, one SVG string out; no colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin
from textwrap import wrap

CENTRE, INNER, OUTER = 200.0, 26.0, 138.0
PEAK = 1.17
"""A petal's middle stands out by so much."""

LABEL_WIDE, LABEL_HIGH = 222.0, 188.0
LINE_LETTERS, LINE_HEIGHT = 15, 16.0
FLOW_HEIGHT, FLOW_WIDTH, FLOW_GAP, BAR = 300.0, 560.0, 14.0, 12.0
EDGE, TOP = 48.0, 12.0


@dataclass(frozen=True)
class Petal:
    """One lens: its two lengths as shares from 0 to 1, and whether the reader picked it."""

    label: str
    upheld: float
    strained: float
    is_picked: bool = False


@dataclass(frozen=True)
class Band:
    """How many went from the row to the column, by their places in the list of letters."""

    first: int
    again: int
    people: int


def lens_picture(petals: Sequence[Petal], *, rings: int, ident: str, title: str) -> str:
    """Return the kaleidoscope: left half of a petal upheld, right half put under strain.

    Lengths run from the inner edge to the outermost of `rings` rings.
    """
    facets = _facets(petals, rings, ident)
    words = [
        _label(petal, -pi / 2 + 2 * pi * i / len(petals), i + 1) for i, petal in enumerate(petals)
    ]
    return (
        f'<svg class="lens-svg lens-svg-full" viewBox="-78 -10 556 408" role="img" '
        f'aria-labelledby="{ident}-title"><title id="{ident}-title">{escape(title)}</title>{facets}'
        f"{''.join(words)}</svg>"
    )


def lens_cover(petals: Sequence[Petal], *, rings: int, ident: str) -> str:
    """Return the kaleidoscope alone, without a word: the cover of a story."""
    return (
        '<svg class="lens-svg lens-svg-none" viewBox="36 36 328 328" aria-hidden="true">'
        f"{_facets(petals, rings, ident)}</svg>"
    )


def flow_picture(letters: Sequence[str], bands: Sequence[Band], *, ident: str, title: str) -> str:
    """Return first answers on the left, second on the right, and a band for each flow."""
    total = sum(band.people for band in bands)
    unit = (FLOW_HEIGHT - FLOW_GAP * (len(letters) - 1)) / total
    first = [sum(b.people for b in bands if b.first == i) for i in range(len(letters))]
    again = [sum(b.people for b in bands if b.again == i) for i in range(len(letters))]
    left, right = _starts(first, unit), _starts(again, unit)
    drawn = _bands(bands, unit, list(left), list(right))
    marks = _sides(letters, (left, right), (first, again), unit)
    return (
        f'<svg class="flow-svg" viewBox="0 0 {FLOW_WIDTH:.0f} {FLOW_HEIGHT + 24:.0f}" role="img" '
        f'aria-labelledby="{ident}-title"><title id="{ident}-title">{escape(title)}</title>'
        f"{drawn}{marks}</svg>"
    )


def _facets(petals: Sequence[Petal], rings: int, ident: str) -> str:
    panes: list[str] = []
    glass: list[str] = []
    for i, petal in enumerate(petals):
        axis = -pi / 2 + 2 * pi * i / len(petals)
        halves = ((-1, petal.upheld, "honoured"), (1, petal.strained, "strained"))
        for side, share, kind in halves:
            for ring in range(rings):
                corners = _Half(axis, side, pi / len(petals), rings)
                panes.append(f'<polygon points="{corners.points(ring, 1.0)}"/>')
                filled = min(max(share * rings - ring, 0.0), 1.0)
                if filled > 0:
                    fill = f' fill="url(#{ident}-hatch)"' if kind == "strained" else ""
                    points = corners.points(ring, filled)
                    glass.append(
                        f'<polygon class="{kind} ring-{ring % 4}"{fill} points="{points}"/>'
                    )
    return (
        f'<defs><pattern id="{ident}-hatch" class="hatch" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6"/><path d="M0 0V6"/></pattern></defs>'
        f'<g class="panes">{"".join(panes)}</g><g class="glass">{"".join(glass)}</g>'
    )


@dataclass(frozen=True)
class _Half:
    axis: float
    side: int
    half_angle: float
    rings: int

    def points(self, ring: int, filled: float) -> str:
        """Return one facet: a slanted band between two chevrons."""
        step = (OUTER - INNER) / self.rings
        inner = INNER + ring * step
        outer = inner + step * filled
        near = self.axis + self.side * 0.014
        far = self.axis + self.side * self.half_angle * 0.93
        corners = ((inner * PEAK, near), (outer * PEAK, near), (outer, far), (inner, far))
        return " ".join(
            f"{CENTRE + radius * cos(angle):.1f},{CENTRE + radius * sin(angle):.1f}"
            for radius, angle in corners
        )


def _label(petal: Petal, axis: float, number: int) -> str:
    x, y = CENTRE + LABEL_WIDE * cos(axis), CENTRE + LABEL_HIGH * sin(axis)
    picked = " picked" if petal.is_picked else ""
    lines = wrap(petal.label, LINE_LETTERS, break_long_words=False) or [""]
    top = y - (len(lines) - 1) * LINE_HEIGHT / 2
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{top + LINE_HEIGHT * n:.1f}">{escape(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    near = CENTRE + LABEL_HIGH * cos(axis)
    return (
        f'<text class="lens-word{picked}">{spans}</text>'
        f'<text class="lens-number{picked}" x="{near:.1f}" y="{y:.1f}">{number}</text>'
    )


def _starts(sizes: Sequence[int], unit: float) -> list[float]:
    starts, y = [], TOP
    for size in sizes:
        starts.append(y)
        y += size * unit + FLOW_GAP
    return starts


def _bands(bands: Sequence[Band], unit: float, left: list[float], right: list[float]) -> str:
    drawn = []
    x0, x1 = EDGE + BAR, FLOW_WIDTH - EDGE - BAR
    middle = (x0 + x1) / 2
    for band in sorted(bands, key=lambda b: (b.first, b.again)):
        a, b = left[band.first], right[band.again]
        thick = band.people * unit
        left[band.first] += thick
        right[band.again] += thick
        kind = "stayed" if band.first == band.again else "moved"
        drawn.append(
            f'<path class="band {kind}" d="M{x0:.0f},{a:.1f} C{middle:.0f},{a:.1f} '
            f"{middle:.0f},{b:.1f} {x1:.0f},{b:.1f} V{b + thick:.1f} "
            f"C{middle:.0f},{b + thick:.1f} {middle:.0f},{a + thick:.1f} "
            f'{x0:.0f},{a + thick:.1f} Z"/>'
        )
    return "".join(drawn)


def _sides(
    letters: Sequence[str],
    starts: tuple[list[float], list[float]],
    sizes: tuple[list[int], list[int]],
    unit: float,
) -> str:
    drawn = []
    for side, x in ((0, EDGE), (1, FLOW_WIDTH - EDGE - BAR)):
        for k, size in enumerate(sizes[side]):
            if not size:
                continue
            y = starts[side][k]
            tx = x + BAR / 2 + (28 if side else -28)
            drawn.append(
                f'<rect class="bar" x="{x:.0f}" y="{y:.1f}" width="{BAR:.0f}" '
                f'height="{max(size * unit, 1.0):.1f}"/><text class="flow-letter" x="{tx:.0f}" '
                f'y="{y + size * unit / 2:.1f}">{escape(letters[k])}</text>'
            )
    return "".join(drawn)
