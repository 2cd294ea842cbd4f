"""Tables as pandas data frames; pandas is imported when a frame is asked for, and nothing else needs it."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector.results.store import Stored
from multivector.results.tables import Table, Words

if TYPE_CHECKING:
    import pandas


def need_pandas() -> Any:
    """The module pandas.

    Raises
    ------
    ImportError
        It is not installed; the message says what to do.
    """
    try:
        return importlib.import_module("pandas")
    except ImportError as error:
        told = "frame() needs pandas, which is not installed: pip install pandas (every number is there without it: columns(), summary, plain())"  # noqa: E501
        raise ImportError(told) from error


def data_frame(rows: Sequence[dict[str, Any]]) -> pandas.DataFrame:
    """Rows as a data frame; a column in which nothing is known is one of numbers, as if some were.

    Examples
    --------
    >>> data_frame([{"point": 0, "income": 0.98}, {"point": 1, "income": None}])["income"].tolist()
    [0.98, nan]
    >>> str(data_frame([{"low": None}, {"low": None}])["low"].dtype)
    'float64'
    """
    frame = need_pandas().DataFrame(rows)
    return frame.astype({name: float for name in frame if frame[name].isna().all()})


def parts_of(tables: dict[str, list[Table]], folder: Path | None, name: str) -> list[Table]:
    """The blocks of a table: in memory, or read from the folder of a result when it is first asked for.

    Raises
    ------
    KeyError
        There is no such table.
    """
    if name not in tables and folder is not None:
        found = Stored(folder, {}).table(name)
        if found is not None:
            tables[name] = [found]
    return tables[name]


def table_frame(parts: Sequence[Table]) -> pandas.DataFrame:
    """Blocks of one table, one after the other, as a data frame.

    Examples
    --------
    >>> from multivector.results.tables import words
    >>> block = {"actor": words(["RUS", "KAZ"]), "value": np.array([1.0, 2.0])}
    >>> table_frame([block, block])["actor"].tolist()
    ['RUS', 'KAZ', 'RUS', 'KAZ']
    """
    return need_pandas().DataFrame(table_columns(parts))


def table_columns(parts: Sequence[Table]) -> dict[str, Any]:
    """Blocks of one table, one after the other, as NumPy arrays by column; words are spelled out."""
    columns = {name: [part[name] for part in parts] for name in parts[0]}
    return {
        name: np.concatenate([c.plain() if isinstance(c, Words) else np.asarray(c) for c in found])
        for name, found in columns.items()
    }
