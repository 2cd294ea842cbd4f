"""Histories a second on one core, beside an empty Mesa model and one at a time; what trade costs, in solves.

Run `python benchmarks/bench_mesa.py [scenario] [--batch 512] [--repeats 3] [--single 8] [--empty 200]`. All are
measured turn about in processes of their own, bound to one processor: whole histories of 16 turns with the default
look-ahead, one arm, recorded at level `outcomes`; rates are per second of the processor, the set-up of the world apart.
The empty model has five agents that do nothing and 30 lambda reporters, 16 steps, in `mesa.batch_run`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from bench_ensemble import one_core

STEPS, REPORTERS, AGENTS = 16, 30, 5


def setup_of(scenario: str) -> Any:
    """The world, ready to play."""
    from multivector.scenario import load
    from multivector.world.model import DiplomacyModel
    from multivector.world.setup import Setup

    setup = Setup(load(scenario))
    DiplomacyModel(setup, range(8), seed=0).step()
    return setup


def ensemble(scenario: str, count: int, fast: bool = False) -> float:
    """Processor seconds a history in one batch."""
    from multivector.experiment.histories.arms import Arms
    from multivector.experiment.histories.replicates import Experiment
    from multivector.scenario import load

    experiment = Experiment(Arms(load(scenario), None, fast=fast), seed=1)
    experiment.__dict__["setup"] = setup_of(scenario)
    if fast:
        # Once for a world and a machine: kernels are made or recalled, and their code is loaded.
        list(experiment.blocks(range(64), "outcomes"))
    start = time.process_time()
    done = list(experiment.blocks(range(count), "outcomes"))
    assert not any(getattr(block, "failures", ()) for block in done)
    return (time.process_time() - start) / count


def compiled(scenario: str, count: int) -> float:
    """The same with the turn compiled (`--fast`)."""
    return ensemble(scenario, count, fast=True)


def single(scenario: str, count: int) -> float:
    """Processor seconds a history, one at a time through mesa.batch_run."""
    import mesa

    from multivector.world.model import DiplomacyModel

    setup = setup_of(scenario)

    class One(DiplomacyModel):
        def __init__(self, replicate: int, **_seeds: Any) -> None:
            super().__init__(setup, [replicate], seed=1)
            self.datacollector = mesa.DataCollector({"income": lambda m: float(m.state.ln_income[2, 0])})

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)
            self.running = not self.finished

    start = time.process_time()
    how: dict[str, Any] = {"iterations": 1, "number_processes": 1, "max_steps": STEPS, "display_progress": False}
    rows = mesa.batch_run(One, {"replicate": list(range(count))}, **how)
    assert len({row["RunId"] for row in rows}) == count
    return (time.process_time() - start) / count


def empty(_scenario: str, count: int) -> float:
    """Processor seconds a run of a model in which nothing happens."""
    import mesa

    class Nobody(mesa.Agent):
        def step(self) -> None:
            pass

    class Empty(mesa.Model):
        def __init__(self, **_seeds: Any) -> None:
            super().__init__()
            for _ in range(AGENTS):
                Nobody(self)
            self.datacollector = mesa.DataCollector({f"r{k}": lambda m, k=k: k * m.steps for k in range(REPORTERS)})

        def step(self) -> None:
            self.agents.do("step")
            self.datacollector.collect(self)

    start = time.process_time()
    mesa.batch_run(Empty, {}, iterations=count, number_processes=1, max_steps=STEPS, display_progress=False)
    return (time.process_time() - start) / count


def trade(scenario: str, count: int) -> dict[str, float]:
    """Microseconds a history-turn by what trade consists of; how many solves that is, by number and by cost.

    The quarter's solve has the premia of scarce routes among its unknowns; plain ones, one for each partner cut, have
    prices alone and start from the same solve of the quarter before.
    """
    from multivector.world.economy import economy, nearby
    from multivector.world.model import DiplomacyModel

    setup = setup_of(scenario)
    spent: Counter[str] = Counter()
    lanes: Counter[str] = Counter()

    def timed(module: Any, name: str) -> None:
        function = getattr(module, name)

        def called(*args: Any, **how: Any) -> Any:
            start = time.process_time()
            found = function(*args, **how)
            spent[name] += time.process_time() - start
            lanes[name] += found.ln_c.shape[-1] if name == "solve" else 0
            return found

        setattr(module, name, called)

    for module, name in ((economy, "solve"), (economy, "solve_with_capacity"), (nearby, "nearby_income")):
        timed(module, name)
    model = DiplomacyModel(setup, range(count), seed=1)
    invert, own = model.engine.economy.invert, 0.0

    def inverted(*args: Any) -> Any:
        nonlocal own
        start = time.process_time()
        found = invert(*args)
        own += time.process_time() - start
        return found

    model.engine.economy.invert = inverted
    spent.clear()
    lanes.clear()
    model.run()
    spent["solve_with_capacity"] -= own
    spent["inverse_at"] = own
    parts = {name: 1e6 * seconds / count / STEPS for name, seconds in spent.items()}
    plain, whole = 1e6 * spent["solve"] / lanes["solve"], sum(parts.values())
    return {
        **parts,
        "one plain solve": plain,
        "solves made": lanes["solve"] / count / STEPS + 1.0,
        "all of it in solves of the quarter": whole / parts["solve_with_capacity"],
        "all of it in plain solves": whole / plain,
    }


WORK: dict[str, Any] = {f.__name__: f for f in (ensemble, compiled, single, empty, trade)}


def measured(task: str, *args: Any) -> Any:
    """What a process of its own finds."""
    command = [sys.executable, os.path.abspath(__file__), "--worker", json.dumps([task, *args])]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Read the command line: the driver, or one measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scenario", nargs="?", default="after-2022")
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--single", type=int, default=8)
    parser.add_argument("--empty", type=int, default=200)
    parser.add_argument("--compiled", type=int, default=0, help="histories of a batch with the turn compiled")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        one_core()
        task, *args = json.loads(chosen.worker)
        print(json.dumps(WORK[task](*args)))
        return
    counts = {
        "ensemble": chosen.batch,
        **({"compiled": chosen.compiled} if chosen.compiled else {}),
        "single": chosen.single,
        "empty": chosen.empty,
    }
    found: dict[str, list[float]] = {task: [] for task in counts}
    for _ in range(chosen.repeats):
        for task, count in counts.items():
            found[task].append(measured(task, chosen.scenario, count))
    each = {task: statistics.median(seconds) for task, seconds in found.items()}
    print(f"{chosen.scenario}: a second of the processor, medians of {chosen.repeats}, load {os.getloadavg()[0]:.1f}")
    for task, name in (
        ("empty", "empty Mesa model"),
        ("ensemble", f"batch of {chosen.batch}"),
        ("compiled", f"batch of {chosen.compiled} with the turn compiled"),
        ("single", "one at a time"),
    ):
        if task not in each:
            continue
        print(f"{1.0 / each[task]:10.1f}  {name}; {each['empty'] / each[task]:.4f} of the empty model's rate")
    print(f"{each['single'] / each['ensemble']:10.1f}  times faster in a batch than one at a time by mesa.batch_run")
    print("microseconds a history-turn of trade")
    for name, value in measured("trade", chosen.scenario, chosen.batch).items():
        print(f"{value:10.1f}  {name}")


if __name__ == "__main__":
    main()
