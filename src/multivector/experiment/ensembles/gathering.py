"""An ensemble without files: blocks are played by worker processes and gathered in memory, in their order.

The blocks are those of `multivector.experiment.ensembles.ensemble`: so the numbers are the same to the bit, wherever
they go.
"""

from __future__ import annotations

import time
from typing import Any

from multivector.experiment.ensembles.crew import carry_out, local
from multivector.experiment.ensembles.histories import Histories, Played
from multivector.experiment.ensembles.running import Memory, Request, summary_of
from multivector.experiment.histories.replicates import Done, Experiment, Failure, chunks
from multivector.experiment.telling import summary as told
from multivector.results.parts import of_block


def gather(request: Request, workers: int | None) -> tuple[Memory, Done]:
    """Play a request in several processes.

    Parameters
    ----------
    request : what to run.
    workers : how many processes play; None for as many as processors.

    Returns
    -------
    (Memory, Done)
        The tables block by block, and every figure.

    Raises
    ------
    RunFailed
        Worker processes cannot be had.
    """
    start = time.perf_counter()
    experiment = Experiment(request.arms, seed=request.seed, alone=True)
    experiment.prepare()
    todo = list(chunks(0, request.replicates, request.block_size))
    crew = local(Histories(experiment, request.level), workers, len(todo))
    found: dict[int, Played] = {}
    try:
        for block in carry_out(crew, todo, lambda: None):
            found[block.ids.start] = block
    finally:
        crew.stop()
    memory, failures = Memory(), list[Failure]()
    tally = told.tally_for(request.arms, experiment.dictionary)
    for ids in todo:
        tables, facts = of_block(found.pop(ids.start).files, tally)
        for name, table in tables.items():
            memory.add(name, table)
        failures += [Failure(**each) for each in facts["failures"]]
    summary: dict[str, Any] = summary_of(request, None, tally, experiment.dictionary, failures)
    return memory, Done(summary, failures, experiment.dictionary, time.perf_counter() - start)
