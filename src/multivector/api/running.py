"""A scenario, played: `run`, and for many machines `shard` and `merge`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from multivector.api.result import Result, of_stored
from multivector.errors import Problem
from multivector.experiment.ensembles.called import asked, called, set_texts, whole
from multivector.experiment.ensembles.keeping import Form, kept_run, kept_shard
from multivector.experiment.ensembles.running import Memory, Request, Run
from multivector.experiment.histories import replicates as blocks
from multivector.experiment.histories.arms import PRIOR, prepare
from multivector.experiment.histories.replicates import LEVELS, Level, default_level
from multivector.experiment.shipped.posterior import POSTERIOR
from multivector.results.store import json_plain, open_result

Uncertainty = Literal["prior", "posterior"]


def run(
    scenario: str | Path,
    replicates: int = 1,
    seed: int = 0,
    *,
    overrides: Mapping[str, object] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
    record: Level | None = None,
    uncertainty: Uncertainty | None = None,
    fast: bool = False,
    workers: int | None = 1,
    cluster: str | None = None,
    out: str | Path | None = None,
    form: Form = "parquet",
    resume: bool = False,
    force: bool = False,
) -> Result:
    """Run a scenario, with its benchmark on the same draws if it names one: the same numbers as `multivector run`.

    Parameters
    ----------
    scenario
        A file or the name of a shipped one.
    replicates
        Number of histories; replicate k is the same whatever their number.
    seed
        Root of all draws.
    overrides
        Dotted path -> value, as with ``--set`` on the command line.
    doctrines
        Actor -> doctrine.
    order
        ``sequential`` or ``simultaneous``.
    record
        ``summary``, ``outcomes`` or ``full``; by default everything for up to 20 histories, else outcomes.
    uncertainty
        ``prior`` to draw what the scenario calls uncertain anew for every history, ``posterior`` to draw one of the
        vectors of numbers that the facts leave plausible.
    fast
        Have the turn compiled: incomes within 1e-10 of the reference, kept as another result; needs the extra
        `fast`. The first run of a world takes some seconds more, for which the machine remembers what it compiled.
    workers
        Processes that play more than 256 histories; None for as many as processors. In a script, more than one of them
        begin by importing the script: call this under ``if __name__ == "__main__":``. No number depends on it.
    cluster
        With `out`: address of the scheduler of a Dask cluster that plays in place of this machine, such as
        ``tcp://10.0.0.5:8786``; needs the extra `cluster`.
    out
        Folder of results: the result is kept there as a folder, and one that is there is read and not computed again.
        Without it everything stays in memory.
    form
        With `out`: ``parquet`` or ``csv`` tables.
    resume, force
        With `out`: go on with what an interrupted run has left; compute again even if the result is stored.

    Returns
    -------
    Result
        With `Result.frame` and `Result.summary`.

    Raises
    ------
    BadInput
        Something is wrong with the scenario or an argument, or an interrupted run lies in `out`.
    RunFailed
        The result cannot be written, or workers cannot be had.

    Examples
    --------
    >>> result = run("after-2022", 2, overrides={"calendar.turns": 2, "decision.rule": "random"})
    >>> result.summary["ensemble"]["headline"]["n"]
    2
    >>> run("after-2022", replicates=0)
    Traceback (most recent call last):
    multivector.errors.BadInput: replicates: found 0; allowed: 1 or more
    """
    more = _wrong(record, uncertainty)
    if cluster is not None and out is None:
        more = [Problem("out", 0, 0, "", "found a cluster without a folder", "a folder of results"), *more]
    command = _called(scenario, replicates, seed, overrides, doctrines, order, record, uncertainty, fast)
    how = asked(
        command, counts={"replicates": (replicates, 1), "seed": (seed, 0)}, workers=workers, out=out, form=form,
        resume=resume, force=force, more=more,
    )  # fmt: skip
    request = _request(scenario, replicates, seed, overrides, doctrines, order, record, uncertainty, fast)
    if how is not None:
        return of_stored(kept_run(request, how, cluster=cluster).stored, request.arms)
    if workers != 1 and replicates > blocks.CHUNK:
        from multivector.experiment.ensembles.gathering import gather

        sink, done = gather(request, workers)
    else:
        sink = Memory()
        done = Run(request, sink).perform()
    failures = [(f.replicate, f.stage, f.message) for f in done.failures]
    return Result(
        request.arms, seed, replicates, request.level, json_plain(done.summary), failures, command, None, sink.tables,
        done,
    )  # fmt: skip


def shard(
    scenario: str | Path,
    replicates: int,
    share: tuple[int, int],
    seed: int = 0,
    *,
    overrides: Mapping[str, object] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
    record: Level | None = None,
    uncertainty: Uncertainty | None = None,
    fast: bool = False,
    workers: int | None = 1,
    cluster: str | None = None,
    out: str | Path = "results",
    resume: bool = False,
    force: bool = False,
) -> Path:
    """Play a share of a run, for many machines: the same folder as `multivector run --shard I/N`; `merge` joins them.

    Parameters
    ----------
    scenario, replicates, seed
        As in `run`: of the whole, which has `replicates` histories.
    share
        Which share of how many, counted from 1: ``(3, 16)`` for the third of sixteen.
    overrides, doctrines, order, record, uncertainty, fast
        As in `run`; the same for all shares.
    workers, cluster
        Who plays, as in `run`.
    out
        Folder of results. A share that is there is not played again.
    resume, force
        Go on with what an interrupted share has left; play it again even if it is there.

    Returns
    -------
    Path
        The folder of the share.

    Raises
    ------
    BadInput
        Something is wrong with the scenario or an argument, or an interrupted share lies in `out`.
    RunFailed
        The folder cannot be written, or workers cannot be had.

    Examples
    --------
    >>> import tempfile
    >>> small = {"calendar.turns": 2, "decision.rule": "random"}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     parts = [shard("after-2022", 2, (k, 2), overrides=small, out=folder) for k in (1, 2)]
    ...     merge(parts, out=folder).replicates
    2
    >>> shard("after-2022", 900, (5, 4))
    Traceback (most recent call last):
    multivector.errors.BadInput: share: found (5, 4); allowed: (i, n) with i from 1 to n, such as (3, 16)
    """
    command = _called(scenario, replicates, seed, overrides, doctrines, order, record, uncertainty, fast)
    how = asked(
        command, counts={"replicates": (replicates, 1), "seed": (seed, 0)}, workers=workers, out=out, form="parquet",
        resume=resume, force=force, more=[*_no_share(share), *_wrong(record, uncertainty)],
    )  # fmt: skip
    assert how is not None  # there is always a folder
    request = _request(scenario, replicates, seed, overrides, doctrines, order, record, uncertainty, fast)
    return kept_shard(request, how, (int(share[0]), int(share[1])), cluster=cluster)


def merge(folders: Sequence[str | Path], *, out: str | Path = "results", form: Form = "parquet") -> Result:
    """Join the shares of a run to the result of the whole: the same folder as `multivector merge`, and as one `run`.

    Parameters
    ----------
    folders
        What `shard` or `multivector run --shard` has left, all shares of one run, in any order. They stay.
    out, form
        Folder of results; ``parquet`` or ``csv`` tables.

    Returns
    -------
    Result
        Stored in `Result.folder`.

    Raises
    ------
    BadInput
        They are not all the shares of one run, made by this version of the model.
    RunFailed
        The result cannot be written.

    Examples
    --------
    >>> merge([])
    Traceback (most recent call last):
    multivector.errors.BadInput: shards: found none; allowed: the folders of all shards of one run
    """
    from multivector.experiment.ensembles import ensemble

    asked("", counts={}, workers=None, out=out, form=form, resume=False, force=False)
    listed = [folders] if isinstance(folders, str | Path) else folders
    stored = open_result(ensemble.merge([Path(folder) for folder in listed], Path(out), form))
    return of_stored(
        stored, ensemble.stored_arms(stored.folder, stored.manifest.get("uncertainty"), "engine" in stored.manifest)
    )


def _called(
    scenario: str | Path, replicates: int, seed: int, overrides: Mapping[str, object] | None,
    doctrines: Mapping[str, str] | None, order: str | None, record: Level | None, uncertainty: Uncertainty | None,
    fast: bool,
) -> str:  # fmt: skip
    """The call of the whole: how it is played is no part of it."""
    return called(
        run, str(scenario), replicates, seed=seed, overrides=overrides, doctrines=doctrines, order=order, record=record,
        uncertainty=uncertainty, fast=fast,
    )  # fmt: skip


def _request(
    scenario: str | Path, replicates: int, seed: int, overrides: Mapping[str, object] | None,
    doctrines: Mapping[str, str] | None, order: str | None, record: Level | None, uncertainty: Uncertainty | None,
    fast: bool,
) -> Request:  # fmt: skip
    arms = prepare(
        scenario, overrides=set_texts(overrides), doctrines=doctrines, order=order, uncertainty=uncertainty, fast=fast
    )  # fmt: skip
    return Request(arms, seed, replicates, record or default_level(replicates))


def _wrong(record: Level | None, uncertainty: Uncertainty | None) -> list[Problem]:
    allowed = (("record", record, LEVELS), ("uncertainty", uncertainty, (PRIOR, POSTERIOR)))
    return [
        Problem(name, 0, 0, "", f'found "{value}"', " or ".join(known))
        for name, value, known in allowed
        if value not in (None, *known)
    ]


def _no_share(share: tuple[int, int]) -> list[Problem]:
    pair = tuple(share) if isinstance(share, tuple | list) else ()
    if len(pair) == 2 and not whole({"i": (pair[0], 1), "n": (pair[1], 1)}) and pair[0] <= pair[1]:
        return []
    return [Problem("share", 0, 0, "", f"found {share!r}", "(i, n) with i from 1 to n, such as (3, 16)")]
