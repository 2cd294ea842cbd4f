"""Does hedging follow from what a hedger wants? Risk aversion, autonomy and foresight, each from none to twice.

Run ``python -m multivector.experiment.studies.hedging``: it writes ``docs/figures/hedging.csv`` and ``hedging.svg``,
which `docs/validation.md` reports. Every point is a world of its own (its own terminal values and scale of choice),
played on the same draws; beside the rows at the doctrine's own precision stand rows at ten times that, where little
chance is left in what the focus actor does.

Hedging is read in the ways that scholars offer: contrary moves paired in a quarter, insurance beside engagement, powers
engaged (Kuik 2008, 2016; Ciorciari 2019; Korolev 2019). Pairs also come by accident, so two readings take that away:
the rate beyond what strangers on other draws would give, and the ratio of the actor's own moves, without the offers of
others that it accepted.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from multivector.experiment.histories.arms import Arms
from multivector.experiment.shipped import hedged
from multivector.experiment.studies.drawing import Line, Panel, figure
from multivector.mechanisms.common import Array
from multivector.outcomes.conduct import hedge_ratio, rate
from multivector.scenario import load
from multivector.world.choosing.policies import Policy, RandomPolicy
from multivector.world.happened import Happened
from multivector.world.model import DiplomacyModel
from multivector.world.setup import Setup
from multivector.world.watching.observed_moves import YEAR, MoveReader

SCENARIO, DOCTRINE, REPLICATES, SEED = "after-2022", "hedge", 200, 0
FOLDER = hedged.TABLE.parent
TIMES = (0.5, 1.0, 1.5, 2.0)
SURENESS = (1.0, 10.0)
"""Multiples of the doctrine's precision."""
TERMS: Mapping[str, str] = {
    "risk": f"doctrines.{DOCTRINE}.risk",
    "autonomy": f"doctrines.{DOCTRINE}.weights.autonomy",
    "foresight": f"doctrines.{DOCTRINE}.foresight",
}
"""What is varied, by the path of its number."""
MEASURES: Mapping[str, str] = {
    "pairing": "pairing rate",
    "surplus": "pairing beyond chance",
    "ratio": "hedge ratio",
    "engaged": "powers engaged",
    "own_ratio": "hedge ratio, own moves",
    "own_moves": "own moves a quarter",
}
"""What is read of each history, and its title."""


@dataclass(frozen=True)
class Point:
    """A world of the grid: the series it belongs to, the term that is varied, and each term's multiple."""

    series: str
    term: str
    times: Mapping[str, float]

    @property
    def at(self) -> float:
        """The varied term's multiple; that of all where none is alone."""
        return self.times[self.term] if self.term else self.times["risk"]


def grid() -> Iterator[Point]:
    """All off, all as shipped, each term alone (the others off), each beside the others (as shipped).

    Examples
    --------
    >>> points = list(grid())
    >>> len(points), points[0].times["risk"], max(p.at for p in points)
    (26, 0.0, 2.0)
    """
    none, all_ = dict.fromkeys(TERMS, 0.0), dict.fromkeys(TERMS, 1.0)
    yield Point("off", "", none)
    yield Point("shipped", "", all_)
    for term in TERMS:
        yield from (Point("alone", term, {**none, term: k}) for k in TIMES)
        yield from (Point("beside", term, {**all_, term: k}) for k in (0.0, *TIMES) if k != 1.0)


def shipped(scenario: str = SCENARIO) -> dict[str, float]:
    """The number behind each term as the doctrine has it."""
    from multivector.schema.numbers import numbers

    found = numbers(load(scenario))
    return {term: found[path] for term, path in TERMS.items()}


def world(point: Point, scenario: str = SCENARIO) -> Setup:
    """The world of a point, with terminal values and a scale of its own."""
    base = shipped(scenario)
    return Setup(load(scenario, overrides={TERMS[t]: repr(base[t] * k) for t, k in point.times.items()}))


# ---- what is read of a history


class Conduct:
    """An observer of a model: moves of the focus actor that took effect, by quarter and power."""

    def __init__(self, model: DiplomacyModel) -> None:
        layout, self.count = model.engine.layout, model.count
        self._reader = MoveReader(layout)
        entries = layout.catalogue.entries
        self._mine = np.array([e.actor == layout.focus for e in entries])
        self.pleased: list[Array] = []
        self.displeased: list[Array] = []
        self.engaging: list[Array] = []
        self.insuring: list[Array] = []
        self.own: list[Array] = []

    def __call__(self, model: DiplomacyModel, _happened: Happened, _choices: Sequence[object]) -> None:
        """Read the quarter that has just ended."""
        reader, recent = self._reader, [plays[:, : self.count] for plays in model.state.recent]
        pleased, displeased = reader.liked(recent)
        self.pleased.append((pleased > 0.0).astype(np.float64))
        self.displeased.append((displeased > 0.0).astype(np.float64))
        both = reader.hedging(reader.year(recent))
        alone = reader.hedging(reader.year([np.where(self._mine[:, None], plays, 0.0) for plays in recent]))
        self.engaging.append(np.stack((both[0], alone[0])))
        self.insuring.append(np.stack((both[1], alone[1])))
        self.own.append(recent[0][self._mine].sum(axis=0))

    def readings(self) -> dict[str, Array]:
        """Every measure, ``[replicate]``; nan where a history has nothing to measure."""
        pleased, displeased = np.stack(self.pleased), np.stack(self.displeased)
        hurt = displeased.sum(axis=(0, 1))
        # What a stranger's moves of the same quarter would have paired: the mean over the other histories.
        others = (pleased.sum(axis=-1, keepdims=True) - pleased) / max(self.count - 1, 1)
        pairing = rate((displeased * pleased).sum(axis=(0, 1)), hurt)
        # The first year has no full year behind it. Toward whom nothing was done, nothing was hedged.
        engaging, insuring = np.stack(self.engaging[YEAR - 1 :]), np.stack(self.insuring[YEAR - 1 :])
        ratio = np.nan_to_num(hedge_ratio(engaging, insuring)).mean(axis=(0, 2))
        return {
            "pairing": pairing,
            "surplus": pairing - rate((displeased * others).sum(axis=(0, 1)), hurt),
            "ratio": ratio[0],
            "engaged": (engaging[:, 0] > 0.0).sum(axis=1).mean(axis=0),
            "own_ratio": ratio[1],
            "own_moves": np.stack(self.own).mean(axis=0),
        }


def play(
    setup: Setup,
    replicates: int = REPLICATES,
    *,
    sureness: float = 1.0,
    policies: Mapping[str, Policy] | None = None,
    seed: int = SEED,
) -> dict[str, Array]:
    """Measures of hedging in a world, ``[replicate]`` each.

    Parameters
    ----------
    setup : a world whose focus actor follows the doctrine.
    replicates : number of histories; the same draws in every world.
    sureness : multiple of the doctrine's precision.
    policies : as for the model: who does not decide by a doctrine.
    seed : seed of the draws.
    """
    precision = setup.scenario.doctrines[DOCTRINE].precision
    given = {f"doctrines.{DOCTRINE}.precision": np.full(replicates, sureness * precision)}
    model = DiplomacyModel(setup, range(replicates), seed=seed, overrides=given, policies=policies)
    conduct = Conduct(model)
    model.observers.append(conduct)
    model.run()
    return conduct.readings()


# ---- the table


@dataclass(frozen=True)
class Row:
    """One line of the table: a measure at a point; ends of the 95% interval of its mean, and the paired difference
    from the world with all three off at the same sureness, with its standard error."""

    series: str
    term: str
    times: float
    sureness: float
    measure: str
    mean: float
    low: float
    high: float
    gap: float
    error: float


def compare(values: Array, off: Array) -> tuple[float, float, float, float, float]:
    """Mean, ends of its 95% interval, paired difference and standard error; histories without a reading are left out.

    Examples
    --------
    >>> compare(np.array([1.0, 3.0, np.nan]), np.array([0.0, 2.0, 1.0]))[3:]
    (1.0, 0.0)
    """
    good, gap = values[~np.isnan(values)], values - off
    gap = gap[~np.isnan(gap)]
    if good.size < 2 or gap.size < 2:
        return (float("nan"),) * 5
    mean, half = good.mean(axis=0), 1.96 * good.std(axis=0, ddof=1) / np.sqrt(good.size)
    error = gap.std(axis=0, ddof=1) / np.sqrt(gap.size)
    return float(mean), float(mean - half), float(mean + half), float(gap.mean(axis=0)), float(error)


def rows(replicates: int = REPLICATES) -> Iterator[Row]:
    """The whole experiment; the world with all off comes first."""
    off: dict[float, dict[str, Array]] = {}
    for point in grid():
        setup = world(point)
        for sureness in SURENESS:
            found = play(setup, replicates, sureness=sureness)
            off.setdefault(sureness, found)
            yield from _rows(point.series, point.term, point.at, sureness, found, off[sureness])
    chance = play(Setup(load(SCENARIO)), replicates, policies={"KAZ": RandomPolicy()})
    yield from _rows("random", "", 1.0, 1.0, chance, off[1.0])


def _rows(
    series: str, term: str, at: float, sureness: float, found: dict[str, Array], off: dict[str, Array]
) -> Iterator[Row]:
    for measure, values in found.items():
        yield Row(series, term, at, sureness, measure, *compare(values, off[measure]))


def digest(replicates: int = REPLICATES) -> str:
    """Digest of all that the numbers follow from: model, figures, scenario, seed, number of histories."""
    return Arms(load(SCENARIO), None).digest(seed=SEED, replicates=replicates)


def csv_text(found: Sequence[Row], replicates: int = REPLICATES) -> str:
    """The table as CSV, its digest in the first line."""
    head = f"# {replicates} histories of {SCENARIO}, seed {SEED}; digest {digest(replicates)}\n"
    names = tuple(Row.__dataclass_fields__)
    lines = [",".join(_cell(getattr(row, name)) for name in names) for row in found]
    return head + ",".join(names) + "\n" + "\n".join(lines) + "\n"


def _cell(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def read(path: Path) -> list[Row]:
    """The rows of a table that `write` wrote."""
    texts = ("series", "term", "measure")
    out = []
    for row in hedged.read(path)[1]:
        cells: dict[str, Any] = {name: text if name in texts else float(text) for name, text in row.items()}
        out.append(Row(**cells))
    return out


# ---- the figure

DRAWN = ("pairing", "surplus", "ratio", "engaged", "own_ratio")
LABELS = {"risk": "risk aversion", "autonomy": "weight of autonomy", "foresight": "terminal values"}
LINES = (
    ("alone", 1.0, "alone, the other two off"),
    ("beside", 1.0, "beside the other two as shipped"),
    ("alone", 10.0, "alone, little chance in choices"),
    ("beside", 10.0, "beside, little chance in choices"),
)


def svg_text(found: Sequence[Row]) -> str:
    """The figure: a row of panels for each measure, a column for each term."""
    panels = [
        Panel(
            f"{MEASURES[measure]}",
            f"{LABELS[term]} (1 = as shipped)",
            [Line(label, _curve(found, series, term, sureness, measure)) for series, sureness, label in LINES],
            level=next((r.mean for r in found if r.series == "random" and r.measure == measure), None),
        )
        for measure in DRAWN
        for term in TERMS
    ]
    return figure(panels, columns=len(TERMS), level="a player that picks at random")


def _curve(
    found: Sequence[Row], series: str, term: str, sureness: float, measure: str
) -> list[tuple[float, float, float, float]]:
    """Multiple, mean and the ends of its interval; ends of a series are the two corners of the grid."""
    corner = {"alone": ("off", 0.0), "beside": ("shipped", 1.0)}[series]
    points = {
        row.times: (row.times, row.mean, row.low, row.high)
        for row in found
        if row.measure == measure
        and row.sureness == sureness
        and ((row.series, row.term) == (series, term) or (row.series, row.times) == corner)
    }
    return [points[x] for x in sorted(points) if not np.isnan(points[x][1])]


def write(folder: Path = FOLDER, replicates: int = REPLICATES) -> list[Row]:
    """Run the experiment and write ``hedging.csv`` and ``hedging.svg``.

    Parameters
    ----------
    folder : where to; from the root of a checkout the default is right.
    replicates : histories of each world.

    Returns
    -------
    list of Row
        The rows written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / hedged.TABLE.name
    table.write_text(csv_text(list(rows(replicates)), replicates), encoding="utf-8")
    found = read(table)
    table.with_suffix(".svg").write_text(svg_text(found), encoding="utf-8")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="where to write (docs/figures)")
    write(parser.parse_args().folder)
