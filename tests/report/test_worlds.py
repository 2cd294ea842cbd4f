"""The charts of worlds that people play: laid out for their box, told without colour, with their table."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from multivector.language import LANGUAGES, speaker
from multivector.report.charts.chart import DASHES, Chart, Layout
from multivector.report.charts.pictures import svg
from multivector.report.charts.worlds import drawn

QUARTERS = [f"{2022 + t // 4}-Q{t % 4 + 1}" for t in range(5)]
INCOME = {"name": "Income", "unit": "ratio to 2021"}
WIDTHS = {"low": -0.03, "lower": -0.01, "middle": 0.001, "upper": 0.01, "high": 0.03}
FAN = {name: [1.0 + wide * (t + 1) for t in range(5)] for name, wide in WIDTHS.items()}


def series(worlds: str) -> dict[str, list[float]]:
    return {w: [1.0 + 0.01 * t * (k - 1.5) for t in range(5)] for k, w in enumerate(worlds)}


ROWS = [
    {"name": name, "unit": "ratio to 2021", "margin": 0.005, "played": 0.97, "changed": 0.97 + d, "difference": d,
     "low": d - 0.004, "high": d + 0.004, "words": words, "mark": mark, "sure": mark != "other"}
    for name, d, mark, words in (("Income", 0.01, "better", "higher"), ("Approval", -0.02, "worse", "lower"),
                                 ("Way out for oil", 0.001, "other", "no difference that matters"))
]  # fmt: skip
MANY = "ABCDEFGHJKMNPQRSTUVWXYZ"
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "one": ("course", {**INCOME, "quarters": QUARTERS, "series": series("A")}),
    "first quarter": ("course", {**INCOME, "quarters": QUARTERS[:1], "series": {"A": [1.0], "B": [1.01]}}),
    "two": ("course", {**INCOME, "quarters": QUARTERS, "series": series("AB")}),
    "four": ("course", {**INCOME, "quarters": QUARTERS, "series": series("ABCD")}),
    "many": ("course", {**INCOME, "quarters": QUARTERS, "series": series(MANY)}),
    "among": ("among", {**INCOME, "quarters": QUARTERS, "series": series("AB"), "fan": FAN,
                        "places": {"A": 63, "B": 12}}),
    "ahead": ("ahead", {**INCOME, "quarters": QUARTERS, "fan": FAN}),
    "abreast": ("abreast", {**INCOME, "values": {w: row[-1] for w, row in series(MANY).items()}}),
    "partners": ("partners", {"name": "Trade", "amounts": {"Russia": 24.1, "China": 25.0, "European Union": 3.3}}),
    "changed": ("changed", {"pairs": 200, "rows": ROWS}),
}  # fmt: skip
"""All that wall and debrief have, in each of its forms."""
WALL = Layout(620, 200, 28, box=True)


def chart(name: str, language: str = "en", layout: Layout = WALL) -> Chart:
    kind, figures = CASES[name]
    return drawn(kind, speaker(language), layout, figures)


def parts(picture: str, what: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(picture).iter(f"{{http://www.w3.org/2000/svg}}{what}"))


def lines(picture: str) -> list[tuple[str, str]]:
    """Strokes of the lines of worlds: colour, and dashes as shares of the width."""
    found = []
    for path in parts(picture, "path"):
        if path.get("stroke") and path.get("stroke-dasharray") is not None:
            wide, dashes = float(path.get("stroke-width", 1)), path.get("stroke-dasharray", "")
            found.append((str(path.get("stroke")), ",".join(f"{float(x) / wide:.1f}" for x in dashes.split(","))))
    return found


def words(picture: str) -> list[str]:
    return [text for each in parts(picture, "text") if (text := "".join(each.itertext()))]


def grey(picture: str) -> str:
    """The picture as who tells no colours apart sees it, or who prints it: each colour by its lightness."""

    def lightness(found: re.Match[str]) -> str:
        red, green, blue = (int(found[1][k : k + 2], 16) for k in (0, 2, 4))
        return "#" + 3 * f"{round(0.2126 * red + 0.7152 * green + 0.0722 * blue):02x}"

    return re.sub(r"#([0-9a-f]{6})", lightness, picture)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", [WALL, Layout(1240, 480, 40, box=True), Layout(520, 240, 16, box=True)])
def test_a_picture_fills_its_box_and_no_letter_of_it_is_smaller_than_asked(
    name: str, language: str, layout: Layout
) -> None:
    picture = svg(chart(name, language, layout), titled=False)
    root = ElementTree.fromstring(picture)
    assert (root.get("width"), root.get("height")) == (str(layout.width), str(layout.height))
    sizes = {text.get("font-size") for text in parts(picture, "text") if "".join(text.itertext())}
    assert sizes == {f"{layout.letters}px"}
    assert "transform" not in root.attrib
    assert "scale(" not in picture


@pytest.mark.parametrize("name", CASES)
def test_a_chart_has_a_finding_and_the_table_behind_it(name: str) -> None:
    told = chart(name)
    assert len(told.finding) > 8
    assert told.rows
    assert {len(row) for row in told.rows} == {len(told.columns)}
    assert all(str(cell) for row in told.rows for cell in row)


@pytest.mark.parametrize(("name", "worlds"), [("two", "AB"), ("four", "ABCD"), ("among", "AB")])
def test_worlds_are_told_apart_without_colour_by_dashes_and_names(name: str, worlds: str) -> None:
    picture = grey(svg(chart(name, layout=Layout(900, 420, 28, box=True)), titled=False))
    drawn_lines = lines(picture)
    assert len(drawn_lines) == len(worlds)
    assert len({dashes for _, dashes in drawn_lines}) == len(worlds)
    assert {f"World {w}" for w in worlds} <= set(words(picture))


def test_where_names_have_no_room_neighbours_share_a_line_and_dashes_still_differ() -> None:
    picture = grey(svg(chart("four", layout=Layout(620, 120, 28, box=True)), titled=False))
    assert len({dashes for _, dashes in lines(picture)}) == 4
    named = "".join(text for text in words(picture) if re.fullmatch("[A-D]( [A-D])*", text))
    assert sorted(named.replace(" ", "")) == ["A", "B", "C", "D"]


def test_of_many_worlds_the_lines_are_alike_and_the_outermost_have_names() -> None:
    picture = svg(chart("many"), titled=False)
    strokes = {p.get("stroke") for p in parts(picture, "path") if p.get("stroke-width") and p.get("fill") is None}
    assert len(strokes - {None}) == 1
    assert {MANY[0], MANY[-1]} <= set(words(picture))


def test_better_and_worse_have_shapes_bars_and_dots_have_words() -> None:
    picture = grey(svg(chart("changed", layout=Layout(900, 500, 28, box=True)), titled=False))
    shapes = [
        p.get("d", "") for p in parts(picture, "path") if p.get("opacity") == "1" and p.get("stroke-width") == "0"
    ]
    shapes = shapes or [p.get("d", "") for g in parts(picture, "g") if "mark-symbol" in g.get("class", "")
                        for p in g.iter("{http://www.w3.org/2000/svg}path")]  # fmt: skip
    assert len({re.sub(r"[-\d.]+", "", d) + ("v" if "-" in d[:6] else "^") for d in shapes}) == 3
    assert {"+1.00%", "−2.00%", "+0.10%"} <= set(words(picture))
    assert {"Russia", "China", "European Union", "24", "25", "3.3"} <= set(words(svg(chart("partners"), titled=False)))
    dots = words(svg(chart("abreast", layout=Layout(1240, 110, 28, box=True)), titled=False))
    assert {MANY[0], MANY[-1]} <= set(dots)


def test_what_matters_to_nobody_is_no_cliff() -> None:
    flat = {**INCOME, "quarters": QUARTERS, "series": {"A": [1.0, 1.0001, 1.0, 1.0002, 1.0]}}
    picture = svg(drawn("course", speaker("en"), WALL, flat), titled=False)
    ticks = sorted(float(text.rstrip("%")) for text in words(picture) if text.endswith("%"))
    assert len(ticks) >= 2
    assert all(b - a >= 1.0 for a, b in pairwise(ticks))


def test_figures_of_titles_follow_what_happened() -> None:
    def told(first: float, last: float) -> str:
        figures = {**INCOME, "quarters": QUARTERS[:2], "series": {"A": [first, last]}}
        return drawn("course", speaker("en"), WALL, figures).finding

    assert told(0.98, 1.03) == "Income went up: 98% → 103%"
    assert told(1.03, 0.98) == "Income went down: 103% → 98%"
    assert told(0.9812, 0.9834) == "Income went up: 98.1% → 98.3%"
    assert told(0.98, 0.98) == "Income as at first: 98%"
    assert chart("four").finding == "Income: 94% in world A to 106% in world D"
    assert chart("among").finding == "Income: A\xa063, B\xa012 of 100"
    assert chart("changed").finding == "Surely different: Income ▲, Approval ▼"
    assert len(DASHES) >= 4
