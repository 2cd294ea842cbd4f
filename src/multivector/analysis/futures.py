"""Futures of a world: points drawn over what is uncertain in it, each played by every doctrine, in both orders of play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.comparison import SHOWN
from multivector.errors import BadInput, Problem
from multivector.experiment.design import DECLARED, MOST, Axis, Design, drawn, points, ranges
from multivector.experiment.sweep import Played, Sweep, plan
from multivector.experiment.uncertain import declared
from multivector.results.recorded import Array
from multivector.results.tables import Table, Words, words
from multivector.scenario import load
from multivector.scenario.ledger import ledger
from multivector.schema import Scenario, Uncertainty
from multivector.schema.numbers import canonical, numbers

ORDERS = ("sequential", "simultaneous")
USUAL = ("hedge", "west-pivot", "bandwagon-russia", "bandwagon-china")
"""Doctrines that are tried if none are named, beside the scenario's own."""
SURVIVAL = "survival"
CROSSED = "crossed."


@dataclass(frozen=True)
class Futures:
    """What to play: every future with every doctrine in every order.

    Attributes
    ----------
    sweep : all points; the order of play runs slowest, then the doctrine, then the future.
    orders : the scenario's own first. doctrines : as named.
    spreads : what is drawn, by path, with its range.
    """

    sweep: Sweep
    orders: tuple[str, ...]
    doctrines: tuple[str, ...]
    spreads: Mapping[str, Uncertainty]

    @property
    def count(self) -> int:
        """Number of futures."""
        return len(self.sweep.points) // (len(self.orders) * len(self.doctrines))

    @property
    def x(self) -> dict[str, Array]:
        """What is drawn, ``[future]`` by path."""
        return {path: np.array([float(p[path]) for p in self.sweep.points[: self.count]]) for path in self.spreads}


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
    names, known = _expanded(world, over or (DECLARED,)), numbers(world)
    named = {canonical(name, known) for name in names}
    spreads = ranges(world, names, [path for path in declared(world, known) if _own(world, path) and path not in named])
    if futures * len(orders) * len(chosen) > MOST:
        most = MOST // (len(orders) * len(chosen))
        raise BadInput([Problem("--futures", 0, 0, "", f"found {futures:,}", f"{most:,} at most with so many doctrines")])
    axes = [Axis("order", orders), Axis(f"actors.{world.focus}.doctrine", chosen)]
    made = points(axes, Design("grid"), drawn(world, spreads, futures, seed))
    return Futures(plan(scenario, made, seed=seed, replicates=replicates, overrides=overrides), orders, chosen, spreads)


def _doctrines(world: Scenario, named: Sequence[str]) -> tuple[str, ...]:
    can = [id for id, doctrine in world.doctrines.items() if world.focus in doctrine.for_]
    own = world.actors[world.focus].doctrine
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


def _expanded(world: Scenario, over: Sequence[str]) -> list[str]:
    """Patterns become the numbers that fit and have a range."""
    out: list[str] = []
    known = numbers(world)
    for name in over:
        if "*" not in name:
            out.append(name)
            continue
        ranged = {canonical(r.id, known) for r in ledger(world) if r.low is not None and r.high is not None and r.low < r.high}
        fit = sorted(path for path in {*declared(world, known), *(ranged & set(known))} if fnmatchcase(path, name))
        if not fit:
            raise BadInput([Problem("--over", 0, 0, name, "found no number with a range that fits", "a path or a pattern")])
        out += [path for path in fit if path not in out]
    return out


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
    at = tuple(
        _positions(table[name], labels)
        for name, labels in (("future", None), ("order", ready.orders), ("doctrine", ready.doctrines), ("replicate", None))
    )
    out = {}
    for name in list(table)[4:]:
        values = np.full(shape, np.nan)
        values[at[1], at[2], at[0], at[3]] = np.asarray(table[name], float)
        out[name] = values
    return Histories(out)


def _positions(column: Words | NDArray[np.generic], labels: Sequence[str] | None) -> NDArray[np.intp]:
    if labels is None:
        return np.asarray(column).astype(np.intp)
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
        "half": words([halves[k] for k in f]),
        "order": Words(o.astype(np.int32), ready.orders),
        "doctrine": Words(d.astype(np.int32), ready.doctrines),
        "n": found.known.sum(axis=1)[f].astype(np.int32),
    }
    for name, values in shares.items():
        table[name] = values.reshape(-1)
    for name, values in regrets.items():
        table[f"regret.{name}"] = values.reshape(-1)
    return {**table, **{path: values[f] for path, values in ready.x.items()}}
