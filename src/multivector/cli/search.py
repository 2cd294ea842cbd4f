"""`multivector search`: the Pareto front of a doctrine's weights, checked on fresh futures."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.common import tell, tell_json, width
from multivector.cli.many import watched
from multivector.cli.show import overrides


@click.command("search", short_help="Search for weights of a doctrine: income, autonomy, survival.")
@click.argument("world")
@click.option("--doctrine", metavar="ID", help="Whose weights are varied and whose habits stay (default: the world's).")
@click.option("--budget", type=click.IntRange(2, 100_000), default=192, show_default=True, help="Evaluations in all.")
@click.option("--population", type=click.IntRange(2, 1000), default=32, show_default=True,
              help="Evaluations of a generation.")  # fmt: skip
@click.option("--replicates", "-n", type=click.IntRange(2, 100_000), default=64, show_default=True,
              help="Histories of each evaluation.")  # fmt: skip
@click.option("--fresh", type=click.IntRange(2, 100_000), default=200, show_default=True,
              help="Fresh histories of each doctrine that is found.")  # fmt: skip
@click.option("--keep", type=click.IntRange(1, 100), default=12, show_default=True,
              help="Doctrines of the front that are played again, at most.")  # fmt: skip
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True,
              help="Root of all draws and of the search; the next one is that of the fresh futures.")  # fmt: skip
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value of the world.")
@click.option("--order", type=click.Choice(["sequential", "simultaneous"]), help="Who sees what before choosing.")
@click.option("--workers", "-w", type=click.IntRange(1), metavar="N", help="Processes (default: one a processor).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True,
              help="How tables are written; csv opens in a spreadsheet.")  # fmt: skip
@click.option("--csv", "table", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the doctrines that were found for a spreadsheet.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with what an interrupted search has left.")
@click.option("--force", is_flag=True, help="Compute again even if the result is stored.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the result is.")
@click.pass_context
def command(
    ctx: click.Context, world: str, doctrine: str | None, budget: int, population: int, replicates: int, fresh: int,
    keep: int, seed: int, sets: tuple[str, ...], order: str | None, workers: int | None, out: Path, form: str,
    table: Path | None, resume: bool, force: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Search in WORLD (a file or a shipped name) for weights of a doctrine of Kazakhstan that nothing beats in real
    income, autonomy and survival at once.

    The search plays every candidate on the same draws; what it finds is played again on other draws, and only these
    numbers are printed. Found doctrines are blocks to paste into a scenario.

    \b
    Examples:
      multivector search after-2022
      multivector search secondary-threatened --doctrine west-pivot --budget 320
      multivector search after-2022 --budget 64 --population 16 -n 32 --fresh 100
    """
    from multivector.analysis.doctrines.candidates import planned
    from multivector.analysis.doctrines.equilibrium import library
    from multivector.analysis.doctrines.search import kept, rows_of
    from multivector.cli.printout.search import page
    from multivector.cli.written import unit_of, write_table

    # Said before anything is loaded or played.
    library("optuna")
    made = planned(
        world, doctrine=doctrine, budget=budget, population=population, replicates=replicates, fresh=fresh, keep=keep,
        seed=seed, overrides=overrides(sets), order=order,
    )  # fmt: skip
    silent = quiet or as_json
    with watched(silent, out, form, workers=workers, resume=resume, force=force) as how:
        stored, known = kept(made, how)
    if table is not None:
        write_table(table, rows_of(stored.summary), unit_of(stored.summary["objectives"]))
    if as_json:
        tell_json({**stored.summary, "folder": str(stored.folder), "stored": known})
    elif quiet:
        tell([str(stored.folder)])
    else:
        tell(page(stored, known, width()))
    ctx.exit(1 if stored.summary["failed"] else 0)
