"""Flows that choose between routes, and the dated packages of measures on them, as arrays by turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import GOODS
from multivector.mechanisms.routes import RoutedCells
from multivector.schema import Sanction, Scenario
from multivector.schema.base import quarter_index
from multivector.schema.quantity import holding
from multivector.world.layout.overland import Overland
from multivector.world.layout.params import Params

REST = "ROW"
"""The node that closes the world."""
INTERMEDIARIES = ("focus", "others")
CAPACITIES = (*INTERMEDIARIES, "middle")
"""Capacities that the trade solve respects: intermediaries of the focus actor, of other states, the Middle Corridor."""


@dataclass(frozen=True)
class Coverage:
    """Dated packages on the routed cells, by turn.

    Attributes
    ----------
    covered : [turn, cell, lane] share of lines covered.
    ln_wedge, ln_leaving : [turn, cell, lane] log cost of the licences' way, and of companies that leave beyond the law.
    """

    covered: Array
    ln_wedge: Array
    ln_leaving: Array


def routed_cells(
    nodes: tuple[str, ...],
    sectors: tuple[str, ...],
    senders: tuple[str, ...],
    target: str | None,
    focus: str,
    overland: tuple[Overland, ...],
    corridors: tuple[str, ...],
) -> tuple[RoutedCells, int]:
    """Cells with a choice of routes: first sanctioned trade (direct, by the focus, by others), then overland trade."""
    at = {n: i for i, n in enumerate(nodes)}
    unused = [-1] * (len(corridors) - 3)
    middle = [name == "middle" for name in corridors]
    index: list[tuple[int, int, int]] = []
    slots: list[list[int]] = []
    owners: list[list[int]] = []
    if target is not None and target in at:
        for s in senders:
            for g in GOODS:
                if s != focus:
                    index.append((at[s], at[target], sectors.index(g)))
                    slots.append([-1, 0, 1, *unused])
                    owners.append([-1, at.get(focus, -1), at[REST] if s != REST else -1, *unused])
    evasion = len(index)
    for cell in overland:
        index.append((at[cell.exporter], at[cell.importer], sectors.index(cell.sector)))
        slots.append([CAPACITIES.index("middle") if scarce else -1 for scarce in middle])
        owners.append([at.get(focus, -1) if scarce else -1 for scarce in middle])
    share = np.zeros((len(index), len(corridors)))
    share[:, 0] = 1.0
    return RoutedCells.of(index, share, slots, nodes=len(nodes), owner=owners), evasion


def active_turns(scenario: Scenario) -> Array:
    """1 in every turn in which some package is in force, ``[turn]``."""
    packages = scenario.sanctions.values()
    return np.array([float(any(_in_force(p, quarter) for p in packages)) for quarter in scenario.quarters()])


def dated_coverage(
    scenario: Scenario, p: Params, cells: RoutedCells, evasion: int, nodes: tuple[str, ...], sectors: tuple[str, ...]
) -> Coverage:
    """What the scenario's packages do to the first `evasion` cells, quarter by quarter; several packages add up."""
    quarters = scenario.quarters()
    covered, wedge, leaving = np.zeros((3, len(quarters), evasion, p.lanes))
    flows = [(nodes[cells.exporter[m]], sectors[cells.sector[m]]) for m in range(evasion)]
    for name in sorted(scenario.sanctions):
        package = _Package(scenario.sanctions[name], p)
        for t, quarter in enumerate(quarters):
            if not _in_force(package.sanction, quarter):
                continue
            for m, (sender, sector) in enumerate(flows):
                if sender in package.sanction.senders:
                    leaving[t, m] = np.maximum(leaving[t, m], package.leaving(quarter))
                    part = package.coverage(sector, quarter)
                    covered[t, m] = 1.0 - (1.0 - covered[t, m]) * (1.0 - part)
                    wedge[t, m] = np.maximum(wedge[t, m], package.wedge(sector))
    # Where no package is dated yet, coverage that moves add has the widest wedge of any package.
    widest = wedge.max(axis=0, initial=1.0).max(axis=0, initial=1.0)
    return Coverage(covered, np.log1p(np.where(wedge > 0.0, wedge, widest)), np.log1p(leaving))


class _Package:
    """The numbers of one package as lanes."""

    def __init__(self, sanction: Sanction, p: Params) -> None:
        self.sanction, self.p, self._path = sanction, p, f"sanctions.{sanction.id}"
        self._none = np.zeros(p.lanes)

    def leaving(self, quarter: str) -> Array:
        """Cost of companies that leave beyond the law; it fades linearly."""
        if self.sanction.self_sanctioning is None:
            return self._none
        full = self.p.at(f"{self._path}.self_sanctioning", self.sanction.self_sanctioning.value)
        age = quarter_index(quarter) - quarter_index(self.sanction.start)
        return full * np.maximum(0.0, 1.0 - age / self.p["sanctions.self_sanctioning_decay"])

    def coverage(self, sector: str, quarter: str) -> Array:
        """Share of a sector's lines covered in a quarter."""
        measure = self.sanction.sectors.get(sector)  # type: ignore[call-overload]
        if measure is None:
            return self._none
        path, profile = f"{self._path}.sectors.{sector}.coverage", measure.coverage
        if not profile.values:
            return self.p.at(path, profile.constant or 0.0)
        held = holding(profile.values, [quarter])[0]
        return self.p.at(f"{path}.{held}", profile.values[held])

    def wedge(self, sector: str) -> Array:
        """Cost of the licences' way in a sector, as a share of the price."""
        measure = self.sanction.sectors.get(sector)  # type: ignore[call-overload]
        return self._none if measure is None else self.p.at(f"{self._path}.sectors.{sector}.wedge", measure.wedge.value)


def _in_force(package: Sanction, quarter: str) -> bool:
    now = quarter_index(quarter)
    return quarter_index(package.start) <= now and (package.end is None or now < quarter_index(package.end))
