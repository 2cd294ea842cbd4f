"""Histories made by hand, for tests of comparisons: no world is played."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from multivector.analysis.reading import Histories
from multivector.outcomes import OUTCOMES

QUARTERS = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4")
TEXT = """id: "{id}"  # {id}.yaml:1
order: "sequential"  # base.yaml:2
senders: "dated"  # base.yaml:3
actors:
  KAZ:  # {id}.yaml:3
    doctrine: "{doctrine}"
  RUS:  # base.yaml:5
    doctrine: "sphere"
parameters:
  trade.theta:  # base.yaml:9
    value: {theta}
    confidence: "assumed"
"""


def made(
    series: Mapping[str, Any],
    *,
    id: str = "a",
    first: Mapping[str, Any] | None = None,
    seed: int = 0,
    ids: Any = None,
    replicates: int | None = None,
    model: str = "m" * 64,
    quarters: tuple[str, ...] = QUARTERS,
    focus: str = "KAZ",
    doctrine: str = "hedge",
    theta: float = 4.0,
    uncertainty: str | None = None,
    text: str | None = None,
) -> Histories:
    """Histories with the given outcomes, ``[turn, replicate]`` (or ``[replicate]`` for the same in every turn)."""
    values = [np.broadcast_to(np.asarray(v, float), (len(quarters), np.shape(v)[-1])) for v in series.values()]
    count = values[0].shape[1]
    known = np.arange(count) if ids is None else np.asarray(ids)
    head = {
        "rests_on": "not yet computed for this base",
        "scenario": id, "title": id, "doctrine": doctrine, "order": "sequential", "seed": seed, "focus": focus,
        "replicates": replicates or count, "first": quarters[0], "last": quarters[-1], "turns": len(quarters),
        "quarters": list(quarters), "version": "0", "digest": "d",
    }  # fmt: skip
    facts = {
        "scenario": id, "benchmark": None, "seed": seed, "replicates": replicates or count, "level": "outcomes",
        "digests": {"model": model}, "uncertainty": uncertainty,
    }  # fmt: skip
    lines = {line: np.asarray(turns, np.int64) for line, turns in (first or {}).items()}
    text = text or TEXT.format(id=id, doctrine=doctrine, theta=theta)
    return Histories(
        facts, head, OUTCOMES, quarters, known, np.stack(values), tuple(series), lines, (text, None), f"results/{id}"
    )
