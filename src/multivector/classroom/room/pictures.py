"""The charts of wall and debrief, drawn beside the server: a process of its own loads the report's library and draws.

What is drawn is kept by the figures that it was drawn from: a turn that changes nothing changes no picture, and whoever
asks for one that is under way shares it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from multivector.classroom.lesson.words import say
from multivector.classroom.playing.game import Refused
from multivector.classroom.room.office import quiet

KEPT = 160
"""Pictures that are kept: five results in three languages at ten sizes of the screen."""
SIDES, LETTERS = (24, 4000), (10, 120)
"""Pixels of a side, and of letters, that may be asked for."""
Size = tuple[int, int, int]
"""Width, height and letters in pixels."""


def size_of(asked: Mapping[str, str]) -> Size:
    """The size that a page asks for.

    Raises
    ------
    Refused
        No size, or one that no screen has.

    Examples
    --------
    >>> size_of({"width": "600", "height": "150", "letters": "28"})
    (600, 150, 28)
    """
    found = []
    for name, (least, most) in (("width", SIDES), ("height", SIDES), ("letters", LETTERS)):
        value = asked.get(name, "")
        if not value.isascii() or not value.isdigit() or len(value) > 4 or not least <= int(value) <= most:
            raise Refused("bad-request")
        found.append(int(value))
    return found[0], found[1], found[2]


def drawn(kind: str, language: str, size: Size, figures: Mapping[str, Any]) -> dict[str, Any]:
    """A chart as a page shows it: its finding, its picture, how to read it, its table."""
    from multivector.report.charts import worlds
    from multivector.report.charts.chart import Layout
    from multivector.report.charts.pictures import svg

    chart = worlds.drawn(kind, say(language), Layout(*size, box=True), figures)
    return {"finding": chart.finding, "note": chart.note, "svg": svg(chart, titled=False),
            "columns": chart.columns, "rows": chart.rows}  # fmt: skip


def loaded() -> None:
    """Load what draws, and draw once: the first picture takes as long as ten more."""
    figures = {"name": "", "unit": "", "quarters": ["2022-Q1"], "series": {"A": [1.0]}}
    drawn("course", "en", (400, 200, 20), figures)


class Pictures:
    """One process that draws, begun when it is first asked for or warmed; and what it has drawn."""

    def __init__(self) -> None:
        self._pool = self._fresh()
        self._kept: OrderedDict[str, asyncio.Future[dict[str, Any]]] = OrderedDict()

    @staticmethod
    def _fresh() -> ProcessPoolExecutor:
        # A room waits for its pictures: they are drawn before machines' histories are played.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, mp_context=context, initializer=quiet, initargs=(0,))

    def warm(self) -> None:
        """Have the process load its library while people come in."""
        self._pool.submit(loaded)

    async def of(self, kind: str, language: str, size: Size, figures: Mapping[str, Any]) -> dict[str, Any]:
        """A chart, drawn now or kept."""
        key = repr((kind, language, size, figures))
        found = self._kept.get(key)
        if found is None or found.cancelled() or (found.done() and found.exception() is not None):
            found = self._kept[key] = asyncio.ensure_future(self._draw(kind, language, size, figures))
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        # Who asked may have gone: what is under way is drawn all the same.
        return await asyncio.shield(found)

    async def _draw(self, *asked: Any) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, drawn, *asked)
        except BrokenProcessPool:
            # It has ended, by whatever hand: another one draws.
            self._pool = self._fresh()
            return await loop.run_in_executor(self._pool, drawn, *asked)

    def close(self) -> None:
        """Send the process home."""
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
