"""Tables as files: Parquet (zstd) or CSV that a spreadsheet opens; pyarrow is imported only here, when needed."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.results.tables import Table, Words, take, words

_WINDOWS = os.name == "nt"
FORMATS = ("parquet", "csv")
BOM = b"\xef\xbb\xbf"
"""Spreadsheets take a file without it for one in the local code page, and spoil names."""


def _pyarrow() -> tuple[Any, Any, Any]:
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]
    from pyarrow import csv

    return pa, pq, csv


def arrow(table: Table) -> Any:
    """A pyarrow table; words become dictionary columns.

    Columns are handed over as buffers: `pyarrow.array` would import pandas first, which takes half a second.
    """
    pa, _, _ = _pyarrow()
    columns = []
    for column in table.values():
        if isinstance(column, Words):
            codes = _numbers(pa, np.asarray(column.codes, np.int32))
            columns.append(pa.DictionaryArray.from_arrays(codes, _texts(pa, column.labels)))
        else:
            columns.append(_numbers(pa, column))
    return pa.Table.from_arrays(columns, names=list(table))


def _numbers(pa: Any, values: NDArray[Any]) -> Any:
    flat = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(flat.dtype), len(flat), [None, pa.py_buffer(flat)])


def _texts(pa: Any, labels: Sequence[str]) -> Any:
    data = [label.encode("utf-8") for label in labels]
    ends = np.cumsum([0, *(len(each) for each in data)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(data))]
    return pa.Array.from_buffers(pa.string(), len(data), buffers)


def parquet_bytes(blocks: Sequence[Table]) -> bytes:
    """Blocks of one table as the content of a Parquet file."""
    pa, pq, _ = _pyarrow()
    made = [arrow(block) for block in blocks]
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, made[0].schema, compression="zstd") as out:
        for one in made:
            out.write_table(one)
    return bytes(sink.getvalue())


def write_part(path: Path, table: Table) -> None:
    """Write one block of a table, whole or not at all: under another name first, on the disk before it is renamed."""
    _, pq, _ = _pyarrow()
    beside = path.with_name(path.name + ".new")
    pq.write_table(arrow(table), beside, compression="zstd")
    sync(beside)
    os.replace(beside, path)


def join(parts: Sequence[Path], path: Path, form: str, *, keep: bool = False) -> None:
    """Join the blocks of a table, in order, into one file; memory holds one block at a time.

    With `keep` the blocks stay where they are; otherwise they are used up.
    """
    if form == "csv":
        _join_csv(parts, path)
    elif len(parts) == 1 and not keep:
        os.replace(parts[0], path)
        return
    elif len(parts) == 1:
        shutil.copyfile(parts[0], path)
    else:
        _join_parquet(parts, path)
    sync(path)
    if not keep:
        for part in parts:
            part.unlink()


def _join_parquet(parts: Sequence[Path], path: Path) -> None:
    _, pq, _ = _pyarrow()
    with pq.ParquetWriter(path, pq.read_schema(parts[0]), compression="zstd") as out:
        for part in parts:
            out.write_table(pq.ParquetFile(part).read())


def _join_csv(parts: Sequence[Path], path: Path) -> None:
    pa, pq, csv = _pyarrow()
    with path.open("wb") as stream:
        stream.write(BOM)
        for number, part in enumerate(parts):
            table = pq.ParquetFile(part).read()
            plain = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in table.columns]
            options = csv.WriteOptions(include_header=number == 0)
            csv.write_csv(pa.Table.from_arrays(plain, names=table.column_names), stream, options)


def read(path: Path, replicates: Sequence[int] | None = None) -> Table:
    """Read a table back, or the rows of some replicates; words are coded anew, so that any two tables compare."""
    _, _, csv = _pyarrow()
    if path.suffix == ".csv":
        text = csv.ConvertOptions(strings_can_be_null=False, null_values=["nan"], quoted_strings_can_be_null=False)
        out = _columns(csv.read_csv(path, convert_options=text))
    else:
        out = _columns(_read_parquet(path, replicates))
    ids = out.get("replicate")
    if replicates is None or ids is None or isinstance(ids, Words):
        return out
    return take(out, np.flatnonzero(np.isin(ids, replicates)))


def read_bytes(content: bytes) -> Table:
    """Read back what `parquet_bytes` has made."""
    pa, pq, _ = _pyarrow()
    return _columns(pq.ParquetFile(pa.BufferReader(content)).read())


def _columns(table: Any) -> Table:
    pa, _, _ = _pyarrow()
    out: Table = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        # Blocks may have met words in another order: one list of labels first.
        flat = column.unify_dictionaries().combine_chunks()
        if pa.types.is_dictionary(flat.type):
            codes = flat.indices.to_numpy(zero_copy_only=False).astype(np.int32)
            out[name] = Words(codes, tuple(flat.dictionary.to_pylist()))
        elif pa.types.is_string(flat.type) or pa.types.is_null(flat.type):
            out[name] = words([str(v or "") for v in flat.to_pylist()])
        else:
            out[name] = flat.to_numpy(zero_copy_only=False)
    return out


def _read_parquet(path: Path, replicates: Sequence[int] | None) -> Any:
    """A whole file, or the row groups (about one per block) that may have the replicates: never more than is needed."""
    _, pq, _ = _pyarrow()
    file = pq.ParquetFile(path)
    if replicates is None or "replicate" not in file.schema_arrow.names:
        return file.read()
    at, wanted = file.schema_arrow.get_field_index("replicate"), np.asarray(replicates)
    groups = []
    for number in range(file.num_row_groups):
        known = file.metadata.row_group(number).column(at).statistics
        if known is None or ((wanted >= known.min) & (wanted <= known.max)).any():
            groups.append(number)
    return file.read_row_groups(groups)


def column_names(path: Path) -> list[str]:
    """The columns of a Parquet file."""
    _, pq, _ = _pyarrow()
    return list(pq.read_schema(path).names)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a small file and put it on the disk."""
    path.write_bytes(content)
    sync(path)


def sync(path: Path) -> None:
    """Put a file on the disk (a folder: its entries, where the system opens folders)."""
    if _WINDOWS and path.is_dir():
        return
    # Windows puts on the disk only what may be written to.
    handle = os.open(path, os.O_RDWR if _WINDOWS else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def checksum(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
