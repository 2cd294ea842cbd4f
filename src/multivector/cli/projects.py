"""`multivector projects`: how much of a shock's loss each project saves, per dollar, and from when."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.common import tell, tell_json, width
from multivector.cli.many import Interrupt, progress
from multivector.cli.show import overrides


@click.command("projects", short_help="What projects save of the loss from a shock, per dollar and from when.")
@click.argument("base")
@click.argument("shocked")
@click.option("--project", "named", multiple=True, metavar="MOVE|PATH=VALUE|fund[@BN]",
              help="A project, with its cost in US$ bn behind @ (a move has its own).")  # fmt: skip
@click.option("--replicates", "-n", type=click.IntRange(2, 10_000), default=100, show_default=True,
              help="Histories of each world.")  # fmt: skip
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True, help="Root of all draws.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value in all worlds.")
@click.option("--workers", "-w", type=click.IntRange(1), metavar="N", help="Processes (default: one a processor).")
@click.option("--csv", "table", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write a row for each project as a table that opens in a spreadsheet.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print the answer in one sentence.")
@click.pass_context
def command(
    ctx: click.Context, base: str, shocked: str, named: tuple[str, ...], replicates: int, seed: int,
    sets: tuple[str, ...], workers: int | None, table: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Say what is lost in SHOCKED against BASE (scenarios), and how much of the loss each project saves.

    A project is a move of Kazakhstan (its effects with their delays, from the first quarter; its cost in per cent of
    income as the scenario has it), a number of the scenario at another value, or money paid into the national fund.
    Without any: oil by Baku, ports on the Caspian, more oil to China, a billion into the fund. All worlds meet the same
    luck: what a project saves is the loss without it less the loss with it, history by history.

    \b
    Examples:
      multivector projects after-2022 cpc-half.yaml
      multivector projects after-2022 cpc-half.yaml -n 400 --csv projects.csv
      multivector projects after-2022 cpc-half.yaml \\
        --project build-caspian-capacity --project corridors.atasu-alashankou.capacity=8@0.6
    """
    from multivector.analysis.projects import HEADS, perform, planned, rows_of
    from multivector.cli.printout_projects import page, sentence
    from multivector.cli.written import write_table

    made = planned(base, shocked, projects=named, replicates=replicates, seed=seed, overrides=overrides(sets))
    with progress(quiet or as_json) as bar:
        bar.begin(made.turns, 0, max(1, made.turns // (2 * (len(made.projects) + 1) * replicates)))
        found = perform(made, Interrupt(bar), workers)
    if table is not None:
        write_table(table, rows_of(found.summary), HEADS)
    if as_json:
        tell_json({**found.summary, "failures": found.failures})
    elif quiet:
        tell([sentence(found.summary)])
    else:
        tell(page(found.summary, width()))
    ctx.exit(1 if found.failures else 0)
