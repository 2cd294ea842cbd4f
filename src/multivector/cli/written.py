"""Texts and tables that go to a file or to the screen; shared by the verbs that make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector.errors import BadInput, Problem, RunFailed

if TYPE_CHECKING:
    from multivector.report.charts import Chart


def write_or_print(text: str, out: Path | None) -> None:
    """Write a text to a file, with one newline at its end, or print it.

    Line ends are those of Unix everywhere, so that a committed file is the same from every machine.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        found = f"could not write the file ({error.strerror or 'unknown reason'})"
        raise BadInput([Problem(str(out), 0, 0, "", found, "a file in a folder that exists")]) from None
    click.echo(f"wrote {out}")


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], units: Mapping[str, str] | None = None) -> None:
    """Write rows as CSV, with units in the header and the mark by which a spreadsheet knows the encoding.

    Parameters
    ----------
    rows : all with the same names.
    units : by name (`headed`).

    Raises
    ------
    RunFailed
        The file cannot be written.
    """
    import csv

    names = list(rows[0]) if rows else []
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            table = csv.writer(stream)
            table.writerow([headed(name, units or {}) for name in names])
            table.writerows([row[name] for name in names] for row in rows)
    except OSError as error:
        raise RunFailed(f"{path}: cannot write the table: {error.strerror or error}") from error


def write_chart(path: Path, chart: Chart) -> None:
    """Write a chart with its title, note and source as a picture: PNG where the name ends so, else SVG.

    Raises
    ------
    BadInput
        The name ends otherwise.
    RunFailed
        The file cannot be written.
    """
    from multivector.report.charts import png, svg

    if path.suffix not in (".svg", ".png"):
        raise BadInput([Problem("--chart", 0, 0, "", f'found "{path.name[:60]}"', "a name that ends in .svg or .png")])
    try:
        path.write_bytes(png(chart) if path.suffix == ".png" else svg(chart).encode("utf-8"))
    except OSError as error:
        raise RunFailed(f"{path}: cannot write the picture: {error.strerror or error}") from error


def headed(name: str, units: Mapping[str, str]) -> str:
    """The name of a column with its unit: its own, or that of the outcome of which it is the end of an interval.

    Examples
    --------
    >>> units = {"real_income": "ratio to 2021", "n": "histories"}
    >>> headed("real_income_difference_low", units), headed("n", units), headed("verdict", units)
    ('real_income_difference_low [ratio to 2021]', 'n [histories]', 'verdict')
    """
    whole = name
    while name and name not in units:
        name = name.rpartition("_")[0]
    unit = units.get(name, "")
    return f"{whole} [{unit}]" if unit else whole


def unit_of(outcomes: Mapping[str, Mapping[str, Any]], **more: str) -> dict[str, str]:
    """Units by column: of outcomes, of survival, of counts of histories, and of what else is named."""
    known = {id: str(about["unit"]) for id, about in outcomes.items()}
    return {"survival": "share", "n": "histories", "failed": "histories", **known, **more}
