"""The folder of a result: written beside and renamed, so that it is whole or absent, whatever kills the program.

A result in the making is a hidden folder of the writing process; what a killed process left is removed by the next
writer. A result that replaces another is exchanged by two renames; if the program dies between them, `settle` puts the
old one back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from multivector.errors import BadInput, Problem, RunFailed
from multivector.results.columns import COLUMNS, columns_text, outcomes_of
from multivector.results.files import checksum, column_names, join, read, sync, write_bytes, write_part
from multivector.results.manifest import FORMAT
from multivector.results.tables import Table, rows

MANIFEST, SUMMARY, FAILURES, TOLD = "manifest.json", "summary.json", "failures.jsonl", "told.json"
NOTHING = "nothing was kept (choose another folder with --out)"


class Writer:
    """Writes one result: parts as blocks are done, the rest at the end.

    Used in a ``with`` block: leaving it by an error (or Ctrl-C) removes what was begun.

    Parameters
    ----------
    out : folder of results; made if it does not exist.
    name : name of the result.
    form : ``parquet`` or ``csv``.
    left : what is left if it cannot be written, as a phrase.

    Raises
    ------
    RunFailed
        The folder cannot be written, or the disk is full: one message, and no half result.
    """

    def __init__(self, out: Path, name: str, form: str = "parquet", *, left: str = NOTHING) -> None:
        self.out, self.name, self.form, self._left = out, name, form, left
        self.folder = out / f".{name}.{os.getpid()}.new"
        self._parts: dict[str, list[Path]] = {}
        self._lent: dict[str, list[Path]] = {}

    def __enter__(self) -> Writer:
        with explained(self.out, self._left):
            self.out.mkdir(parents=True, exist_ok=True)
            settle(self.out, self.name)
            shutil.rmtree(self.folder, ignore_errors=True)
            (self.folder / "parts").mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, table: str, content: Table | None) -> None:
        """Write one more block of a table; nothing for an empty one."""
        if content is None or rows(content) == 0:
            return
        with explained(self.out, self._left):
            parts = self._parts.setdefault(table, [])
            path = self.folder / "parts" / f"{table}-{len(parts):06d}.parquet"
            write_part(path, content)
            parts.append(path)

    def lend(self, table: str, paths: Sequence[Path]) -> None:
        """Blocks of a table that lie elsewhere, in order: they are read, and stay."""
        self._lent[table] = list(paths)

    def finish(self, manifest: Mapping[str, Any], texts: Mapping[str, str]) -> Path:
        """Join the parts, write the texts and the manifest (with every file's digest), give the folder its name."""
        with explained(self.out, self._left):
            columns = {table: column_names(paths[0]) for table, paths in {**self._parts, **self._lent}.items() if paths}
            texts = {**texts, COLUMNS: columns_text(columns, outcomes_of(texts))}
            for table in sorted(self._parts):
                join(self._parts[table], self.folder / f"{table}.{self.form}", self.form)
            for table in sorted(self._lent):
                join(self._lent[table], self.folder / f"{table}.{self.form}", self.form, keep=True)
            shutil.rmtree(self.folder / "parts")
            for name in sorted(texts):
                # Tables for people carry the mark by which a spreadsheet knows the encoding.
                write_bytes(self.folder / name, texts[name].encode("utf-8-sig" if name.endswith(".csv") else "utf-8"))
            files = {p.name: {"sha256": checksum(p), "bytes": p.stat().st_size} for p in sorted(self.folder.iterdir())}
            write_bytes(self.folder / MANIFEST, json_bytes({**manifest, "files": files}))
            sync(self.folder)
            return self._publish()

    def _publish(self) -> Path:
        target, old = self.out / self.name, self.out / f".{self.name}.{os.getpid()}.old"
        if target.exists():
            os.rename(target, old)
        os.rename(self.folder, target)
        sync(self.out)
        shutil.rmtree(old, ignore_errors=True)
        return target


def settle(out: Path, name: str) -> None:
    """Put right what a killed process left: an old result without its successor comes back, half results go.

    Folders of processes that are alive are left alone.
    """
    for old in sorted(out.glob(f".{name}.*.old")):
        if _alive(old):
            continue
        if (out / name).exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.rename(old, out / name)
    for new in sorted(out.glob(f".{name}.*.new")):
        if not _alive(new):
            shutil.rmtree(new, ignore_errors=True)


def _alive(folder: Path) -> bool:
    pid = int(folder.name.rsplit(".", 2)[1])
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class explained:
    """Turn errors of the system into one message that says what could not be written, why, and what is left."""

    def __init__(self, out: Path, left: str = NOTHING) -> None:
        self.out, self.left = out, left

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            raise RunFailed(f"{self.out}: cannot write the result: {reason}; {self.left}") from error


@dataclass(frozen=True)
class Stored:
    """A result on disk."""

    folder: Path
    manifest: dict[str, Any]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Every figure that the run printed."""
        found: dict[str, Any] = json.loads((self.folder / SUMMARY).read_text("utf-8"))
        return found

    def told(self) -> list[dict[str, Any]]:
        """Histories that the run told whole, with their reasons; none in an older result, or one of many histories."""
        path = self.folder / TOLD
        found: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.is_file() else []
        return found

    def table(self, name: str, replicates: Sequence[int] | None = None) -> Table | None:
        """A table by name (or its rows of some replicates), or None if the result does not have it."""
        for path in (self.folder / f"{name}.parquet", self.folder / f"{name}.csv"):
            if path.is_file():
                return read(path, replicates)
        return None

    def failures(self) -> list[dict[str, Any]]:
        """Replicates without numbers: replicate, stage, message."""
        text = (self.folder / FAILURES).read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def changed_files(self) -> list[str]:
        """What is wrong with the files: changed, missing, or not of this result; empty if all is as it was written."""
        wrong = []
        for name, facts in self.manifest["files"].items():
            path = self.folder / name
            if not path.is_file():
                wrong.append(f"{name} is missing")
            elif checksum(path) != facts["sha256"]:
                wrong.append(f"{name} was changed after it was written")
        known = {*self.manifest["files"], MANIFEST}
        wrong += [
            f"{p.name} does not belong to the result" for p in sorted(self.folder.iterdir()) if p.name not in known
        ]
        return wrong


def open_result(folder: str | Path, *, kind: str = "run") -> Stored:
    """Open a result of a kind: ``run``, whose histories are those of one world, or ``sweep``.

    Raises
    ------
    BadInput
        The folder is no result, one of another kind, or one of a later version.
    """
    path = Path(folder)
    if path.parent.is_dir() and os.access(path.parent, os.W_OK):
        settle(path.parent, path.name)
    try:
        manifest = json.loads((path / MANIFEST).read_text("utf-8"))
        version, known = manifest["format"], {"digests", "seed", "replicates", "files"} <= set(manifest)
    except (OSError, ValueError, TypeError, KeyError):
        raise BadInput(
            [Problem(str(path), 0, 0, "", "found no result", "a folder that `multivector run` has written")]
        ) from None
    if not isinstance(version, int) or version > FORMAT or not known:
        found = f"found a result of format {version}"
        raise BadInput(
            [Problem(str(path / MANIFEST), 0, 0, "format", found, f"format {FORMAT} or older", "update multivector")]
        )
    if manifest.get("kind", "run") != kind:
        found = f"found a result of `multivector {manifest.get('kind', 'run')}`"
        raise BadInput([Problem(str(path), 0, 0, "", found, f"a folder that `multivector {kind}` has written")])
    return Stored(path, manifest)


def find_result(out: Path, name: str, digest: str, *, kind: str = "run") -> Stored | None:
    """The result of that digest if it is there."""
    if not (out / name / MANIFEST).is_file():
        if out.is_dir() and os.access(out, os.W_OK):
            settle(out, name)
        if not (out / name / MANIFEST).is_file():
            return None
    found = open_result(out / name, kind=kind)
    return found if found.manifest["digests"]["result"] == digest else None


def json_bytes(data: Any) -> bytes:
    """Plain data as readable JSON, with numbers that are not finite as null."""
    return (json.dumps(_finite(data), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


def json_plain(data: Any) -> Any:
    """Plain data as it is read back once it is stored: numbers that are not finite are None, tuples are lists.

    Examples
    --------
    >>> json_plain({"mean": float("nan"), "paths": ("order",)})
    {'mean': None, 'paths': ['order']}
    """
    return json.loads(json_bytes(data))


def json_line(data: Any) -> str:
    """The same in one line, for what programs read."""
    return json.dumps(_finite(data), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _finite(data: Any) -> Any:
    if isinstance(data, float):
        return data if data == data and abs(data) != float("inf") else None
    if isinstance(data, Mapping):
        return {str(k): _finite(v) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(v) for v in data]
    if hasattr(data, "tolist"):
        return _finite(data.tolist())
    return data
