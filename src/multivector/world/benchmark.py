"""The benchmark of a scenario, run beside it on the same draws: the base of the red line on income."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from multivector.errors import MultivectorError
from multivector.mechanisms.common import Array
from multivector.scenario import load
from multivector.schema.numbers import canonical, numbers
from multivector.world.model import DiplomacyModel
from multivector.world.setup import Setup


class BenchmarkError(MultivectorError, ValueError):
    """A benchmark cannot stand beside the scenario; the message says why."""

    exit_code = 2


def benchmark_setup(setup: Setup) -> Setup | None:
    """Setup of the benchmark that a scenario names, or None where it names none; make it once for all batches.

    Raises
    ------
    BenchmarkError
        If its focus actor is another one, so that incomes cannot be compared.
    """
    scenario = setup.scenario
    if scenario.benchmark is None:
        return None
    # A calendar changed for this run changes the benchmark's with it.
    calendar = {"calendar.start": scenario.calendar.start, "calendar.turns": str(scenario.calendar.turns)}
    other = load(scenario.benchmark, overrides=calendar)
    if other.focus != scenario.focus:
        raise BenchmarkError(f"{scenario.id}: the benchmark {other.id} follows {other.focus}, not {scenario.focus}")
    return Setup(other)


def benchmark_income(
    setup: Setup,
    replicate_ids: Sequence[int],
    seed: int,
    overrides: Mapping[str, Array] | None = None,
    *,
    benchmark: Setup | None = None,
) -> Array | None:
    """Log real income of the focus actor in the scenario's benchmark, on the same draws and overrides.

    Parameters
    ----------
    setup : setup of the scenario.
    replicate_ids, seed : as for the run itself.
    overrides : path (as in `schema.numbers`) to ``(replicate,)``; paths that the benchmark does not know are left out.
    benchmark : its setup, where it has been made before (`benchmark_setup`).

    Returns
    -------
    Array or None
        [turn, replicate], log against the base year, for ``DiplomacyModel(benchmark=...)``; nan from the turn on in
        which a solve of the benchmark failed; None if the scenario names no benchmark.
    """
    beside = benchmark or benchmark_setup(setup)
    if beside is None:
        return None
    there = numbers(beside.scenario)
    known = {k: v for k, v in (overrides or {}).items() if canonical(k, there) in there}
    model = DiplomacyModel(beside, replicate_ids, seed=seed, overrides=known)
    focus = model.engine.layout.actors.index(beside.scenario.focus)
    rows = []
    while not model.finished:
        model.step()
        rows.append(np.where(model.state.failed > 0.5, np.nan, model.state.ln_income[focus])[: model.count])
    return np.stack(rows)
