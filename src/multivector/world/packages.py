"""Flows that choose between routes, and the dated packages of measures on them, as arrays by turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import GOODS
from multivector.mechanisms.routes import RoutedCells
from multivector.schema import Sanction, Scenario
from multivector.schema.base import quarter_index

REST = "ROW"
"""The node that closes the world."""
INTERMEDIARIES = ("focus", "others")
CAPACITIES = (*INTERMEDIARIES, "middle")
"""Capacities that the trade solve respects: intermediaries of the focus actor, of other states, the Middle Corridor."""
GOODS_ROUTES = ("northern", "middle", "sea-other")
"""Overland routes, in the order of a cell's slots."""


@dataclass(frozen=True)
class Coverage:
    """Dated packages on the routed cells, by turn.

    Attributes
    ----------
    covered : [turn, cell] share of lines covered.
    wedge, leaving : [turn, cell] cost of the licences' way, and of companies that leave beyond the law.
    active : [turn] 1 where any package is in force.
    """

    covered: Array
    wedge: Array
    leaving: Array
    active: Array


def routed_cells(
    nodes: tuple[str, ...],
    sectors: tuple[str, ...],
    senders: tuple[str, ...],
    target: str | None,
    focus: str,
    pairs: tuple[tuple[str, str], ...],
) -> tuple[RoutedCells, int]:
    """Cells with a choice of routes: first sanctioned trade (direct, by the focus, by others), then overland trade."""
    at = {n: i for i, n in enumerate(nodes)}
    index: list[tuple[int, int, int]] = []
    slots: list[list[int]] = []
    owners: list[list[int]] = []
    if target is not None and target in at:
        for s in senders:
            for g in GOODS:
                if s != focus:
                    index.append((at[s], at[target], sectors.index(g)))
                    slots.append([-1, 0, 1])
                    owners.append([-1, at.get(focus, -1), at[REST] if s != REST else -1])
    evasion = len(index)
    for a, b in pairs:
        for g in ("metals", "machinery", "other"):
            index.append((at[a], at[b], sectors.index(g)))
            slots.append([-1, 2, -1])
            owners.append([-1, at.get(focus, -1), -1])
    share = np.zeros((len(index), 3))
    share[:, 0] = 1.0
    return RoutedCells.of(index, share, slots, nodes=len(nodes), owner=owners), evasion


def dated_coverage(
    scenario: Scenario, cells: RoutedCells, evasion: int, nodes: tuple[str, ...], sectors: tuple[str, ...]
) -> Coverage:
    """What the scenario's packages do to the first `evasion` cells, quarter by quarter; several packages add up."""
    quarters = scenario.quarters()
    shape = (len(quarters), cells.count)
    out = Coverage(np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(len(quarters)))
    quarters_left = scenario.value("sanctions.self_sanctioning_decay")
    flows = [(nodes[cells.exporter[m]], sectors[cells.sector[m]]) for m in range(evasion)]
    for package in (scenario.sanctions[s] for s in sorted(scenario.sanctions)):
        for t, quarter in enumerate(quarters):
            if _in_force(package, quarter):
                out.active[t] = 1.0
                age = quarter_index(quarter) - quarter_index(package.start)
                _add_package(out, package, t, quarter, _fading(age, quarters_left), flows)
    return out


def _in_force(package: Sanction, quarter: str) -> bool:
    now = quarter_index(quarter)
    return quarter_index(package.start) <= now and (package.end is None or now < quarter_index(package.end))


def _add_package(
    out: Coverage, package: Sanction, t: int, quarter: str, fading: float, flows: list[tuple[str, str]]
) -> None:
    for m, (sender, sector) in enumerate(flows):
        if sender not in package.senders:
            continue
        if package.self_sanctioning is not None:
            out.leaving[t, m] = max(out.leaving[t, m], package.self_sanctioning.value * fading)
        if sector in package.sectors:
            measure = package.sectors[sector]
            part = measure.coverage.at([quarter])[0]
            out.covered[t, m] = 1.0 - (1.0 - out.covered[t, m]) * (1.0 - part)
            out.wedge[t, m] = max(out.wedge[t, m], measure.wedge.value)


def _fading(age: int, quarters: float) -> float:
    """Company exits beyond the law fade linearly."""
    return max(0.0, 1.0 - age / quarters)
