"""`multivector run`: play a scenario, say what happened, keep a result."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector.cli.common import ENGLISH, pairs, tell, tell_json, width
from multivector.cli.many import shard_of, shard_page, watched
from multivector.cli.show import overrides, show_left_out
from multivector.cli.spoken import lang_option, voice
from multivector.errors import BadInput, Problem
from multivector.language import Speaker, chosen

if TYPE_CHECKING:
    from multivector.experiment.histories.replicates import Level
    from multivector.results.store import Stored

COMPANIONS = 2.0
"""Seconds that silent histories beside a narrated one may take."""


@click.command("run", short_help="Play a scenario, say what happened, keep a result.")
@click.argument("scenario")
@click.option("--replicates", "-n", type=click.IntRange(1, 1_000_000), help="Histories (default: one, narrated).")
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True, help="Root of all draws.")
@click.option("--doctrine", "doctrines", multiple=True, metavar="KAZ=hedge", help="Give an actor another doctrine.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value, as `describe` prints it.")
@click.option("--order", type=click.Choice(["sequential", "simultaneous"]), help="Who sees what before choosing.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True,
              help="How tables are written; csv opens in a spreadsheet.")  # fmt: skip
@click.option("--record", type=click.Choice(["summary", "outcomes", "full"]),
              help="How much is kept (default: full up to 20 histories, outcomes up to 10,000).")  # fmt: skip
@click.option("--uncertainty", type=click.Choice(["prior", "posterior"]),
              help="Draw numbers for every history: what the scenario calls uncertain; what facts allow.")  # fmt: skip
@click.option("--fast", is_flag=True, help="Compile the turn (extra `fast`).")
@click.option("--workers", "-w", type=click.IntRange(1), metavar="W", help="Worker processes (default: all cores).")
@click.option("--resume", is_flag=True, help="Go on with what an interrupted run has left.")
@click.option("--shard", metavar="I/N", help="Only the I-th of N shares; `multivector merge` joins them.")
@click.option("--cluster", metavar="ADDRESS", help="Play on the Dask cluster of this scheduler.")
@click.option("--force", is_flag=True, help="Compute again even if the result is stored.")
@click.option("--both-orders", "orders", is_flag=False, flag_value=256, type=click.IntRange(2), metavar="[N]",
              help="Say which conclusions flip in the other order of play (plays N in both, 256).")  # fmt: skip
@click.option("--evidence", is_flag=True, help="Also what speaks for each outcome and against it, in two sentences.")
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the result is.")
@click.pass_context
def command(
    ctx: click.Context, scenario: str, replicates: int | None, seed: int, doctrines: tuple[str, ...],
    sets: tuple[str, ...], order: str | None, out: Path, form: str, record: Level | None, uncertainty: str | None,
    fast: bool, workers: int | None, resume: bool, shard: str | None, cluster: str | None, force: bool,
    orders: int | None, evidence: bool, lang: str | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Play SCENARIO (a file or a shipped name) and keep the result in a folder.

    Without --replicates: one narrated history, and 199 silent ones beside it for the headline where they take no more
    than two seconds. A scenario that names a benchmark is compared with it on the same draws. Equal inputs have an
    equal name: a stored result is printed again, not computed again.

    Many histories are played in blocks, by all cores. What is finished is on the disk: an interrupted run loses only
    the blocks under way, and --resume goes on. Workers, shards and interruptions change no bit of the result.

    \b
    Examples:
      multivector run after-2022                      one history, told quarter by quarter
      multivector run after-2022 --lang kk            the same in Kazakh (ru: in Russian)
      multivector run after-2022 -n 1000              shares and intervals, on all cores
      multivector run after-2022 -n 1000 --both-orders
      multivector run after-2022 -n 1000 --uncertainty prior
      multivector run after-2022 -n 1000 --uncertainty posterior
      multivector run after-2022 -n 10000 --fast      the turn compiled
      multivector run after-2022 -n 100000 --resume   begins, or goes on
      multivector run after-2022 -n 100000 --shard 3/16 --workers 4
      multivector merge results/after-2022-1f0c2a3b.shard-*
      multivector run after-2022 -n 100000 --cluster tcp://10.0.0.5:8786
    """
    from multivector.experiment.ensembles.keeping import kept_run, kept_shard, known_run
    from multivector.experiment.ensembles.running import Request
    from multivector.experiment.histories.arms import prepare
    from multivector.experiment.histories.replicates import default_level

    chosen(lang)  # a language that does not exist is said before anything is computed
    share = shard_of(shard)
    if orders and (share or (replicates or 1) == 1):
        raise click.UsageError("--both-orders is about many histories: add --replicates, and leave --shard out.")
    if replicates is None and (share or cluster):
        raise BadInput([Problem("--replicates", 0, 0, "", "found no number of histories", "1 to 1,000,000")])
    arms = prepare(
        scenario, overrides=overrides(sets), doctrines=pairs(doctrines, "--doctrine", "ACTOR=doctrine"), order=order,
        uncertainty=uncertainty, fast=fast,
    )  # fmt: skip
    if fast:
        from multivector.compiled.remembered import needed

        needed()
    if not (quiet or as_json):
        show_left_out(arms.scenario.warnings)
    count = replicates or 1
    request = Request(arms, seed, count, record or default_level(count), COMPANIONS if replicates is None else 0.0)
    silent, spoken, part = quiet or as_json, chosen(lang), None
    with watched(silent, out, form, workers=workers, resume=resume, force=force, lang=spoken) as how:
        if share is not None and known_run(request, how) is None:
            part = kept_shard(request, how, share, cluster=cluster)
        else:
            stored, known = kept_run(request, how, cluster=cluster)
    if part is not None:
        ctx.exit(show_shard(part, as_json, quiet))
    flips = _both_orders(stored, orders, silent=as_json) if orders and not quiet else None
    show_result(stored, known, as_json, quiet, voice(lang, arms.scenario, arms.benchmark), flips, evidence)
    ctx.exit(1 if stored.summary["failed"] else 0)


def show_shard(folder: Path, as_json: bool, quiet: bool) -> int:
    """Say where a finished shard is; the exit code."""
    from multivector.results.parts import block_facts, read_request, stored_blocks

    request, facts = read_request(folder), [block_facts(folder / f"{k:06d}") for k in stored_blocks(folder)]
    failed = sum(len(each["failures"]) for each in facts)
    histories = failed + sum(each["count"] for each in facts)
    if as_json:
        told = {"shard": request["shard"], "histories": histories, "failed": failed, "digest": request["digest"][:8]}
        tell_json({**told, "folder": str(folder)})
    else:
        tell([str(folder)] if quiet else shard_page(folder, histories, failed))
    return 1 if failed else 0


def _both_orders(stored: Stored, most: int, *, silent: bool) -> dict[str, Any]:
    """What flips in the other order of play."""
    from multivector.analysis.comparing.orders import orders
    from multivector.analysis.reading import open_histories

    world = open_histories(stored)
    if not silent:
        click.echo(f"playing {min(most, len(world.ids)):,} histories in both orders of play ...", err=True)
    return orders(world, most=most)


def show_result(
    stored: Stored, known: bool, as_json: bool, quiet: bool, say: Speaker = ENGLISH,
    orders: dict[str, Any] | None = None, evidence: bool = False,
) -> None:  # fmt: skip
    """Print a result, as it was asked for."""
    if as_json:
        more = {} if orders is None else {"orders": orders}
        tell_json({**stored.summary, **more, "folder": str(stored.folder), "stored": known})
    elif quiet:
        tell([str(stored.folder)])
    else:
        tell(page(stored, known, width(), say, orders, evidence))


def page(
    stored: Stored, known: bool, columns: int, say: Speaker = ENGLISH, orders: dict[str, Any] | None = None,
    evidence: bool = False,
) -> Iterator[str]:  # fmt: skip
    """The printout of a stored result; with what speaks for each outcome and against it, where that is asked for."""
    from multivector.cli.printout import history as told
    from multivector.cli.printout.ensemble import ensemble, headline

    summary = stored.summary
    if known:
        when = stored.manifest["timing"]["finished"]
        yield say("stored result of {when}, not computed again (--force would)", when=when)
    if summary["history"] is not None:
        yield from told.history(summary, columns, say)
        if summary["ensemble"] is not None:
            yield from headline(summary, columns, beside=True, say=say)
    elif summary["ensemble"] is not None:
        yield from ensemble(summary, columns, say, orders)
    else:
        yield from told.header(summary, columns, say)
        yield say("No history could be finished: see failures.jsonl.")
    yield from told.footer(summary, str(stored.folder), why(summary, str(stored.folder)), say, evidence)


def why(summary: dict[str, Any], folder: str) -> str:
    """The command that explains the quarter of the nearest miss, or of a history with the most frequent line."""
    quarter, replicate = summary["last"], ""
    if summary["history"] is not None:
        near = summary["history"]["nearest"]
        quarter = near["nearest_quarter"] if near else quarter
    elif summary["ensemble"] is not None:
        example = next((x["example"] for x in summary["ensemble"]["headline"]["lines"] if x["example"]), None)
        if example is not None:
            quarter = summary["quarters"][example["turn"]]
            replicate = f" --replicate {example['replicate']}"
    return f"multivector explain {shlex.quote(folder)} --turn {quarter}{replicate}"
