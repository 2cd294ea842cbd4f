"""What a recorded batch of histories must have, so that tables can be made of it.

The recorder lives with the world; results see only this shape. Arrays have the replicate last and hold no padding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Recorded(Protocol):
    """A recorded batch: labels, and arrays whose last axis is the replicate.

    `turns` are the turns of the rows of `outcomes`, which are ``[row, replicate]`` by id (nan where not defined).
    `lines` have ``first`` ``[replicate]`` (turn or -1) and ``margin`` ``[turn, replicate]``. `votes` by text have
    ``turn``, ``cast`` by actor and ``odds`` of the focus actor. `plays` are columns of equal length, empty unless
    everything is recorded; `flows` and `customs` are ``[turn, exporter, importer, sector, replicate]`` in US$ bn a
    year, or None.
    """

    @property
    def quarters(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def turns(self) -> Sequence[int]: ...  # noqa: D102

    @property
    def replicate_ids(self) -> NDArray[np.int64]: ...  # noqa: D102

    @property
    def actors(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def nodes(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def sectors(self) -> Sequence[str]: ...  # noqa: D102

    @property
    def outcomes(self) -> Mapping[str, Array]: ...  # noqa: D102

    @property
    def lines(self) -> Mapping[str, Mapping[str, Any]]: ...  # noqa: D102

    @property
    def failed(self) -> NDArray[np.bool_]: ...  # noqa: D102

    @property
    def votes(self) -> Mapping[str, Mapping[str, Any]]: ...  # noqa: D102

    @property
    def plays(self) -> Any: ...  # noqa: D102

    @property
    def flows(self) -> Any: ...  # noqa: D102

    @property
    def customs(self) -> Any: ...  # noqa: D102
