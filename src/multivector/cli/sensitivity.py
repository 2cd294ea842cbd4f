"""`multivector sensitivity`: which numbers matter, and how much rests on data, literature and assumption."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.common import pairs, tell, tell_json, width
from multivector.cli.many import watched
from multivector.cli.show import overrides, show_left_out
from multivector.errors import BadInput, Problem


@click.command("sensitivity", short_help="Say which numbers matter, and on what an answer rests.")
@click.argument("scenario")
@click.option("--method", type=click.Choice(["morris", "sobol"]), default="morris", show_default=True,
              help="Screening by elementary effects; shares of variance.")  # fmt: skip
@click.option("--over", multiple=True, metavar="PATH|WORD",
              help="What varies: paths; declared (default), data, literature, assumed, all.")  # fmt: skip
@click.option("--by", type=click.Choice(["number", "confidence", "family"]), default="number", show_default=True,
              help="What an index is of: numbers of one kind move together.")  # fmt: skip
@click.option("--trajectories", "-r", type=int, metavar="R", help="Trajectories of Morris (default 10).")
@click.option("--samples", "-N", type=int, metavar="N", help="Rows of Sobol', a power of two (default 64).")
@click.option("--replicates", "-n", type=click.IntRange(1, 100_000), default=50, show_default=True,
              help="Histories of each point, the same draws at all.")  # fmt: skip
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True, help="Root of all draws.")
@click.option("--outcome", "outcomes", multiple=True, metavar="ID",
              help="An outcome to tell (default: survival and real_income); all are kept.")  # fmt: skip
@click.option("--top", type=click.IntRange(1), default=12, show_default=True, help="Rows to print for each outcome.")
@click.option("--doctrine", "doctrines", multiple=True, metavar="KAZ=hedge", help="Give an actor another doctrine.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value at all points.")
@click.option("--order", type=click.Choice(["sequential", "simultaneous"]), help="Who sees what before choosing.")
@click.option("--workers", type=click.IntRange(1, 1024), metavar="W", help="Processes (default: one per processor).")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True,
              help="How tables are written; csv opens in a spreadsheet.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with what an interrupted analysis has left.")
@click.option("--force", is_flag=True, help="Compute again even if the result is stored.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the result is.")
@click.pass_context
def command(
    ctx: click.Context, scenario: str, method: str, over: tuple[str, ...], by: str, trajectories: int | None,
    samples: int | None, replicates: int, seed: int, outcomes: tuple[str, ...], top: int, doctrines: tuple[str, ...],
    sets: tuple[str, ...], order: str | None, workers: int | None, out: Path, form: str, resume: bool,
    force: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Say which numbers of SCENARIO (a file or a shipped name) matter, over their ranges in the ledger.

    Morris's screening ranks numbers by what they move over their range. Sobol' indices say what share of an outcome's
    variance goes back to a number, or to all numbers of one confidence: what the answer rests on. What is luck at so
    many histories a point is taken off or told, never given to a number. Needs the extra `discovery`.

    \b
    Examples:
      multivector sensitivity after-2022
      multivector sensitivity after-2022 --over trade.theta_short --over corridors.middle.capacity
      multivector sensitivity after-2022 --over all --by confidence --method sobol
      multivector sensitivity after-2022 --over assumed --by family -r 20 -n 100 --outcome autonomy
    """
    from multivector.analysis.importance.sensitivity import JUDGED, kept, planned
    from multivector.cli.printout.sensitivity import TOLD, page

    _refuse(method, trajectories, samples, outcomes, JUDGED)
    study = planned(
        scenario, method=method, over=over, by=by, count=samples if method == "sobol" else trajectories,
        replicates=replicates, seed=seed, overrides=overrides(sets),
        doctrines=pairs(doctrines, "--doctrine", "ACTOR=doctrine"), order=order,
    )  # fmt: skip
    silent = quiet or as_json
    if not silent:
        show_left_out(study.sweep.arms.scenario.warnings)
    with watched(silent, out, form, workers=workers, resume=resume, force=force) as how:
        stored, known = kept(study, how)
    if as_json:
        tell_json({**stored.summary, "folder": str(stored.folder), "stored": known})
    elif quiet:
        tell([str(stored.folder)])
    else:
        tell(page(stored, known, outcomes or TOLD, top, width()))
    ctx.exit(1 if stored.summary["failed"] else 0)


def _refuse(
    method: str, trajectories: int | None, samples: int | None, outcomes: tuple[str, ...], judged: tuple[str, ...]
) -> None:
    """Say all that does not go together before anything is loaded."""
    problems = [
        Problem("--outcome", 0, 0, "", f'found "{name[:80]}"', ", ".join(judged))
        for name in outcomes
        if name not in judged
    ]
    for option, value, owner in (("--trajectories", trajectories, "morris"), ("--samples", samples, "sobol")):
        if value is not None and method != owner:
            problems.append(Problem(option, 0, 0, "", f"found --method {method}", f"with --method {owner}"))
    if problems:
        raise BadInput(problems)
