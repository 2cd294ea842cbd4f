"""Histories that a page of several results carries: the same ones of each world, with what the page says of them.

They are read from the results and not played, so that such a page is written as fast as before; `multivector verify`
plays them again, world by world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from multivector.analysis.comparing.comparable import common
from multivector.analysis.reading import Histories, histories
from multivector.experiment.ensembles.saving import tables_of
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import Experiment, Failure

MOST = 4
"""Histories of each world."""


def shared(worlds: Sequence[Histories], wanted: Sequence[int]) -> list[int]:
    """Of the histories that are wanted those that all worlds have, at most `MOST`; else the first that all have."""
    known = common(*worlds).tolist()
    return sorted(id for id in wanted if id in known)[:MOST] or known[:1]


def kept(world: Histories, ids: Sequence[int], outcomes: Sequence[str]) -> list[dict[str, Any]]:
    """Some histories as plain data.

    Parameters
    ----------
    world : a result's histories.
    ids : replicates, all in it.
    outcomes : ids of outcomes.

    Returns
    -------
    list of dict
        For each: `replicate`, `quarters` (those that the result keeps), `series` (outcome to its values by quarter) and
        `crossed` (red line to the quarter in which it is crossed, None if it is not).
    """
    lane = {int(id): k for k, id in enumerate(world.ids)}
    every = world.head["quarters"]
    return [
        {
            "replicate": id,
            "quarters": [{"quarter": quarter} for quarter in world.quarters],
            "series": {name: [float(x) for x in world.of(name)[:, lane[id]]] for name in outcomes},
            "crossed": {
                line: None if first[lane[id]] < 0 else every[first[lane[id]]] for line, first in world.first.items()
            },
        }
        for id in ids
    ]


def again(arms: Arms, facts: Mapping[str, Any], stored: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same histories, played now; those that fail now are left out.

    Parameters
    ----------
    arms : the scenario and its benchmark.
    facts : of the manifest, `seed` among them.
    stored : what `kept` gave; equal replicates, outcomes and quarters are told.
    """
    ids = [int(history["replicate"]) for history in stored]
    experiment, found = Experiment(arms, seed=int(facts["seed"])), {}
    experiment.prepare()
    head = {"quarters": list(arms.scenario.quarters())}
    for block in experiment.blocks(sorted(ids), "outcomes"):
        if isinstance(block, Failure):
            continue
        tables = tables_of(block, "outcomes", arms.scenario.focus)
        told = (tables["outcomes"] or {}, tables["lines"] or {})
        world = histories(facts, head, block.dictionary, *told, ("", None), "")
        for id in world.ids.tolist():
            like = stored[ids.index(id)]
            names = [name for name in like["series"] if name in world]
            found[id] = _only(kept(world, [id], names)[0], [row["quarter"] for row in like["quarters"]])
    return [found[id] for id in ids if id in found]


def _only(history: dict[str, Any], quarters: Sequence[str]) -> dict[str, Any]:
    """A history in some of its quarters: a result may keep the last alone."""
    at = [k for k, row in enumerate(history["quarters"]) if row["quarter"] in quarters]
    series = {name: [values[k] for k in at] for name, values in history["series"].items()}
    return {**history, "quarters": [history["quarters"][k] for k in at], "series": series}
