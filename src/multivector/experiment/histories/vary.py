"""Histories of one world with other numbers than the scenario's: for trials that are looked at and not kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.results.recorded import Array
from multivector.results.tally import YEAR
from multivector.schema import Scenario


@dataclass(frozen=True)
class Played:
    """What some histories came to.

    Attributes
    ----------
    end : outcome to ``[replicate]``: mean of the last year, or of the last turn where only that has it.
    ln_income : ``[turn, replicate]`` log real income of the focus actor: what a benchmark hands on.
    survived, failed : flags ``[replicate]``.
    """

    end: dict[str, Array]
    ln_income: Array
    survived: NDArray[np.bool_]
    failed: NDArray[np.bool_]


def play(
    scenario: Scenario,
    ids: Sequence[int],
    *,
    seed: int,
    numbers: Mapping[str, Array] | None = None,
    benchmark: Array | None = None,
    outcomes: bool = True,
) -> Played:
    """Play replicates of a world, each with its own numbers.

    Parameters
    ----------
    scenario : the world. What stocks are worth later is worked out at its own numbers.
    ids : replicates; the same id may come more than once, with other numbers.
    seed : root of all draws.
    numbers : path to ``[replicate]`` values in place of the scenario's; paths that this world lacks are left out.
    benchmark : ``[turn, replicate]`` log real income of the benchmark on the same draws.
    outcomes : whether outcomes and red lines are wanted too; without them `end` is empty and `survived` true.
    """
    from multivector.world.model import DiplomacyModel
    from multivector.world.setup import Setup
    from multivector.world.watching.recorder import Recorder

    given = {path: values for path, values in (numbers or {}).items() if path in scenario.parameters}
    model = DiplomacyModel(Setup(scenario), ids, seed=seed, overrides=given, benchmark=benchmark)
    recorder = Recorder(model, "outcomes")
    focus = model.engine.layout.actors.index(scenario.focus)
    rows: list[Array] = []
    if outcomes:
        model.observers.append(recorder)
    model.observers.append(lambda m, _happened, _choices: rows.append(m.state.ln_income[focus, : m.count].copy()))
    model.run()
    failed = model.state.failed[: model.count] > 0.5
    if not outcomes:
        return Played({}, np.stack(rows), np.ones(len(ids), bool), failed)
    record, dictionary = recorder.record(), recorder.observer.dictionary
    end = {}
    for id, values in record.outcomes.items():
        end[id] = values[-1] if dictionary[id].per == "last" else values[-YEAR:].mean(axis=0)
    survived = np.ones(len(ids), bool)
    for id, line in record.lines.items():
        if scenario.red_lines[id].enabled:
            survived &= line["first"] < 0
    return Played(end, np.stack(rows), survived, failed)
