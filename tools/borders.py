"""Make src/multivector/report/borders.json: the outlines of Eurasia's states, small, disputed areas apart.

    python tools/borders.py world_map.gpkg

The input is the world map that QGIS comes with (resources/data/world_map.gpkg, in Debian's package qgis-common 3.22):
Natural Earth 4.1.0 at 1:10m, public domain, its provinces and its lines of disputed borders, made
coarser. Natural Earth draws who governs; here an area that two states claim, or that is governed apart from the state
that claims it, is taken out of every state's outline. Needs shapely 2.1 or newer, which multivector itself does not.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import shapely
from shapely.geometry import LineString, MultiLineString, Point, box
from shapely.geometry.base import BaseGeometry

from multivector.report.geography import STEP, project

OUT = Path(__file__).parents[1] / "src/multivector/report/borders.json"
SIZE = (400, 330)
REACH = box(-30, -12, 179.9, 84)
"""Degrees beyond which nothing is read: the projection's far side."""
COARSE, SMALLEST = 2.5, 60.0
"""In steps of the drawing: how coarse outlines become, and the smallest island that is kept, in square steps."""
WHOLE = {
    "crimea": ("RUS", "Crimea", "Sevastopol"),
    "donetsk": ("UKR", "Donets'k"),
    "luhansk": ("UKR", "Luhans'k"),
    "kherson": ("UKR", "Kherson"),
    "zaporizhzhia": ("UKR", "Zaporizhzhya"),
    "abkhazia": ("GEO", "Abkhazia"),
    "jammu-and-kashmir": ("IND", "Jammu and Kashmir"),
    "azad-kashmir": ("PAK", "Azad Kashmir"),
    "gilgit-baltistan": ("PAK", "Northern Areas"),
    "siachen": ("KAS",),
    "taiwan": ("TWN",),
    "kosovo": ("KOS",),
    "northern-cyprus": ("CYN", "Northern Cyprus"),
    "palestinian-territories": ("PSX",),
    "western-sahara": ("SAH",),
}
"""Areas that are provinces: the state that the source draws them with, and their names there (all, if none is said)."""
CUT = {
    "south-ossetia": ("GEO", (44.0, 42.35)),
    "transnistria": ("MDA", (29.6, 46.85)),
    "aksai-chin": ("CHN", (79.4, 35.1)),
    "shaksgam": ("CHN", (76.5, 36.05)),
    "arunachal-pradesh": ("IND", (94.6, 28.3)),
    "golan-heights": ("ISR", (35.77, 32.98)),
}
"""Areas that a line of the source cuts off: the state it draws them with, and a place in each piece."""


def read(path: Path) -> tuple[dict[str, dict[str, BaseGeometry]], list[BaseGeometry]]:
    """Provinces by state and name, and the lines of disputed borders."""
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    provinces: dict[str, dict[str, BaseGeometry]] = {}
    for state, name, blob in base.execute("select adm0_a3, name, geom from states_provinces"):
        shape = shapely.make_valid(_shape(blob)).intersection(REACH)
        if not shape.is_empty:
            known = provinces.setdefault("KAZ" if state == "KAB" else state, {})
            known[name] = known[name].union(shape) if name in known else shape
    return provinces, [_shape(blob) for (blob,) in base.execute("select geom from disputed_borders")]


def _shape(blob: bytes) -> BaseGeometry:
    """A geometry of a GeoPackage: its header, then WKB (OGC 12-128r17, 2.1.3)."""
    envelope = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
    return shapely.from_wkb(blob[8 + envelope :])


def parted(provinces: dict[str, dict[str, BaseGeometry]], lines: list[BaseGeometry]) -> dict[str, BaseGeometry]:
    """States without what is disputed, by code in capitals, and disputed areas by name."""
    out: dict[str, BaseGeometry] = {}
    for area, (state, *names) in WHOLE.items():
        taken = [provinces[state].pop(name) for name in names or list(provinces[state])]
        out[area] = shapely.union_all(taken)
    for state, parts in provinces.items():
        if parts:
            out[state] = shapely.union_all(list(parts.values()), grid_size=1e-6)
    longer = shapely.union_all([_longer(line) for whole in lines for line in _lines(whole)])
    for area, (state, *places) in CUT.items():
        edges = shapely.union_all([out[state].boundary, longer.intersection(out[state].buffer(0.3))])
        pieces = [p for p in shapely.polygonize([edges]).geoms if any(p.covers(Point(at)) for at in places)]
        if len(pieces) != len(places):
            raise SystemExit(f"{area}: no line cuts it off in this edition of the source")
        out[area] = shapely.union_all(pieces).intersection(out[state])
        out[state] = out[state].difference(out[area])
    return out


def _lines(shape: BaseGeometry) -> list[LineString]:
    merged = shapely.line_merge(shape)
    return list(merged.geoms) if isinstance(merged, MultiLineString) else [merged]


def _longer(line: LineString, by: float = 0.12) -> LineString:
    """A line a little longer at both ends: the borders it should meet were made coarser than it was."""
    points = list(line.coords)

    def beyond(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, float]:
        length = max(Point(a).distance(Point(b)), 1e-9)
        return a[0] + (a[0] - b[0]) / length * by, a[1] + (a[1] - b[1]) / length * by

    return LineString([beyond(points[0], points[1]), *points, beyond(points[-1], points[-2])])


def drawn(shapes: dict[str, BaseGeometry]) -> dict[str, str]:
    """Outlines as paths: projected, cut to the drawing, coarser without gaps between neighbours, in whole steps."""
    frame = box(-8 / STEP, -8 / STEP, (SIZE[0] + 8) / STEP, (SIZE[1] + 8) / STEP)
    flat = {
        name: shapely.make_valid(shapely.transform(shape, lambda at: [_steps(*p) for p in at]))
        for name, shape in shapes.items()
    }
    clean = {name: _areas(shapely.set_precision(shape, 0.01).intersection(frame)) for name, shape in flat.items()}
    names = [name for name, shape in clean.items() if not shape.is_empty]
    coarse = shapely.coverage_simplify([clean[name] for name in names], COARSE)
    found = {name: _path(shape, name.islower()) for name, shape in zip(names, coarse, strict=True)}
    return {name: path for name, path in sorted(found.items()) if path}


def _steps(lon: float, lat: float) -> tuple[float, float]:
    x, y = project(lon, lat)
    return x / STEP, y / STEP


def _areas(shape: BaseGeometry) -> BaseGeometry:
    return shapely.union_all([p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")])


def _path(shape: BaseGeometry, small: bool) -> str:
    out = []
    for part in shapely.get_parts(shape):
        if part.area < SMALLEST and not (small and part.area > 4):
            continue
        for ring in (part.exterior, *part.interiors):
            steps = [(round(x), round(y)) for x, y in ring.coords[:-1]]
            kept = [p for p, before in zip(steps, [steps[-1], *steps[:-1]], strict=True) if p != before]
            if len(kept) >= 3:
                moves = [(x - x0, y - y0) for (x, y), (x0, y0) in zip(kept[1:], kept[:-1], strict=True)]
                out.append("M{} {}l".format(*kept[0]) + " ".join(f"{dx} {dy}" for dx, dy in moves) + "z")
    return "".join(out)


def main() -> None:
    """Read the source, write the outlines."""
    paths = drawn(parted(*read(Path(sys.argv[1]))))
    made = {
        "source": "Natural Earth 4.1.0, 1:10m cultural vectors, through QGIS 3.22 (world_map.gpkg)",
        "licence": "public domain",
        "made_by": "tools/borders.py",
        "outlines": {
            "states": {name: path for name, path in paths.items() if name.isupper()},
            "disputed": {name: path for name, path in paths.items() if name.islower()},
        },
    }
    OUT.write_text(json.dumps(made, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {OUT.name}: {OUT.stat().st_size:,} bytes, {len(paths)} outlines")


if __name__ == "__main__":
    main()
