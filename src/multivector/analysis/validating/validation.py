"""Everything that the page on validation says, as rows of one table: collected here, rendered in `validation_page`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from multivector.analysis.doctrines.entrants import Plan
from multivector.analysis.doctrines.entrants import planned as entered
from multivector.analysis.doctrines.tournament import perform
from multivector.analysis.validating.held import band, read_checked, trials
from multivector.analysis.validating.later import NAIVE, score, summary
from multivector.analysis.validating.roll_calls import forecasts, scores
from multivector.analysis.validating.table import Row
from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.running import Nowhere, Request, Run
from multivector.experiment.ensembles.sweep import plan, play
from multivector.experiment.histories.arms import Arms, prepare
from multivector.experiment.histories.replicates import Experiment, Tick
from multivector.experiment.shipped.facts import folder, past
from multivector.experiment.shipped.posterior import Posterior, current_posterior
from multivector.experiment.studies.trials import ask, planned
from multivector.results.recorded import Array
from multivector.results.statistics import Z95

WORLD = "after-2022"
PLACEBO = "placebo-2014-2019"
FACTS_N, OTHERS_N = 400, 200
"""Histories of the facts, and of each world of the other sections."""
ORDERS = ("sequential", "simultaneous")
COERCION = "coercion.on_displeasure"
"""The weight of displeasure in the odds of every coercive act: what "Russia's coercion weight" means here."""
WEIGHTS: Mapping[str, float] = {"halved": 0.5, "as set": 1.0, "doubled": 2.0}
JUDGED = ("survival", "composite", "real_income", "autonomy", "legitimacy", "goodwill_floor")
HEDGE = "hedge"
CLEARLY = 3.0
"""Standard errors that a paired difference must exceed."""
WITHOUT_RUSSIA: Mapping[str, str] = {
    "mechanisms.coercion": "false", "decision.actors": "{RUS: hold}", "stocks.threat_RUS.base": "0.1",
}  # fmt: skip
"""No move of Russia's, no coercive act, and the threat of the years before the war."""
OPINION = ("approval", "legitimacy", "leaning", "support.public")
CONFORMANCE = "conformance.csv"


class Collector:
    """Plays what the page needs.

    Parameters
    ----------
    facts_n, others_n : histories of the facts, and of each world of the other sections.
    seed, workers : root of all draws, processes.
    tick : called with the number of histories that played one more turn.

    Raises
    ------
    BadInput
        The shipped posterior is that of another model.
    """

    def __init__(
        self,
        *,
        facts_n: int = FACTS_N,
        others_n: int = OTHERS_N,
        seed: int = 0,
        workers: int | None = 1,
        tick: Tick | None = None,
    ) -> None:
        self.facts_n, self.others_n, self.seed, self.workers, self.tick = facts_n, others_n, seed, workers, tick
        self.facts, self.worlds = read_checked(folder() / "facts.csv")
        self.model = self.worlds[WORLD].model
        self.posterior: Posterior = current_posterior(self.model)
        self._held = [
            trials(self.facts, self.worlds, replicates=facts_n, seed=seed, posterior=p, tick=tick)
            for p in (None, self.posterior)
        ]
        self._plans = {
            **{("as set", order): self._plan(1.0, order) for order in ORDERS},
            **{(name, ORDERS[0]): self._plan(times, ORDERS[0]) for name, times in WEIGHTS.items() if times != 1.0},
        }
        self._opinion = [
            plan(WORLD, [{"calendar.turns": "16"}], seed=seed, replicates=others_n, overrides=changed)
            for changed in ({}, WITHOUT_RUSSIA)
        ]

    def _plan(self, times: float, order: str) -> Plan:
        from multivector.schema.numbers import numbers

        weight = times * numbers(self.worlds[WORLD].scenario)[COERCION]
        return entered(
            [WORLD], replicates=self.others_n, seed=self.seed, overrides={COERCION: f"{weight:g}"}, order=order
        )

    @property
    def doctrines(self) -> tuple[str, ...]:
        """Doctrines that the focus actor may take."""
        return self._plans["as set", ORDERS[0]].doctrines

    @property
    def turns(self) -> int:
        """Turns that will be played: what a progress bar counts to."""
        held = sum(planned(each) for each in self._held)
        one = Experiment(self._arms(self.doctrines[0])).turns_per_history * self.others_n
        rest = sum(p.turns for p in self._plans.values()) + sum(s.turns for s in self._opinion)
        return held + rest + one * len(self.doctrines)

    def _arms(self, doctrine: str) -> Arms:
        return prepare(WORLD, doctrines={self.worlds[WORLD].scenario.focus: doctrine})

    def rows(self) -> list[Row]:
        """Everything, in the order of the page."""
        return [
            *self._made(), *self._beside_facts(), *self._numbers(), *self._opinions(), *self._contests(),
            *self._thresholds(), *_votes(), *conformance(),
        ]  # fmt: skip

    def _made(self) -> Iterator[Row]:
        nothing = float("nan")
        yield Row("made", "model", "digest", nothing, note=self.model)
        yield Row("made", "posterior", "digest", nothing, note=self.posterior.name)
        yield Row("made", "histories", "facts", float(self.facts_n), n=self.facts_n)
        yield Row("made", "histories", "others", float(self.others_n), n=self.others_n)
        yield Row("made", "seed", "seed", float(self.seed))

    def _beside_facts(self) -> Iterator[Row]:
        found: dict[str, dict[str, Array]] = {"shipped": {}, "posterior": {}}
        for name, each in zip(found, self._held, strict=True):
            for t in each:
                said = ask(t, workers=self.workers)
                found[name] |= {f.id: row[:, 0] for f, row in zip(t.facts, said, strict=True)}
        for fact in self.facts:
            for name, values in found.items():
                b = band(fact, values[fact.id])
                yield Row("facts", fact.id, name, b.middle, b.low, b.high, b.n, fact.unit, fact.use)
        series = past()
        checked = [score(f, found["posterior"][f.id], series) for f in self.facts if f.use == "check"]
        told = summary(checked)
        for name in ("inside_50", "inside_90", "direction"):
            s = told[name]
            yield Row("later", "check rows", name, s["share"] or 0.0, s["low"], s["high"], s["n"], "share of facts")
        for name in NAIVE:
            c = told["crps"][name]
            if c:
                yield Row("later", name, "crps of the posterior", c["posterior"], n=c["n"], unit="half ranges")
                yield Row("later", name, "crps", c["naive"], n=c["n"], unit="half ranges", note=str(c["better"]))

    def _numbers(self) -> Iterator[Row]:
        about = self.posterior.about
        yield Row("posterior", "all", "effective points", about["effective"], n=about["points"])
        yield Row("posterior", "all", "power", about["power"], n=about["replicates"])
        for path, s in about["numbers"].items():
            note = ("told; " if s["told"] else "not told; ") + " ".join(s["by"])
            yield Row("posterior", path, "mean", s["mean"], s["low"], s["high"], note=note)
            yield Row("posterior", path, "width over prior width", s["width"], s["chance"], unit="1")
            yield Row("posterior", path, "shipped", s["shipped"])

    def _opinions(self) -> Iterator[Row]:
        ends = [play(sweep, Nowhere(), self.tick, workers=self.workers).end for sweep in self._opinion]
        groups = sorted(id for id in ends[0] if id.startswith("approval."))
        for id in (*OPINION, *groups):
            with_, without = (end[id][0] for end in ends)
            yield Row("opinion", id, "as it was", *_mean(with_), n=len(with_))
            yield Row("opinion", id, "without Russia's acts", *_mean(without), n=len(without))
            yield Row("opinion", id, "difference", *_mean(with_ - without), n=len(with_))

    def _contests(self) -> Iterator[Row]:
        for (weight, order), made in self._plans.items():
            values = perform(made, self.tick, workers=self.workers).values
            for id in JUDGED:
                if id not in values:
                    continue
                cube = values[id][0]
                hedge = cube[made.doctrines.index(HEDGE)]
                best = int(np.argmax(np.nanmean(cube, axis=1)))
                for name, own in zip(made.doctrines, cube, strict=True):
                    case, note = f"{weight}, {order}, {name}", "first" if name == made.doctrines[best] else ""
                    yield Row("doctrines", case, id, *_mean(own), n=len(own), note=note)
                    yield Row("doctrines", case, f"{id} less that of {HEDGE}", *_mean(own - hedge), n=len(own))
                    yield Row("doctrines", case, f"{id} behind the first", *_mean(cube[best] - own), n=len(own))

    def _thresholds(self) -> Iterator[Row]:
        lines: dict[str, list[float]] = {}
        for doctrine in self.doctrines:
            request = Request(self._arms(doctrine), self.seed, self.others_n, "outcomes")
            told = Run(request, Nowhere(), self.tick, alone=True).perform().summary["ensemble"]["headline"]
            for name, key in (("-25%", "tighter"), ("as set", "survival"), ("+25%", "looser")):
                s = told[key]
                yield Row("thresholds", doctrine, name, s["share"], s["low"], s["high"], s["n"], "share of histories")
            for line in told["lines"]:
                lines.setdefault(line["id"], []).append(line["share"])
        for id, shares in lines.items():
            note = "never" if max(shares) < 0.01 else "always" if min(shares) > 0.95 else ""
            yield Row("lines", id, "crossed", float(np.median(shares)), min(shares), max(shares), self.others_n,
                      "share of histories, over doctrines", note)  # fmt: skip


def _mean(values: Array) -> tuple[float, float, float]:
    """Mean over histories and its interval of 95%."""
    good = values[np.isfinite(values)]
    mean = float(good.mean()) if len(good) else float("nan")
    wide = Z95 * float(good.std(ddof=1)) / len(good) ** 0.5 if len(good) > 1 else float("nan")
    return mean, mean - wide, mean + wide


def _votes() -> Iterator[Row]:
    found = forecasts()
    for f in found:
        for name, said in (("model", f.model), ("before 2014", f.before), ("last vote", f.last), ("region", f.region)):
            if said is not None:
                p = float(said[("no", "abstain", "yes").index(f.recorded)])
                yield Row("votes", f.text, name, p, n=1, unit="probability of the vote cast",
                          note=f"{f.kind}; {f.recorded}")  # fmt: skip
    for name, (value, n) in scores(found).items():
        yield Row("brier", name, "mean", value, n=n, unit="squared error over three options")


def conformance(path: Path | None = None) -> Iterator[Row]:
    """What the tests of conformance measured, from the table that they keep and hold to be true."""
    place = path or folder() / CONFORMANCE
    try:
        with place.open(encoding="utf-8", newline="") as stream:
            for r in csv.DictReader(stream):
                yield Row("conformance", r["against"], r["quantity"], float(r["value"]), n=int(r["n"]), unit=r["unit"],
                          note=f"{r['version']}; {r['how']}")  # fmt: skip
    except (OSError, KeyError, ValueError):
        raise BadInput([Problem(str(place), 0, 0, "", "found no table of conformance")]) from None
