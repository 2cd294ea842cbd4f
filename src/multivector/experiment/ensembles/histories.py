"""A block of an ensemble, played and made into files: the work of a crew."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from multivector.experiment.ensembles.saving import made_with, tables_of
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import Experiment, Failure, Level, let_go
from multivector.experiment.telling import summary as told
from multivector.results.manifest import machine, versions
from multivector.results.parts import block_files
from multivector.results.tables import Table


@dataclass(frozen=True)
class Played:
    """A finished block: replicates, files by name."""

    ids: range
    files: dict[str, bytes]


@dataclass
class Histories:
    """The histories of an experiment, numbered as its replicates.

    Attributes
    ----------
    experiment : what is played; whoever plays has it to itself.
    level : how much is kept.
    """

    experiment: Experiment
    level: Level

    def play(self, ids: range) -> Played:
        """Play a block and make its files."""
        let_go()
        experiment = self.experiment
        tables: dict[str, list[Table]] = {}
        failures: list[Failure] = []
        tally, focus = told.tally_for(experiment.arms, experiment.dictionary), experiment.arms.scenario.focus
        for found in experiment.blocks(ids, self.level):
            if isinstance(found, Failure):
                failures.append(found)
                continue
            failures += found.failures
            tally.add(found.record, found.room, found.benchmark)
            for name, table in tables_of(found, self.level, focus).items():
                if table is not None:
                    tables.setdefault(name, []).append(table)
        return Played(ids, block_files(tables, tally.columns(), facts(map(vars, failures), experiment.arms)))

    def lost(self, ids: range, message: str) -> Played:
        """A block that could not be played at all: every replicate is a failure."""
        failures = [Failure(i, "worker", message) for i in ids]
        return Played(ids, block_files({}, {}, facts(map(vars, failures), self.experiment.arms)))

    def packed(self, ids: range) -> bytes:  # noqa: ARG002 (every block needs the same)
        """The experiment with its worlds set up, to be sent to workers."""
        return self._packed

    @cached_property
    def _packed(self) -> bytes:
        mine = self.experiment
        plain = type(mine)(mine.arms, seed=mine.seed, alone=True)
        plain.__dict__ |= {
            "setup": mine.setup, "benchmark_setup": mine.benchmark_setup, "kernels": mine.kernels,
        }  # fmt: skip
        plain.prepare()
        return pickle.dumps(Histories(plain, self.level))


def facts(failures: Iterable[Mapping[str, object]], arms: Arms | None = None) -> dict[str, Any]:
    """What is kept of a block besides its tables: histories without numbers, what made it."""
    known = {"versions": versions(), "machine": machine()} if arms is None else made_with(arms)
    return {"failures": list(failures), **known}
