"""Machine code as it is kept: bytes that are loaded when they are first called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from multivector.compiled.machine_code import Code


def lines_at(array: Any) -> NDArray[np.uint64]:
    """Addresses of an array's lines, ``[line, lane]``; lanes lie side by side, lines may lie apart."""
    first, gap = array.__array_interface__["data"][0], array.strides[0]
    return np.arange(first, first + len(array) * gap, gap, dtype=np.uint64)


class Program:
    """A function in machine code, called with a table of addresses and a count.

    Parameters
    ----------
    made : an object file (`machine_code.compiled`).
    """

    def __init__(self, made: bytes) -> None:
        self.made = made
        self._code: Code | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"made": self.made, "_code": None}

    def __call__(self, rows: Any, count: int) -> None:
        """Run it."""
        if self._code is None:
            from multivector.compiled.machine_code import Code

            self._code = Code(self.made)
        self._code(rows, count)
