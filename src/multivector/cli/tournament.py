"""`multivector tournament`: doctrines against worlds, or against another actor's doctrines, on the same draws."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.common import tell, tell_json, width
from multivector.cli.many import watched
from multivector.cli.show import overrides, show_left_out


@click.command("tournament", short_help="Doctrines against worlds, or against another actor's doctrines.")
@click.argument("worlds", nargs=-1, metavar="[WORLD ...]")
@click.option("--doctrines", metavar="A,B,C", default="", help="Which doctrines play (default: all it may take).")
@click.option("--against", metavar="RUS=A,B,C", help="Another actor's doctrines, in one world; RUS alone: all of them.")
@click.option("--outcome", default="composite", show_default=True, metavar="ID", help="The payoff; or survival.")
@click.option("--theirs", metavar="[-]ID", help="The other's payoff; less of it after a minus (default: real income).")
@click.option("--zero-sum", is_flag=True, help="The other's payoff is minus the payoff.")
@click.option("--replicates", "-n", type=click.IntRange(2, 100_000), default=100, show_default=True,
              help="Histories of each doctrine in each world.")  # fmt: skip
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True, help="Root of all draws.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value in all worlds.")
@click.option("--order", type=click.Choice(["sequential", "simultaneous"]), help="Who sees what before choosing.")
@click.option("--workers", "-w", type=click.IntRange(1), metavar="N", help="Processes (default: one a processor).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True,
              help="How tables are written; csv opens in a spreadsheet.")  # fmt: skip
@click.option("--csv", "table", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the payoff table for a spreadsheet.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with what an interrupted tournament has left.")
@click.option("--force", is_flag=True, help="Compute again even if the result is stored.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the result is.")
@click.pass_context
def command(
    ctx: click.Context, worlds: tuple[str, ...], doctrines: str, against: str | None, outcome: str, theirs: str | None,
    zero_sum: bool, replicates: int, seed: int, sets: tuple[str, ...], order: str | None, workers: int | None,
    out: Path, form: str, table: Path | None, resume: bool, force: bool, as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Play the doctrines of Kazakhstan in each WORLD (scenarios, with changes after plus signs; six shipped ones if
    none are named) and say which does best where, how sure that is, and which are dominated.

    With --against, the doctrines of another actor take the place of worlds, and the mixed equilibrium of the game is
    told, with what hangs on the draws. All histories meet the same luck.

    \b
    Examples:
      multivector tournament
      multivector tournament after-2022 after-2022+evidence.intercept=-2
      multivector tournament after-2022 --doctrines hedge,west-pivot --outcome survival
      multivector tournament after-2022 --against RUS=near-neighbours-first,under-siege
      multivector tournament after-2022 --against USA --theirs -reexport
    """
    from multivector.analysis.doctrines.entrants import planned
    from multivector.analysis.doctrines.equilibrium import library
    from multivector.analysis.doctrines.tournament import kept, rows_of
    from multivector.cli.printout.tournament import page
    from multivector.cli.written import unit_of, write_table

    if against is not None:
        # Said before anything is loaded or played.
        library("nashpy")
    made = planned(
        worlds, doctrines=listed(doctrines), against=against, outcome=outcome, theirs=theirs, zero_sum=zero_sum,
        replicates=replicates, seed=seed, overrides=overrides(sets), order=order,
    )  # fmt: skip
    silent = quiet or as_json
    if not silent:
        show_left_out(w for s in made.sweeps for w in s.arms.scenario.warnings)
    with watched(silent, out, form, workers=workers, resume=resume, force=force) as how:
        stored, known = kept(made, how)
    if table is not None:
        write_table(table, rows_of(stored.summary), unit_of(stored.summary["judged"]))
    if as_json:
        tell_json({**stored.summary, "folder": str(stored.folder), "stored": known})
    elif quiet:
        tell([str(stored.folder)])
    else:
        tell(page(stored, known, width()))
    ctx.exit(1 if stored.summary["failed"] else 0)


def listed(text: str) -> list[str]:
    """Names between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]
