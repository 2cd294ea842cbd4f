"""What commands share that keep a result: shards, progress, what is said when one is stopped."""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from multivector.errors import BadInput, Problem

if TYPE_CHECKING:
    from multivector.cli.progress import Progress
    from multivector.experiment.ensembles.keeping import Keep

HOW = ("--resume", "--shard", "--workers", "-w", "--cluster")
"""Options that say how a result is made, not which: the command that a result names is without them."""
ALONE = ("--resume",)
"""Those of them that take no value."""


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

    def skip(self, turns: int) -> None:
        """So many of the turns that are planned were played before."""
        self._bar.skip(turns)

    def compiling(self) -> None:
        """Say what is waited for."""
        self._bar.note(self._bar.say("compiling the look-ahead (once for this world and machine) ..."))

    def stopped(self, kept: int, planned: int, what: str) -> None:
        """Say what is kept, and how to go on."""
        told = f"{kept:,} of {planned:,} {what} are kept; the same command with --resume goes on"
        click.echo(told, err=True)


def progress(quiet: bool, lang: str = "en") -> Progress:
    """A bar in a language, where there is a terminal and nobody asked for silence."""
    from multivector.cli.progress import Progress

    on = not quiet and sys.stderr.isatty() and not os.environ.get("MULTIVECTOR_NO_PROGRESS")
    return Progress(on=on, lang=lang, silent=quiet)


@contextmanager
def watched(
    silent: bool, out: Path, form: str, *, workers: int | None, resume: bool, force: bool, lang: str = "en"
) -> Iterator[Keep]:
    """Where and how the command wants its result kept, with a bar."""
    from multivector.experiment.ensembles.keeping import Keep

    line = "multivector " + shlex.join(asked(sys.argv[1:]))
    with progress(silent, lang) as bar:
        yield Keep(out, form, line, Interrupt(bar), workers, resume, force, alone=workers == 1)


def shard_page(folder: Path, planned: int, failed: int) -> Iterator[str]:
    """What is said of a finished shard."""
    share, _, many = folder.name.partition(".shard-")[2].partition("-of-")
    bad = f", {failed:,} failed" if failed else ""
    yield f"shard {share} of {many}: {planned:,} histories{bad}: {folder}"
    yield f"once all are there: multivector merge {folder.parent / folder.name.partition('.shard-')[0]}.shard-*"
