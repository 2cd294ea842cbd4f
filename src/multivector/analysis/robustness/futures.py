"""Futures of a world: points drawn over what is uncertain, each played by every doctrine, in both orders of play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.comparing.comparison import SHOWN
from multivector.analysis.robustness.conditions import titles
from multivector.data.ledger import LedgerRow
from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.design import DECLARED, MOST, Axis, Design, drawn, points, ranges
from multivector.experiment.ensembles.sweep import OfSweep, Played, Sweep, plan
from multivector.experiment.histories.uncertain import declared
from multivector.results.recorded import Array
from multivector.results.tables import Column, Table, Words, words
from multivector.scenario import load
from multivector.scenario.ledger import ledger
from multivector.schema import Scenario, Uncertainty
from multivector.schema.numbers import canonical, numbers

ORDERS = ("sequential", "simultaneous")
USUAL = ("hedge", "west-pivot", "bandwagon-russia", "bandwagon-china")
"""Doctrines that are tried if none are named, beside the scenario's own."""
KIND = "robust"
SURVIVAL = "survival"
CROSSED = "crossed."


@dataclass(frozen=True)
class Futures(OfSweep):
    """What to play: every future with every doctrine in every order.

    Attributes
    ----------
    sweep : all points; the order of play runs slowest, then the doctrine, then the future.
    orders : the scenario's own first. doctrines : as named.
    about : what is drawn, by path: title, unit, low, high, the scenario's own value, distribution.
    """

    sweep: Sweep
    orders: tuple[str, ...]
    doctrines: tuple[str, ...]
    about: Mapping[str, Mapping[str, Any]]

    @property
    def count(self) -> int:
        """Number of futures."""
        return len(self.sweep.points) // (len(self.orders) * len(self.doctrines))

    def name(self) -> str:
        """Name of the result."""
        return self.sweep.name().replace("-sweep-", f"-{KIND}-")

    def digest(self) -> str:
        """Digest of everything that determines the numbers."""
        return self.sweep.digest()

    @property
    def x(self) -> dict[str, Array]:
        """What is drawn, ``[future]`` by path."""
        return {path: np.array([float(p[path]) for p in self.sweep.points[: self.count]]) for path in self.about}


@dataclass(frozen=True)
class Histories:
    """What came out.

    Attributes
    ----------
    values : outcome to ``[order, doctrine, future, replicate]``: mean of the last year; `SURVIVAL` is 1 where no red
        line was crossed, ``crossed.LINE`` 1 where that one was. nan where the history, or the same replicate of that
        future under another doctrine or order, failed: every comparison is of the same histories.
    """

    values: Mapping[str, Array]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Replicates that count, ``[future, replicate]``."""
        return np.asarray(~np.isnan(self.values[SURVIVAL][0, 0]))

    def some(self, futures: NDArray[np.intp]) -> Histories:
        """Some of the futures."""
        return Histories({name: v[:, :, futures] for name, v in self.values.items()})


def planned(
    scenario: str | Path,
    *,
    futures: int,
    over: Sequence[str] = (),
    doctrines: Sequence[str] = (),
    replicates: int,
    seed: int = 0,
    overrides: Mapping[str, str] | None = None,
) -> Futures:
    """Draw the futures and check that every doctrine can play them.

    Parameters
    ----------
    scenario : a file or the name of a shipped one.
    futures : how many are drawn.
    over : what is drawn: paths, patterns such as ``evidence.*`` (all numbers with a range that fit), or ``declared``,
        all that the scenario calls uncertain (the default). Numbers of doctrines that nobody has, and of the focus
        actor's own, are no part of a future: they are drawn only where they are named.
    doctrines : of the focus actor; by default the scenario's own and the `USUAL` ones.
    replicates, seed : histories of each future, doctrine and order; root of all draws.
    overrides : what all points share, as with ``--set``.

    Raises
    ------
    BadInput
        Something is wrong with the scenario, a path or a doctrine; nothing is uncertain; too much is asked for.
    """
    world = load(scenario, overrides=overrides)
    chosen = _doctrines(world, doctrines)
    orders = (world.order, *(order for order in ORDERS if order != world.order))
    known = numbers(world)
    rows = {canonical(row.id, known): row for row in ledger(world, who_reads=False)}
    spreads = _spreads(world, over or (DECLARED,), rows)
    if futures * len(orders) * len(chosen) > MOST:
        most = MOST // (len(orders) * len(chosen))
        said = f"{most:,} at most with so many doctrines"
        raise BadInput([Problem("--futures", 0, 0, "", f"found {futures:,}", said)])
    axes = [Axis("order", orders), Axis(f"actors.{world.focus}.doctrine", chosen)]
    made = points(axes, Design("grid"), drawn(world, spreads, futures, seed))
    about = titles(world, spreads, {path: rows[path].unit or "" for path in spreads if path in rows})
    sweep = plan(scenario, made, seed=seed, replicates=replicates, overrides=overrides)
    return Futures(sweep, orders, chosen, about)


def _doctrines(world: Scenario, named: Sequence[str]) -> tuple[str, ...]:
    can = [id for id, doctrine in world.doctrines.items() if world.focus in doctrine.for_]
    own = str(world.actors[world.focus].doctrine)
    chosen = tuple(named) or tuple(dict.fromkeys([own, *(id for id in USUAL if id in can)]))
    problems = [
        Problem("--doctrines", 0, 0, "", f'found "{id[:80]}"', ", ".join(sorted(can))) for id in chosen if id not in can
    ]
    if not problems and len(set(chosen)) < max(2, len(chosen)):
        problems = [Problem("--doctrines", 0, 0, "", f'found "{",".join(chosen)}"', "two or more, each once")]
    if problems:
        raise BadInput(problems)
    return chosen


def _own(world: Scenario, path: str) -> bool:
    """Whether a number is one of a doctrine that nobody but the focus actor has."""
    head, _, rest = path.partition(".")
    players = {actor.doctrine for code, actor in world.actors.items() if code != world.focus}
    return head == "doctrines" and rest.partition(".")[0] not in players


def _spreads(world: Scenario, over: Sequence[str], rows: Mapping[str, LedgerRow]) -> dict[str, Uncertainty]:
    """What is drawn, by path: declared ranges, else those of the ledger; a pattern stands for all numbers that fit."""
    known = numbers(world)
    said = declared(world, known)
    ranged = {
        path: Uncertainty(low=row.low, high=row.high)
        for path, row in rows.items()
        if path in known and row.low is not None and row.high is not None and row.low < row.high
    } | said
    named = {canonical(name, known) for name in over}
    out: dict[str, Uncertainty] = {}
    for name in over:
        path = canonical(name, known)
        if name == DECLARED:
            out |= {each: spread for each, spread in said.items() if each in named or not _own(world, each)}
        elif "*" in name:
            fit = {each: ranged[each] for each in sorted(ranged) if fnmatchcase(each, path)}
            if not fit:
                found = "found no number with a range that fits"
                raise BadInput([Problem("--over", 0, 0, name, found, "a path, a pattern, or declared")])
            out |= fit
        else:
            # A path without a range is told as a sweep tells it.
            out |= {path: ranged[path]} if path in ranged else ranges(world, [name])
    return out or ranges(world, ())


def histories(ready: Futures, played: Played, crossed: Mapping[str, NDArray[np.bool_]]) -> Histories:
    """Outcomes of all histories by order, doctrine, future and replicate.

    Parameters
    ----------
    crossed : red line to flags ``[point, replicate]``.
    """
    shape = (len(ready.orders), len(ready.doctrines), ready.count, ready.sweep.replicates)
    found = {SURVIVAL: played.survived.astype(float)}
    found |= {id: played.end[id] for id in SHOWN if id in played.end}
    found |= {f"{CROSSED}{id}": flags.astype(float) for id, flags in sorted(crossed.items())}
    done = played.done.reshape(shape).all(axis=(0, 1))
    return Histories({name: np.where(done, v.reshape(shape), np.nan) for name, v in found.items()})


def histories_table(ready: Futures, found: Histories) -> Table:
    """One row a history: future, order, doctrine, replicate, outcomes; those that do not count have no row."""
    shape = next(iter(found.values.values())).shape
    o, d, f, k = (axis.reshape(-1) for axis in np.indices(shape))
    keep = np.broadcast_to(found.known, shape).reshape(-1)
    table: Table = {
        "future": f[keep].astype(np.int32),
        "order": Words(o[keep].astype(np.int32), ready.orders),
        "doctrine": Words(d[keep].astype(np.int32), ready.doctrines),
        "replicate": k[keep].astype(np.int64),
    }
    return {**table, **{name: v.reshape(-1)[keep] for name, v in found.values.items()}}


def from_table(ready: Futures, table: Table) -> Histories:
    """The histories of a stored table."""
    shape = (len(ready.orders), len(ready.doctrines), ready.count, ready.sweep.replicates)
    order, doctrine = _positions(table["order"], ready.orders), _positions(table["doctrine"], ready.doctrines)
    future, replicate = (np.asarray(table[name]).astype(np.intp) for name in ("future", "replicate"))
    out = {}
    for name in list(table)[4:]:
        values = np.full(shape, np.nan)
        values[order, doctrine, future, replicate] = np.asarray(table[name], float)
        out[name] = values
    return Histories(out)


def _positions(column: Column, labels: Sequence[str]) -> NDArray[np.intp]:
    plain = column.plain() if isinstance(column, Words) else np.asarray(column)
    return np.array([labels.index(str(word)) for word in plain], np.intp)


def futures_table(
    ready: Futures, found: Histories, shares: Mapping[str, Array], regrets: Mapping[str, Array], halves: Sequence[str]
) -> Table:
    """One row for each future, order and doctrine: what the future is, and how the doctrine fares in it.

    Parameters
    ----------
    shares : name to ``[order, doctrine, future]``, further columns.
    regrets : outcome to ``[order, doctrine, future]``.
    halves : of each future, what it served for.
    """
    shape = next(iter(regrets.values())).shape
    o, d, f = (axis.reshape(-1) for axis in np.indices(shape))
    table: Table = {
        "future": f.astype(np.int32),
        "half": words([halves[k] for k in f.tolist()]),
        "order": Words(o.astype(np.int32), ready.orders),
        "doctrine": Words(d.astype(np.int32), ready.doctrines),
        "n": found.known.sum(axis=1)[f].astype(np.int32),
    }
    for name, values in shares.items():
        table[name] = values.reshape(-1)
    for name, values in regrets.items():
        table[f"regret.{name}"] = values.reshape(-1)
    return {**table, **{path: values[f] for path, values in ready.x.items()}}
