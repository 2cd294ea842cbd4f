"""The schemes and maps of a report as pictures with all that every picture has: finding, table, source, a file."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

from multivector.report import scheme
from multivector.report.amounts import rounded
from multivector.report.charts import Chart, png, svg
from multivector.report.charts.chart import font
from multivector.report.charts.one import source
from multivector.report.charts.pictures import SCALE
from multivector.report.engine import draw
from multivector.report.facts import Facts

MARGIN = 12
"""Units around a picture that stands alone."""
HEADS = {"finding": (44, 18), "note": (64, 14), "source": (64, 14)}
"""What stands around it: letters of a line, and units from one line to the next."""
_STYLE = (
    ".paper{fill:var(--paper)}.finding{font-size:14px;font-weight:700;fill:var(--ink)}"
    ".note,.source{font-size:10.5px;fill:var(--soft)}"
)
_PARTS = (".scheme", ".map", ".state", ".disputed", ".between", ".stripe")


@dataclass(frozen=True)
class Plan:
    """A scheme or a map.

    Attributes
    ----------
    id : name of its file, and its place in the page.
    finding, note, source : as of a chart.
    columns, rows : the table behind it, by quarter; heads carry units.
    drawing : the picture in the first quarter, which the page's script moves.
    last, when, font : the picture in the last quarter, what it shows, and in which font: what stands alone.
    below : what a map stands on, as SVG: outlines and hatching.
    """

    id: str
    finding: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str
    drawing: scheme.Drawing
    last: scheme.Drawing
    when: str
    font: str
    below: str = ""

    def svg(self) -> str:
        """The picture of the last quarter with title, note and source, for a file of its own."""
        y, head = _texts(MARGIN, finding=self.finding)
        place = (MARGIN, y + 4)
        y, foot = _texts(y + 8 + self.last.tall, note=f"{self.note} {self.when}", source=self.source)
        w, h = scheme.SIZE[0] + 2 * MARGIN, y + MARGIN - 4
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
            f'font-family="{self.font}">'
            f'<style>{_style()}</style><rect class="paper" width="{w}" height="{h}"/>{self.below}{head}'
            f"{self.last.svg(alone=place)}{foot}</svg>"
        )


def as_file(picture: Chart | Plan, form: str) -> bytes:
    """A chart, a scheme or a map with its title, note and source, as ``svg`` or ``png``."""
    if isinstance(picture, Chart):
        return png(picture) if form == "png" else svg(picture).encode("utf-8")
    if form == "svg":
        return picture.svg().encode("utf-8")
    return bytes(draw("svg_to_png", picture.svg(), scale=SCALE))


def plans_of(facts: Facts) -> list[Plan]:
    """The ties and the ways out: as schemes, then both on the map. Flows are medians of all histories."""
    return [plan for mapped in (False, True) for plan in (_ties(facts, mapped), _routes(facts, mapped))]


def _ties(facts: Facts, mapped: bool) -> Plan:
    say, rows = facts.say, scheme.tie_series(facts)
    total = {p: float(facts.middle(sold)[-1] + facts.middle(bought)[-1]) for p, (sold, bought) in rows.items()}
    finding = say("Ties")
    if total:
        top = max(total, key=lambda p: total[p])
        finding = say(
            "The broadest tie at the end is with {power}: ${bn} bn of goods a year",
            power=facts.name(top),
            bn=rounded(say, total[top]),
        )
    note = say(
        "A scheme, not a map. Full lines: goods sold; hollow lines: goods bought; US$ bn a year. Beside "
        "each power: relations from -1 to 1."
    )
    if mapped:
        note = say(
            "Full lines: goods sold; hollow lines: goods bought; US$ bn a year, between seats of government; a "
            "power beyond the map stands at its edge. Beside each power: relations from -1 to 1."
        )
    columns, ids = [say("quarter")], list[str]()
    for power, (sold, bought) in rows.items():
        name = facts.name(power)
        columns += [say("{power}: goods sold, US$ bn a year", power=name)]
        columns += [say("{power}: goods bought, US$ bn a year", power=name)]
        ids += [sold, bought]
        if (relation := f"goodwill.{power}") in facts:
            columns.append(say("{power}: relations, -1 to 1", power=name))
            ids.append(relation)
    return _plan(facts, "ties", finding, note, (columns, ids), mapped)


def _routes(facts: Facts, mapped: bool) -> Plan:
    say, lines = facts.say, scheme.ways(facts)
    finding = say.many("{n} way out", "{n} ways out", len(lines))
    if "oil.through_russia" in facts:
        through = facts.middle("oil.through_russia")
        finding = say(
            "Of exported oil {begin} crosses Russia at first, {end} at the end",
            begin=say.percent(float(through[0])),
            end=say.percent(float(through[-1])),
        )
    note = say(
        "A scheme, not a map: boxes are no territories. Oil in Mt a year; the Middle Corridor as a multiple "
        "of its cargo in 2021, on a scale of its own."
    )
    if mapped:
        note = say(
            "Straight lines between stations, not the ways as they run. Oil in Mt a year; the Middle Corridor as "
            "a multiple of its cargo in 2021, on a scale of its own."
        )
    heads = [f"{way.title} ({facts.unit(way.outcome)})" for way in lines]
    return _plan(facts, "routes", finding, note, ([say("quarter"), *heads], [way.outcome for way in lines]), mapped)


def _plan(
    facts: Facts, kind: str, finding: str, note: str, table: tuple[Sequence[str], Sequence[str]], mapped: bool
) -> Plan:
    say, (columns, ids) = facts.say, table
    ground, end = (scheme.MAP if mapped else scheme.SCHEME), say.quarter(facts.quarters[-1])
    if kind == "ties":
        drawn = [scheme.ties(facts, ground, t) for t in (0, -1)]
    else:
        drawn = [scheme.routes(facts, scheme.ways(facts), ground, t) for t in (0, -1)]
    if mapped:
        note += " " + say(
            "Boundaries do not imply a position on legal status. Hatched: areas that two states claim, or that are "
            "governed apart from the state that claims them. Outlines: Natural Earth, public domain."
        )
    when = say("Drawn: {quarter}.", quarter=end)
    if facts.n > 1:
        when = say("Drawn: {quarter}, medians of all histories.", quarter=end)
    rows = tuple(
        (say.quarter(q), *(rounded(say, float(facts.middle(id)[t]), 3) for id in ids))
        for t, q in enumerate(facts.quarters)
    )
    return Plan(
        f"story.{kind}{'-map' if mapped else ''}", finding, note, tuple(columns), rows, source(facts), drawn[0],
        drawn[1], when, font(say.lang), scheme.land(facts) if mapped else "",
    )  # fmt: skip


def _texts(y: int, **texts: str) -> tuple[int, str]:
    """Texts in lines from a height on, and the height below them."""
    out = ""
    for kind, text in texts.items():
        most, step = HEADS[kind]
        for line in textwrap.wrap(text, most):
            y += step
            out += f'<text class="{kind}" x="{MARGIN}" y="{y - 4}">{escape(line)}</text>'
    return y, out


@cache
def _style() -> str:
    """The page's style of schemes and maps in light colours, written out: other programs know no variables."""
    sheet = files("multivector.report").joinpath("templates", "style.css").read_text("utf-8").splitlines()
    colours = dict(re.findall(r"--(\w+):([^;}]+)", sheet[0]))
    rules = _STYLE + "".join(line for line in sheet if line.startswith(_PARTS))
    return re.sub(r"var\(--(\w+)\)", lambda m: colours[m[1]], rules)
