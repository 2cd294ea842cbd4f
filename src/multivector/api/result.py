"""What a run returns: its numbers as tables and arrays, in memory or in a folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.keeping import Form
from multivector.experiment.ensembles.saving import finish
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import Done, Level
from multivector.results.store import Stored, Writer, json_plain, open_result
from multivector.results.tables import Table

if TYPE_CHECKING:
    import pandas
    from numpy.typing import NDArray

    from multivector.analysis.reading import Histories


@dataclass(frozen=True)
class Result:
    """Histories of one scenario, in memory or in a folder.

    Attributes
    ----------
    arms : the scenario that was run, and its benchmark.
    seed, replicates, level : as asked.
    summary : every figure of the printout, as `multivector run --json` has it.
    failures : replicates without numbers: (replicate, stage, message).
    command : the call that made it.
    folder : where it is stored, None if in memory alone.

    Examples
    --------
    >>> from multivector import run
    >>> result = run("after-2022", 2, overrides={"calendar.turns": 2, "decision.rule": "random"})
    >>> result.frame().columns.tolist()
    ['point', 'replicate', 'turn', 'actor', 'outcome', 'value']
    >>> float(result.outcome("real_income")[-1].mean()) > 0.9
    True
    """

    arms: Arms
    seed: int
    replicates: int
    level: Level
    summary: dict[str, Any]
    failures: list[tuple[int, str, str]]
    command: str
    folder: Path | None = None
    _tables: dict[str, list[Table]] = field(default_factory=dict, repr=False)
    _done: Done | None = field(default=None, repr=False)

    def columns(self, table: str = "outcomes") -> dict[str, NDArray[Any]]:
        """A table as NumPy arrays by column.

        Parameters
        ----------
        table : ``outcomes``, ``lines``, ``votes``; ``moves`` and ``flows`` if everything was recorded; ``uncertain`` if
            numbers were drawn.

        Raises
        ------
        KeyError
            There is no such table.
        """
        from multivector.analysis.frames import parts_of, table_columns

        return table_columns(parts_of(self._tables, self.folder, table))

    def frame(self, table: str = "outcomes") -> pandas.DataFrame:
        """A table as a pandas data frame (tidy: point, replicate, turn, actor, outcome, value).

        Raises
        ------
        ImportError
            pandas is not installed; `columns` works without it.
        KeyError
            There is no such table.
        """
        from multivector.analysis.frames import parts_of, table_frame

        return table_frame(parts_of(self._tables, self.folder, table))

    def outcome(self, id: str) -> NDArray[np.float64]:
        """One outcome as ``[turn, replicate]``, turns in order; only replicates that did not fail.

        Raises
        ------
        KeyError
            There is no such outcome.
        """
        columns = self.columns()
        here = columns["outcome"] == id
        if not here.any():
            raise KeyError(f"no outcome {id!r}; see multivector.outcomes.OUTCOMES")
        turns, row = np.unique(columns["turn"][here], return_inverse=True)
        ids, place = np.unique(columns["replicate"][here], return_inverse=True)
        out = np.full((len(turns), len(ids)), np.nan)
        out[row, place] = columns["value"][here]
        return out

    def orders(self, most: int = 256) -> dict[str, Any]:
        """Which conclusions hold in both orders of play: what `multivector run --both-orders` tells, as plain data.

        Parameters
        ----------
        most : histories played in each order, from the first on.

        Raises
        ------
        BadInput
            The histories have uncertain numbers of their own.
        RunFailed
            No history could be finished in both orders.
        """
        from multivector.analysis.comparing.orders import orders
        from multivector.analysis.reading import open_histories

        world = histories_of(self) if self.folder is None else open_histories(open_result(self.folder))
        told: dict[str, Any] = json_plain(orders(world, most=most))
        return told

    def save(self, out: str | Path = "results", *, form: Form = "parquet") -> Path:
        """Write the result as a folder, as `multivector run` does, and return its path; a stored one is copied.

        Raises
        ------
        RunFailed
            The folder cannot be written.
        BadInput
            It is stored in another form.
        """
        if self.folder is not None:
            return self._copy(Path(out), form)
        assert self._done is not None
        with Writer(Path(out), self.arms.name(seed=self.seed, replicates=self.replicates), form) as writer:
            for table, parts in self._tables.items():
                for part in parts:
                    writer.add(table, part)
            return finish(
                writer, self.arms, seed=self.seed, replicates=self.replicates, level=self.level, done=self._done,
                command=self.command,
            )  # fmt: skip

    def _copy(self, out: Path, form: str) -> Path:
        assert self.folder is not None
        if not (self.folder / f"outcomes.{form}").is_file():
            raise BadInput([Problem("form", 0, 0, "", f'found "{form}"', f"the form of the tables in {self.folder}")])
        target = out / self.folder.name
        if not target.exists():
            shutil.copytree(self.folder, target)
        return target


def of_stored(stored: Stored, arms: Arms) -> Result:
    """A result that is stored."""
    facts = stored.manifest
    failures = [(int(f["replicate"]), str(f["stage"]), str(f["message"])) for f in stored.failures()]
    return Result(
        arms, facts["seed"], facts["replicates"], facts["level"], stored.summary, failures, facts["command"],
        stored.folder,
    )  # fmt: skip


def histories_of(result: Result) -> Histories:
    """The histories of a result that may not be stored."""
    from multivector.analysis.reading import LINES, OUTCOMES, histories, joined
    from multivector.experiment.ensembles.saving import manifest, scenario_text

    arms, tables, done = result.arms, result._tables, result._done
    assert done is not None
    facts = manifest(arms, seed=result.seed, replicates=result.replicates, level=result.level)
    other = None if arms.benchmark is None else scenario_text(arms.benchmark)
    return histories(
        facts, result.summary, done.dictionary, joined(tables.get("outcomes", []), OUTCOMES),
        joined(tables.get("lines", []), LINES), (scenario_text(arms.scenario), other),
        arms.name(seed=result.seed, replicates=result.replicates), (arms.scenario, arms.benchmark),
    )  # fmt: skip
