"""Finished blocks of an analysis on the disk, until its result stands: whatever ends the program, they stay.

An analysis plays one sweep after the other (a world, a generation of candidates), always the same ones in the same
order, because what is played follows from the plan and from what was played before. So blocks are numbered through, and
an analysis that goes on reads what it finds in place of playing it: the same numbers, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from multivector.experiment.ensembles.crew import Crew, carry_out
from multivector.experiment.ensembles.histories import Played, facts
from multivector.experiment.ensembles.jobs import Jobs, Piece
from multivector.experiment.histories import replicates
from multivector.results.files import read_bytes
from multivector.results.manifest import FORMAT
from multivector.results.parts import Parts, block_facts, block_files, columns_of

WHOLE = ("point", "replicate")
LINES = "lines"


class Studied(Protocol):
    """An analysis, checked and ready to play."""

    @property
    def seed(self) -> int:
        """Root of all draws."""
        ...

    @property
    def replicates(self) -> int:
        """Histories of each point."""
        ...

    @property
    def histories(self) -> int:
        """Histories that will be played, at most."""
        ...

    @property
    def turns(self) -> int:
        """Turns that will be played: what a progress bar counts to."""
        ...

    @property
    def blocks(self) -> int:
        """Blocks in which they are played, at most."""
        ...

    def name(self) -> str:
        """Name of the result."""
        ...

    def digest(self) -> str:
        """Digest of everything that determines the numbers."""
        ...


def as_ends(piece: Piece, names: Sequence[str] = (LINES,)) -> Played:
    """A block for the disk: what its histories came to, and some tables; not every quarter unless that is named."""
    tables = {name: tables for name, tables in piece.tables.items() if name in names}
    return Played(piece.ids, block_files(tables, piece.columns, facts(piece.failures)))


@dataclass
class Shelf:
    """Where the finished blocks of an analysis lie.

    Attributes
    ----------
    parts : the folder.
    skip : is told of turns that were played before.
    tables : tables that are kept of each block.
    """

    parts: Parts
    skip: Callable[[int], None]
    tables: tuple[str, ...] = (LINES,)

    def __post_init__(self) -> None:
        self._next = 0

    @property
    def kept(self) -> int:
        """Blocks that are on the disk by now."""
        return len(self.parts.blocks)

    def played(self, jobs: Jobs[Any], crew: Callable[[int], Crew[Any]], tell: Callable[[int], None]) -> Iterator[Piece]:
        """The blocks of one sweep in the order of play; those that are not there yet are played first.

        Parameters
        ----------
        jobs : made for the disk (`as_ends` with these tables).
        crew : who plays so many blocks.
        tell : is told of turns as they are played, 0 where only time passes.
        """
        blocks = jobs.blocks
        number = {ids: self._next + k for k, ids in enumerate(blocks)}
        self._next += len(blocks)
        todo = [ids for ids in blocks if number[ids] not in self.parts.blocks]
        self.skip(sum(jobs.turns(ids) for ids in blocks) - sum(jobs.turns(ids) for ids in todo))
        if todo:
            hands = crew(len(todo))
            try:
                for block in carry_out(hands, todo, lambda: tell(0)):
                    self.parts.add(number[block.ids], block.files)
                    if not hands.ticking:
                        tell(jobs.turns(block.ids))
            finally:
                hands.stop()
        for ids in blocks:
            yield piece_of(self.parts.folder / f"{number[ids]:06d}", ids, self.tables)


def piece_of(folder: Path, ids: range, names: Sequence[str] = (LINES,)) -> Piece:
    """A block read back from the disk."""
    known = block_facts(folder)
    columns: dict[str, Any] = dict(columns_of(folder, known["columns"]))
    columns |= {name: columns[name].astype(np.int64) for name in WHOLE if name in columns}
    if "survived" in columns:
        columns["survived"] = columns["survived"] == 1.0
    files = {name: folder / f"{name}.parquet" for name in names}
    tables = {name: [read_bytes(file.read_bytes())] for name, file in files.items() if file.is_file()}
    return Piece(ids, tables, columns, known["failures"])


def parts_of(made: Studied, out: Path, kind: str, command: str) -> Parts:
    """The folder for the blocks of an analysis."""
    return Parts(out, made.name(), {
        "format": FORMAT, "kind": kind, "digest": made.digest(), "level": "ends", "replicates": made.replicates,
        "seed": made.seed, "size": replicates.CHUNK, "shard": None, "blocks": made.blocks, "command": command,
    })  # fmt: skip
