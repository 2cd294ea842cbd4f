"""`multivector run`: play a scenario, say what happened, keep a result."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector.cli.common import pairs, tell, tell_json, width
from multivector.cli.show import overrides, show
from multivector.scenario.check_world import LEFT_OUT

if TYPE_CHECKING:
    from multivector.experiment.arms import Arms
    from multivector.experiment.replicates import Level
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
@click.option("--force", is_flag=True, help="Compute again even if the result is stored.")
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the result is.")
@click.pass_context
def command(
    ctx: click.Context, scenario: str, replicates: int | None, seed: int, doctrines: tuple[str, ...],
    sets: tuple[str, ...], order: str | None, out: Path, form: str, record: Level | None, force: bool, as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Play SCENARIO (a file or a shipped name) and keep the result in a folder.

    Without --replicates: one narrated history, and 199 silent ones beside it for the headline where they take no more
    than two seconds. A scenario that names a benchmark is compared with it on the same draws. Equal inputs have an
    equal name: a stored result is printed again, not computed again.
    """
    # Mesa inspects every module that is loaded before it: first come, first served.
    import multivector.world.agents  # noqa: F401
    from multivector.experiment.arms import prepare

    arms = prepare(
        scenario, overrides=overrides(sets), doctrines=pairs(doctrines, "--doctrine", "ACTOR=doctrine"), order=order
    )
    if not (quiet or as_json):
        show(warning for warning in arms.scenario.warnings if warning.hint == LEFT_OUT)
    stored = None if force else _stored(arms, seed, replicates or 1, record, form, out)
    known = stored is not None
    if stored is None:
        stored = _compute(arms, seed, replicates, record, form, out, quiet=quiet or as_json)
    _print(stored, known, as_json, quiet)
    ctx.exit(1 if stored.summary["failed"] else 0)


def _stored(arms: Arms, seed: int, replicates: int, record: str | None, form: str, out: Path) -> Stored | None:
    """The stored result, if it has as much detail as was asked and the form that was asked."""
    from multivector.experiment.replicates import LEVELS, default_level
    from multivector.results.store import find_result

    digest = arms.digest(seed=seed, replicates=replicates)
    found = find_result(out, arms.name(seed=seed, replicates=replicates), digest)
    wanted, order = record or default_level(replicates), [str(level) for level in LEVELS]
    if found is None or order.index(found.manifest["level"]) < order.index(wanted):
        return None
    return found if (found.folder / f"outcomes.{form}").is_file() else None


def _compute(
    arms: Arms, seed: int, replicates: int | None, record: Level | None, form: str, out: Path, *, quiet: bool
) -> Stored:
    from multivector.experiment.replicates import default_level
    from multivector.experiment.running import Request, Run
    from multivector.experiment.saving import finish
    from multivector.results.store import Writer, open_result

    count = replicates or 1
    level = record or default_level(count)
    request = Request(arms, seed, count, level, COMPANIONS if replicates is None else 0.0)
    # The folder is tried before the work begins: nobody should lose an hour to a full disk that was full before.
    with Writer(out, arms.name(seed=seed, replicates=count), form) as writer:
        with _progress(quiet) as bar:
            run = Run(request, writer, Interrupt(bar.tick))
            bar.planned = run.planned
            bar.per_history = run.experiment.turns_per_history
            done = run.perform()
        line = " ".join(["multivector", *(shlex.quote(arg) for arg in sys.argv[1:])])
        folder = finish(writer, arms, seed=seed, replicates=count, level=level, done=done, command=line)
    return open_result(folder)


class Interrupt:
    """Passes ticks on, and stops at the next one if Ctrl-C was swallowed: some libraries catch everything on import."""

    def __init__(self, tick: Callable[[int], None]) -> None:
        self._tick, self._asked = tick, False
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._stop)

    def _stop(self, _number: int, _frame: object) -> None:
        self._asked = True
        raise KeyboardInterrupt

    def __call__(self, count: int) -> None:
        """One more turn of so many histories."""
        if self._asked:
            raise KeyboardInterrupt
        self._tick(count)


def _progress(quiet: bool) -> Any:
    from multivector.cli.progress import Progress

    return Progress(on=not quiet and sys.stderr.isatty() and not os.environ.get("MULTIVECTOR_NO_PROGRESS"))


def _print(stored: Stored, known: bool, as_json: bool, quiet: bool) -> None:
    if as_json:
        tell_json({**stored.summary, "folder": str(stored.folder), "stored": known})
    elif quiet:
        tell([str(stored.folder)])
    else:
        tell(page(stored, known, width()))


def page(stored: Stored, known: bool, columns: int) -> Iterator[str]:
    """The printout of a stored result."""
    from multivector.cli import printout
    from multivector.cli.printout_ensemble import ensemble, headline

    summary = stored.summary
    if known:
        when = stored.manifest["timing"]["finished"]
        yield f"stored result of {when}, not computed again (--force would)"
    if summary["history"] is not None:
        yield from printout.history(summary, columns)
        if summary["ensemble"] is not None:
            yield from headline(summary, columns, beside=True)
    elif summary["ensemble"] is not None:
        yield from ensemble(summary, columns)
    else:
        yield from printout.header(summary, columns)
        yield "No history could be finished: see failures.jsonl."
    yield from printout.footer(summary, str(stored.folder), why(summary, str(stored.folder)))


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
