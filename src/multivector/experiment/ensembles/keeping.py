"""Results that are kept: read where they are stored, else played into a folder. Commands and Python share it.

A run is kept by `kept_run`, its share by `kept_shard`, an analysis by `kept`, which its own module calls with what it
writes. So a folder is the same, file by file, whoever asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from multivector.errors import RunFailed
from multivector.experiment.ensembles.blockwise import Unwatched, Watcher
from multivector.experiment.ensembles.ensemble import Ensemble, cluster_at, local
from multivector.experiment.ensembles.running import Request, Run
from multivector.experiment.ensembles.saving import finish, stored_run
from multivector.experiment.ensembles.shelf import LINES, Shelf, Studied, parts_of
from multivector.experiment.histories import replicates as blocks
from multivector.results.store import Stored, Writer, find_result, open_result

Form = Literal["parquet", "csv"]
UNWATCHED = Unwatched()


@dataclass(frozen=True)
class Keep:
    """Where a result is kept and how it is made; no number depends on the latter.

    Attributes
    ----------
    out, form : folder of results, ``parquet`` or ``csv``.
    command : the command line, or the call, that asked for it.
    watcher : is told how it goes on.
    workers : processes that play at the same time (None: as many as processors).
    resume, force : go on with the blocks of an unfinished one; make it again even if it is stored.
    alone : few histories are played in this process, and in no second one beside it.
    """

    out: Path
    form: str
    command: str
    watcher: Watcher = UNWATCHED
    workers: int | None = None
    resume: bool = False
    force: bool = False
    alone: bool = False


class Kept(NamedTuple):
    """A result on the disk, and whether it was there before."""

    stored: Stored
    known: bool


def kept(
    made: Studied, how: Keep, kind: str, table: str, save: Callable[[Shelf], Path], tables: tuple[str, ...] = (LINES,)
) -> Kept:
    """Read an analysis where it is stored in the form that is wanted, else play it.

    Parameters
    ----------
    made : the analysis.
    how : where and how.
    kind : of the result.
    table : one that every such result has.
    save : plays it, with finished blocks on the shelf that it is given, and writes its folder.
    tables : tables that are kept of finished blocks.

    Raises
    ------
    BadInput
        Blocks of an unfinished one are there, and it was not said what to do with them.
    RunFailed
        The result cannot be written.
    """
    stored = None if how.force else find_result(how.out, made.name(), made.digest(), kind=kind)
    if stored is not None and (stored.folder / f"{table}.{how.form}").is_file():
        return Kept(stored, True)
    with shelved(made, how, kind, tables) as shelf:
        return Kept(open_result(save(shelf), kind=kind), False)


@contextmanager
def shelved(made: Studied, how: Keep, kind: str, tables: tuple[str, ...] = (LINES,)) -> Iterator[Shelf]:
    """A shelf for the finished blocks of an analysis and their tables; it goes once the result stands."""
    shelf = Shelf(parts_of(made, how.out, kind, how.command), how.watcher.skip, tables)
    try:
        shelf.parts.open(resume=how.resume, fresh=how.force)
        how.watcher.begin(made.turns, 0, max(1, made.turns // max(1, made.histories)))
        yield shelf
        shelf.parts.remove()
    except (KeyboardInterrupt, RunFailed):
        if shelf.kept:
            how.watcher.stopped(shelf.kept, made.blocks, "blocks")
        raise
    finally:
        shelf.parts.close()


def kept_run(request: Request, how: Keep, *, cluster: str | None = None) -> Kept:
    """Read a run where it is stored with as much detail as is wanted, else play it: by a cluster, if one is named.

    Raises
    ------
    BadInput
        Blocks of an unfinished one are there, and it was not said what to do with them; Dask is not installed.
    RunFailed
        The result cannot be written; workers cannot be had.
    """
    stored = known_run(request, how)
    if stored is not None:
        return Kept(stored, True)
    if request.replicates > blocks.CHUNK or cluster is not None:
        return Kept(open_result(_in_blocks(request, how, None, cluster).perform()), False)
    return Kept(open_result(_at_once(request, how)), False)


def known_run(request: Request, how: Keep) -> Stored | None:
    """A run that is stored, unless it shall be made again."""
    if how.force:
        return None
    return stored_run(
        request.arms, seed=request.seed, replicates=request.replicates, level=request.level, form=how.form, out=how.out
    )


def kept_shard(request: Request, how: Keep, share: tuple[int, int], *, cluster: str | None = None) -> Path:
    """The folder of a share of a run, ``(3, 16)`` for the third of sixteen: played, unless it is there.

    Raises
    ------
    BadInput
        As of `kept_run`.
    RunFailed
        As of `kept_run`.
    """
    wanted = _in_blocks(request, how, share, cluster)
    if wanted.parts.published() and not how.force:
        return wanted.parts.shard_folder
    return wanted.perform()


def _in_blocks(request: Request, how: Keep, share: tuple[int, int] | None, cluster: str | None) -> Ensemble:
    hands = local(how.workers) if cluster is None else cluster_at(cluster)
    return Ensemble(
        request, how.out, how.form, hands, how.watcher, how.command, shard=share, resume=how.resume, force=how.force
    )


def _at_once(request: Request, how: Keep) -> Path:
    """Few histories are one block, and nothing of them is kept before the end."""
    arms, seed, replicates = request.arms, request.seed, request.replicates
    # The folder is tried before the work begins: nobody should lose an hour to a full disk that was full before.
    with Writer(how.out, arms.name(seed=seed, replicates=replicates), how.form) as writer:
        run = Run(request, writer, how.watcher, alone=how.alone, compiling=how.watcher.compiling)
        how.watcher.begin(run.planned, 0, run.experiment.turns_per_history)
        done = run.perform()
        return finish(
            writer, arms, seed=seed, replicates=replicates, level=request.level, done=done, command=how.command
        )
