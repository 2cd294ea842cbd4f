"""The posterior against facts that it has not seen: how often they lie in its bands, and whether it beats guesses.

Nothing is fitted again. Naive forecasts go by the series of the years to 2021 (``validation/past.csv``): nothing
changes, and the trend of 2015 to 2021 goes on. The score is the continuous ranked probability score, which for a
forecast without spread is its absolute error, in half widths of the range of the fact, so that facts of all units can
be averaged.

References: Gneiting and Raftery 2007, JASA 102(477); Brier 1950, Monthly Weather Review 78(1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from multivector.analysis.validating.held import band, direction, read_checked, trials
from multivector.analysis.validating.table import Band, verdict
from multivector.experiment.histories.replicates import Tick
from multivector.experiment.shipped.facts import Fact, Past, past
from multivector.experiment.shipped.posterior import current_posterior
from multivector.experiment.studies.measures import BASE_YEAR, LEVEL, MEASURES, SHARE
from multivector.experiment.studies.trials import ask, planned
from multivector.results.recorded import Array
from multivector.results.statistics import wilson

REPLICATES = 400
FEWEST_YEARS = 3
NAIVE = ("no change", "trend of 2015-2021")


@dataclass(frozen=True)
class Scored:
    """One fact beside the posterior and the guesses.

    Attributes
    ----------
    band : where histories lie.
    crps : score of the posterior in half widths of the range; None for shares and votes, which have `brier`.
    naive : what each guess says, and its score; None where there is no series.
    """

    fact: Fact
    band: Band
    crps: float | None
    brier: float | None
    naive: Mapping[str, tuple[float, float] | None]

    @property
    def inside(self) -> tuple[bool, bool] | None:
        """Whether what is on record lies in the middle 50% and 90%; None where there is no band."""
        if self.crps is None:
            return None
        b, y = self.band, self.fact.value
        return b.lower <= y <= b.upper, b.low <= y <= b.high


def crps(values: Array, y: float) -> float:
    """Continuous ranked probability score of histories ``[replicate]`` against what is on record; smaller is better.

    Examples
    --------
    >>> crps(np.array([1.0]), 3.0), round(crps(np.array([0.0, 1.0]), 0.5), 3)
    (2.0, 0.25)
    """
    x = np.sort(values)
    n = len(x)
    # Half the mean distance of two histories, from the sorted values.
    spread = float(((2.0 * np.arange(1, n + 1) - n - 1.0) * x).sum()) / (n * n)
    return float(np.abs(x - y).mean()) - spread


def guesses(fact: Fact, series: Mapping[str, Past]) -> dict[str, float | None]:
    """What naive forecasts say of a fact: that nothing changes, and that the trend of the years before goes on.

    Examples
    --------
    >>> fact = Fact("a", "w", "trade.A.B", 0.3, 0.2, 0.4, "", "2023", "", "data", "check", "", "")
    >>> fact = Fact(**{**vars(fact), "measure": "trade.EU.KAZ"})
    >>> grown = Past({2015: 1.0, 2018: 1.331, 2021: 1.771561}, "US$ bn", ())
    >>> {k: round(v, 3) for k, v in guesses(fact, {"trade.EU.KAZ": grown}).items()}
    {'no change': 0.0, 'trend of 2015-2021': 0.21}
    """
    measure, year = MEASURES[fact.measure], int(fact.quarters[1][:4])
    known = series.get(fact.measure)
    if year <= BASE_YEAR or measure.kind == SHARE:
        return dict.fromkeys(NAIVE)
    if measure.kind == LEVEL:
        if known is None or BASE_YEAR not in known.values:
            return dict.fromkeys(NAIVE)
        fitted = _line(known.values, year, logs=False)
        return dict(zip(NAIVE, (known.values[BASE_YEAR], fitted), strict=True))
    start = 1.0 if measure.kind == "ratio" else 0.0
    fitted = None if known is None else _line(known.values, year, logs=True)
    if known is None or fitted is None:
        return dict(zip(NAIVE, (start, None), strict=True))
    return dict(zip(NAIVE, (start, fitted / known.values[BASE_YEAR] - 1.0 + start), strict=True))


def _line(values: Mapping[int, float], year: int, *, logs: bool) -> float | None:
    """The line of least squares through the years to 2021, at a later year."""
    years = [y for y in sorted(values) if 2015 <= y <= BASE_YEAR]
    if len(years) < FEWEST_YEARS:
        return None
    x, y = np.array(years, float), np.array([values[k] for k in years])
    y = np.log(y) if logs else y
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) * (x - x.mean())).sum()
    found = float(y.mean() + slope * (year - x.mean()))
    return float(np.exp(found)) if logs else found


def score(fact: Fact, values: Array, series: Mapping[str, Past]) -> Scored:
    """Score what histories say of one fact, ``[replicate]``."""
    good, found = values[np.isfinite(values)], band(fact, values)
    if MEASURES[fact.measure].kind == SHARE:
        return Scored(fact, found, None, (found.middle - fact.value) ** 2, dict.fromkeys(NAIVE))
    unit = max(0.5 * (fact.high - fact.low), 1e-12)
    naive = {
        name: None if said is None else (said, abs(said - fact.value) / unit)
        for name, said in guesses(fact, series).items()
    }
    return Scored(fact, found, crps(good, fact.value) / unit if len(good) else float("nan"), None, naive)


def later(
    path: Path, *, replicates: int = REPLICATES, seed: int = 0, workers: int | None = 1, tick: Tick | None = None,
    use: str | None = None, begin: Any = None,
) -> list[Scored]:  # fmt: skip
    """Score the shipped posterior on a table of facts, in the order of the table.

    Parameters
    ----------
    path : table of facts in the form of ``validation/facts.csv``.
    replicates, seed, workers : histories, root of all draws, processes.
    use : only facts of this use.
    begin, tick : called with the number of turns that will be played, and as they are.

    Raises
    ------
    BadInput
        Something is wrong with the table, or the posterior is that of another model.
    """
    facts, worlds = read_checked(path)
    facts = tuple(fact for fact in facts if use is None or fact.use == use)
    posterior = current_posterior(next(iter(worlds.values())).model)
    played = trials(facts, worlds, replicates=replicates, seed=seed, posterior=posterior, tick=tick)
    if begin is not None:
        begin(planned(played))
    said = {f.id: row[:, 0] for t in played for f, row in zip(t.facts, ask(t, workers=workers), strict=True)}
    series = past()
    return [score(fact, said[fact.id], series) for fact in facts]


def summary(found: Sequence[Scored]) -> dict[str, Any]:
    """Every figure as plain data: totals, then each fact."""
    ranged = [s for s in found if s.inside is not None]
    told = [way for s in found if (way := direction(s.fact, s.band.middle))]
    out: dict[str, Any] = {
        "facts": len(found), "inside_50": _share([bool(s.inside and s.inside[0]) for s in ranged]),
        "inside_90": _share([bool(s.inside and s.inside[1]) for s in ranged]),
        "direction": _share([way == "same" for way in told]),
        "hits": {v: sum(verdict(s.fact, s.band) == v for s in found) for v in ("hit", "near", "miss")},
        "crps": {}, "brier": None,
    }  # fmt: skip
    for name in NAIVE:
        both = [(s.crps, s.naive[name]) for s in ranged if s.naive[name] is not None and s.crps is not None]
        own, other = [a for a, _ in both], [b[1] for _, b in both if b is not None]
        out["crps"][name] = None if not both else {
            "n": len(both), "posterior": float(np.mean(own)), "naive": float(np.mean(other)),
            "better": sum(a < b for a, b in zip(own, other, strict=True)),
        }  # fmt: skip
    votes = [s.brier for s in found if s.brier is not None]
    out["brier"] = None if not votes else {"n": len(votes), "mean": float(np.mean(votes))}
    out["rows"] = [_told(s) for s in found]
    return out


def _share(flags: Sequence[bool]) -> dict[str, Any]:
    hits, n = sum(flags), len(flags)
    low, high = wilson(hits, n) if n else (0.0, 1.0)
    return {"n": n, "hits": hits, "share": hits / n if n else None, "low": low, "high": high}


def _told(s: Scored) -> dict[str, Any]:
    f, b = s.fact, s.band
    naive = {name: None if each is None else {"says": each[0], "score": each[1]} for name, each in s.naive.items()}
    return {
        "id": f.id, "measure": f.measure, "date": f.date, "unit": f.unit, "use": f.use, "recorded": f.value,
        "low": f.low, "high": f.high, "median": b.middle, "p5": b.low, "p25": b.lower, "p75": b.upper, "p95": b.high,
        "n": b.n, "inside_50": s.inside and s.inside[0], "inside_90": s.inside and s.inside[1],
        "direction": direction(f, b.middle), "verdict": verdict(f, b), "crps": s.crps, "brier": s.brier,
        "naive": naive,
    }  # fmt: skip
