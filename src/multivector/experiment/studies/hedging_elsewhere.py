"""Does the reading of hedging that was found in one world hold in those it was not found in?

In `after-2022`, by its own moves, an actor with risk aversion, autonomy and terminal values off hedges as one that
picks at random, and each of the three alone raises it (`hedging.py`). That measure was singled out after the table had
been seen, so there it is no test. Here it is one: what is expected was written down, and committed, before any of
these histories was played. In **each other shipped world**, on draws of another seed:

1. with the three off, the hedge ratio of own moves exceeds that of a player that picks at random by at most
   `ENOUGH` standard errors of the paired difference;
2. each of the three alone raises it from there by more than `ENOUGH` standard errors.

Run ``python -m multivector.experiment.studies.hedging_elsewhere``: it writes ``docs/figures/hedging-elsewhere.csv``,
which `docs/validation.md` reports, worlds that fail included. Worlds share most of their rules and figures, so they are
not independent trials: a share of them is a share of these worlds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from multivector.experiment.histories.arms import Arms
from multivector.experiment.shipped import hedged
from multivector.experiment.studies.hedging import REPLICATES, SCENARIO, compare, grid, play, world
from multivector.scenario import load
from multivector.scenario.find import shipped_names
from multivector.world.choosing.policies import RandomPolicy
from multivector.world.setup import Setup

SEED = 1
MEASURE = "own_ratio"
CORNERS = tuple(p for p in grid() if p.series == "off" or (p.series == "alone" and p.at == 1.0))


def worlds() -> tuple[str, ...]:
    """The worlds of the test: every shipped one but that in which the reading was found; fragments are no worlds.

    Examples
    --------
    >>> "after-2022" in worlds(), "base-2021" in worlds()
    (False, True)
    """
    return tuple(name for name in shipped_names() if name != SCENARIO and "/" not in name)


def rows(scenario: str, replicates: int = REPLICATES) -> Iterator[tuple[str, ...]]:
    """The lines of one world: that with all three off, a player that picks at random, each of the three alone."""
    off = play(world(CORNERS[0], scenario), replicates, seed=SEED)[MEASURE]
    chance = play(Setup(load(scenario)), replicates, policies={"KAZ": RandomPolicy()}, seed=SEED)[MEASURE]
    found = {("off", ""): off, ("random", ""): chance}
    for point in CORNERS[1:]:
        found[point.series, point.term] = play(world(point, scenario), replicates, seed=SEED)[MEASURE]
    for (series, term), values in found.items():
        yield scenario, series, term, *(f"{x:.6g}" for x in compare(values, off))


def digest(replicates: int = REPLICATES) -> str:
    """Digest of all that the numbers follow from, of every world."""
    from hashlib import sha256

    each = (Arms(load(name), None).digest(seed=SEED, replicates=replicates) for name in worlds())
    return sha256("\n".join(each).encode()).hexdigest()


def csv_text(found: Sequence[Sequence[str]], replicates: int = REPLICATES) -> str:
    """The table as CSV, its digest in the first line."""
    head = f"# {replicates} histories of each world, seed {SEED}; digest {digest(replicates)}\n"
    return head + ",".join(hedged.ELSEWHERE_COLUMNS) + "\n" + "".join(",".join(row) + "\n" for row in found)


def write(folder: Path = hedged.ELSEWHERE.parent, replicates: int = REPLICATES) -> None:
    """Play every world and write ``hedging-elsewhere.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [row for name in worlds() for row in rows(name, replicates)]
    (folder / hedged.ELSEWHERE.name).write_text(csv_text(found, replicates), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=hedged.ELSEWHERE.parent, help="where to write")
    write(parser.parse_args().folder)
