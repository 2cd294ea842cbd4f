"""`multivector projects`: how much of a shock's loss each project saves, per dollar, and from when."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.common import tell, tell_json, width
from multivector.cli.many import watched
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
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True,
              help="How tables are written; csv opens in a spreadsheet.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with what an interrupted study has left.")
@click.option("--force", is_flag=True, help="Compute again even if the result is stored.")
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Draw what each saves, as FILE.svg or FILE.png.")  # fmt: skip
@click.option("--csv", "table", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write a row for each project as a table that opens in a spreadsheet.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print the answer in one sentence.")
@click.pass_context
def command(
    ctx: click.Context, base: str, shocked: str, named: tuple[str, ...], replicates: int, seed: int,
    sets: tuple[str, ...], workers: int | None, out: Path, form: str, resume: bool, force: bool, chart: Path | None,
    table: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Say what is lost in SHOCKED against BASE (scenarios), and how much of the loss each project saves.

    A project is a move of Kazakhstan (its effects with their delays, from the first quarter; its cost in per cent of
    income as the scenario has it), a number of the scenario at another value, or money paid into the national fund.
    Without any: oil by Baku, ports on the Caspian, more oil to China, tanks to store it, a billion into the fund. All
    worlds meet the same luck: what a project saves is the loss without it less the loss with it, history by history.

    What is finished is on the disk: an interrupted study loses only the blocks under way, and --resume goes on.

    \b
    Examples:
      multivector projects after-2022 cpc-half.yaml
      multivector projects after-2022 cpc-half.yaml -n 400 --csv projects.csv
      multivector projects after-2022 cpc-half.yaml \\
        --project build-caspian-capacity --project corridors.atasu-alashankou.capacity=8@0.6
    """
    from multivector.analysis.projects import HEADS, kept, planned, rows_of
    from multivector.cli.printout.projects import page, sentence
    from multivector.cli.written import write_chart, write_table

    made = planned(base, shocked, projects=named, replicates=replicates, seed=seed, overrides=overrides(sets))
    with watched(quiet or as_json, out, form, workers=workers, resume=resume, force=force) as how:
        stored, known = kept(made, how)
    if chart is not None:
        from multivector.report.charts import answers

        write_chart(chart, answers.projects(stored.summary, sentence(stored.summary)))
    if table is not None:
        write_table(table, rows_of(stored.summary), HEADS)
    if as_json:
        tell_json({**stored.summary, "folder": str(stored.folder), "stored": known})
    elif quiet:
        tell([sentence(stored.summary)])
    else:
        tell(page(stored, known, width()))
    ctx.exit(1 if stored.summary["failed"] else 0)
