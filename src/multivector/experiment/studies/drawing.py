"""Small line charts as SVG: panels in a grid, bands around lines; the same text for the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT, LEFT, TOP, GAP = 250.0, 150.0, 58.0, 30.0, 60.0
COLOURS = ("#0072b2", "#d55e00", "#0072b2", "#d55e00")
"""Blue and vermilion of Okabe and Ito 2008: apart for every kind of sight; equal colours differ in dashes."""
DASHES = ("", "", "5 3", "5 3")
GREY = "#666666"
BAND = "(band: 95% interval of the mean)"

Curve = Sequence[tuple[float, float, float, float]]


@dataclass(frozen=True)
class Line:
    """A line with its band: x, y, and the low and high end of the band at each point."""

    label: str
    points: Curve


@dataclass(frozen=True)
class Panel:
    """One chart: titles of its axes, up to four lines, and a level across (None for none)."""

    y_title: str
    x_title: str
    lines: Sequence[Line]
    level: float | None = None


def figure(panels: Sequence[Panel], *, columns: int, level: str = "") -> str:
    """All panels, row by row, as the text of an SVG file; panels of a row share the scale of their y axis.

    Parameters
    ----------
    panels : in reading order.
    columns : panels in a row.
    level : what the level across stands for, for the legend.

    Examples
    --------
    >>> text = figure([Panel("y", "x", [Line("a", [(0.0, 1.0, 0.9, 1.1), (1.0, 2.0, 1.9, 2.1)])])], columns=1)
    >>> text.startswith("<svg"), text.count("polyline")
    (True, 1)
    """
    rows = [panels[k : k + columns] for k in range(0, len(panels), columns)]
    legend = 20.0 * (len(panels[0].lines) + bool(level))
    wide, high = columns * (WIDTH + LEFT) + 20.0, len(rows) * (HEIGHT + GAP) + TOP + legend
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" font-family="sans-serif" '
        'font-size="11">',
        f'<rect width="{wide:.0f}" height="{high:.0f}" fill="white"/>',
    ]
    for r, row in enumerate(rows):
        low, top = _range(row)
        for c, panel in enumerate(row):
            parts.append(f'<g transform="translate({LEFT + c * (WIDTH + LEFT):.0f},{TOP + r * (HEIGHT + GAP):.0f})">')
            parts += [*_panel(panel, low, top), "</g>"]
    parts += _legend(panels[0], level, TOP + len(rows) * (HEIGHT + GAP))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _range(row: Sequence[Panel]) -> tuple[float, float]:
    values = [y for panel in row for line in panel.lines for point in line.points for y in point[1:]]
    values += [panel.level for panel in row if panel.level is not None]
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 0.1
    return low - room, high + room


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between two ends, three to seven of them.

    Examples
    --------
    >>> ticks(0.51, 0.80), ticks(-0.013, 0.028)
    ([0.55, 0.6, 0.65, 0.7, 0.75, 0.8], [-0.01, 0.0, 0.01, 0.02])
    """
    power = 10.0 ** floor(log10((high - low) / 3.0))
    step = max(f * power for f in (1.0, 2.0, 5.0) if f * power <= (high - low) / 3.0 or f == 1.0)
    return [round(k * step, 12) + 0.0 for k in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def _panel(panel: Panel, low: float, high: float) -> list[str]:
    xs = [point[0] for line in panel.lines for point in line.points]
    first, last = min(xs), max(xs)

    def place(x: float, y: float) -> str:
        return f"{(x - first) / (last - first) * WIDTH:.1f},{(high - y) / (high - low) * HEIGHT:.1f}"

    parts = [f'<rect width="{WIDTH:.0f}" height="{HEIGHT:.0f}" fill="none" stroke="{GREY}"/>']
    for y in ticks(low, high):
        at = place(first, y).split(",")[1]
        parts.append(f'<path d="M-4,{at}H0" stroke="{GREY}"/>')
        parts.append(f'<text x="-6" y="{float(at) + 4.0:.1f}" text-anchor="end">{y:g}</text>')
    for x in sorted(set(xs)):
        at = place(x, low).split(",")[0]
        parts.append(f'<path d="M{at},{HEIGHT:.0f}v4" stroke="{GREY}"/>')
        parts.append(f'<text x="{at}" y="{HEIGHT + 16.0:.0f}" text-anchor="middle">{x:g}</text>')
    parts.append(f'<text x="0" y="-8" font-weight="bold">{escape(panel.y_title)}</text>')
    parts.append(
        f'<text x="{WIDTH / 2.0:.0f}" y="{HEIGHT + 32.0:.0f}" text-anchor="middle">{escape(panel.x_title)}</text>'
    )
    if panel.level is not None:
        ends = f"M{place(first, panel.level)}H{WIDTH:.0f}"
        parts.append(f'<path d="{ends}" stroke="{GREY}" stroke-dasharray="1 3"/>')
    for k, line in enumerate(panel.lines):
        around = [place(x, top) for x, _, _, top in line.points]
        around += [place(x, bottom) for x, _, bottom, _ in reversed(line.points)]
        parts.append(f'<polygon points="{" ".join(around)}" fill="{COLOURS[k]}" fill-opacity="0.15"/>')
        through = " ".join(place(x, y) for x, y, _, _ in line.points)
        parts.append(f'<polyline points="{through}" {_stroke(k)}/>')
    return parts


def _stroke(k: int) -> str:
    dash = f' stroke-dasharray="{DASHES[k]}"' if DASHES[k] else ""
    return f'fill="none" stroke="{COLOURS[k]}" stroke-width="1.8"{dash}'


def _legend(panel: Panel, level: str, top: float) -> list[str]:
    parts = []
    for k, line in enumerate(panel.lines):
        y = top + 20.0 * k
        parts.append(f'<path d="M{LEFT:.0f},{y:.0f}h30" {_stroke(k)}/>')
        parts.append(f'<text x="{LEFT + 38.0:.0f}" y="{y + 4.0:.0f}">{escape(line.label)} {BAND}</text>')
    if level:
        y = top + 20.0 * len(panel.lines)
        parts.append(f'<path d="M{LEFT:.0f},{y:.0f}h30" stroke="{GREY}" stroke-dasharray="1 3"/>')
        parts.append(f'<text x="{LEFT + 38.0:.0f}" y="{y + 4.0:.0f}">{escape(level)}</text>')
    return parts
