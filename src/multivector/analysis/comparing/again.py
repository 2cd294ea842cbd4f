"""What only playing again can show: the move in which two worlds part, and through what their incomes differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from multivector.analysis.comparing.comparable import common
from multivector.analysis.comparing.comparison import MEDIAN_OF, Comparison
from multivector.analysis.reading import BENCHMARK, SCENARIO, Histories
from multivector.analysis.statistics.paired import Array, paired
from multivector.errors import BadInput, Problem, RunFailed
from multivector.experiment.histories.watch import Watched, first_parting, watch
from multivector.results.tally import YEAR
from multivector.scenario import load
from multivector.schema import Scenario

WORDS = (
    "Per cent of real income (log points): B less A of what each channel adds against 2021 in the same quarter, "
    "averaged over all orders of adding them (Shapley), so that they sum to the total. It is an account of the "
    "quarter: what earlier acts or steps of the ladder did to investment counts as investment."
)
TOTAL = "total"
"""What the channels sum up to."""
MOST_NAMED = 4
CLOSE = 1e-9


def explain(a: Histories, b: Histories, told: Comparison, *, most: int = 64) -> dict[str, Any]:
    """Play histories of both worlds again: ``parting`` (moves) and ``through`` (channels of income), as plain data.

    Parameters
    ----------
    a, b : their histories; told : their comparison.
    most : histories played, from the first on; the median pair is played besides.

    Raises
    ------
    BadInput
        The histories cannot be played again as they were: uncertain numbers were drawn for each.
    RunFailed
        Played again they come out otherwise: the model is another one now.
    """
    ids = [int(i) for i in common(a, b)[:most]]
    n = len(ids)
    if told.median is not None and told.median not in ids:
        ids.append(told.median)
    one, other = again(a, ids), again(b, ids)
    return {
        "parting": parting(one, other, told.median, n),
        "through": through(one.channels, other.channels, n, 100.0 * a.dictionary[MEDIAN_OF].margin),
    }


def again(world: Histories, ids: list[int]) -> Watched:
    """Some histories of a world, watched; checked against what the result says.

    Raises
    ------
    BadInput, RunFailed
        As `explain`.
    """
    refuse_drawn(world)
    played = watch(scenarios(world)[0], ids, seed=int(world.facts["seed"]), last=YEAR)
    if MEDIAN_OF in world and world.head["focus"] is not None:
        stored = np.log(world.some(np.sort(np.asarray(ids))).of(MEDIAN_OF)[-1])
        found = played.channels["total"][-1][np.argsort(ids)]
        if not np.allclose(stored, found, rtol=0.0, atol=CLOSE):
            raise RunFailed(
                f"{world.place}: played again, the histories come out otherwise: the model or the libraries have "
                "changed since. Run it again with --force, then compare."
            )
    return played


def refuse_drawn(world: Histories) -> None:
    """Raise BadInput where each history has numbers of its own."""
    if world.facts.get("uncertainty"):
        found = "found a result whose uncertain numbers were drawn for each history"
        raise BadInput([Problem(world.place, 0, 0, "", found, "one without --uncertainty, for --why and --stability")])


def scenarios(world: Histories) -> tuple[Scenario, Scenario | None]:
    """The world and its benchmark as the result keeps them."""
    if world.arms is not None:
        return world.arms
    folder = Path(world.place)
    other = None if world.texts[1] is None else load(folder / BENCHMARK, stored=True)
    return load(folder / SCENARIO, stored=True), other


def parting(a: Watched, b: Watched, median: int | None, n: int) -> dict[str, Any]:
    """Where moves part: in the median pair, and over the first `n` pairs who moves differently first."""
    found = [first_parting(a.slots, b.slots, lane) for lane in range(n)]
    who = Counter(each["actor"] for each in found if each is not None)
    often = [{"actor": actor, "share": count / n} for actor, count in who.most_common(MOST_NAMED)]
    middle = None if median is None else first_parting(a.slots, b.slots, a.ids.index(median))
    return {
        "n": n, "share": sum(each is not None for each in found) / n, "replicate": median, "median": middle,
        "often": often,
    }  # fmt: skip


def through(a: Mapping[str, Array], b: Mapping[str, Array], n: int, margin: float) -> dict[str, Any]:
    """The difference in real income by channel over the last year, in per cent: each with its interval, and the total.

    Parameters
    ----------
    a, b : channel to ``[turn, replicate]`` log points; `n` : the first replicates that count.
    margin : smallest difference in real income that matters, in per cent.
    """
    from multivector.world.watching.channels import CHANNELS

    rows = []
    for id in (*CHANNELS, "total"):
        found = paired(*(100.0 * side[id][:, :n].mean(axis=0) for side in (a, b)))
        rows.append({
            "id": id, "title": CHANNELS.get(id, TOTAL), "a": found.a, "b": found.b,
            "difference": found.difference, "low": found.low, "high": found.high,
        })  # fmt: skip
    return {"n": n, "margin": margin, "rows": rows, "words": WORDS}
