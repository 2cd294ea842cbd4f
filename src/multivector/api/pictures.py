"""The charts of reports for Python users: the same definitions, titles, tables and pictures as on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from multivector.api.result import Result
from multivector.errors import BadInput, Problem
from multivector.results.store import open_result

if TYPE_CHECKING:
    import pandas

    from multivector.report.charts import Chart


@dataclass(frozen=True)
class Picture:
    """A chart of a report. A notebook draws it, without a network; `definition` is Altair, to be changed at will.

    Attributes
    ----------
    chart : what the page is made from: `id`, `finding`, `note`, `spec`, `columns`, `rows`, `source`.
    """

    chart: Chart

    @property
    def finding(self) -> str:
        """Its title: what is seen, made from the numbers."""
        return self.chart.finding

    @property
    def definition(self) -> Any:
        """The Altair chart with title, note and source."""
        return self.chart.titled()

    def frame(self) -> pandas.DataFrame:
        """The table behind it, as the page writes it.

        Raises
        ------
        ImportError
            pandas is not installed.
        """
        import pandas as pd

        return pd.DataFrame(list(self.chart.rows), columns=list(self.chart.columns))

    def svg(self) -> str:
        """The picture as SVG."""
        from multivector.report.charts import svg

        return svg(self.chart)

    def png(self) -> bytes:
        """The picture as PNG."""
        from multivector.report.charts import png

        return png(self.chart)

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return f"<{self.chart.id}: {self.finding}>"


def charts(*results: Result | str | Path, lang: str = "en", told: bool = True) -> dict[str, Picture]:
    """The charts of a result, or of several compared with the first, by id, in the order of the page.

    Parameters
    ----------
    results : what `run` gave, or folders of results.
    lang : ``en``, ``ru`` or ``kk``.
    told : of one result: with the pictures of single histories (trade by sector), which are played again.

    Raises
    ------
    BadInput
        No result is given, or one cannot be read.
    NotComparable
        Several do not share their luck, calendar, model or histories.

    Examples
    --------
    >>> from multivector import charts, run
    >>> found = charts(run("after-2022", 4, overrides={"calendar.turns": 4, "decision.rule": "random"}), told=False)
    >>> list(found)[:3], found["answer.lines"].definition.to_dict()["title"]["text"] != []
    (['answer.lines', 'answer.survival', 'outcomes.real_income'], True)
    """
    from multivector.report.charts import charts_of
    from multivector.report.charts.many import charts_of_several
    from multivector.report.opening import facts_of, several_of

    if not results:
        raise BadInput([Problem("charts", 0, 0, "", "found no result", "one result, or several that are compared")])
    # A page is made from a stored result: one in memory is written for as long as that takes.
    with TemporaryDirectory() as scratch:
        stored = [open_result(_folder(each, Path(scratch) / str(k))) for k, each in enumerate(results)]
        found: Sequence[Chart]
        if len(stored) == 1:
            found = charts_of(facts_of(stored[0], lang=lang, told=told))
        else:
            found = charts_of_several(several_of(stored, lang=lang))
    return {chart.id: Picture(chart) for chart in found}


def _folder(result: Result | str | Path, scratch: Path) -> str | Path:
    if not isinstance(result, Result):
        return result
    return result.folder or result.save(scratch)
