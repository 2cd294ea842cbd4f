"""Histories a second of an ensemble on one core, with and without the benchmark arm; memory; where the time goes.

Run `python benchmarks/bench_ensemble.py [scenario] [--batches 256,512,1024] [--repeats 3] [--no-profile]`. Every
measurement is a process of its own, bound to one processor with one thread, and plays whole histories with the
scenario's own decisions (the default look-ahead) and a recorder of level `outcomes`. The set-up of the world is counted
apart: it is done once, whatever the number of histories. Rates are per second of the wall and of the processor; on a
busy machine the second is the steadier one. With `--fast` (extra `fast`) one arm is played by NumPy and with the
turn compiled, turn about in one process: seconds of the processor, and how far apart the numbers are; then blocks as an
ensemble plays them, recorded, the first (which meets fresh memory) left out.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

AIM, LIMIT_MIB = 100.0, 1024.0
TOP = 20


def one_core() -> None:
    """Bind the process to one processor where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def peak_mib() -> float:
    """Largest resident memory of this process so far."""
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def play(scenario: str, count: int, both: bool) -> dict[str, float]:
    """Play `count` histories in one batch, in this process."""
    from multivector.experiment.histories.arms import Arms
    from multivector.experiment.histories.replicates import Block, Experiment
    from multivector.scenario import load

    start = time.perf_counter()
    chosen = load(scenario)
    beside = load(chosen.benchmark) if both and chosen.benchmark else None
    arms = Arms(chosen, beside)
    experiment = Experiment(arms, seed=1)
    _ = experiment.setup, experiment.benchmark_setup
    setup = time.perf_counter() - start
    wall, busy = time.perf_counter(), time.process_time()
    done = list(experiment.blocks(range(count), "outcomes"))
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    failed = sum(len(b.failures) if isinstance(b, Block) else 1 for b in done)
    return {"wall": wall, "busy": busy, "setup": setup, "peak": peak_mib(), "failed": failed}


def beside(scenario: str, count: int, repeats: int) -> dict[str, Any]:
    """The reference and the compiled look-ahead turn about: histories a second of the processor, differences."""
    from dataclasses import replace

    import numpy as np

    from multivector.compiled.playing import CompiledModel
    from multivector.experiment.histories.arms import prepare
    from multivector.experiment.histories.replicates import Experiment
    from multivector.world.model import DiplomacyModel

    experiment = Experiment(replace(prepare(scenario, fast=True), benchmark=None), seed=1)
    _ = experiment.setup
    start = time.perf_counter()
    (kernels,) = experiment.kernels
    made = time.perf_counter() - start
    CompiledModel(experiment.setup, range(64), kernels=kernels, seed=1).run()
    rates: list[tuple[float, float]] = []
    for _repeat in range(repeats):
        model = plain = fast = None
        plain = DiplomacyModel(experiment.setup, range(count), seed=1)
        fast = CompiledModel(experiment.setup, range(count), kernels=kernels, seed=1)
        spent = []
        for model in (plain, fast):
            begun = time.process_time()
            model.run()
            spent.append(time.process_time() - begun)
        rates.append((count / spent[0], count / spent[1]))
    plays = np.stack(plain.state.recent), np.stack(fast.state.recent)
    same = float((plays[0] == plays[1]).all(axis=(0, 1)).mean())
    apart = float(np.nanmax(np.abs(plain.state.ln_income - fast.state.ln_income)))
    del plain, fast, model
    # Whole blocks as an ensemble plays them: the model made anew, recorded at level `outcomes`.
    blocks = []
    for k in range(repeats + 1):
        begun = time.process_time()
        list(experiment.blocks(range(k * count, (k + 1) * count), "outcomes"))
        blocks.append(count / (time.process_time() - begun))
    return {
        "recorded": statistics.median(blocks[1:]), "same": same, "apart": apart,
        "numpy": statistics.median(a for a, _ in rates), "compiled": statistics.median(b for _, b in rates),
        "ratio": statistics.median(b / a for a, b in rates), "made": made,
    }  # fmt: skip


def compared(scenario: str, batches: list[int], repeats: int) -> None:
    """Print both rates by batch."""
    print(f"{scenario}: one arm, one core, turn about, medians of {repeats}, load {os.getloadavg()[0]:.1f}")
    for count in batches:
        found = measured(f"beside-{repeats}", scenario, count)
        rates = f"{found['numpy']:.0f} and compiled {found['compiled']:.0f} a second, ratio {found['ratio']:.2f}"
        rates += f"; in recorded blocks {found['recorded']:.0f}"
        same = f"same plays in {found['same']:.1%}, incomes apart {found['apart']:.1e}"
        print(f"{count:>7}: {rates}; kernels in {found['made']:.1f} s; {same}", flush=True)


def profile(scenario: str, count: int) -> dict[str, Any]:
    """Share of the time by phase, and the functions that take most of it, one arm."""
    from multivector.scenario import load
    from multivector.world.model import DiplomacyModel
    from multivector.world.setup import Setup

    setup = Setup(load(scenario))
    return {"phases": _phases(DiplomacyModel(setup, range(count), seed=1)), "own": _own_times(setup, count)}


def _phases(model: Any) -> dict[str, float]:
    """Seconds by phase: between two ticks of the model, and the phases after the decisions one by one."""
    from multivector.world import turn

    spent: Counter[str] = Counter()
    plain = dict(turn.AFTER)

    def timed(name: str) -> Any:
        def phase(*args: Any) -> None:
            start = time.process_time()
            plain[name](*args)
            spent[name] += time.process_time() - start

        return phase

    turn.AFTER.update({name: timed(name) for name in plain})
    last = 0.0
    while not model.finished:
        start = time.process_time()
        for tick in model.ticks():
            now = time.process_time()
            head, *actor = tick.split("/")
            if head == "accounts":
                last += now - start
            else:
                spent[f"decisions of {actor[0]}" if actor else head] += now - start
            start = now
    turn.AFTER.update(plain)
    # The last piece of a turn holds the phases that were timed inside it.
    spent["odds of answers, copies"] = last - sum(spent[name] for name in plain)
    whole = sum(spent.values())
    return {name: seconds / whole for name, seconds in spent.most_common()}


def _own_times(setup: Any, count: int) -> list[tuple[str, int, float]]:
    """The functions with the largest own time: name, calls, share."""
    from multivector.world.model import DiplomacyModel

    model = DiplomacyModel(setup, range(count), seed=1)
    watch = cProfile.Profile()
    watch.enable()
    model.run()
    watch.disable()
    stats = pstats.Stats(watch)
    rows = sorted(((v[2], v[1], k) for k, v in stats.stats.items()), reverse=True)[:TOP]  # type: ignore[attr-defined]
    whole = sum(v[2] for v in stats.stats.values())  # type: ignore[attr-defined]
    return [(f"{Path(k[0]).name}:{k[1]} {k[2]}"[:76], calls, own / whole) for own, calls, k in rows]


def measured(task: str, scenario: str, count: int) -> Any:
    """What a process of its own finds."""
    command = [sys.executable, os.path.abspath(__file__), scenario, "--worker", f"{task}:{count}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def table(scenario: str, batches: list[int], repeats: int) -> None:
    """Print rates and memory by batch, and what twice as many histories cost."""
    print(f"{scenario}: whole histories on one core, medians of {repeats}; aim {AIM:.0f} a second, one arm")
    print(f"{'arms':>5}{'batch':>7}{'a second':>10}{'processor':>11}{'set-up s':>10}{'peak MiB':>10}{'failed':>8}")
    busy: dict[tuple[str, int], float] = {}
    for task, arms in (("one", 1), ("both", 2)):
        for count in batches:
            runs = [measured(task, scenario, count) for _ in range(repeats)]
            mid = {k: statistics.median(r[k] for r in runs) for k in runs[0]}
            busy[task, count] = mid["busy"]
            over = "  over 1 GiB" if mid["peak"] > LIMIT_MIB else ""
            print(
                f"{arms:>5}{count:>7}{count / mid['wall']:>10.1f}{count / mid['busy']:>11.1f}{mid['setup']:>10.2f}"
                f"{mid['peak']:>10.0f}{mid['failed']:>8.0f}{over}",
                flush=True,
            )
    if len(batches) > 1:
        few, many = batches[0], batches[-1]
        for task in ("one", "both"):
            ratio = busy[task, many] / busy[task, few] / (many / few)
            print(f"cost of {many} against {few} histories, {task}: {ratio:.2f} of proportional")


def main() -> None:
    """Read the command line: the driver, or one measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scenario", nargs="?", default="after-2022")
    parser.add_argument("--batches", default="256,512,1024")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--no-profile", action="store_true")
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not all(part.isdecimal() and int(part) for part in chosen.batches.split(",")):
        parser.error(f"--batches: {chosen.batches!r}: write numbers of histories with commas between, as 256,512,1024")
    if chosen.scenario.isdecimal():
        parser.error(f"scenario: {chosen.scenario!r} is a number: --batches takes commas, as 256,512,1024")
    if chosen.worker:
        one_core()
        task, _, count = chosen.worker.partition(":")
        if task.startswith("beside-"):
            print(json.dumps(beside(chosen.scenario, int(count), int(task.partition("-")[2]))))
            return
        found = profile(chosen.scenario, int(count)) if task == "profile" else None
        print(json.dumps(found or play(chosen.scenario, int(count), task == "both")))
        return
    batches = [int(b) for b in chosen.batches.split(",")]
    if chosen.fast:
        compared(chosen.scenario, batches, chosen.repeats)
        return
    table(chosen.scenario, batches, chosen.repeats)
    if chosen.no_profile:
        return
    seen = measured("profile", chosen.scenario, batches[0])
    print("\nshare of the time by phase, one arm")
    for name, share in seen["phases"].items():
        print(f"  {share:6.1%}  {name}")
    print(f"\nown time of functions under the profiler, the first {TOP}")
    for name, calls, share in seen["own"]:
        print(f"  {share:6.1%} {calls:>8}  {name}")


if __name__ == "__main__":
    main()
