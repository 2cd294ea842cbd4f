"""What every chart has: a name, a finding, a definition, a table, a source; and how all of them look.

Colours are told apart by people with any of the common kinds of colour blindness (tests/report/test_colours.py), and
never carry a meaning alone: lines have their own dashes and their names at the end, bars have their names beside them.
The colours of ink and paper are fixed words of this module, which the page's style exchanges in the dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from multivector.language import Speaker

INK, SOFT, FAINT, PAPER = "#1d2733", "#5c6875", "#dfe4e8", "#ffffff"
"""Text, secondary text, grids, ground: what the page exchanges in the dark."""
BAND, LINE, BOUND = "#3a7ca5", "#1f5f8b", "#b3261e"
"""Fans, medians, red lines."""
COLOURS = ("#c2540a", "#0c65c8", "#8e4a9e", "#00805f", "#6b3f12", "#5c6875")
DASHES = ((1, 0), (7, 3), (2, 2), (8, 3, 2, 3), (12, 3), (4, 4))
WIDTH, HEIGHT = 330, 190
"""Size of a plot in pixels: made for a phone, shown as it is on larger screens."""
FONT = "Helvetica, Arial, sans-serif"
PADDING = {"left": 4, "right": 4, "top": 6, "bottom": 4}
CONFIG: dict[str, Any] = {
    # What a picture shows is said by the page: its title, its note and its table.
    "aria": False,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "gridColor": FAINT,
        "domainColor": FAINT,
        "ticks": False,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        # Without a limit a label is measured once less; names alone have one.
        "labelLimit": 0,
        "labelPadding": 4,
    },
    "text": {"color": INK, "fontSize": 11},
    "header": {"labelColor": INK, "titleColor": SOFT, "labelFontSize": 11},
}
"""How all charts look; given at once, because each change of a chart copies it."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """Where a chart stands. What is drawn for a place is laid out for it, and never scaled: letters keep their size.

    Attributes
    ----------
    width, height : in pixels; on a page of the plot, in a box of the whole picture.
    letters : height of its letters in pixels.
    box : whether the picture fills a box of that size (a wall, a page whose columns are known), or stands on a page
        that gives it the room which it needs.
    """

    width: int = WIDTH
    height: int = HEIGHT
    letters: int = 11
    box: bool = False

    @property
    def scale(self) -> float:
        """Width of strokes, and size of dots, beside those of a page: letters that are read from afar ask for both."""
        return max(1.0, 0.75 * self.letters / 11) if self.box else 1.0

    def wide(self, text: str) -> float:
        """Pixels of a text, not less than it takes in the widest font that a reader may have.

        Examples
        --------
        >>> Layout(letters=10).wide("World A")
        46.2
        """
        return round(0.66 * self.letters * len(text), 1)


PAGE = Layout()
"""A report: made for a phone, shown as it is on larger screens."""


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes
    ----------
    id : name of its file and its place in the page.
    finding : title, which says what is seen; made from numbers.
    note : how to read it, in a line.
    spec : the Altair definition, without a title.
    columns, rows : the table behind it; heads carry units.
    source : where the numbers come from.
    """

    id: str
    finding: str
    note: str
    spec: Any
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    source: str

    def titled(self) -> Any:
        """The definition with its title, note and source, for a picture that stands alone."""
        title = alt.TitleParams(
            _wrapped(self.finding, 52),
            subtitle=[*_wrapped(self.note, 66), *_wrapped(self.source, 66)],
            anchor="start",
            frame="bounds",
            fontSize=14,
            color=INK,
            subtitleColor=SOFT,
            subtitleFontSize=11,
            offset=12,
        )
        return self.spec.properties(title=title)


def font(lang: str) -> str:
    """Fonts of pictures: first, for a language that needs them, those that have all of its letters."""
    return f"DejaVu Sans, Noto Sans, {FONT}" if lang == "kk" else FONT


def spoken(chart: Chart, say: Speaker) -> Chart:
    """The chart with the numbers of its axes as the reader's language writes them, wherever it is drawn.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> chart = Chart("a", "", "", dressed(alt.Chart(data([])).mark_point()), (), (), "")
    >>> spoken(chart, speaker("ru")).spec["config"]["locale"]["number"]["decimal"]
    ','
    """
    if say.lang == "en":
        return chart
    number = {
        "decimal": say.numeral("."), "thousands": say.numeral(","), "grouping": [3], "currency": ["", ""],
        "percent": say.percent_sign, "minus": say.numeral("-"),
    }  # fmt: skip
    spec = chart.spec.copy(deep=False)
    own = spec["config"] if isinstance(spec["config"], dict) else CONFIG
    letters = own["font"] if own["font"] != FONT else font(say.lang)
    spec["config"] = {**own, "font": letters, "locale": {"number": number}}
    return replace(chart, spec=spec)


def lettered(letters: int) -> dict[str, Any]:
    """How charts look in a box, with letters of another height.

    They are measured in the widest font that readers may have: what is shown in a narrower one has room to spare.
    """
    out = {**CONFIG, "font": font("kk")}
    for part in ("axis", "header"):
        sizes = {name: letters for name in CONFIG[part] if name.endswith("FontSize")}
        out[part] = {**CONFIG[part], **sizes}
    out["axis"] |= {"labelPadding": round(letters / 4), "domainWidth": 2, "gridWidth": 2}
    out["text"] = {**CONFIG["text"], "fontSize": letters}
    return out


def _wrapped(text: str, most: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, most)


def palette(actors: Sequence[str]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Colour and dashes of actors, by their order: an added actor changes no other's.

    Examples
    --------
    >>> palette(["CHN", "EU", "RUS", "USA"])["EU"]
    ('#0c65c8', (7, 3))
    >>> palette(["AZE", "RUS"])["AZE"] == palette(["RUS", "CHN"])["RUS"], palette(["A", "B"])["A"][0]
    (False, '#c2540a')
    """
    known = ("CHN", "EU", "RUS", "USA")
    order = [*(a for a in known if a in actors), *(a for a in actors if a not in known)]
    others = [a for a in order if a not in known]
    # Beside powers others come after all of them, present or not: nobody shares a colour with a power.
    first = len(known) if len(others) < len(order) else 0
    places = {a: known.index(a) if a in known else first + others.index(a) for a in order}
    return {a: (COLOURS[places[a] % len(COLOURS)], DASHES[places[a] % len(DASHES)]) for a in order}


def data(rows: Sequence[Row]) -> alt.InlineData:
    """Rows inside the definition: a chart needs no file."""
    # A tuple: each change of a chart copies it with all lists and dictionaries in it, rows over and over again.
    return alt.InlineData(values=tuple({k: _plain(v) for k, v in row.items()} for row in rows))


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if value != value else round(value, 6)
    return value


def layered(*charts: Any) -> Any:
    """Charts on each other. They share their encodings, marks and rows with what is made of them: Altair copies the
    charts of a layer several times, and an axis alone has sixty fields. One chart lies on nothing."""
    if len(charts) == 1:
        return charts[0]
    for chart in charts:
        for part in (chart.encoding, chart.mark, chart.data):
            if isinstance(part, alt.SchemaBase):
                object.__setattr__(part, "__deepcopy__", lambda _memo=None, part=part: part)
    return alt.layer(*charts)


def quarter_axis(rows: Sequence[Row]) -> alt.X:
    """The axis of time: quarters are named by their year where it begins, in every language.

    Nothing is put at the others, not even an empty text: measuring texts takes half of the time of drawing.
    """
    years = sorted({row["quarter"] for row in rows if row["quarter"].endswith("-Q1")})
    axis = alt.Axis(values=years, labelExpr="substring(datum.value, 0, 4)", labelAngle=0, ticks=False, grid=False)
    return alt.X("quarter:O", title=None, axis=axis)


def dressed(chart: Any, width: int = WIDTH, height: int = HEIGHT, layout: Layout = PAGE, right: float = 0.0) -> Any:
    """A chart in this project's clothes; in a box `right` pixels are left free beside it."""
    out = chart.copy(deep=False)
    # As `properties` does, but for its check of each value, which takes longer than drawing (tests check definitions).
    look: dict[str, Any] = {
        "width": width, "height": height, "background": PAPER, "padding": PADDING, "config": CONFIG
    }  # fmt: skip
    if layout.box:
        beside = {"left": round(layout.letters / 4), "right": round(layout.letters / 2 + right)}
        look |= {
            "width": layout.width, "height": layout.height, "autosize": {"type": "fit", "contains": "padding"},
            "padding": {**beside, "top": 4, "bottom": 2}, "config": lettered(layout.letters),
        }  # fmt: skip
    for name, value in look.items():
        out[name] = value
    return out
