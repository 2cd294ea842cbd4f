"""Which conclusions of a run hold in both orders of play: survival, and each outcome against the benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from multivector.analysis.comparing.again import refuse_drawn, scenarios
from multivector.analysis.comparing.comparison import SHOWN, SURVIVAL_MARGIN
from multivector.analysis.comparing.stability import turned
from multivector.analysis.reading import Histories
from multivector.analysis.statistics.paired import both, paired, verdict
from multivector.analysis.statistics.shares import paired_shares
from multivector.errors import RunFailed
from multivector.experiment.histories.vary import Played, play
from multivector.schema import Scenario

Arms = tuple[Played, Played | None]


def orders(world: Histories, *, most: int = 256) -> dict[str, Any]:
    """Play histories of a world and of its benchmark in both orders of play, on the same draws; plain data.

    Parameters
    ----------
    world : its histories.
    most : histories played in each order, from the first on.

    Returns
    -------
    dict
        ``orders``, the world's own first; ``n`` histories finished in both; ``survival``: the share without a red line
        in each order with its interval, the difference of the other from the own, its verdict; ``benchmark`` (None
        without one, and then no rows); ``rows``: by outcome the verdict against the benchmark in each order and what
        ``both`` say: ``same``, ``FLIPS``, ``in one order only``, ``cannot tell``.

    Raises
    ------
    BadInput
        The histories have uncertain numbers of their own.
    RunFailed
        No history could be finished in both orders.
    """
    refuse_drawn(world)
    ids, seed = [int(i) for i in world.ids[:most]], int(world.facts["seed"])
    scenario, benchmark = scenarios(world)
    own = _played(scenario, benchmark, ids, seed)
    other = _played(turned(scenario), None if benchmark is None else turned(benchmark), ids, seed)
    sound = ~(own[0].failed | other[0].failed)
    if not sound.any():
        raise RunFailed(f"{world.place}: no history could be finished in both orders of play")
    found = paired_shares(own[0].survived[sound], other[0].survived[sound])
    rows = []
    for id in SHOWN if own[1] is not None else ():
        about = world.dictionary.get(id)
        if about is None or any(arm is None or id not in arm.end for pair in (own, other) for arm in pair):
            continue
        answers = [_against(pair, id, about.margin, sound) for pair in (own, other)]
        rows.append({"id": id, "title": about.title, "verdicts": answers, "both": both(answers)})
    return {
        "orders": [scenario.order, turned(scenario).order], "n": int(sound.sum()),
        "benchmark": None if benchmark is None else benchmark.id,
        "survival": {
            "shares": [found.a, found.b], "difference": found.difference, "low": found.low, "high": found.high,
            "margin": SURVIVAL_MARGIN,
            "verdict": verdict(found.difference, found.low, found.high, SURVIVAL_MARGIN, found.n),
        },
        "rows": rows,
    }  # fmt: skip


def _played(scenario: Scenario, benchmark: Scenario | None, ids: Sequence[int], seed: int) -> Arms:
    beside = None if benchmark is None else play(benchmark, ids, seed=seed)
    return play(scenario, ids, seed=seed, benchmark=None if beside is None else beside.ln_income), beside


def _against(arms: Arms, id: str, margin: float, sound: Any) -> str:
    """Verdict on the difference of the scenario from its benchmark."""
    assert arms[1] is not None
    found = paired(arms[1].end[id][sound], arms[0].end[id][sound])
    return verdict(found.difference, found.low, found.high, margin, found.n)
