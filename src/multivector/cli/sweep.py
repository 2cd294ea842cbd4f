"""`multivector sweep`: many points of one world, on the same draws, as one result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector.cli.common import pairs, tell, tell_json, width
from multivector.cli.many import watched
from multivector.cli.show import overrides, show
from multivector.errors import BadInput, Problem
from multivector.scenario.check_world import LEFT_OUT

if TYPE_CHECKING:
    from multivector.experiment.ensembles.sweep import Sweep
    from multivector.results.store import Stored


@click.command("sweep", short_help="Play many points of a scenario on the same draws.")
@click.argument("scenario")
@click.option(
    "--vary", multiple=True, metavar="PATH=A,B,C", help="Values of a path; KAZ.doctrine (default: levers of SCENARIO)."
)
@click.option("--design", "how", default="grid", show_default=True, metavar="grid|list|lhs:N|sobol:N",
              help="All values with all others; first with first; N points: Latin hypercube, Sobol'.")  # fmt: skip
@click.option("--over", multiple=True, metavar="PATH", help="What is drawn (default: declared, all that is uncertain).")
@click.option("--replicates", "-n", type=click.IntRange(1, 100_000), default=100, show_default=True,
              help="Histories of each point.")  # fmt: skip
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True, help="Root of all draws.")
@click.option("--doctrine", "doctrines", multiple=True, metavar="KAZ=hedge", help="Give an actor another doctrine.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value at all points.")
@click.option("--order", type=click.Choice(["sequential", "simultaneous"]), help="Who sees what before choosing.")
@click.option("--outcome", default="real_income", show_default=True, metavar="ID", help="The outcome of the curve.")
@click.option("--hold", is_flag=True, help="Keep the stock that --vary names where each point puts it.")
@click.option("--risk", metavar="EVENT", help="How much is enough: chance of this event (as of `signals`), costs.")
@click.option("--within", type=click.IntRange(1, 40), default=4, show_default=True, metavar="Q",
              help="With --risk: quarters in which it may come.")  # fmt: skip
@click.option("--worth", type=float, default=0.0, show_default=True, metavar="X",
              help="With --risk: what being spared one event is worth besides, in % of a year's income.")  # fmt: skip
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="With --risk: draw the two curves, as FILE.svg or FILE.png.")  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True,
              help="How tables are written; csv opens in a spreadsheet.")  # fmt: skip
@click.option("--csv", "table", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write a row for each point as a table that opens in a spreadsheet.")  # fmt: skip
@click.option("--workers", "-w", type=click.IntRange(1), metavar="W", help="Worker processes (default: all cores).")
@click.option("--resume", is_flag=True, help="Go on with what an interrupted sweep has left.")
@click.option("--force", is_flag=True, help="Compute again even if the result is stored.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the result is.")
@click.pass_context
def command(
    ctx: click.Context, scenario: str, vary: tuple[str, ...], how: str, over: tuple[str, ...], replicates: int,
    seed: int, doctrines: tuple[str, ...], sets: tuple[str, ...], order: str | None, outcome: str, hold: bool,
    risk: str | None, within: int, worth: float, chart: Path | None, out: Path, form: str, table: Path | None,
    workers: int | None, resume: bool, force: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Play SCENARIO (a file or a shipped name) at many points and keep one result.

    All points meet the same luck: differences are paired with the first point. Numbers vary while what stocks are
    worth later stays as the scenario has it; what changes more than a number (a doctrine, a rule) has it worked out
    anew. A benchmark that the scenario names is changed alike, as with `run --set`.

    Without --vary and without a design that draws, the levers of the scenario are the grid.

    --risk asks how much of one number is enough: what each step more costs, by how much it lowers the chance of an
    event, who bears it, and from where on more buys nothing.

    Points are played in blocks, by all cores. What is finished is on the disk: an interrupted sweep loses only the
    blocks under way, and --resume goes on. Workers and interruptions change no bit of the result.

    \b
    Examples:
      multivector sweep reexport-ladder  (the levers that it names)
      multivector sweep after-2022 --vary corridors.middle.capacity=6,8,10,12
      multivector sweep secondary-threatened --vary KAZ=hedge,west-pivot \\
        --vary order=sequential,simultaneous
      multivector sweep after-2022 --design lhs:200 -n 50
      multivector sweep after-2022 --design sobol:256 -n 50 --workers 4
      multivector sweep after-2022 --design sobol:256 -n 50 --resume  (or begins)
      multivector sweep after-2022 --design lhs:50 --over trade.theta_short \\
        --over corridors.middle.capacity
      multivector sweep after-2022 --vary KAZ=hedge,west-pivot --design lhs:50
      multivector sweep secondary-threatened --hold --risk rung-3 -n 400 \\
        --vary actors.KAZ.stocks.enforcement=0.1,0.3,0.5,0.7,0.9
    """
    from multivector.analysis.enough import beside, held
    from multivector.analysis.sweep import kept, planned, rows_of
    from multivector.cli.printout.sweep import page, told
    from multivector.cli.written import unit_of, write_table

    told(outcome)
    if chart is not None and risk is None:
        raise click.UsageError("--chart goes with --risk.")
    still = held(vary) if hold else {}
    ready = planned(
        scenario, vary=vary, how=how, over=over, replicates=replicates, seed=seed,
        overrides={**still, **overrides(sets)},
        doctrines=pairs(doctrines, "--doctrine", "ACTOR=doctrine"), order=order,
    )  # fmt: skip
    if risk is not None:
        _askable(ready, risk)
    silent = quiet or as_json
    if not silent:
        show(warning for warning in ready.arms.scenario.warnings if warning.hint == LEFT_OUT)
    with watched(silent, out, form, workers=workers, resume=resume, force=force) as how_kept:
        stored, known = kept(ready, how_kept)
    answer = None if risk is None else _enough(stored, risk, within, worth, chart)
    if table is not None:
        rows, units = beside(rows_of(stored.summary), answer)
        write_table(table, rows, unit_of(stored.summary["shown"], **units))
    if as_json:
        more = {} if answer is None else {"enough": answer}
        tell_json({**stored.summary, **more, "folder": str(stored.folder), "stored": known})
    elif quiet:
        tell([str(stored.folder)])
    else:
        tell(page(stored, known, outcome, width(), answer))
    ctx.exit(1 if stored.summary["failed"] else 0)


def _askable(ready: Sweep, risk: str) -> None:
    """Refuse, before anything is played, what --risk cannot tell."""
    from multivector.analysis.enough import KEEPS, along
    from multivector.analysis.occurrences import refuse

    refuse([risk])
    along([dict(point) for point in ready.points])
    if ready.level == "summary":
        found = f"found {len(ready.points) * ready.replicates:,} histories at all points"
        raise BadInput([Problem("--risk", 0, 0, "", found, KEEPS)])


def _enough(stored: Stored, risk: str, within: int, worth: float, chart: Path | None) -> dict[str, Any]:
    """How much is enough; drawn, if that is asked for."""
    from multivector.analysis.enough import along, enough, points_of

    path, values = along([point["values"] for point in stored.summary["points"]])
    told = enough(points_of(stored), path, values, event=risk, within=within, worth=worth)
    if chart is not None:
        from multivector.cli.written import write_chart
        from multivector.report.charts import answers

        write_chart(chart, answers.enough(told, stored.summary))
    return told
