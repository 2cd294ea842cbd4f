"""How often the quick look-ahead and the deep one agree, and what each costs.

Run `python benchmarks/bench_lookahead.py [scenario] [turns] [replicates]`. A world is played by the quick look-ahead;
at every decision both weigh the same menu from the same state with the same choices behind it. Counted are decisions
with at least two feasible entries whose actor has not stopped: whether the best entry is the same, whether a choice
drawn with the same Gumbel numbers is the same, how many pairs of feasible entries (and *stop*) both rank alike, and
what the quick one's best entry loses against the best by the deep values, in units of the scale of choice.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import draw
from multivector.decisions.lookahead import Deliberation, Weighed
from multivector.scenario import load
from multivector.world.choosing.deciding import Sitting, feasible, perceived
from multivector.world.choosing.policies import STOP, Choice
from multivector.world.deep import DeepDeliberation
from multivector.world.model import Actor, DiplomacyModel
from multivector.world.setup import Setup

Make = Callable[[DiplomacyModel, Sitting], Deliberation]


@dataclass
class Tally:
    """Counts by actor: decisions, same best entry, same drawn choice. By decision: share of pairs ranked alike.

    In scales of choice: what the quick one's best entry loses, and the largest difference of a feasible entry's value
    against *stop*.
    """

    decisions: dict[str, int] = field(default_factory=dict)
    best: dict[str, int] = field(default_factory=dict)
    drawn: dict[str, int] = field(default_factory=dict)
    ranked: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    gap: list[float] = field(default_factory=list)
    misses: list[tuple[str, int, int, str, str, float]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=lambda: {"quick": 0.0, "deep": 0.0})

    def share(self, counts: dict[str, int]) -> float:
        """Share of all decisions."""
        return sum(counts.values()) / max(1, sum(self.decisions.values()))


def deep_of(model: DiplomacyModel, sitting: Sitting) -> Deliberation:
    """The deep look-ahead where a quick one stands."""
    quick = sitting.deliberation
    return DeepDeliberation(
        model.engine, model.state, quick.plan, step=model.shared_step(), objectives=quick.objectives, wants=quick.wants,
        view=perceived(model.engine, model.state, sitting.actor), made=quick.made,
    )  # fmt: skip


class Comparing(Actor):
    """An actor that weighs every decision twice and follows the quick values."""

    def __init__(self, model: DiplomacyModel, actor: Actor, tally: Tally, other: Make) -> None:
        super().__init__(model, actor.code, actor.policy)
        self.tally, self.other = tally, other

    def decide(self, sitting: Sitting) -> Choice:
        """Fill one slot, and note whether the other look-ahead would have done the same."""
        model: DiplomacyModel = self.model
        start = time.perf_counter()
        weighed = sitting.deliberation.weigh()
        middle = time.perf_counter()
        other = self.other(model, sitting).weigh()
        self.tally.seconds["quick"] += middle - start
        self.tally.seconds["deep"] += time.perf_counter() - middle
        may = feasible(model.engine, model.state, self.code)
        going = np.ones(model.state.lanes, bool)
        if sitting.choices:
            going = sitting.choices[-1].chosen != len(sitting.deliberation.menu)
        self._count(
            model, sitting.slot, weighed, other, may, np.flatnonzero(going & (may.sum(axis=0) > 1))[: model.count]
        )
        return super().decide(sitting)

    def _count(
        self,
        model: DiplomacyModel,
        slot: int,
        quick: Weighed,
        deep: Weighed,
        may: NDArray[np.bool_],
        lanes: NDArray[np.intp],
    ) -> None:
        catalogue, objective = model.engine.layout.catalogue, model.engine.objectives[self.code]
        ids = [*(catalogue.entries[i].id for i in catalogue.menu[self.code]), f"{self.code}:{STOP}"]
        gumbel = model.draws.gumbel([f"choice/slot{slot}/{i}" for i in ids], model.state.turn)
        drawn = [draw(w.value, may, objective.precision, objective.scale, gumbel)[0] for w in (quick, deep)]
        plain = [np.where(may, w.value, -np.inf) for w in (quick, deep)]
        best = [p.argmax(axis=0) for p in plain]
        t = self.tally
        gaps = (
            np.where(may, np.abs((quick.value - quick.value[-1]) - (deep.value - deep.value[-1])), 0.0).max(axis=0)
            / objective.scale
        )
        for lane in lanes:
            t.gap.append(float(gaps[lane]))
            a, b = int(best[0][lane]), int(best[1][lane])
            loss = float((plain[1][b, lane] - plain[1][a, lane]) / objective.scale[lane])
            t.decisions[self.code] = t.decisions.get(self.code, 0) + 1
            t.best[self.code] = t.best.get(self.code, 0) + (a == b)
            t.drawn[self.code] = t.drawn.get(self.code, 0) + int(drawn[0][lane] == drawn[1][lane])
            t.ranked.append(ranked_alike(quick.value[may[:, lane], lane], deep.value[may[:, lane], lane]))
            t.loss.append(loss)
            if a != b:
                t.misses.append((self.code, model.state.turn, slot, ids[a], ids[b], loss))


def ranked_alike(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Share of the pairs of entries of which both values say that the same one is better."""
    i, j = np.triu_indices(len(one), 1)
    return float((np.sign(one[i] - one[j]) == np.sign(other[i] - other[j])).mean())


def agreement(setup: Setup, replicates: Sequence[int], turns: int, *, other: Make = deep_of, seed: int = 1) -> Tally:
    """Play a world by the quick look-ahead and compare every decision with `other`."""
    tally = Tally()
    model = DiplomacyModel(setup, replicates, seed=seed)
    model.actors = {code: Comparing(model, actor, tally, other) for code, actor in model.actors.items()}
    for _ in range(turns):
        model.step()
    return tally


def main(scenario: str = "after-2022", turns: str = "8", replicates: str = "8") -> None:
    """Print agreement by actor, the worst misses and the time of a weighing."""
    setup = Setup(load(scenario))
    tally = agreement(setup, range(int(replicates)), int(turns))
    print(f"{scenario}, {turns} turns, {replicates} histories: {sum(tally.decisions.values())} decisions")
    for code in sorted(tally.decisions):
        n = tally.decisions[code]
        print(f"  {code:4} {n:5}  same best {tally.best[code] / n:7.2%}  same drawn {tally.drawn[code] / n:7.2%}")
    print(f"  all         same best {tally.share(tally.best):7.2%}  same drawn {tally.share(tally.drawn):7.2%}")
    print(f"  pairs of entries ranked alike {np.mean(tally.ranked):7.2%}, in nine of ten decisions at least "
          f"{np.quantile(tally.ranked, 0.1):.2%}")  # fmt: skip
    loss, gap = np.array(tally.loss), np.array(tally.gap)
    print("  in scales of choice:")
    print(f"    loss of the quick one's best entry: mean {loss.mean():.4f}, largest {loss.max():.3f}")
    print(f"    largest difference of an entry's value: median {np.median(gap):.4f}, largest {gap.max():.3f}")
    for code, turn, slot, quick, deep, lost in sorted(tally.misses, key=lambda m: -m[-1])[:12]:
        names = f"quick {quick.partition(':')[2]}, deep {deep.partition(':')[2]}"
        print(f"    {code} turn {turn} slot {slot}: {names}, loss {lost:.3f}")
    for name, seconds in tally.seconds.items():
        print(f"  {name}: {seconds:.2f} s in all")


if __name__ == "__main__":
    main(*sys.argv[1:4])
