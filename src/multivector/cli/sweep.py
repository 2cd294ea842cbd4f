"""`multivector sweep`: many points of one world, on the same draws, as one result."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from multivector.cli.common import pairs, tell, tell_json, width
from multivector.cli.many import Interrupt, asked, perform, progress
from multivector.cli.show import overrides, show
from multivector.scenario.check_world import LEFT_OUT


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
    seed: int, doctrines: tuple[str, ...], sets: tuple[str, ...], order: str | None, outcome: str, out: Path, form: str,
    table: Path | None, workers: int | None, resume: bool, force: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Play SCENARIO (a file or a shipped name) at many points and keep one result.

    All points meet the same luck: differences are paired with the first point. Numbers vary while what stocks are
    worth later stays as the scenario has it; what changes more than a number (a doctrine, a rule) has it worked out
    anew. A benchmark that the scenario names is changed alike, as with `run --set`.

    Without --vary and without a design that draws, the levers of the scenario are the grid.

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
    """
    from multivector.analysis.sweep import KIND, Keeping, planned, rows_of
    from multivector.cli.printout_sweep import page, told
    from multivector.cli.written import unit_of, write_table
    from multivector.results.store import find_result, open_result

    told(outcome)
    ready = planned(
        scenario, vary=vary, how=how, over=over, replicates=replicates, seed=seed, overrides=overrides(sets),
        doctrines=pairs(doctrines, "--doctrine", "ACTOR=doctrine"), order=order,
    )  # fmt: skip
    silent = quiet or as_json
    if not silent:
        show(warning for warning in ready.arms.scenario.warnings if warning.hint == LEFT_OUT)
    stored = None if force else find_result(out, ready.name(), ready.digest(), kind=KIND)
    if stored is not None and not (stored.folder / f"outcomes.{form}").is_file() and not stored.summary["failed"]:
        stored = None
    known = stored is not None
    if stored is None:
        line = "multivector " + shlex.join(asked(sys.argv[1:]))
        with progress(silent) as bar:
            wanted = Keeping(ready, out, form, Interrupt(bar), line, workers=workers, resume=resume, force=force)
            stored = open_result(perform(wanted), kind=KIND)
    if table is not None:
        write_table(table, rows_of(stored.summary), unit_of(stored.summary["shown"]))
    if as_json:
        tell_json({**stored.summary, "folder": str(stored.folder), "stored": known})
    elif quiet:
        tell([str(stored.folder)])
    else:
        tell(page(stored, known, outcome, width()))
    ctx.exit(1 if stored.summary["failed"] else 0)
