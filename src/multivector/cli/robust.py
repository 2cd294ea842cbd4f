"""`multivector robust`: doctrines over many futures, as one result."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.common import tell, tell_json, width
from multivector.cli.many import watched
from multivector.cli.show import overrides, show_left_out


@click.command("robust", short_help="Regret over uncertain futures; where balancing fails.")
@click.argument("scenario")
@click.option("--futures", type=click.IntRange(4, 10_000), default=100, show_default=True, metavar="N",
              help="Futures: points of a Latin hypercube.")  # fmt: skip
@click.option("--over", multiple=True, metavar="PATH",
              help="What is drawn: a path, a pattern such as 'evidence.*', or declared (the default).")  # fmt: skip
@click.option("--doctrines", metavar="A,B,...", help="Doctrines that play (default: its own and the main ones).")
@click.option("--doctrine", metavar="A", help="Whose failures are described (default: the scenario's own).")
@click.option("--fails", metavar="WHAT", help="Failure: red-lines (the default), a red line, or 'real_income<0.97'.")
@click.option("--beats", metavar="A,B", help="Under which futures does A beat B (default: west-pivot, its own).")
@click.option("--replicates", "-n", type=click.IntRange(2, 100_000), default=10, show_default=True,
              help="Histories of each future, doctrine and order of play.")  # fmt: skip
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True, help="Root of all draws.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value in all futures.")
@click.option("--workers", "-w", type=click.IntRange(1), metavar="N", help="Processes (default: one a processor).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True,
              help="How tables are written; csv opens in a spreadsheet.")  # fmt: skip
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Draw the lead of the one over the other, as FILE.svg or FILE.png.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with what an interrupted analysis has left.")
@click.option("--force", is_flag=True, help="Play again even if the histories are stored.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the result is.")
@click.pass_context
def command(
    ctx: click.Context, scenario: str, futures: int, over: tuple[str, ...], doctrines: str | None, doctrine: str | None,
    fails: str | None, beats: str | None, replicates: int, seed: int, sets: tuple[str, ...], workers: int | None,
    out: Path, form: str, chart: Path | None, resume: bool, force: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Play doctrines of the focus actor over many futures of SCENARIO (a file or a shipped name).

    In both orders of play. Tells the regret of each doctrine, outcome by outcome; where balancing fails; where one
    doctrine beats another, and how likely that must be; and what holds in both orders.
    Conditions are found in one half of the futures and checked in the other. Another question about the same futures
    (--fails, --doctrine, --beats) is answered from the stored histories.

    \b
    Examples:
      multivector robust after-2022
      multivector robust after-2022 --futures 200 -n 20 --over declared --over corridors.middle.capacity
      multivector robust secondary-threatened --beats west-pivot,hedge --over 'evidence.*' --over 'ladder.*'
      multivector robust after-2022 --fails 'real_income<0.97' --doctrines hedge,equal-distance
    """
    from multivector.analysis.robustness.futures import planned
    from multivector.analysis.robustness.robust import kept
    from multivector.analysis.robustness.verdicts import question
    from multivector.cli.printout.robust import page
    from multivector.cli.written import write_chart
    from multivector.errors import RunFailed
    from multivector.report.charts import answers

    named = [] if doctrines is None else [part.strip() for part in doctrines.split(",")]
    ready = planned(
        scenario, futures=futures, over=over, doctrines=named, replicates=replicates, seed=seed,
        overrides=overrides(sets),
    )  # fmt: skip
    asked = question(ready, fails, doctrine, beats)
    silent = quiet or as_json
    if not silent:
        show_left_out(ready.sweep.arms.scenario.warnings)
    with watched(silent, out, form, workers=workers, resume=resume, force=force) as how:
        stored, known = kept(ready, asked, how)
    if chart is not None:
        if "beats" not in stored.summary:
            raise RunFailed(f"{chart}: nothing to draw: too few futures have histories that count")
        write_chart(chart, answers.beats(stored.summary))
    if as_json:
        tell_json({**stored.summary, "folder": str(stored.folder), "stored": known})
    elif quiet:
        tell([str(stored.folder)])
    else:
        tell(page(stored, known, width()))
    ctx.exit(1 if stored.summary["failed"] else 0)
