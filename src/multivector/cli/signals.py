"""`multivector signals`: what one could have seen before, and how far it is to be trusted."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.common import tell, tell_json, width


@click.command("signals", short_help="What could be seen before a rung, a stop, unrest, a red line.")
@click.argument("world")
@click.option("--event", "events", multiple=True, metavar="WHAT",
              help="rung-3, stop, unrest, red-lines (default: these); a red line; 'oil.exported<0.8'.")  # fmt: skip
@click.option("--lead", type=click.IntRange(1, 40), default=2, show_default=True, metavar="Q",
              help="Quarters between the warning and the first in which it may come.")  # fmt: skip
@click.option("--within", type=click.IntRange(1, 40), default=4, show_default=True, metavar="Q",
              help="Quarters, from then on, in which it has to come.")  # fmt: skip
@click.option("--replicates", "-n", type=click.IntRange(16, 10_000), metavar="N",
              help="Histories of a scenario that is run (default 1,000).")  # fmt: skip
@click.option("--seed", "-s", type=click.IntRange(0), help="Root of all draws of a scenario that is run (default 0).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--csv", "table", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write a row for each indicator as a table that opens in a spreadsheet.")  # fmt: skip
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Draw the best warning of each event, as FILE.svg or FILE.png.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print one sentence for each event.")
def command(
    world: str, events: tuple[str, ...], lead: int, within: int, replicates: int | None, seed: int | None, out: Path,
    table: Path | None, chart: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Look for early warnings in WORLD: the folder of a result with every quarter, or a scenario, which is run if it
    is not stored yet.

    For each event: which outcomes, beyond which threshold, were seen two quarters (--lead) or more before; how many of
    the events they were seen before, how often they were seen for nothing, and what follows them against the base rate
    of the same quarters. Indicators and thresholds are chosen on every second history and checked on the others; that
    no indicator beats the base rate is an answer.

    \b
    Examples:
      multivector signals results/after-2022-8f3b12ca
      multivector signals reexport-ladder --event rung-3 -n 4000
      multivector signals after-2022 --event 'oil.exported<0.8' --lead 1
      multivector signals secondary-threatened --event finance-bank --csv warnings.csv
    """
    from multivector.analysis.occurrences import refuse
    from multivector.analysis.signals import UNITS, rows_of, signals
    from multivector.cli.compare import opened
    from multivector.cli.printout.signals import page, sentence
    from multivector.cli.written import write_table

    refuse(events)
    found = opened([world], replicates, seed, out, silent=quiet or as_json)[0]
    told = signals(found, events=events, lead=lead, within=within)
    if table is not None:
        write_table(table, rows_of(told), UNITS)
    if chart is not None:
        from multivector.cli.written import write_chart
        from multivector.report.charts import answers

        write_chart(chart, answers.warnings(told))
    if as_json:
        tell_json({**told, "folder": found.place})
    elif quiet:
        tell(f"{event['id']}: {sentence(event, told)}" for event in told["events"])
    else:
        tell(page(told, found.place, width()))
