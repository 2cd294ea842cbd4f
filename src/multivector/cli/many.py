"""What `run`, `merge` and `sweep` share: shards, who plays, progress, what is said when a run is stopped."""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from multivector.errors import BadInput, Problem, RunFailed

if TYPE_CHECKING:
    from multivector.cli.progress import Progress
    from multivector.experiment.ensembles.blockwise import Blockwise, Watcher
    from multivector.experiment.ensembles.ensemble import Ensemble, Hands
    from multivector.experiment.ensembles.running import Request
    from multivector.experiment.ensembles.shelf import Shelf, Studied


@dataclass(frozen=True)
class Playing:
    """How an analysis is played: the command that asked for it, who is told of turns, where finished blocks lie."""

    command: str
    tick: Interrupt
    shelf: Shelf


HOW = ("--resume", "--shard", "--workers", "-w", "--cluster")
"""Options that say how a result is made, not which: the command that a result names is without them."""
ALONE = ("--resume",)
"""Those of them that take no value."""


@dataclass(frozen=True)
class Ways:
    """How an ensemble is to be played: the options of `run` of that name."""

    workers: int | None = None
    resume: bool = False
    shard: tuple[int, int] | None = None
    cluster: str | None = None
    force: bool = False

    def in_blocks(self, replicates: int) -> bool:
        """Whether the run is played block by block: few histories are one block, and nothing of them is kept."""
        from multivector.experiment.histories import replicates as blocks

        return replicates > blocks.CHUNK or self.shard is not None or self.cluster is not None


def shard_of(text: str | None) -> tuple[int, int] | None:
    """Read ``I/N``.

    Raises
    ------
    BadInput
        It is no such pair, or I is not within 1 to N.

    Examples
    --------
    >>> shard_of("3/16"), shard_of(None)
    ((3, 16), None)
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if found and 1 <= int(found[1]) <= int(found[2]):
        return int(found[1]), int(found[2])
    raise BadInput([Problem("--shard", 0, 0, "", f'found "{text[:40]}"', "I/N with I from 1 to N, such as 3/16")])


def asked(arguments: Sequence[str]) -> list[str]:
    """The arguments of a command line without those that say how, not what.

    Examples
    --------
    >>> asked(["run", "after-2022", "-n", "900", "--shard", "2/4", "--workers=3", "--resume", "-w", "2", "-w8"])
    ['run', 'after-2022', '-n', '900']
    """
    out, skip = [], False
    for argument in arguments:
        name = argument.partition("=")[0]
        short = argument[:2] in HOW and not argument.startswith("--")
        if not skip and name not in HOW and not short:
            out.append(argument)
        skip = not skip and argument in HOW and argument not in ALONE
    return out


def ensemble(request: Request, out: Path, form: str, ways: Ways, watcher: Watcher, command: str) -> Ensemble:
    """The run as the options want it."""
    from multivector.experiment.ensembles.ensemble import Ensemble

    return Ensemble(
        request, out, form, _hands(ways), watcher, command, shard=ways.shard, resume=ways.resume,
        force=ways.force,
    )  # fmt: skip


def _hands(ways: Ways) -> Hands:
    from multivector.experiment.ensembles.crew import Cluster
    from multivector.experiment.ensembles.ensemble import local

    if ways.cluster is None:
        return local(ways.workers)
    address = ways.cluster
    return lambda work, _blocks: Cluster(work, address)


class Interrupt:
    """Passes ticks on, and stops at the next one if Ctrl-C was swallowed: some libraries catch everything on import."""

    def __init__(self, bar: Progress) -> None:
        self._bar, self._asked = bar, False
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._stop)

    def _stop(self, _number: int, frame: FrameType | None) -> None:
        self._asked = True
        # What is raised while something is thrown away goes nowhere but to the screen: the next tick does it.
        if frame is None or frame.f_code.co_name not in ("_remove", "__del__"):
            raise KeyboardInterrupt

    def __call__(self, count: int) -> None:
        """One more turn of so many histories."""
        if self._asked:
            raise KeyboardInterrupt
        self._bar.tick(count)

    def begin(self, planned: int, done: int, per_history: int) -> None:
        """Say what is planned."""
        self._bar.begin(planned, done, per_history)


def progress(quiet: bool, lang: str = "en") -> Progress:
    """A bar in a language, where there is a terminal and nobody asked for silence."""
    from multivector.cli.progress import Progress

    on = not quiet and sys.stderr.isatty() and not os.environ.get("MULTIVECTOR_NO_PROGRESS")
    return Progress(on=on, lang=lang)


def perform(run: Blockwise) -> Path:
    """Play it; where it is stopped, say what is kept and how to go on."""
    try:
        return run.perform()
    except (KeyboardInterrupt, RunFailed):
        if run.kept:
            kept = f"{run.kept:,} of {run.planned:,} histories are kept; the same command with --resume goes on"
            click.echo(kept, err=True)
        raise


@contextmanager
def shelved(
    made: Studied,
    out: Path,
    kind: str,
    silent: bool,
    *,
    resume: bool,
    force: bool,
    tables: tuple[str, ...] = ("lines",),
) -> Iterator[Playing]:
    """A bar, a shelf for finished blocks and their tables, and what is said when an analysis is stopped."""
    from multivector.experiment.ensembles.shelf import Shelf, parts_of

    line = "multivector " + shlex.join(asked(sys.argv[1:]))
    with progress(silent) as bar:
        shelf = Shelf(parts_of(made, out, kind, line), bar.skip, tables)
        try:
            shelf.parts.open(resume=resume, fresh=force)
            bar.begin(made.turns, 0, max(1, made.turns // max(1, made.histories)))
            yield Playing(line, Interrupt(bar), shelf)
            shelf.parts.remove()
        except (KeyboardInterrupt, RunFailed):
            if shelf.kept:
                kept = f"{shelf.kept:,} of {made.blocks:,} blocks are kept; the same command with --resume goes on"
                click.echo(kept, err=True)
            raise
        finally:
            shelf.parts.close()


def shard_page(folder: Path, planned: int, failed: int) -> Iterator[str]:
    """What is said of a finished shard."""
    share, _, many = folder.name.partition(".shard-")[2].partition("-of-")
    bad = f", {failed:,} failed" if failed else ""
    yield f"shard {share} of {many}: {planned:,} histories{bad}: {folder}"
    yield f"once all are there: multivector merge {folder.parent / folder.name.partition('.shard-')[0]}.shard-*"
