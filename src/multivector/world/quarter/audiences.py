"""Words before several audiences: who believes an announcement, and what it costs when deeds do not follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.decisions.catalogue import Entry
from multivector.mechanisms import declared
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import Impulse
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine

Play = tuple[tuple[Impulse, ...], Array]


def plays_of(engine: Engine, state: State, entry: Entry, weight: Array) -> list[Play]:
    """The impulses of a play and their weights: an announcement moves beliefs as far as it is believed.

    The look-ahead takes a word at its customary credibility.
    """
    if not any(i.key == "announced" for i in entry.impulses) or not engine.layout.switched("declared-policy"):
        return [(entry.impulses, weight)]
    believed = tuple(i for i in entry.impulses if i.key.startswith("belief:"))
    others = tuple(i for i in entry.impulses if not i.key.startswith("belief:"))
    d = engine.table.index["credibility"]
    return [(others, weight), (believed, weight * declared.trust(state.stocks[d], engine.table.base[d]))]


def told_threshold(engine: Engine, state: State) -> Array:
    """The record at which a sender cannot tell strict from permissive, given what it was told, ``[lane]``."""
    p, table = engine.p, engine.table
    if not engine.layout.switched("declared-policy"):
        return p["evidence.threshold"]
    a, c = table.index["announced"], table.index["credibility"]
    return declared.told_threshold(
        state.stocks[a], state.stocks[c], usual=table.base[a], threshold=p["evidence.threshold"],
        half_gap=p["evidence.half_gap"], permissive=p["evidence.permissive"], strict=p["evidence.strict"],
    )  # fmt: skip


def word_gap(stocks: Array, index: dict[str, int]) -> Array:
    """Announced less effective effort, ``[lane]``; negative where more is done than said."""
    effective = np.minimum(stocks[index["enforcement"]], stocks[index["border-capacity"]])
    return np.asarray(stocks[index["announced"]] - effective)


def settle_words(engine: Engine, now: Array, following: Array) -> None:
    """Words of this quarter (stocks `now`) without deeds cost credibility in the `following` one (in place)."""
    if not engine.layout.switched("declared-policy"):
        return
    index = engine.table.index
    c = index["credibility"]
    gap = word_gap(now, index)
    following[c] = declared.eroded(following[c], gap, np.zeros_like(gap), erosion=engine.p["declared.erosion"])
