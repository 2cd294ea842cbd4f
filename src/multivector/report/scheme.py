"""The focus actor's ties, and the ways out of it: two schemes like metro plans, and the same two on a map.

On the schemes places stand where they can be told apart, nothing is a border, and no area is coloured; they are what a
page shows. The map is an option. Widths are flows: drawn once with those of the first quarter shown; the page's script
changes widths and numbers by quarter, on the schemes and on the map alike.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from multivector.report.amounts import rounded
from multivector.report.facts import Facts
from multivector.report.geography import CAPITALS, CROSSINGS, NAMES, STATIONS, View, outlines
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
    "Ceyhan": (78, 262, "W"),
    "sea": (60, 234, "S"),
    "Ust-Luga>sea": (50, 52, "S"),
    "Iletsk": (236, 96, "N"),
    "Brest": (82, 96, "N"),
    "KAZ": (296, 222, ""),
    "CHN": (376, 206, ""),
    "EU": (40, 116, "N"),
    "RUS": (200, 52, ""),
    "TUR": (60, 310, "N"),
    "UZB": (296, 270, "E"),
}
"""Places of the scheme of routes (legs name them as CODE:name or by code), and on which side their names stand. The sea
behind a port may be another: ``port>sea``."""
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
VIA: Mapping[tuple[str, str], Sequence[Point]] = {("Poti", "EU"): ((10, 288), (10, 146))}
"""The Black Sea west of every Russian port: the Middle Corridor calls at none."""
ALONG = (0.52, 0.44, 0.6, 0.36, 0.68)
"""Where the number of a tie may stand, in lengths of it: the first that is free."""
KEY = 18
"""Units of the drawing from one line of a key to the next."""
MOST_TIE, MOST_OIL, LEAST = 17.0, 16.0, 1.6
"""Widths in units of the drawing: of the largest flow, and of one that is almost nothing."""
WAYS = ("#1f5f8b", "#c2540a", "#8e4a9e", "#00805f", "#6b3f12", "#5c6875", "#b3261e")
DASHES = ("", "9 4", "3 3", "12 3 3 3", "6 6", "2 5", "14 5")
OPEN_SEA = "sea"


TIES_VIEW = View((61.5, 47.5), 1.12, SIZE)
ROUTES_VIEW = View((54.6, 47.6), 2.15, SIZE)
BENDS: Mapping[str, float] = {"EU": 0.2}
"""How far ties bow aside on the map, in lengths of theirs: the straight way from Brussels runs past Moscow."""
EU = frozenset(
    ("AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN", "IRL", "ITA",
     "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE")
)  # fmt: skip
"""Members of the European Union since 2020, by ISO 3166 code."""


@dataclass(frozen=True)
class Ground:
    """What a picture stands on: where powers and stations are, how lines run, how large things are, what lies below.

    Attributes
    ----------
    name : style of the picture besides ``scheme``; empty for a scheme.
    hub, power : where the focus actor is, and where a power is; None for one that has no place of its own.
    stations : places of legs by name, each with the side on which its name stands.
    run : a line through points as a path.
    bends : how far ties bow aside, in lengths of theirs.
    size : of marks and widths, against those of a scheme.
    ties, routes : what lies below each picture, as SVG.
    via : where a line runs between two stations without a stop, so that it calls nowhere it does not call.
    """

    name: str
    hub: Point
    power: Callable[[str], Point | None]
    stations: Mapping[str, tuple[float, float, str]]
    run: Callable[[Sequence[Point]], str]
    bends: Mapping[str, float]
    size: float
    ties: str
    routes: Callable[[Facts], str]
    via: Mapping[tuple[str, str], Sequence[Point]]


@dataclass(frozen=True)
class Way:
    """A corridor as a line: its outcome, how flows become widths, how it is drawn."""

    id: str
    outcome: str
    title: str
    colour: str
    dash: str
    unit: str
    crosses: str

    def amount(self, facts: Facts, t: int) -> str:
        """The median of its flow in a quarter, with its unit."""
        text = rounded(facts.say, float(facts.middle(self.outcome)[t]))
        return f"×{text}" if self.unit == "x" else f"{text} {facts.say(self.unit)}"


@dataclass(frozen=True)
class Drawing:
    """A picture in parts: style, what it is, the picture itself, what stands below it where it stands alone.

    `tall` is its height with that, in units of the drawing.
    """

    name: str
    label: str
    body: str
    keys: str = ""
    tall: int = SIZE[1]

    def svg(self, *, alone: tuple[float, float] | None = None) -> str:
        """The drawing for a page, which has a list in place of its keys; or with them, at a place of another SVG."""
        box = f'viewBox="0 0 {SIZE[0]} {SIZE[1]}" data-tall="{self.tall}"'
        if alone is not None:
            place = f'x="{alone[0]}" y="{alone[1]}" width="{SIZE[0]}" height="{self.tall}"'
            box = f'{place} viewBox="0 0 {SIZE[0]} {self.tall}"'
        ground = f'<rect class="paper" y="{SIZE[1]}" width="{SIZE[0]}" height="{self.tall - SIZE[1]}"/>'
        legend = f'<g class="legend">{ground}{self.keys}</g>' if self.keys else ""
        what = f'role="img" aria-label="{escape(self.label)}"'
        return f'<svg class="scheme {self.name}" {box} {what}>{self.body}{legend}</svg>'


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


def ties(facts: Facts, ground: Ground, t: int = 0) -> Drawing:
    """The ties in a quarter: for each power what is sold to it (full line) and bought from it (hollow line)."""
    say, rows = facts.say, tie_series(facts)
    most = largest(facts, [id for pair in rows.values() for id in pair])
    spare = iter(OTHERS)
    places = {power: ground.power(power) or next(spare, (200.0, 165.0)) for power in rows}
    parts, numbers = [], []
    for power, ids in rows.items():
        drawn, said = _tie(facts, power, places, ids, most, ground, t)
        parts.append(drawn)
        numbers.append(said)
    names = say.list([facts.name(power) for power in rows])
    label = say("Ties of {focus} with {names}: widths are goods a year", focus=facts.name(facts.focus), names=names)
    x, y = ground.hub
    hub = (
        f'<circle class="hub" cx="{x:.1f}" cy="{y:.1f}" r="{25 * ground.size:.1f}"/>'
        f'<text class="hubname" x="{x:.1f}" y="{y + 4:.1f}">{escape(facts.mark(facts.focus))}</text>'
    )
    key = (
        '<path class="tie sold" d="M252 300h26" stroke-width="6"/>'
        '<path class="tie bought" d="M252 316h26" stroke-width="7"/>'
        '<path class="tie hollow" d="M252 316h26" stroke-width="4"/>'
        f'<text class="key" x="288" y="304">{escape(say("sold"))}</text>'
        f'<text class="key" x="288" y="320">{escape(say("bought"))}</text>'
    )
    return Drawing(f"ties {ground.name}", label, ground.ties + "".join(parts) + hub + "".join(numbers) + key)


def _tie(
    facts: Facts, power: str, places: Mapping[str, Point], ids: tuple[str, str], most: float, ground: Ground, t: int
) -> tuple[str, str]:
    """The two lines with their mark, and the two numbers, which are drawn over all lines and marks."""
    (x0, y0), (x1, y1), size = ground.hub, places[power], ground.size
    length = math.hypot(x1 - x0, y1 - y0)
    nx, ny = -(y1 - y0) / length, (x1 - x0) / length
    widest, bend = round(MOST_TIE * size, 2), ground.bends.get(power, 0.0) * length
    out, numbers = [], []
    clear = [(x, y, 17 * size + 9) for x, y in places.values()]
    for side, (kind, id) in enumerate(zip(("sold", "bought"), ids, strict=True)):
        shift = (9.5 if side == 0 else -9.5) * size
        a, b = (x0 + nx * shift, y0 + ny * shift), (x1 + nx * shift, y1 + ny * shift)
        value = float(facts.middle(id)[t])
        w = width(value, most, widest)
        middle = (a[0] + b[0]) / 2 - nx * bend, (a[1] + b[1]) / 2 - ny * bend
        path = f"M{a[0]:.1f} {a[1]:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {b[0]:.1f} {b[1]:.1f}"
        line = f'd="{path}" data-flow="{escape(id)}" data-most="{most:.6g}" data-widest="{widest}"'
        out.append(f'<path class="tie {kind}" {line} stroke-width="{w}"/>')
        if kind == "bought":
            inner = 3 * size
            out.append(
                f'<path class="tie hollow" {line} data-inner="{inner:g}" stroke-width="{max(w - inner, 0):.2f}"/>'
            )
        numbers.append(_number((a, middle, b), (nx, ny), side, id, rounded(facts.say, value), clear))
    relation = f"goodwill.{power}"
    name = escape(facts.name(power))
    good = ""
    if relation in facts:
        # Away from the line, where nothing else stands.
        gx, gy = x1 + (x1 - x0) / length * (12 + 25 * size), y1 + (y1 - y0) / length * (5 + 25 * size) + 4
        if not 16.0 < gx < SIZE[0] - 16.0:
            gx, gy = x1, y1 - 3 - 25 * size
        gy = max(gy, 11.0)
        good = f'<text class="good" x="{gx:.1f}" y="{gy:.1f}" data-number="{escape(relation)}" data-sign="1">'
        good += f"{escape(signed(facts, float(facts.middle(relation)[t])))}</text>"
    out.append(
        f'<circle class="stop" cx="{x1:.1f}" cy="{y1:.1f}" r="{17 * size:.1f}"/>'
        f'<text class="code" x="{x1:.1f}" y="{y1 + 4:.1f}">{escape(facts.mark(power))}</text>{good}'
    )
    return f'<g class="power"><title>{name}</title>{"".join(out)}</g>', "".join(numbers)


def signed(facts: Facts, value: float) -> str:
    """A number of the pictures with its sign, as the page's script writes it."""
    return f"{'+' if value > 0 else ''}{rounded(facts.say, value)}"


def _number(
    line: tuple[Point, Point, Point], normal: Point, side: int, id: str, text: str, marks: Sequence[tuple[float, ...]]
) -> str:
    """The number beside a line, on its outer side: about half of the way, or where no mark stands in its place."""
    # Numbers are broader than tall.
    away = math.copysign(13 + 7 * abs(normal[0]), 0.5 - side)

    def at(t: float) -> Point:
        x, y = ((1 - t) ** 2 * line[0][k] + 2 * t * (1 - t) * line[1][k] + t**2 * line[2][k] for k in (0, 1))
        return x + normal[0] * away, y + normal[1] * away

    free = (t for t in ALONG if all(math.dist(at(t), mark[:2]) > mark[2] for mark in marks))
    x, y = at(next(free, ALONG[0]))
    return f'<text class="flow" x="{x:.1f}" y="{y + 3.5:.1f}" data-number="{escape(id)}">{escape(text)}</text>'


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
                    WAYS[k % len(WAYS)],
                    DASHES[k % len(DASHES)],
                    unit,
                    ", ".join(corridor.crosses),
                )
            )
    return out


def _points(corridor: Corridor, k: int, ground: Ground) -> tuple[Point, ...]:
    """Stations in order; one that the picture does not know stands between its neighbours, aside by its line."""
    found = [
        place[:2] if (place := ground.stations.get(name.rpartition(":")[2])) else None
        for name in _names(corridor, ground)
    ]
    known = [p for p in found if p is not None] or [ground.hub]
    out: list[Point] = []
    for n, point in enumerate(found):
        if point is None:
            before = out[-1] if out else known[0]
            after = next((p for p in found[n:] if p is not None), known[-1])
            point = ((before[0] + after[0]) / 2, (before[1] + after[1]) / 2 + 14 + 5 * k)
        out.append(point)
    return tuple(out)


def _line(corridor: Corridor, stations: Sequence[Point], ground: Ground) -> list[Point]:
    """The stations with the points in between at which a line only passes."""
    names = [name.rpartition(":")[2] for name in _names(corridor, ground)]
    out = [stations[0]]
    for leg, point in zip(pairwise(names), stations[1:], strict=True):
        out += [*ground.via.get(leg, ()), point]
    return out


def routes(facts: Facts, lines: Sequence[Way], ground: Ground, t: int = 0) -> Drawing:
    """The ways out in a quarter."""
    say = facts.say
    oil = largest(facts, [way.outcome for way in lines if way.unit == "Mt"])
    drawn: list[str] = []
    stops: dict[str, Point] = {}
    points = {way.id: _points(facts.scenario.corridors[way.id], k, ground) for k, way in enumerate(lines)}
    # Thin lines over broad ones.
    for way in sorted(lines, key=lambda way: -_now(facts, way, t)):
        most, widest = (oil, MOST_OIL) if way.unit == "Mt" else (largest(facts, [way.outcome]), 7.0)
        widest = round(widest * ground.size, 2)
        dash = f' stroke-dasharray="{way.dash}"' if way.dash else ""
        line = ground.run(_line(facts.scenario.corridors[way.id], points[way.id], ground))
        drawn.append(
            f'<path class="way" d="{line}" stroke="{way.colour}"{dash} '
            f'data-flow="{escape(way.outcome)}" data-most="{most:.6g}" data-widest="{widest}" '
            f'stroke-width="{width(_now(facts, way, t), most, widest)}"><title>{escape(way.title)}</title></path>'
        )
        stops |= dict(zip(_names(facts.scenario.corridors[way.id], ground), points[way.id], strict=True))
    dots = "".join(_stop(facts, name, point, ground) for name, point in stops.items())
    label = say(
        "Ways out of {focus}: widths are oil in Mt a year and goods of the Middle Corridor",
        focus=facts.name(facts.focus),
    )
    body = ground.routes(facts) + "".join(drawn) + dots
    keys, y = "", float(SIZE[1])
    for way in lines:
        key, y = _key(facts, way, y + KEY, t)
        keys += key
    return Drawing(f"routes {ground.name}", label, body, keys, round(y) + 8)


def _key(facts: Facts, way: Way, y: float, t: int) -> tuple[str, float]:
    """What a line is, and its flow: below a picture that stands alone (the page says it in a list); where it ends."""
    dash = f' stroke-dasharray="{way.dash}"' if way.dash else ""
    out = (
        f'<path d="M6 {y - 4}h38" stroke="{way.colour}" stroke-width="4"{dash}/>'
        f'<text class="waykey end" x="{SIZE[0] - 6}" y="{y}" data-number="{escape(way.outcome)}" '
        f'data-unit="{way.unit}">{escape(way.amount(facts, t))}</text>'
    )
    for k, line in enumerate(textwrap.wrap(way.title, 44, break_on_hyphens=False)):
        y += 13 if k else 0
        out += f'<text class="waykey" x="52" y="{y}">{escape(line)}</text>'
    return out, y


def _names(corridor: Corridor, ground: Ground) -> list[str]:
    """Stations in order, as legs name them; where a port has a sea of its own, that."""
    out = [str(corridor.legs[0].from_)]
    for leg in corridor.legs:
        own = f"{out[-1].rpartition(':')[2]}>{str(leg.to).rpartition(':')[2]}"
        out.append(f"ROW:{own}" if own in ground.stations else str(leg.to))
    return out


def _stop(facts: Facts, name: str, point: Point, ground: Ground) -> str:
    """A station with its name, unless the name says no more than what it stands on does."""
    code, _, place = name.rpartition(":")
    x, y = point
    side = ground.stations[place][2] if place in ground.stations else "S"
    dot = f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.6"/>'
    if not side:
        return dot
    shown = (
        facts.say("open sea")
        if place.rpartition(">")[2] == OPEN_SEA
        else facts.short(place)
        if not code
        else facts.say(place)
    )
    dx, dy, anchor = {"N": (0, -8, "middle"), "S": (0, 15, "middle"), "E": (8, 3.5, "start"), "W": (-8, 3.5, "end")}[
        side
    ]
    return f'{dot}<text class="place" x="{x + dx:.1f}" y="{y + dy:.1f}" text-anchor="{anchor}">{escape(shown)}</text>'


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


def _now(facts: Facts, way: Way, t: int) -> float:
    value = float(facts.middle(way.outcome)[t])
    return value if math.isfinite(value) else 0.0


def largest(facts: Facts, ids: Sequence[str]) -> float:
    """The largest of some flows in any quarter and any history that is shown: the end of the scale."""
    found = [1e-9]
    for id in ids:
        found += [float(x) for x in facts.middle(id) if math.isfinite(x)]
        found += [x for story in facts.stories for x in story["series"].get(id, []) if x is not None]
    return max(found)


# ---- what pictures stand on


def _zones(facts: Facts) -> str:
    return "".join(
        f'<path class="zone" d="{path}"/><text class="zonename" x="{x}" y="{y}">{escape(facts.name(code))}</text>'
        for code, path, x, y in ZONES
        if code in facts.scenario.actors
    )


def land(facts: Facts) -> str:
    """States and disputed areas for both pictures of the map, and the hatching: once in a page, before the pictures."""
    found, actors = outlines(), set(facts.scenario.actors) - {facts.focus}
    powers = actors | (EU if "EU" in actors else frozenset())
    kinds = {code: "focus" if code == facts.focus else "power" if code in powers else "" for code in found["states"]}
    states = "".join(
        f'<path class="{f"state {kinds[code]}".strip()}" d="{path}"/>' for code, path in found["states"].items()
    )
    disputed = "".join(f'<path class="disputed" d="{path}"/>' for path in found["disputed"].values())
    return (
        '<svg class="land" aria-hidden="true"><defs>'
        '<pattern id="hatch" width="26" height="26" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="between" width="26" height="26"/><rect class="stripe" width="11" height="26"/></pattern>'
        f'<g id="land">{states}{disputed}</g></defs></svg>'
    )


def _below(view: View) -> str:
    w, h = SIZE
    return f'<rect class="sea" width="{w}" height="{h}"/><use href="#land" transform="{view.transform}"/>'


def _named_states(facts: Facts) -> str:
    """Names of the states of the map of routes that the page has a name for."""
    out = ""
    for code, place in NAMES.items():
        name = facts.name(code)
        if name != code:
            x, y = ROUTES_VIEW.at(*place)
            out += f'<text class="statename" x="{x:.1f}" y="{y:.1f}">{escape(name)}</text>'
    return out


def _capital(code: str) -> Point | None:
    if code not in CAPITALS:
        return None
    return TIES_VIEW.inside(CAPITALS[code], TIES_VIEW.at(*CAPITALS["KAZ"]), 22.0)


def _within(point: Point, edge: float = 12.0) -> Point:
    return min(max(point[0], edge), SIZE[0] - edge), min(max(point[1], edge), SIZE[1] - edge)


def _straight(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


SCHEME = Ground("", CENTRE, TIES.get, PLACES, _octilinear, {}, 1.0, "", _zones, VIA)
MAP = Ground(
    "map",
    TIES_VIEW.at(*CAPITALS["KAZ"]),
    _capital,
    {name: (*_within(ROUTES_VIEW.at(lon, lat)), side) for name, (lon, lat, side) in STATIONS.items()},
    _straight,
    BENDS,
    0.62,
    _below(TIES_VIEW),
    lambda facts: _below(ROUTES_VIEW) + _named_states(facts),
    {leg: [_within(ROUTES_VIEW.at(*place)) for place in places] for leg, places in CROSSINGS.items()},
)
"""On the map widths and marks are smaller: places lie where they lie."""
