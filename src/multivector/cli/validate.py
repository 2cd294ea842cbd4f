"""`multivector validate`: the model against what is on record, and the posterior against any later table."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from multivector.cli.common import tell, tell_json
from multivector.errors import BadInput, Problem, RunFailed


@click.command("validate", short_help="Hold the model against what is on record, misses first.")
@click.option("--against", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Score the shipped posterior on another table of facts (CSV), without fitting again.")  # fmt: skip
@click.option("--use", type=click.Choice(["fit", "check"]), help="With --against: only rows of this use.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              default=Path("docs/validation.md"), show_default=True,
              help="The page; figures/validation.csv beside it has its numbers.")  # fmt: skip
@click.option("--page-only", is_flag=True, help="Write the page again from the table beside it; play nothing.")
@click.option("--replicates", "-n", type=click.IntRange(8, 10_000), help="Histories (facts: 400, other worlds: 200).")
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True, help="Root of all draws.")
@click.option("--workers", "-w", type=click.IntRange(1), metavar="W", help="Worker processes (default: all cores).")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the page is.")
def command(
    against: Path | None, use: str | None, out: Path, page_only: bool, replicates: int | None, seed: int,
    workers: int | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Hold the model against the record, and write the page that says how it does.

    The page (docs/validation.md) has the facts with hits and misses, placebos, the order of play, the coercion weight,
    red lines, roll calls and outside results; a table beside it has every number. It takes some minutes.

    With --against FILE nothing is written: the posterior that is shipped is scored on a table of facts of your own, in
    the form of scenarios/validation/facts.csv. How many lie in its bands of 50% and 90%, how many changes have the
    recorded sign, and how its score compares with naive forecasts.

    \b
    Examples:
      multivector validate
      multivector validate --against facts-of-2023.csv
      multivector validate --against scenarios/validation/facts.csv --use check --json
    """
    from multivector.cli.progress import Progress

    if use is not None and against is None:
        raise BadInput([Problem("--use", 0, 0, "", "found no table to choose rows of", "with --against FILE")])
    shown = not (quiet or as_json) and sys.stderr.isatty() and not os.environ.get("MULTIVECTOR_NO_PROGRESS")
    with Progress(on=shown) as bar:
        if against is not None:
            told = _later(against, use, replicates, seed, workers, bar)
        else:
            told = _page(out, replicates, seed, workers, bar, page_only=page_only)
    if as_json:
        tell_json(told)
    elif quiet:
        tell([str(against or out)])
    else:
        tell(later_page(told, str(against)) if against is not None else page_told(told))


def _later(
    against: Path, use: str | None, replicates: int | None, seed: int, workers: int | None, bar: Any
) -> dict[str, Any]:  # fmt: skip
    from multivector.analysis.validating.later import REPLICATES, later, summary

    found = later(
        against, replicates=replicates or REPLICATES, seed=seed, workers=workers, use=use, tick=bar.tick,
        begin=lambda turns: bar.begin(turns, 0, 1),
    )  # fmt: skip
    if not found:
        raise BadInput([Problem(str(against), 0, 0, "use", f'found no row of use "{use}"', "another --use, or none")])
    return summary(found)


def _page(
    out: Path, replicates: int | None, seed: int, workers: int | None, bar: Any, *, page_only: bool
) -> dict[str, Any]:  # fmt: skip
    from multivector.analysis.validating.table import read_table, write_table
    from multivector.analysis.validating.validation import FACTS_N, OTHERS_N, Collector
    from multivector.analysis.validating.validation_page import Page, hedging_section

    figures = out.parent / "figures"
    if page_only:
        try:
            rows = read_table(figures / "validation.csv")
        except (OSError, KeyError, ValueError):
            problem = "found no table to write the page from"
            raise BadInput(
                [Problem(str(figures / "validation.csv"), 0, 0, "", problem, "", "without --page-only")]
            ) from None
    else:
        made = Collector(
            facts_n=replicates or FACTS_N, others_n=replicates or OTHERS_N, seed=seed, workers=workers, tick=bar.tick
        )
        bar.begin(made.turns, 0, 1)
        rows = made.rows()
    page = Page(rows, hedging=hedging_section(figures))
    try:
        figures.mkdir(parents=True, exist_ok=True)
        for place, text in ((figures / "validation.csv", write_table(rows)), (out, page.text())):
            beside = place.with_name(f".{place.name}.{os.getpid()}.new")
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, place)
    except OSError as error:
        raise RunFailed(f"{out}: cannot write the page: {error.strerror or error}") from error
    return {"page": str(out), "table": str(figures / "validation.csv"), "verdicts": page.counts(), "rows": len(rows)}


def page_told(told: Mapping[str, Any]) -> Iterator[str]:
    """What is said once the page is written."""
    for which, counts in told["verdicts"].items():
        yield f"{which:<10} {counts['miss']} missed, {counts['near']} near, {counts['hit']} hit"
    yield f"{told['page']} and {told['table']} ({told['rows']:,} numbers)"


def later_page(told: Mapping[str, Any], file: str) -> Iterator[str]:
    """The printout of `--against`, misses first."""
    hits = told["hits"]
    yield f"{file}: {told['facts']} facts; {hits['miss']} missed, {hits['near']} near, {hits['hit']} hit"
    for name, words in (("inside_50", "in the middle 50%"), ("inside_90", "in the middle 90%"),
                        ("direction", "changes with the recorded sign")):  # fmt: skip
        s = told[name]
        if s["n"]:
            yield f" {words:<31} {s['hits']:>3} of {s['n']:<3} {100 * s['low']:.0f}-{100 * s['high']:.0f}% [95%]"
    for name, c in told["crps"].items():
        if c:
            yield (
                f" score against {name:<17} {c['posterior']:.2f} to {c['naive']:.2f} on {c['n']} facts; closer on "
                f"{c['better']}"
            )
    if told["brier"]:
        brier = told["brier"]
        yield f" votes and shares: squared error {brier['mean']:.2f}, mean of {brier['n']}"
    yield " Scores: continuous ranked probability in half ranges; smaller is better."
    yield ""
    yield f" {'':<5}{'fact':<27}{'recorded':>9}  {'posterior [90%]':<25} score"
    order = ("miss", "near", "hit").index
    for row in sorted(told["rows"], key=lambda r: order(r["verdict"])):
        span = f"{row['median']:.3g}" if row["p5"] == row["p95"] else (
            f"{row['median']:.3g} [{row['p5']:.3g}, {row['p95']:.3g}]"
        )  # fmt: skip
        points = "" if row["crps"] is None else f"{row['crps']:.2f}"
        yield f" {row['verdict']:<5}{row['id'][:26]:<27}{row['recorded']:>9.3g}  {span:<25} {points}".rstrip()
