"""Which values of the free numbers are plausible, given the facts that fitting may read: a weighted set of vectors.

Run ``python -m multivector.experiment.studies.calibration``. The method is importance sampling from the prior with a
synthetic likelihood (Wood 2010), as in approximate Bayesian computation: points of a Latin hypercube over the ranges
of the ledger (`free.csv` says which numbers), some histories of each on the same draws; at a point a fact is as likely
as a Student's t about the mean of the histories, as wide as the range of the fact and luck together. Tails are heavy
(four degrees of freedom), so that a fact that no point comes near does not rule alone. Facts count as independent. If
fewer than `ENOUGH` points carry the weight, the likelihood is tempered until so many do, and the file says by how
much.

Nothing else is tuned: one pass, a fixed seed, and only facts of use ``fit``.

References: Wood 2010, Nature 466; Sisson, Fan and Beaumont 2018, Handbook of ABC; Chopin and Papaspiliopoulos 2020.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.experiment.ensembles.design import drawn
from multivector.experiment.ensembles.sweep import Sweep, plan
from multivector.experiment.histories.arms import prepare
from multivector.experiment.histories.replicates import Tick
from multivector.experiment.shipped.facts import Fact, folder, to_fit
from multivector.experiment.shipped.posterior import COMMAND, MANIFEST, TABLE, facts_digest
from multivector.experiment.studies.measures import MEASURES, RATIO, SHARE
from multivector.experiment.studies.trials import Trials, ask
from multivector.randomness import Streams
from multivector.results.recorded import Array
from multivector.scenario.ledger import ledger
from multivector.schema import Uncertainty
from multivector.schema.numbers import canonical, numbers

WORLD = "after-2022"
POINTS, REPLICATES, SEED = 8192, 24, 2022
FREEDOM = 4.0
ENOUGH = 200.0
"""Effective number of points that must carry the weight."""
WIDE90 = 1.6448536269514722
"""A range of a fact is read as the middle 90% of what the record may have been."""
VECTORS = 1000
"""So many vectors are drawn from the weighted points, evenly spaced in weight: what is shipped is counts of these."""
SHUFFLES = 199
"""Shuffled weights that say how narrow a number looks, and how far it seems to move, by chance."""
CLEARLY, FOR_ONE = 3.3, 4.0
"""Standard deviations beyond chance that count: for all facts together, and for one of many facts alone."""


@dataclass(frozen=True)
class Spread:
    """How much the facts say of a number.

    Attributes
    ----------
    mean, width : posterior mean, and posterior over prior standard deviation.
    chance : the width that weights of the same unevenness reach by chance in 1 of 1,000 cases.
    shift : posterior less prior mean in prior standard deviations, and `shift_chance`, its size by chance (as rarely).
    by : facts that alone move or narrow it beyond chance.
    """

    path: str
    low: float
    high: float
    shipped: float
    mean: float
    width: float
    chance: float
    shift: float
    shift_chance: float
    by: tuple[str, ...]

    @property
    def told(self) -> bool:
        """Whether the facts say anything of it."""
        return self.width < self.chance or abs(self.shift) > self.shift_chance


@dataclass(frozen=True)
class Fit:
    """What a calibration came to.

    Attributes
    ----------
    paths : numbers in the order of the columns of `x`.
    x : ``[point, number]``.
    weights : ``[point]``, sum one.
    power : how far the likelihood was tempered (1: not at all).
    effective : effective number of points.
    spreads : of each number.
    """

    paths: tuple[str, ...]
    x: Array
    weights: Array
    power: float
    effective: float
    spreads: tuple[Spread, ...]


def free(path: Path | None = None) -> dict[str, str]:
    """Numbers that are fitted, and why each is free."""
    with (path or folder() / "free.csv").open(encoding="utf-8", newline="") as stream:
        return {row["path"]: row["why"] for row in csv.DictReader(stream)}


def planned(points: int, replicates: int, seed: int) -> tuple[Sweep, dict[str, Uncertainty]]:
    """The points as a sweep, and the ranges they were drawn from."""
    arms = prepare(WORLD)
    known = numbers(arms.scenario)
    # The ledger once, not once a number: it takes a third of a second.
    rows = {canonical(row.id, known): row for row in ledger(arms.scenario, who_reads=False)}
    spreads = {path: Uncertainty(low=rows[path].low, high=rows[path].high) for path in free()}
    return plan(WORLD, drawn(arms.scenario, spreads, points, seed), seed=seed, replicates=replicates), spreads


def scaled(fact: Fact, values: Array) -> Array:
    """Values as they are compared: ratios in logs."""
    return np.log(np.maximum(values, 1e-6)) if MEASURES[fact.measure].kind == RATIO else values


def ln_likelihood(facts: Sequence[Fact], said: Array) -> Array:
    """Logarithm of how likely each fact is at each point, ``[fact, point]``.

    Parameters
    ----------
    facts : what is on record.
    said : what histories say, ``[fact, point, replicate]``.

    Examples
    --------
    >>> fact = Fact("a", "w", "trade.EU.RUS", -0.4, -0.5, -0.3, "", "2022", "", "data", "fit", "", "")
    >>> near, far = ln_likelihood([fact], np.array([[[-0.4, -0.41], [0.3, 0.31]]]))[0]
    >>> bool(near > far)
    True
    """
    out = np.empty(said.shape[:2])
    for k, fact in enumerate(facts):
        values = scaled(fact, said[k])
        low, value, high = (float(scaled(fact, np.array(v))) for v in (fact.low, fact.value, fact.high))
        known = np.isfinite(values)
        count = np.maximum(known.sum(axis=1), 1)
        mean = np.where(known, values, 0.0).sum(axis=1) / count
        gap = np.where(known, values - mean[:, None], 0.0)
        luck = (gap * gap).sum(axis=1) / np.maximum(count - 1, 1)
        record = (high - low) / (2.0 * WIDE90)
        # A probability is not a draw: the model's figure is the mean over histories.
        of_one = 0.0 if MEASURES[fact.measure].kind == SHARE else 1.0
        width = np.maximum(record * record + luck * (of_one + 1.0 / count), 1e-12)
        away = (value - mean) * (value - mean) / width
        density = -0.5 * (FREEDOM + 1.0) * np.log1p(away / FREEDOM) - 0.5 * np.log(width)
        out[k] = np.where(known.sum(axis=1) >= 2, density, -np.inf)
    return out


def weigh(ln: Array, power: float = 1.0) -> Array:
    """Weights, sum one, of log likelihoods ``[point]`` taken to a power."""
    lifted = power * (ln - ln.max())
    weights = np.exp(lifted)
    return np.asarray(weights / weights.sum())


def effective(weights: Array) -> float:
    """Effective number of points that carry the weight (Kish).

    Examples
    --------
    >>> round(effective(np.array([0.5, 0.5, 0.0])), 6)
    2.0
    """
    return float(1.0 / (weights * weights).sum())


def tempered(ln: Array, enough: float) -> float:
    """The largest power, at most one, with which so many points carry the weight."""
    if effective(weigh(ln)) >= enough:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(weigh(ln, middle)) >= enough else (low, middle)
    return low


def moments(x: Array, weights: Array) -> tuple[Array, Array]:
    """Weighted mean and standard deviation of each column of ``[point, number]``."""
    mean = weights @ x
    return mean, np.sqrt(np.maximum(weights @ (x * x) - mean * mean, 0.0))


def by_chance(x: Array, weights: Array, seed: int, times: float) -> tuple[Array, Array]:
    """The width and the shift of each column that weights on points at random hardly reach.

    Parameters
    ----------
    x, weights : ``[point, number]``, ``[point]``.
    seed : root of the shuffles.
    times : standard deviations of what shuffles give.
    """
    prior_mean, prior = moments(x, np.full(len(x), 1.0 / len(x)))
    turned = Streams(seed).uniforms("calibration/shuffle/weights", SHUFFLES, np.arange(len(x)))
    found = [moments(x, weights[np.argsort(row, kind="stable")]) for row in turned]
    widths = np.stack([sd / prior for _, sd in found])
    shifts = np.stack([(mean - prior_mean) / prior for mean, _ in found])
    return widths.mean(axis=0) - times * widths.std(axis=0), times * shifts.std(axis=0)


def fit(
    facts: Sequence[Fact], said: Array, x: Array, paths: Sequence[str], spreads: Mapping[str, Uncertainty],
    shipped: Mapping[str, float], *, enough: float, seed: int,
) -> Fit:  # fmt: skip
    """Weigh points by what their histories say of the facts.

    Parameters
    ----------
    facts, said : facts that fitting may read, and ``[fact, point, replicate]``.
    x, paths : points ``[point, number]`` and the names of the columns.
    spreads, shipped : ranges, and the values that the world ships with.
    enough : effective number of points that must carry the weight.
    seed : root of the shuffles.

    Raises
    ------
    ValueError
        A fact is not there to be fitted.
    """
    wrong = [fact.id for fact in facts if fact.use != "fit"]
    if wrong:
        raise ValueError(f"not to be fitted: {', '.join(wrong)}")
    each = ln_likelihood(facts, said)
    total = each.sum(axis=0)
    power = tempered(total, enough)
    weights = weigh(total, power)
    prior_mean, prior = moments(x, np.full(len(x), 1.0 / len(x)))
    mean, width = moments(x, weights)
    chance, shift_chance = by_chance(x, weights, seed, CLEARLY)
    alone: dict[str, NDArray[np.bool_]] = {}
    for k, fact in enumerate(facts):
        one = weigh(each[k], tempered(each[k], enough))
        found_mean, found = moments(x, one)
        narrow, moved = by_chance(x, one, seed, FOR_ONE)
        alone[fact.id] = (found / prior < narrow) | (np.abs(found_mean - prior_mean) / prior > moved)
    out = tuple(
        Spread(
            path, spreads[path].low, spreads[path].high, shipped[path], float(mean[j]), float(width[j] / prior[j]),
            float(chance[j]), float((mean[j] - prior_mean[j]) / prior[j]), float(shift_chance[j]),
            tuple(id for id, told in alone.items() if told[j]),
        )
        for j, path in enumerate(paths)
    )  # fmt: skip
    return Fit(tuple(paths), x, weights, power, effective(weights), out)


def calibrate(
    *, points: int = POINTS, replicates: int = REPLICATES, seed: int = SEED, workers: int | None = None,
    table: Path | None = None, keep: Path | None = None, tick: Tick | None = None,
    enough: float = ENOUGH,
) -> tuple[Fit, Sweep, tuple[Fact, ...]]:  # fmt: skip
    """Play all points and weigh them.

    Parameters
    ----------
    points, replicates, seed, workers : size, root of all draws, processes.
    table : table of facts, of which those of use ``fit`` are read; by default the shipped one.
    keep : folder of finished blocks.
    tick : called with the number of histories that played one more turn.
    """
    wanted = tuple(fact for fact in to_fit(table) if fact.world == WORLD)
    sweep, spreads = planned(points, replicates, seed)
    (group,) = sweep.groups
    paths = tuple(sorted(group.lanes))
    trials = Trials(sweep.arms, wanted, group.lanes, points=points, replicates=replicates, seed=seed, tick=tick)
    said = ask(trials, workers=workers, keep=keep)
    x = np.stack([group.lanes[path] for path in paths], axis=1)
    shipped = _shipped(sweep, paths)
    return fit(wanted, said, x, paths, spreads, shipped, enough=enough, seed=seed), sweep, wanted


def _shipped(sweep: Sweep, paths: Sequence[str]) -> dict[str, float]:
    known = numbers(sweep.arms.scenario)
    return {path: known[path] for path in paths}


def resampled(weights: Array, count: int, seed: int) -> NDArray[np.int64]:
    """How often each point comes when so many are drawn evenly spaced in weight (systematic resampling).

    Examples
    --------
    >>> resampled(np.array([0.5, 0.25, 0.25]), 4, seed=0).tolist()
    [2, 1, 1]
    """
    start = Streams(seed).uniforms("calibration/resample/start", 1, np.zeros(1, np.int64))[0, 0]
    at = np.searchsorted(np.cumsum(weights), (np.arange(count) + start) / count, side="right")
    return np.bincount(np.minimum(at, len(weights) - 1), minlength=len(weights))


def write(found: Fit, sweep: Sweep, facts: Sequence[Fact], place: Path, *, seconds: float) -> None:
    """Write the vectors that carry the weight, and beside them how they were found."""
    counts = resampled(found.weights, VECTORS, sweep.seed)
    best = np.flatnonzero(counts)
    weights = counts[best] / VECTORS
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["point", "weight", *found.paths])
    for k, weight in zip(best.tolist(), weights.tolist(), strict=True):
        rows.writerow([k, f"{weight:.6g}", *(f"{v:.6g}" for v in found.x[k])])
    about: dict[str, Any] = {
        "command": COMMAND, "world": WORLD, "model": sweep.arms.model, "seed": sweep.seed,
        "points": len(found.x), "replicates": sweep.replicates, "kept": len(best), "effective": found.effective,
        "power": found.power, "facts": facts_digest(facts), "fitted": [fact.id for fact in facts],
        "processor_seconds": round(seconds), "numbers": {
            s.path: {
                "low": s.low, "high": s.high, "shipped": s.shipped, "mean": s.mean, "width": s.width,
                "chance": s.chance, "shift": s.shift, "shift_chance": s.shift_chance, "told": s.told, "by": list(s.by),
            }
            for s in found.spreads
        },
    }  # fmt: skip
    place.mkdir(parents=True, exist_ok=True)
    (place / TABLE).write_text(text.getvalue(), encoding="utf-8")
    (place / MANIFEST).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Calibrate and write the posterior."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=POINTS, help=f"points over the ranges ({POINTS})")
    parser.add_argument("--replicates", type=int, default=REPLICATES, help=f"histories of each ({REPLICATES})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"root of all draws ({SEED})")
    parser.add_argument("--workers", type=int, default=None, help="processes (all cores)")
    parser.add_argument("--enough", type=float, default=ENOUGH, help=f"points that must carry the weight ({ENOUGH:g})")
    parser.add_argument("--keep", type=Path, default=Path("results/.calibration"), help="folder of finished blocks")
    parser.add_argument("--out", type=Path, default=folder(), help="where the posterior is written")
    given = parser.parse_args(arguments)
    turns = 4 * given.points * given.replicates
    done, start = 0, time.monotonic()

    def tick(histories: int) -> None:
        nonlocal done
        done += histories
        if sys.stderr.isatty() and done:
            left = (time.monotonic() - start) * (turns - done) / done
            print(f"\r{done / turns:5.0%}, {left / 60:.0f} min left ", end="", file=sys.stderr)  # noqa: T201

    before = _spent()
    found, sweep, facts = calibrate(
        points=given.points, replicates=given.replicates, seed=given.seed, workers=given.workers, keep=given.keep,
        tick=tick, enough=given.enough,
    )  # fmt: skip
    write(found, sweep, facts, given.out, seconds=_spent() - before)
    told = ", ".join(s.path for s in found.spreads if s.told)
    print(  # noqa: T201
        f"{given.out / TABLE}: {found.effective:.0f} of {len(found.x)} points carry the weight (likelihood to the "
        f"power {found.power:.3f}); {_spent() - before:.0f} s of processor. Told by the facts: {told or 'nothing'}."
    )


def _spent() -> float:
    """Seconds of processor so far, of this process and of workers that ended."""
    import resource

    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


if __name__ == "__main__":
    main()
