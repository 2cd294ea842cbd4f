"""Blocks of a long run on disk: what is finished stays, whatever ends the program.

A run in blocks has a folder beside its result. Each finished block is a folder of its own in it: its tables, what the
printout needs of it (``tally.f64``) and its facts (failures, machine). A block is written beside, put on the disk and
renamed, so it is whole or absent. The result is joined from the blocks at the end. A shard of a run is such a folder
with a visible name.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.errors import BadInput, Problem, RunFailed
from multivector.results.files import parquet_bytes, read_bytes, sync, write_bytes
from multivector.results.recorded import Array
from multivector.results.store import NOTHING, explained, json_bytes, settle
from multivector.results.tables import Table, rows
from multivector.results.tally import Line, Tally

try:
    import fcntl
except ImportError:  # Windows: nothing tells two runs of the same result apart
    fcntl = None  # type: ignore[assignment]

REQUEST, FACTS, TALLY = "request.json", "facts.json", "tally.f64"
FINISHED = "what was finished is kept: make room, then the same command with --resume"
WINDOW = 32 * 2**20
"""Bytes of columns that a tally on disk reads at a time."""
SAME = ("format", "digest", "level", "replicates", "size", "shard")
"""What two runs must have in common for the second to go on with the blocks of the first."""


def block_files(
    tables: Mapping[str, Sequence[Table]], columns: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]
) -> dict[str, bytes]:
    """A block as files by name.

    Parameters
    ----------
    tables : pieces of each table, in order.
    columns : what the printout needs of each history that did not fail ``[history]``, by name, as of `Tally.columns`.
    facts : plain data; the names of the columns are added.
    """
    files = {
        f"{name}.parquet": parquet_bytes(full) for name in tables if (full := [t for t in tables[name] if rows(t)])
    }
    count = len(next(iter(columns.values()), ()))
    if count:
        # Bare numbers, column after column: some columns can be read without the rest.
        files[TALLY] = np.stack([np.asarray(column, np.float64) for column in columns.values()]).tobytes()
    files[FACTS] = json_bytes({**facts, "columns": list(columns), "count": count})
    return files


def of_block(files: Mapping[str, bytes], tally: Tally) -> tuple[dict[str, Table], dict[str, Any]]:
    """A block read back from its files: its tables and facts; what the printout needs of it is added to a tally."""
    facts = json.loads(files[FACTS])
    if facts["count"]:
        tally.add_columns(facts["columns"], np.frombuffer(files[TALLY]).reshape(-1, facts["count"]))
    end = ".parquet"
    return {n.removesuffix(end): read_bytes(files[n]) for n in sorted(files) if n.endswith(end)}, facts


class Parts:
    """The folder of a run in blocks.

    It is opened and closed, also when opening was stopped; closed before a block is finished, it leaves no trace. One
    process at a time may use it.

    Parameters
    ----------
    out, name : folder of results, name of the result.
    request : what identifies the run (`SAME`), and the command.
    """

    def __init__(self, out: Path, name: str, request: Mapping[str, Any]) -> None:
        self.out, self.name, self.request = out, name, dict(request)
        self.folder = out / f".{name}{shard_end(request['shard'])}.parts"
        self.shard_folder = out / f"{name}{shard_end(request['shard'])}"
        self.blocks: set[int] = set()
        self._held = self._making = False
        self._lock: int | None = None

    def open(self, *, resume: bool, fresh: bool) -> None:
        """Take the folder: go on with what is there (`resume`), throw it away (`fresh`), or find it empty.

        Raises
        ------
        BadInput
            Blocks of an unfinished run are there and it was not said what to do with them, or they are of another run.
        RunFailed
            The folder cannot be written, or another process is at work in it.
        """
        with explained(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
            settle(self.out, self.name)
            self._take()
        self._settle(resume, fresh)

    def _settle(self, resume: bool, fresh: bool) -> None:
        with explained(self.out):
            for half in self.folder.glob("*.new"):
                shutil.rmtree(half, ignore_errors=True)
            found = stored_blocks(self.folder)
            if found and fresh and not resume:
                self._discard()
                self._take()
                found = []
            if found:
                self._go_on(resume, len(found))
            else:
                write_bytes(self.folder / REQUEST, json_bytes(self.request))
            self.blocks = set(found)

    def _go_on(self, resume: bool, count: int) -> None:
        kept = read_request(self.folder)
        kind = self.request.get("kind", "run")
        there = f"found {count} of {self.request['blocks']} blocks of an unfinished {kind}"
        if not resume:
            raise BadInput([Problem(kind, 0, 0, "", there, "--resume to go on, --force to begin anew")])
        for key in SAME:
            if kept.get(key) != self.request[key]:
                was = f"{there} with {key} {kept.get(key)}"
                raise BadInput([Problem("--resume", 0, 0, "", was, f"{key} {self.request[key]}, or --force")])
        # The command that began it made the result; how it was finished is no part of it.
        self.request = kept

    def _take(self) -> None:
        while True:
            # Said before it is done: a Ctrl-C right after leaves a folder that is known to be ours.
            self._making = not self.folder.exists()
            self.folder.mkdir(exist_ok=True)
            if fcntl is None:
                self._held = True
                return
            handle = os.open(self.folder, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                mine = os.fstat(handle).st_ino == self.folder.stat().st_ino
            except FileNotFoundError:
                mine = False
            except BlockingIOError:
                os.close(handle)
                self._making = False
                raise RunFailed(f"{self.folder}: another process is at work on this result") from None
            if mine:
                self._lock, self._held = handle, True
                return
            # Its last owner has just finished and taken the folder away.
            os.close(handle)

    def _discard(self) -> None:
        """Take the folder away: renamed first, so that half of it is never mistaken for blocks."""
        gone = self.out / f".{self.name}.{os.getpid()}.new"
        shutil.rmtree(gone, ignore_errors=True)
        os.rename(self.folder, gone)
        self._leave()
        shutil.rmtree(gone, ignore_errors=True)

    def _leave(self) -> None:
        self._held = self._making = False
        handle, self._lock = self._lock, None
        if handle is not None:
            os.close(handle)

    def close(self) -> None:
        """Leave the folder, opened or half opened; if nothing is finished, nothing is left."""
        # What the disk holds is asked, not what is remembered: `open` may have been stopped half-way.
        if self._held and self.folder.is_dir() and not stored_blocks(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
        elif self._making:
            with suppress(OSError):
                self.folder.rmdir()
        self._leave()

    def add(self, number: int, files: Mapping[str, bytes]) -> None:
        """Put a finished block on the disk, whole."""
        with explained(self.out, FINISHED if self.blocks else NOTHING):
            beside, place = self.folder / f"{number:06d}.new", self.folder / f"{number:06d}"
            beside.mkdir()
            try:
                for name in sorted(files):
                    write_bytes(beside / name, files[name])
                sync(beside)
                os.rename(beside, place)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
            sync(self.folder)
            self.blocks.add(number)

    def look(self) -> None:
        """Ask the disk what is finished: a block may have been interrupted between its renaming and its entry here."""
        if self._held and self.folder.is_dir():
            with suppress(OSError):
                self.blocks = set(stored_blocks(self.folder))

    def put(self, texts: Mapping[str, str]) -> None:
        """Keep small files of the result beside the blocks."""
        with explained(self.out):
            for name in sorted(texts):
                write_bytes(self.folder / name, texts[name].encode("utf-8"))

    def published(self) -> bool:
        """Whether the shard stands finished under its visible name, made by this version of the model."""
        if not (self.shard_folder / REQUEST).is_file():
            return False
        kept = read_request(self.shard_folder)
        return all(kept.get(key) == self.request[key] for key in SAME)

    def publish_shard(self) -> Path:
        """Give the folder of a finished shard its visible name."""
        with explained(self.out):
            if self.shard_folder.exists():
                shutil.rmtree(self.shard_folder)
            os.rename(self.folder, self.shard_folder)
            sync(self.out)
        self._leave()
        return self.shard_folder

    def remove(self) -> None:
        """Take the folder away once its result stands."""
        self._discard()


def shard_end(shard: Sequence[int] | None) -> str:
    """What a shard adds to the name of its result.

    Examples
    --------
    >>> shard_end((2, 4)), shard_end(None)
    ('.shard-2-of-4', '')
    """
    return "" if shard is None else f".shard-{shard[0]}-of-{shard[1]}"


def read_request(folder: Path) -> dict[str, Any]:
    """What a folder of blocks is a part of.

    Raises
    ------
    BadInput
        It is no such folder.
    """
    try:
        found = json.loads((folder / REQUEST).read_text("utf-8"))
        if set(SAME) <= set(found):
            return dict(found)
    except (OSError, ValueError, TypeError):
        pass
    raise BadInput(
        [Problem(str(folder), 0, 0, "", "found no blocks of a run", "a folder that `run --shard` has written")]
    )


def stored_blocks(folder: Path) -> list[int]:
    """Numbers of the finished blocks in a folder, in order."""
    return sorted(int(p.name) for p in folder.iterdir() if p.name.isdigit() and (p / FACTS).is_file())


def block_facts(folder: Path) -> dict[str, Any]:
    """What is known of a block besides its tables."""
    found: dict[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))
    return found


def columns_of(folder: Path, names: Sequence[str]) -> dict[str, Array]:
    """Some columns of a block ``[history that did not fail]``; those that it does not have are left out."""
    facts = block_facts(folder)
    count, known = facts["count"], facts["columns"]
    if not count:
        return {}
    with (folder / TALLY).open("rb") as stream:
        out = {}
        for name in names:
            if name in known:
                stream.seek(8 * count * known.index(name))
                out[name] = np.fromfile(stream, np.float64, count)
    return out


class StoredTally(Tally):
    """A tally whose columns lie in blocks on disk; memory holds a window of them, whatever the number of histories.

    Parameters
    ----------
    lines, at_end : as of `Tally`.
    folders : the blocks in order.
    """

    def __init__(self, lines: Mapping[str, Line], at_end: frozenset[str], folders: Sequence[Path]) -> None:
        super().__init__(lines, at_end)
        self._blocks = [(f / TALLY, n) for f in folders if (n := block_facts(f)["count"])]
        first = next((f for f in folders if (f / TALLY).is_file()), None)
        self._names: tuple[str, ...] = () if first is None else tuple(block_facts(first)["columns"])
        self._count: int = sum(n for _, n in self._blocks)
        self._window: dict[str, Array] = {}

    @property
    def count(self) -> int:
        """Replicates gathered (those that did not fail)."""
        return self._count

    def names(self) -> Sequence[str]:
        """The columns, in their order."""
        return self._names

    def get(self, name: str) -> NDArray[Any]:
        """One column, ``[replicate]``; nothing for a name that is not known."""
        if name not in self._names:
            return np.zeros(0)
        if name not in self._window:
            self._window = {}
            self._window = dict(self._read(self._names.index(name)))
        return self._window[name]

    def _read(self, first: int) -> Iterator[tuple[str, Array]]:
        """The window that begins with a column: they are asked for in their order."""
        wide = max(1, WINDOW // (8 * self._count))
        names = self._names[first : first + wide]
        out, at = np.empty((len(names), self._count)), 0
        for path, n in self._blocks:
            with path.open("rb") as stream:
                stream.seek(8 * n * first)
                out[:, at : at + n] = np.fromfile(stream, np.float64, len(names) * n).reshape(len(names), n)
            at += n
        yield from zip(names, out, strict=True)
