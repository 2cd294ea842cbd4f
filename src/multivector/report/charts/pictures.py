"""Charts as pictures, by vl-convert: no browser, no network; the same definition gives the same bytes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any

from multivector.report.charts.chart import Chart
from multivector.report.engine import draw

_ID = re.compile(r'(id="|url\(#|href="#)((?:clip|gradient)[\w-]*)')
_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_FINE = re.compile(r"(\d\.\d\d)\d+")
"""A hundredth of a pixel is as fine as a page needs; what is finer takes a third of a picture's bytes."""
SCALE = 2.0
"""Pixels of a PNG to one unit of a picture."""


def svg(chart: Chart, *, titled: bool = True) -> str:
    """A chart as SVG.

    Parameters
    ----------
    chart : the chart.
    titled : with title, note and source inside, for a picture that stands alone; a page says them itself.
    """
    return _svg(chart.id, _json(chart, titled), titled)


def _svg(id: str, definition: str, titled: bool) -> str:
    found = str(draw("vegalite_to_svg", definition, vl_version=_version()))
    if not titled:
        # The page says what the picture is, and has its table: its parts need no roles of their own.
        found = _FINE.sub(r"\1", _ROLES.sub("", found))
    # Names inside a picture are counted from nought in each: in a page they must be the picture's own.
    return _ID.sub(lambda m: f"{m[1]}{id.replace('.', '-')}-{m[2]}", found)


def drawing(charts: Iterable[Chart]) -> list[tuple[Chart, Future[str]]]:
    """Charts of a page, drawn one after the other while the caller goes on."""
    with_all = ThreadPoolExecutor(1)
    try:
        return [(chart, with_all.submit(_svg, chart.id, _json(chart, False), False)) for chart in charts]
    finally:
        with_all.shutdown(wait=False)


def png(chart: Chart) -> bytes:
    """A chart as PNG, twice the size in pixels."""
    return bytes(draw("vegalite_to_png", _json(chart, True), vl_version=_version(), scale=SCALE))


def _json(chart: Chart, titled: bool) -> str:
    with _pandas_asleep():
        spec: dict[str, Any] = (chart.titled() if titled else chart.spec).to_dict(validate=False)
    return json.dumps(spec, ensure_ascii=False, sort_keys=True)


@contextmanager
def _pandas_asleep() -> Iterator[None]:
    """Hide pandas where it is known but not loaded yet, as `world.agents` leaves it: Altair would ask whether rows are
    a data frame, and the question alone would load it, for half a second."""
    module = sys.modules.get("pandas")
    if module is None or "_deferred" not in vars(module):
        yield
        return
    del sys.modules["pandas"]
    try:
        yield
    finally:
        sys.modules["pandas"] = module


@cache
def _version() -> str:
    """The version of Vega-Lite that Altair writes, as vl-convert names it."""
    import altair

    major, minor = altair.SCHEMA_VERSION.lstrip("v").split(".")[:2]
    known: list[str] = list(draw("get_vegalite_versions"))
    same = [v for v in known if v == f"{major}.{minor}"]
    return (same or [v for v in known if v.startswith(f"{major}.")] or known)[-1]
