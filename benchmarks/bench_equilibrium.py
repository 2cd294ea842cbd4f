"""How often the fixed point (`decision: qre`) makes another entry the likeliest than last turn's plays do (`logit`).

The world is played by `logit`. Before each decision both rules weigh the same menu in the same state, given the same
earlier moves; they differ in what they expect of those who have not moved yet. Prints the share of decisions in which
the likeliest entry differs, the mean distance between the two rules' odds (half the sum of absolute differences), and
how many iterations the fixed points took.

    python benchmarks/bench_equilibrium.py [SCENARIO] [HISTORIES] [TURNS] [sequential|simultaneous]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import Any

import numpy as np

from multivector.decisions.choice import probabilities
from multivector.scenario import load
from multivector.world.choosing import quantal
from multivector.world.choosing.deciding import deliberate
from multivector.world.choosing.policies import DoctrinePolicy
from multivector.world.model import DiplomacyModel
from multivector.world.setup import Setup


class Compared(DoctrinePolicy):
    """Chooses by `logit`, and notes what `qre` would have thought."""

    def __init__(self) -> None:
        self.model: DiplomacyModel | None = None
        self.asked: Counter[str] = Counter()
        self.other: Counter[str] = Counter()
        self.apart: Counter[str] = Counter()
        self.through: list[np.ndarray] = [np.ones(0, bool)]

    def choose(self, engine: Any, actor: str, slot: int, weighed: Any, feasible: Any, draws: Any, turn: int) -> Any:
        assert self.model is not None
        if slot == 1:
            self.through = [np.ones(self.model.state.lanes, bool)]
            together = engine.layout.scenario.order == "simultaneous"
            moved = [] if together else [a for a in dict.fromkeys(c.actor for c in self.model.choices) if a != actor]
            failed = self.model.state.failed.copy()
            mixed = self.model.fixed_point(moved)
            # What finds no fixed point is left out here, and goes on by `logit`.
            self.found, self.model.state.failed = self.model.state.failed < 0.5, failed
            self.look = deliberate(engine, self.model.state, actor, moved, self.model.shared_step(), mixed=mixed)
        chosen, tied = super().choose(engine, actor, slot, weighed, feasible, draws, turn)
        asked = self.through[-1] & self.found & (np.arange(len(chosen)) < self.model.count)
        theirs, o = self.look.weigh(), engine.objectives[actor]
        mine = probabilities(weighed.value, feasible, o.precision, o.scale)
        odds = probabilities(theirs.value, feasible, o.precision, o.scale)
        self.asked[actor] += int(asked.sum())
        self.other[actor] += int((mine.argmax(axis=0) != odds.argmax(axis=0))[asked].sum())
        self.apart[actor] += float(0.5 * np.abs(mine - odds).sum(axis=0)[asked].sum())
        self.look.commit(chosen, theirs)
        self.through.append(self.through[-1] & (chosen < len(weighed.value) - 1))
        return chosen, tied


def main(name: str = "after-2022", histories: str = "64", turns: str = "16", order: str = "sequential") -> None:
    setup = Setup(load(name, overrides={"calendar.turns": turns, "order": order}))
    policy, points = Compared(), []
    plain = quantal.fixed_point

    def noted(*args: Any, **named: Any) -> Any:
        point = plain(*args, **named)
        points.append((point.iterations, point.found))
        return point

    quantal.fixed_point = noted
    model = DiplomacyModel(setup, range(int(histories)), seed=0, policies=dict.fromkeys(setup.scenario.actors, policy))
    policy.model = model
    start = time.perf_counter()
    model.run()
    print(f"{name}, {order}, {histories} histories, {turns} quarters, {time.perf_counter() - start:.0f} s")
    for actor in [*sorted(policy.asked), "all"]:
        asked, other, apart = (
            sum(c.values()) if actor == "all" else c[actor] for c in (policy.asked, policy.other, policy.apart)
        )
        print(f"{actor}: {other} of {asked} decisions ({other / asked:.1%}), odds apart {apart / asked:.3f}")
    its, found = (np.concatenate([p[k] for p in points]) for k in (0, 1))
    print(f"{found.size} fixed points: {(~found).sum()} not found; iterations median {np.median(its):.0f}, "
          f"95% {np.percentile(its, 95):.0f}, most {its.max()}")  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
