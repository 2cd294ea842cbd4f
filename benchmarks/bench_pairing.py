"""What common random numbers gain: variance of a difference on independent draws over that on the same draws.

Run `python benchmarks/bench_pairing.py [A] [B] [--replicates 1000] [--seed 0] [--repeats 3] [--out DIR]`. A and B are
scenarios or folders of results (`after-2022` and `secondary-threatened` if not said); scenarios are run, kept in DIR.
Each outcome is its mean over the last year. A ratio of 5 means that five times as many histories would be needed for
the same interval without common draws. *At most*: the ratio if the same values were paired in their order, smallest
with smallest; no way to share draws between worlds with these values can do better (Hoeffding 1940; Glasserman and Yao
1992). Outcomes that do not vary are left out. At the end: seconds of `multivector
compare` on the two stored results, from the shell.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

if TYPE_CHECKING:
    from multivector.analysis.reading import Histories

AIM, SECONDS = 5.0, 2.0


def stored(world: str, replicates: int, seed: int, out: Path) -> Path:
    """The folder of a world's result; a scenario is run first."""
    import multivector as mv

    if (Path(world) / "manifest.json").is_file():
        return Path(world)
    return mv.run(world, replicates, seed, record="outcomes").save(out)


def histories(a: Path, b: Path) -> list[Histories]:
    """The histories of two results that were finished in both."""
    from multivector.analysis.comparing.comparable import common
    from multivector.analysis.reading import open_histories
    from multivector.results.store import open_result

    found = [open_histories(open_result(folder)) for folder in (a, b)]
    return [each.some(common(*found)) for each in found]


def ladders(a: Path, b: Path) -> Iterator[str]:
    """Of each sender and rung, how often it is reached, and under A alone: with and without common draws."""
    one, other = histories(a, b)
    for id in (id for id in one.names if id.startswith("rung.") and id in other):
        highest = [world.of(id).max(axis=0) for world in (one, other)]
        for rung in (1, 2, 3):
            p, q = ((values >= rung).astype(float) for values in highest)
            if p.any() and q.any() and (p != q).any():
                gain = float(np.var(p) + np.var(q)) / float(np.var(q - p))
                yield (
                    f"  {id.partition('.')[2]:<4} reaches rung {rung}: {p.mean():.1%} and {q.mean():.1%}; under A "
                    f"alone {(p > q).mean():.1%} ({p.mean() * (1 - q.mean()):.1%} on independent draws); ratio "
                    f"{gain:.2f} of at most {attainable(p, q):.2f}"
                )


def gains(a: Path, b: Path) -> dict[str, tuple[float, float, str]]:
    """Variance ratio, the largest that can be had, and verdict by outcome."""
    from multivector.analysis.comparing.comparison import compare_histories

    one, other = histories(a, b)
    both = [id for id in one.names if id in other]
    found = compare_histories(one, other, outcomes=both, limits=False)
    return {
        row.id: (row.gain, attainable(one.end(row.id), other.end(row.id)), row.verdict)
        for row in found.rows
        if not math.isnan(row.gain)
    }


def attainable(a: np.ndarray, b: np.ndarray) -> float:
    """The variance ratio of the same values paired in their order."""
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = np.sort(a[known]), np.sort(b[known])
    together = float(np.var(b - a))
    return math.inf if together == 0.0 else float(np.var(a) + np.var(b)) / together


def _ratio(value: float) -> str:
    return f"{'exact':>10}" if value > 1e12 else f"{value:10.1f}"


def timed(a: Path, b: Path) -> tuple[float, float]:
    """Seconds of the wall and of the processor of one comparison from the shell."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "multivector", "compare", str(a), str(b)], check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    from multivector.analysis.comparing.comparison import SHOWN

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("a", nargs="?", default="after-2022")
    parser.add_argument("b", nargs="?", default="secondary-threatened")
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, help="folder of results (a temporary one if not said)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = given.out or Path(folder)
        a, b = (stored(world, given.replicates, given.seed, out) for world in (given.a, given.b))
        found = gains(a, b)
        print(f"{given.a} against {given.b}: variance on independent draws over that on the same draws")
        for id in [*(s for s in SHOWN if s in found), *(i for i in found if i not in SHOWN)]:
            gain, most, verdict = found[id]
            print(f"  {id:<32}{_ratio(gain)}   at most {_ratio(most)}   {verdict}")
        ratios = sorted(gain for gain, _, _ in found.values())
        below = {id: most for id, (gain, most, _) in found.items() if gain < AIM}
        out_of_reach = sum(most < AIM for most in below.values())
        print(f"below {AIM:g}: {len(below)}, of which no pairing reaches it in {out_of_reach}")
        for name, some in (("shown", [found[s][0] for s in SHOWN if s in found]), ("all", ratios)):
            enough = sum(gain >= AIM for gain in some)
            print(f"{name}: at least {AIM:g} in {enough} of {len(some)} outcomes, median {statistics.median(some):.1f}")
        for line in ladders(a, b):
            print(line)
        times = [timed(a, b) for _ in range(given.repeats)]
        wall, busy = (statistics.median(t[k] for t in times) for k in (0, 1))
        print(f"compare: {wall:.2f} s wall, {busy:.2f} s of the processor, medians of {len(times)} (aim {SECONDS:g} s)")


if __name__ == "__main__":
    main()
