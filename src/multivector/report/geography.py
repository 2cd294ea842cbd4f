"""Where places lie on the earth, and the outlines of Eurasia's states: what the map of the report is drawn from.

The outlines come from Natural Earth (public domain), made small by ``tools/borders.py``. An area that two states claim,
or that is governed apart from the state that claims it, belongs to no state's outline: it is an area of its own,
hatched in nobody's colour. Boundaries do not imply a position on legal status.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Point = tuple[float, float]

CENTRE: Point = (62.0, 47.0)
"""Longitude and latitude in the middle of the projection."""
SCALE = 226.0
"""Units of the drawing in an Earth's radius."""
ORIGIN: Point = (194.0, 180.0)
"""Where the middle of the projection lies in the drawing."""
STEP = 0.1
"""Units of the drawing in one step of the stored outlines."""
CAPITALS: Mapping[str, Point] = {
    "AZE": (49.9, 40.4),
    "BLR": (27.6, 53.9),
    "CHN": (116.4, 39.9),
    "EU": (4.4, 50.8),
    "GBR": (-0.1, 51.5),
    "GEO": (44.8, 41.7),
    "IND": (77.2, 28.6),
    "IRN": (51.4, 35.7),
    "JPN": (139.7, 35.7),
    "KAZ": (71.4, 51.1),
    "KGZ": (74.6, 42.9),
    "KOR": (127.0, 37.6),
    "RUS": (37.6, 55.8),
    "TKM": (58.4, 37.9),
    "TUR": (32.9, 39.9),
    "UKR": (30.5, 50.4),
    "USA": (-77.0, 38.9),
    "UZB": (69.3, 41.3),
}
"""Longitude and latitude of the seats of government, in degrees; Brussels for the European Union."""
STATIONS: Mapping[str, tuple[float, float, str]] = {
    "Tengiz": (53.4, 46.1, "E"),
    "Atyrau": (51.9, 47.1, "N"),
    "Aktau": (51.2, 43.6, "E"),
    "Atasu": (71.6, 48.7, "N"),
    "Alashankou": (82.6, 45.2, "S"),
    "Novorossiysk": (37.8, 44.7, "N"),
    "Samara": (50.2, 53.2, "N"),
    "Ust-Luga": (28.3, 59.7, "E"),
    "Makhachkala": (47.5, 43.0, "S"),
    "Aksaraiskaya": (48.0, 46.8, "S"),
    "Baku": (49.9, 40.4, "E"),
    "Alat": (49.4, 39.9, "S"),
    "Poti": (41.7, 42.1, "W"),
    "Ceyhan": (35.8, 36.9, "E"),
    "sea": (30.6, 42.9, "S"),
    "Ust-Luga>sea": (20.0, 56.9, "S"),
    "Ceyhan>sea": (33.6, 35.2, "S"),
    "Iletsk": (55.0, 51.2, "E"),
    "Brest": (23.7, 52.1, "N"),
    "KAZ": (68.0, 48.0, ""),
    "CHN": (87.6, 43.8, ""),
    "EU": (17.0, 51.5, "E"),
    "RUS": (37.6, 55.8, ""),
    "TUR": (28.9, 41.0, "S"),
    "UZB": (69.3, 41.3, "S"),
}
"""Stations of routes: longitude, latitude, and on which side the name stands (nowhere if it says what the map says)."""
CROSSINGS: Mapping[tuple[str, str], Sequence[Point]] = {("Poti", "EU"): ((36.0, 43.2), (28.7, 44.2))}
"""Where a line runs between two stations: ferries and lines of Poti cross the Black Sea to Constanța."""


NAMES: Mapping[str, Point] = {
    "RUS": (57.0, 56.5),
    "KAZ": (63.5, 50.4),
    "CHN": (83.0, 40.6),
    "UKR": (29.4, 49.4),
    "BLR": (28.0, 53.4),
    "TUR": (34.0, 38.7),
    "IRN": (55.0, 35.2),
    "UZB": (63.0, 42.4),
    "TKM": (58.5, 39.2),
}
"""Where the names of states stand on the map of routes."""


@dataclass(frozen=True)
class View:
    """A part of the map: what lies at ``middle`` (degrees) is in the middle of the picture, ``zoom`` times as large."""

    middle: Point
    zoom: float
    size: Point

    def at(self, lon: float, lat: float) -> Point:
        """Where a place lies in the picture; it may be outside."""
        x, y = project(lon, lat)
        dx, dy = self._shift()
        return x * self.zoom + dx, y * self.zoom + dy

    def inside(self, place: Point, towards: Point, edge: float) -> Point:
        """Where a place lies in the picture, or where the straight way to it from ``towards`` comes near its edge."""
        (x, y), (x0, y0) = self.at(*place), towards
        within = 1.0
        for there, here, most in ((x, x0, self.size[0]), (y, y0, self.size[1])):
            bound = min(max(there, edge), most - edge)
            if bound != there:
                within = min(within, (bound - here) / (there - here))
        return x0 + (x - x0) * within, y0 + (y - y0) * within

    @property
    def transform(self) -> str:
        """From stored steps to the picture, as SVG writes it."""
        dx, dy = self._shift()
        return f"translate({dx:.2f} {dy:.2f})scale({self.zoom * STEP:.4f})"

    def _shift(self) -> Point:
        x, y = project(*self.middle)
        return self.size[0] / 2 - x * self.zoom, self.size[1] / 2 - y * self.zoom


def project(lon: float, lat: float) -> Point:
    """Lambert's azimuthal equal-area projection (Snyder 1987, USGS Professional Paper 1395, p. 185), y downwards.

    Examples
    --------
    >>> project(*CENTRE)
    (194.0, 180.0)
    >>> [round(x) for x in project(37.6, 55.8)]
    [141, 137]
    """
    lam, phi, phi0 = math.radians(lon - CENTRE[0]), math.radians(lat), math.radians(CENTRE[1])
    cos_c = math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(lam)
    k = SCALE * math.sqrt(2.0 / (1.0 + cos_c))
    x = k * math.cos(phi) * math.sin(lam)
    y = k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(lam))
    return ORIGIN[0] + x, ORIGIN[1] - y


@cache
def outlines() -> Mapping[str, Mapping[str, str]]:
    """Outlines as paths in steps of the drawing: ``states`` by ISO 3166 code, ``disputed`` areas by name."""
    found: dict[str, dict[str, str]] = json.loads(
        files("multivector.report").joinpath("borders.json").read_text(encoding="utf-8")
    )["outlines"]
    return found


def rings(path: str) -> Sequence[Sequence[Point]]:
    """The rings of a stored outline, in units of the drawing.

    Examples
    --------
    >>> rings("M10 20l5 0 0 5z")
    [[(1.0, 2.0), (1.5, 2.0), (1.5, 2.5)]]
    """
    out = []
    for part in path.removesuffix("z").split("z"):
        start, _, rest = part.removeprefix("M").partition("l")
        x, y = (int(n) for n in start.split())
        steps, ring = [int(n) for n in rest.split()], [(x * STEP, y * STEP)]
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x * STEP, y * STEP))
        out.append(ring)
    return out


def covers(path: str, point: Point) -> bool:
    """Whether a point of the drawing lies in an outline, by the even-odd rule.

    Examples
    --------
    >>> covers("M0 0l100 0 0 100 -100 0z", (5.0, 5.0)), covers("M0 0l100 0 0 100 -100 0z", (15.0, 5.0))
    (True, False)
    """
    (x, y), inside = point, False
    for ring in rings(path):
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                inside = not inside
    return inside
