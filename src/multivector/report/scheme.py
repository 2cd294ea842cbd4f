"""Two schemes like metro plans: the focus actor's ties, and the ways out of it. Widths are flows.

They are schemes and not maps: places stand where they can be told apart, nothing is a border, and no area is coloured.
Drawn once with the widths of the first quarter shown; the page's script changes widths and numbers by quarter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from multivector.report.facts import Facts
from multivector.schema.world import Corridor

Point = tuple[float, float]

SIZE = (400, 330)
CENTRE: Point = (200, 165)
TIES: Mapping[str, Point] = {"RUS": (200, 46), "CHN": (344, 165), "EU": (56, 165), "USA": (74, 278)}
OTHERS: Sequence[Point] = ((200, 290), (338, 284), (338, 46), (62, 46))
"""Where powers stand around the focus actor, and where those that a scenario adds do."""
PLACES: Mapping[str, tuple[float, float, str]] = {
    "Tengiz": (262, 190, "E"),
    "Atyrau": (214, 158, "N"),
    "Aktau": (214, 222, "E"),
    "Atasu": (300, 158, "N"),
    "Alashankou": (352, 178, "S"),
    "Novorossiysk": (98, 196, "N"),
    "Samara": (176, 78, "N"),
    "Ust-Luga": (92, 52, "N"),
    "Makhachkala": (152, 222, "N"),
    "Aksaraiskaya": (168, 138, "W"),
    "Baku": (176, 262, "E"),
    "Alat": (188, 288, "E"),
    "Poti": (96, 288, "S"),
    "Ceyhan": (70, 262, "W"),
    "sea": (30, 236, "S"),
    "Iletsk": (236, 96, "N"),
    "Brest": (82, 96, "N"),
    "KAZ": (296, 222, ""),
    "CHN": (376, 206, ""),
    "EU": (48, 116, "N"),
    "RUS": (200, 52, ""),
    "TUR": (60, 310, "N"),
    "UZB": (296, 270, "E"),
}
"""Places of the scheme of routes (legs name them as CODE:name or by code), and on which side their names stand."""
ZONES: Sequence[tuple[str, str, float, float]] = (
    (
        "RUS",
        "M80 18H306Q316 18 316 28V104Q316 114 306 114H184V232Q184 240 176 240H80Q70 240 70 232V28Q70 18 80 18Z",
        306,
        36,
    ),
    ("KAZ", "M202 124H316Q324 124 324 132V236Q324 244 316 244H202Q194 244 194 236V132Q194 124 202 124Z", 316, 240),
    ("CHN", "M342 124H390Q398 124 398 132V236Q398 244 390 244H342Q334 244 334 236V132Q334 124 342 124Z", 391, 140),
)
"""Light areas in which stations of a state stand, and where its name does; an area is no territory."""
MOST_TIE, MOST_OIL, LEAST = 17.0, 16.0, 1.6
"""Widths in units of the drawing: of the largest flow, and of one that is almost nothing."""
WAYS = ("#1f5f8b", "#c2540a", "#8e4a9e", "#00805f", "#6b3f12", "#5c6875", "#b3261e")
DASHES = ("", "9 4", "3 3", "12 3 3 3", "6 6", "2 5", "14 5")
OPEN_SEA = "sea"


@dataclass(frozen=True)
class Way:
    """A corridor as a line: its outcome, how flows become widths, how it is drawn."""

    id: str
    outcome: str
    title: str
    points: tuple[Point, ...]
    colour: str
    dash: str
    unit: str
    crosses: str


def width(value: float | None, most: float, widest: float) -> float:
    """Width of a line by its flow: in proportion, never quite nothing.

    Examples
    --------
    >>> width(10.0, 20.0, 16.0), width(0.0, 20.0, 16.0), width(None, 20.0, 16.0)
    (8.0, 1.6, 1.6)
    """
    if value is None or not math.isfinite(value) or most <= 0.0:
        return LEAST
    return round(max(LEAST, widest * value / most), 2)


# ---- ties


def tie_series(facts: Facts) -> dict[str, tuple[str, str]]:
    """Power to the outcomes of what it buys and sells."""
    out = {}
    for power in facts.powers:
        sold, bought = f"customs.{facts.focus}.{power}", f"customs.{power}.{facts.focus}"
        if sold in facts and bought in facts:
            out[power] = (sold, bought)
    return out


def ties(facts: Facts) -> str:
    """The scheme of ties as SVG: for each power what is sold to it (full line) and bought from it (hollow line)."""
    say, rows = facts.say, tie_series(facts)
    most = largest(facts, [id for pair in rows.values() for id in pair])
    spare = iter(OTHERS)
    parts = []
    for power, (sold, bought) in rows.items():
        at = TIES.get(power) or next(spare, (200.0, 165.0))
        parts.append(_tie(facts, power, at, (sold, bought), most))
    names = say.list([facts.name(power) for power in rows])
    label = say("Ties of {focus} with {names}: widths are goods a year", focus=facts.name(facts.focus), names=names)
    x, y = CENTRE
    hub = (
        f'<circle class="hub" cx="{x}" cy="{y}" r="25"/>'
        f'<text class="hubname" x="{x}" y="{y + 4}">{escape(facts.focus)}</text>'
    )
    key = (
        '<path class="tie sold" d="M300 300h26" stroke-width="6"/>'
        '<path class="tie bought" d="M300 316h26" stroke-width="7"/>'
        '<path class="tie hollow" d="M300 316h26" stroke-width="4"/>'
        f'<text x="336" y="304">{escape(say("sold"))}</text><text x="336" y="320">{escape(say("bought"))}</text>'
    )
    return _svg("ties", label, "".join(parts) + hub + key)


def _tie(facts: Facts, power: str, at: Point, ids: tuple[str, str], most: float) -> str:
    (x0, y0), (x1, y1) = CENTRE, at
    length = math.hypot(x1 - x0, y1 - y0)
    nx, ny = -(y1 - y0) / length, (x1 - x0) / length
    out = []
    for side, (kind, id) in enumerate(zip(("sold", "bought"), ids, strict=True)):
        shift = 9.5 if side == 0 else -9.5
        a, b = (x0 + nx * shift, y0 + ny * shift), (x1 + nx * shift, y1 + ny * shift)
        value = float(facts.middle(id)[0])
        w = width(value, most, MOST_TIE)
        line = (
            f'd="M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}" data-flow="{escape(id)}" data-most="{most:.6g}" '
            f'data-widest="{MOST_TIE}"'
        )
        out.append(f'<path class="tie {kind}" {line} stroke-width="{w}"/>')
        if kind == "bought":
            out.append(f'<path class="tie hollow" {line} data-inner="3" stroke-width="{max(w - 3, 0):.2f}"/>')
        out.append(_number(a, b, (nx, ny), side, id, facts.say.significant(value)))
    relation = f"goodwill.{power}"
    name = escape(facts.name(power))
    good = ""
    if relation in facts:
        # Away from the line, where nothing else stands.
        gx, gy = x1 + (x1 - x0) / length * 33, y1 + (y1 - y0) / length * 30 + 4
        good = f'<text class="good" x="{gx:.1f}" y="{gy:.1f}" data-number="{escape(relation)}" data-sign="1"></text>'
    out.append(
        f'<circle class="stop" cx="{x1}" cy="{y1}" r="17"/>'
        f'<text class="code" x="{x1}" y="{y1 + 4}">{escape(power)}</text>{good}'
    )
    return f'<g class="power"><title>{name}</title>{"".join(out)}</g>'


def _number(a: Point, b: Point, normal: Point, side: int, id: str, text: str) -> str:
    """The number beside a line, two fifths of the way, on its outer side."""
    away = 13 if side == 0 else -13
    x = a[0] + (b[0] - a[0]) * 0.52 + normal[0] * away
    y = a[1] + (b[1] - a[1]) * 0.52 + normal[1] * away + 3.5
    return f'<text class="flow" x="{x:.1f}" y="{y:.1f}" data-number="{escape(id)}">{escape(text)}</text>'


# ---- ways out


def ways(facts: Facts) -> list[Way]:
    """The corridors whose flow a result keeps: those of oil, and the Middle Corridor."""
    out: list[Way] = []
    for id, corridor in facts.scenario.corridors.items():
        outcome, unit = f"oil.{id}", "Mt"
        if corridor.kind == "goods":
            outcome, unit = ("middle.volume" if id == "middle" else ""), "x"
        if outcome in facts and len(corridor.legs):
            k = len(out)
            out.append(
                Way(
                    id,
                    outcome,
                    corridor.title.get(facts.say.lang) if corridor.title else id,
                    _points(corridor, k),
                    WAYS[k % len(WAYS)],
                    DASHES[k % len(DASHES)],
                    unit,
                    ", ".join(corridor.crosses),
                )
            )
    return out


def _points(corridor: Corridor, k: int) -> tuple[Point, ...]:
    """Stations in order; one that the scheme does not know stands between its neighbours, aside by its line."""
    names = [corridor.legs[0].from_, *(leg.to for leg in corridor.legs)]
    found = [place[:2] if (place := PLACES.get(str(name).rpartition(":")[2])) else None for name in names]
    known = [p for p in found if p is not None] or [CENTRE]
    out: list[Point] = []
    for n, point in enumerate(found):
        if point is None:
            before = out[-1] if out else known[0]
            after = next((p for p in found[n:] if p is not None), known[-1])
            point = ((before[0] + after[0]) / 2, (before[1] + after[1]) / 2 + 14 + 5 * k)
        out.append(point)
    return tuple(out)


def routes(facts: Facts, lines: Sequence[Way]) -> str:
    """The scheme of ways out as SVG."""
    say = facts.say
    zones = "".join(
        f'<path class="zone" d="{path}"/><text class="zonename" x="{x}" y="{y}">{escape(facts.name(code))}</text>'
        for code, path, x, y in ZONES
        if code in facts.scenario.actors
    )
    oil = largest(facts, [way.outcome for way in lines if way.unit == "Mt"])
    drawn, stops = [], {}
    # Thin lines over broad ones.
    for way in sorted(lines, key=lambda way: -_now(facts, way)):
        most, widest = (oil, MOST_OIL) if way.unit == "Mt" else (largest(facts, [way.outcome]), 7.0)
        path = _octilinear(way.points)
        dash = f' stroke-dasharray="{way.dash}"' if way.dash else ""
        drawn.append(
            f'<path class="way" d="{path}" stroke="{way.colour}"{dash} data-flow="{escape(way.outcome)}" '
            f'data-most="{most:.6g}" data-widest="{widest}" stroke-width="{width(_now(facts, way), most, widest)}">'
            f"<title>{escape(way.title)}</title></path>"
        )
        names = _names(facts.scenario.corridors[way.id])
        for name, point in zip(names, way.points, strict=True):
            stops[name] = point
    dots = "".join(_stop(facts, name, point) for name, point in stops.items())
    label = say(
        "Ways out of {focus}: widths are oil in Mt a year and goods of the Middle Corridor",
        focus=facts.name(facts.focus),
    )
    return _svg("routes", label, zones + "".join(drawn) + dots)


def _names(corridor: Corridor) -> list[str]:
    return [str(name) for name in (corridor.legs[0].from_, *(leg.to for leg in corridor.legs))]


def _stop(facts: Facts, name: str, point: Point) -> str:
    """A station with its name, unless the name says no more than a box does."""
    code, _, place = name.rpartition(":")
    x, y = point
    side = PLACES[place][2] if place in PLACES else "S"
    dot = f'<circle class="dot" cx="{x}" cy="{y}" r="3.6"/>'
    if not side:
        return dot
    shown = facts.say("open sea") if place == OPEN_SEA else facts.name(place) if not code else place
    dx, dy, anchor = {"N": (0, -8, "middle"), "S": (0, 15, "middle"), "E": (8, 3.5, "start"), "W": (-8, 3.5, "end")}[
        side
    ]
    return f'{dot}<text class="place" x="{x + dx}" y="{y + dy}" text-anchor="{anchor}">{escape(shown)}</text>'


def _octilinear(points: Sequence[Point]) -> str:
    """A line in level, upright and slanting pieces with round corners, as on a metro plan."""
    nodes: list[Point] = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        dx, dy = x1 - x0, y1 - y0
        slant = min(abs(dx), abs(dy))
        if slant > 3 and abs(abs(dx) - abs(dy)) > 3:
            if abs(dx) > abs(dy):
                nodes.append((x1 - math.copysign(slant, dx), y0))
            else:
                nodes.append((x0, y1 - math.copysign(slant, dy)))
        nodes.append((x1, y1))
    path = f"M{nodes[0][0]:.1f} {nodes[0][1]:.1f}"
    for before, here, after in zip(nodes, nodes[1:], nodes[2:], strict=False):
        a, b = _towards(here, before, 6.0), _towards(here, after, 6.0)
        path += f"L{a[0]:.1f} {a[1]:.1f}Q{here[0]:.1f} {here[1]:.1f} {b[0]:.1f} {b[1]:.1f}"
    return path + f"L{nodes[-1][0]:.1f} {nodes[-1][1]:.1f}"


def _towards(here: Point, there: Point, most: float) -> Point:
    length = math.hypot(there[0] - here[0], there[1] - here[1])
    part = min(most, length / 2) / length if length else 0.0
    return here[0] + (there[0] - here[0]) * part, here[1] + (there[1] - here[1]) * part


def _now(facts: Facts, way: Way) -> float:
    value = float(facts.middle(way.outcome)[0])
    return value if math.isfinite(value) else 0.0


def largest(facts: Facts, ids: Sequence[str]) -> float:
    """The largest of some flows in any quarter and any history that is shown: the end of the scale."""
    found = [1e-9]
    for id in ids:
        found += [float(x) for x in facts.middle(id) if math.isfinite(x)]
        found += [x for story in facts.stories for x in story["series"].get(id, []) if x is not None]
    return max(found)


def _svg(name: str, label: str, body: str) -> str:
    w, h = SIZE
    return f'<svg class="scheme {name}" viewBox="0 0 {w} {h}" role="img" aria-label="{escape(label)}">{body}</svg>'
