"""Single histories told whole, as plain data: what a page shows, and what is compared when a page is verified.

A history is played again from the scenario (same draws, same bits), so that a result of a thousand histories need not
have kept the reasons of any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from multivector.errors import RunFailed
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import Block, Experiment, Failure, Tick
from multivector.experiment.histories.story import Decision
from multivector.experiment.telling import summary as told

Told = dict[str, Any]
OPTIONS, OTHERS = 4, 2
"""Options of a decision that are kept, the one taken and the best others: of the focus actor, and of others."""
DIGITS, TERMS, TINY = 4, 6, 5e-3
"""Significant digits of what options were worth and of trade; terms of an option that are kept, and the least."""
ROUGH = ("decisions", "trade", "before")
"""Parts that are rounded: on another machine a last digit may fall the other way."""


def tell(arms: Arms, *, seed: int, replicates: Sequence[int], tick: Tick | None = None) -> list[Told]:
    """Play some histories again and tell each whole, in the order asked for.

    Parameters
    ----------
    arms : the scenario and its benchmark.
    seed : root of all draws.
    replicates : ids.
    tick : called after every turn with the number of histories that played it.

    Returns
    -------
    list of dict
        For each: `replicate`, `red_lines`, `nearest`, `exposures`, `outcomes` (at the end), `quarters` (what was done
        and why, what happened, decisions with their options, trade of the focus actor by partner and sector in US$ bn a
        year) and `series` (outcome to its values by quarter).

    Raises
    ------
    RunFailed
        A history fails.

    Examples
    --------
    >>> from multivector.experiment.histories.arms import prepare
    >>> arms = prepare("after-2022", overrides={"calendar.turns": "1", "decision.rule": "random"})
    >>> tell(arms, seed=0, replicates=[3])[0]["quarters"][0]["quarter"]
    '2022-Q1'
    """
    experiment, found = Experiment(arms, seed=seed, tick=tick), {}
    for block in experiment.blocks(list(replicates), "full", story_of=list(replicates)):
        if isinstance(block, Failure):
            raise RunFailed(f"replicate {block.replicate} failed: {block.message}")
        for failure in block.failures:
            raise RunFailed(f"replicate {failure.replicate} failed: {failure.message}")
        for id in block.stories:
            found[id] = whole(experiment, block, id)
    return [found[id] for id in replicates]


def whole(experiment: Experiment, block: Block, id: int, summed: Mapping[str, Any] | None = None) -> Told:
    """A history of a fully recorded block whose reasons were kept, as `tell` has it; `summed` is what `summary.history`
    says of it, where that is known already."""
    arms, story = experiment.arms, block.stories[id]
    out = dict(told.history(arms, replace(block, story=story), id) if summed is None else summed)
    out["quarters"] = [dict(quarter) for quarter in out["quarters"]]
    out["outcomes"] = {
        name: {key: row[key] for key in ("base", "value", "verdict")} for name, row in out["outcomes"].items()
    }
    lane = story.lane
    trade = _trade(arms.scenario.focus, block, lane)
    for t, (quarter, turn) in enumerate(zip(out["quarters"], story.turns, strict=True)):
        quarter["decisions"] = [
            _decision(d, OPTIONS if d.actor == arms.scenario.focus else OTHERS) for d in turn.decisions
        ]
        quarter["trade"] = trade[t]
    out["series"] = {
        name: [None if x != x else float(x) for x in np.asarray(values, float)[:, lane].tolist()]
        for name, values in block.record.outcomes.items()
        if len(values) == len(story.turns)
    }
    out["before"] = _before(experiment)
    return out


def _trade(focus: str, block: Block, lane: int) -> list[dict[str, dict[str, dict[str, float]]]]:
    """By quarter: what customs record of the focus actor's sales and purchases, by partner and sector."""
    record = block.record
    seen = record.customs if record.customs is not None else record.flows
    assert seen is not None
    return [
        _sides(focus, record.nodes, record.sectors, np.asarray(seen[t], float)[..., lane]) for t in range(len(seen))
    ]


def _before(experiment: Experiment) -> dict[str, dict[str, dict[str, float]]]:
    """The same in the base year."""
    base = experiment.setup.layout.base
    return _sides(experiment.arms.scenario.focus, base.nodes, base.sectors, np.asarray(base.flows))


def _sides(focus: str, nodes: Sequence[str], sectors: Sequence[str], flows: Any) -> dict[str, Any]:
    k = list(nodes).index(focus)
    goods = [(s, name) for s, name in enumerate(sectors) if name != "services"]
    others = [(n, name) for n, name in enumerate(nodes) if n != k]
    return {
        "sold": {name: {sector: _short(flows[k, n, s]) for s, sector in goods} for n, name in others},
        "bought": {name: {sector: _short(flows[n, k, s]) for s, sector in goods} for n, name in others},
    }


def _decision(decision: Decision, most: int) -> dict[str, Any]:
    """A decision with the options that mattered: what was taken, and the best of what was not."""
    ranked = sorted(
        (m for m, option in enumerate(decision.options) if option.feasible and m != decision.chosen),
        key=lambda m: -decision.options[m].value,
    )
    stop = decision.options[-1]
    kept = [decision.options[m] for m in (decision.chosen, *ranked[: most - 1])]
    return {
        "actor": decision.actor,
        "slot": decision.slot,
        "rule": decision.rule,
        "feasible": len(ranked) + 1,
        "options": [
            {
                "title": option.title,
                "target": option.target,
                "value": _short(option.value - stop.value),
                "probability": _short(option.probability),
                "accept": _short(option.accept),
                "terms": _terms(option.terms, stop.terms),
            }
            for option in kept
        ],
    }


def _terms(terms: Mapping[str, float], stop: Mapping[str, float]) -> dict[str, float]:
    gains = {name: _short(value - stop.get(name, 0.0)) for name, value in terms.items()}
    large = sorted((name for name, gain in gains.items() if abs(gain) >= TINY), key=lambda name: -abs(gains[name]))
    return {name: gains[name] for name in large[:TERMS]}


def _short(x: float) -> float:
    return float(f"{float(x):.{DIGITS}g}")


def differences(stored: Sequence[Told], found: Sequence[Told], *, exact: bool) -> Iterator[tuple[str, int, str]]:
    """Where histories that were told differ: quarter, replicate, what; the earliest quarter of each history first.

    What belongs to no quarter comes last, with an empty one.

    Parameters
    ----------
    stored, found : the same histories, as they were told and as they are told now.
    exact : whether numbers must agree to the last bit, or to 1e-9.

    Examples
    --------
    >>> one = {"replicate": 0, "quarters": [{"quarter": "2022-Q1", "oil_price": 90.0}], "series": {}}
    >>> other = {"replicate": 0, "quarters": [{"quarter": "2022-Q1", "oil_price": 91.0}], "series": {}}
    >>> list(differences([one], [other], exact=True))
    [('2022-Q1', 0, 'oil_price: stored 90.0, now 91.0')]
    """
    for one, other in zip(stored, found, strict=True):
        replicate = int(one["replicate"])
        here, there = _by_quarter(one), _by_quarter(other)
        for k in range(max(len(here), len(there))):
            if k >= len(here) or k >= len(there):
                quarter = (here if k < len(here) else there)[k]["quarter"]
                was, now = ("a quarter", "nothing") if k < len(here) else ("nothing", "a quarter")
                yield str(quarter), replicate, f"stored {was}, now {now}"
                continue
            for where, was, now in _unlike(here[k], there[k], "", exact):
                yield str(there[k].get("quarter", "")), replicate, f"{where}: stored {was}, now {now}"
        rest = [{k: v for k, v in each.items() if k not in ("quarters", "series")} for each in (one, other)]
        for where, was, now in _unlike(rest[0], rest[1], "", exact):
            yield "", replicate, f"{where}: stored {was}, now {now}"


def _by_quarter(history: Told) -> list[dict[str, Any]]:
    """Quarters with the outcomes of each beside what was done."""
    rows = [dict(quarter) for quarter in history["quarters"]]
    for name, values in history["series"].items():
        for t, row in enumerate(rows):
            row[name] = values[t] if t < len(values) else "nothing"
    return rows


def _unlike(a: Any, b: Any, where: str, exact: bool) -> Iterator[tuple[str, str, str]]:
    """Leaves at which two plain structures differ: path, one, other."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in dict.fromkeys([*b, *a]):
            yield from _unlike(a.get(key, "nothing"), b.get(key, "nothing"), f"{where} {key}".strip(), exact)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for k, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from _unlike(x, y, f"{where} {k + 1}".strip(), exact)
    elif not _same(a, b, 0.0 if exact else 10.0 ** (2 - DIGITS) if where.startswith(ROUGH) else 1e-9):
        yield where, _text(a), _text(b)


def _same(a: Any, b: Any, room: float) -> bool:
    number = (int, float)
    if isinstance(a, number) and isinstance(b, number) and not isinstance(a, bool) and not isinstance(b, bool):
        return a == b or abs(a - b) <= room * max(1.0, abs(a), abs(b))
    return type(a) is type(b) and bool(a == b)


def _text(x: Any) -> str:
    text = str(x)
    return text if len(text) <= 80 else f"{text[:79]}…"
