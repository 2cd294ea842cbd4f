"""Facts beside the model: where it lies at the shipped numbers and over the posterior, what is hit and what missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from multivector.analysis.validating.table import Band
from multivector.errors import BadInput, Problem
from multivector.experiment.histories.arms import Arms, prepare
from multivector.experiment.histories.replicates import Tick
from multivector.experiment.shipped.facts import Fact, read_facts
from multivector.experiment.shipped.posterior import Posterior
from multivector.experiment.studies.measures import CHANGE, MEASURES, RATIO, SHARE, units
from multivector.experiment.studies.trials import Trials, by_world
from multivector.results.recorded import Array
from multivector.schema.numbers import numbers

BAND, HALF = (0.05, 0.95), (0.25, 0.75)


def band(fact: Fact, values: Array) -> Band:
    """Where the values of histories lie, ``[replicate]``.

    Examples
    --------
    >>> fact = Fact("a", "w", "oil.CPC", 52.0, 50.0, 54.0, "Mt/yr", "2022", "", "data", "check", "", "")
    >>> band(fact, np.array([40.0, 53.0, 53.0])).middle
    53.0
    """
    good = values[np.isfinite(values)]
    if not len(good):
        return Band(np.nan, np.nan, np.nan, np.nan, np.nan, 0)
    if MEASURES[fact.measure].kind == SHARE:
        mean = float(good.mean())
        return Band(mean, mean, mean, mean, mean, len(good))
    low, high, lower, upper = (float(x) for x in np.quantile(good, [*BAND, *HALF]))
    return Band(float(np.median(good)), low, high, lower, upper, len(good))


def direction(fact: Fact, middle: float) -> str:
    """Whether a change has the sign of the fact; empty where there is none to have, or the record is about nothing."""
    kind = MEASURES[fact.measure].kind
    start = {CHANGE: 0.0, RATIO: 1.0}.get(kind)
    if start is None or fact.low <= start <= fact.high:
        return ""
    return "same" if (middle - start) * (fact.value - start) > 0.0 else "other"


def read_checked(path: Path) -> tuple[tuple[Fact, ...], dict[str, Arms]]:
    """A table of facts and the worlds that it is about.

    Raises
    ------
    BadInput
        With everything that is wrong: cells, worlds that are not there, dates outside of them, texts not voted on.
    """
    facts = read_facts(path, measures=units())
    worlds: dict[str, Arms] = {}
    problems: list[Problem] = []
    for world, some in by_world(facts).items():
        try:
            worlds[world] = prepare(world)
        except BadInput as error:
            said = str(error).splitlines()[0][:160]
            problems += [Problem(str(path), f.line, 1, "world", f'found "{world}": {said}', "") for f in some]
            continue
        problems += _misfits(some, worlds[world], str(path))
    if problems:
        raise BadInput(sorted(problems, key=lambda problem: problem.line))
    return facts, worlds


def _misfits(facts: Sequence[Fact], arms: Arms, file: str) -> list[Problem]:
    quarters, texts, out = arms.scenario.quarters(), arms.scenario.alignment.votes, []
    for fact in facts:
        first, last = fact.quarters
        if not quarters[0] <= first <= last <= quarters[-1]:
            allowed = f"quarters from {quarters[0]} to {quarters[-1]}, those of {arms.scenario.id}"
            out.append(Problem(file, fact.line, 1, "date", f'found "{fact.date}"', allowed))
        if fact.measure.startswith("votes."):
            text = fact.measure.removeprefix("votes.").rpartition(".")[0]
            if text not in texts:
                known = ", ".join(texts) or "none"
                out.append(Problem(file, fact.line, 1, "measure", f"found {text}, not voted on there", known))
            elif not first <= texts[text].turn <= last:
                allowed = f"{texts[text].turn[:4]}, when {text} is voted on"
                out.append(Problem(file, fact.line, 1, "date", f'found "{fact.date}"', allowed))
    return out


def trials(
    facts: Sequence[Fact],
    worlds: Mapping[str, Arms],
    *,
    replicates: int,
    seed: int,
    posterior: Posterior | None = None,
    tick: Tick | None = None,
) -> list[Trials]:
    """What is to be played, a world each: at its own numbers, or each history with a vector of the posterior."""
    out = []
    for world, some in by_world(facts).items():
        lanes: dict[str, Array] = {}
        if posterior is not None:
            at = posterior.picks(range(replicates), seed)
            known = numbers(worlds[world].scenario)
            lanes = {path: posterior.x[at, posterior.paths.index(path)] for path in posterior.among(known)}
        out.append(
            Trials(worlds[world], some, lanes, points=replicates, replicates=1, seed=seed, apart=True, tick=tick)
        )
    return out
