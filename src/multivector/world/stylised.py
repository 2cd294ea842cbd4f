"""Stylised facts of 2022 beside what the model says: one function a fact, from a full record of the year.

Dollars of the year are the mean of the four quarters at annual rates: goods times the scenario's path of world goods
prices, fuels and oil times the path of the oil price, which is in prices of 2021 and is brought to dollars of the
year by the annual mean on record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from multivector.data.figures import Figure, Figures
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import GOODS
from multivector.mechanisms.votes import OPTIONS
from multivector.world.engine import Engine
from multivector.world.observed_flows import FlowReader
from multivector.world.record import Record

PREFIX = "stylised"
YEAR = "2022"


@dataclass(frozen=True)
class Fact:
    """One stylised fact: its figure, whether fitting may use it (``fit`` or ``check``), what it says, and why a model
    may miss it."""

    figure: Figure
    use: str
    says: str
    if_missed: str

    @classmethod
    def of(cls, figure: Figure) -> Fact:
        """Read ``use=...; what it says; if missed: ...`` from the note of a figure.

        Raises
        ------
        ValueError
            If the note has another form.
        """
        head, _, why = figure.note.partition("; if missed: ")
        use, _, says = head.partition("; ")
        if use not in ("use=fit", "use=check") or not says or not why:
            raise ValueError(f"{figure.file}:{figure.line}: {figure.id}: the note must say use, fact and reason")
        return cls(figure, use.removeprefix("use="), says, why)

    @property
    def id(self) -> str:
        """Name within the table, without the prefix."""
        return self.figure.id.removeprefix(f"{PREFIX}.")


def facts(figures: Figures, use: str | None = None) -> list[Fact]:
    """Stylised facts in the order of the file, all or those of one use (``fit`` or ``check``)."""
    found = [Fact.of(f) for f in figures.select(PREFIX).values()]
    return [f for f in found if use is None or f.use == use]


class Evidence:
    """A full record of the four quarters of 2022, with what is needed to turn it into dollars."""

    def __init__(self, engine: Engine, record: Record) -> None:
        if record.customs is None or record.oil is None:
            raise ValueError("the comparison needs a record of level full")
        self.engine, self.layout = engine, engine.layout
        self.rows = [k for k, q in enumerate(record.quarters) if q.startswith(YEAR)]
        self.record = record
        self.customs = record.customs[self.rows].astype(np.float64)
        self.oil = record.oil[self.rows].astype(np.float64).sum(axis=1)
        self.pipe = record.oil[self.rows, self.layout.oil_routes.index("CPC")].astype(np.float64)
        self.base = FlowReader(engine).base_customs[..., 0]
        figures = self.layout.figures
        paths = self.layout.scenario.paths
        quarters = [record.quarters[k] for k in self.rows]
        self.goods_price = np.array(paths["world_goods_prices"].at(quarters))
        real = np.array(paths["oil_price"].at(quarters))
        nominal = figures.value(f"price.brent.{YEAR}") / real.mean(axis=0)
        price = np.stack([record.happened["oil-price"][k] for k in self.rows])
        self.oil_price = price * nominal / figures.value("price.brent.2021")

    def outcome(self, id: str) -> Array:
        """Quarters of the year of one outcome, [quarter, replicate]."""
        at = [k for k, t in enumerate(self.record.turns) if t in self.rows]
        return np.asarray(self.record.outcomes[id][at])

    def growth(self, exporter: str, importer: str) -> Array:
        """Change on 2021 of all goods from one state to another by the customs record, in current dollars,
        [replicate]."""
        i, n, g = self.layout.node[exporter], self.layout.node[importer], len(GOODS)
        fuel = self.layout.sectors.index("energy")
        goods = [s for s in range(g) if s != fuel]
        value = (
            self.customs[:, i, n][:, goods].sum(axis=1) * self.goods_price[:, None]
            + self.customs[:, i, n, fuel] * self.oil_price
        )
        before = float(self.base[i, n, :g].sum(axis=0))
        if exporter == self.layout.focus:
            raw = float((self.layout.base.crude + self.layout.base.gas)[i, n])
            value = value + raw * self.oil / self._oil_before() * self.oil_price
            before += raw
        return np.asarray(value.mean(axis=0) / before - 1.0)

    def _oil_before(self) -> float:
        return float(self.engine.economy.oil.base.sum(axis=0)[0])

    def oil_value(self) -> Array:
        """Change on 2021 of the value of oil exports, [replicate]."""
        return np.asarray((self.oil * self.oil_price).mean(axis=0) / self._oil_before() - 1.0)

    def voted(self, text: str, actor: str, option: str) -> Array:
        """Probability that an actor casts a vote: of the focus by its odds, of others whether it did, [replicate]."""
        vote = self.record.votes[text]
        k = OPTIONS.index(option)
        return np.asarray(vote["odds"][k] if actor == self.layout.focus else (vote["cast"][actor] == k), np.float64)


Measure = Callable[[Evidence], Array]


def _below_two(e: Evidence) -> Array:
    rungs = [e.outcome(f"rung.{w}") for w in e.layout.watchers]
    return np.asarray(np.stack(rungs).max(axis=0).max(axis=0) < 2.0, np.float64)


def _mean(id: str, e: Evidence) -> Array:
    return np.asarray(e.outcome(id).mean(axis=0))


def _last(id: str, e: Evidence) -> Array:
    return np.asarray(e.outcome(id)[-1])


def _growth(pair: str, e: Evidence) -> Array:
    exporter, _, importer = pair.partition(".")
    return e.growth(exporter, importer)


def _vote(text: str, actor: str, option: str, e: Evidence) -> Array:
    return e.voted(text, actor, option)


def _income(actor: str, e: Evidence) -> Array:
    return np.asarray(e.outcome(f"real_income.{actor}").mean(axis=0) - 1.0)


_PAIRS = ("EU.RUS", "USA.RUS", "CHN.RUS", "RUS.KAZ", "KAZ.RUS", "CHN.KAZ", "EU.KAZ", "USA.KAZ", "KAZ.CHN", "KAZ.EU")
_CAST = (("ES-11/1", "abstain"), ("ES-11/2", "abstain"), ("ES-11/3", "no"))

MEASURES: Mapping[str, Measure] = {
    **{f"trade.{pair}": partial(_growth, pair) for pair in _PAIRS},
    "oil.value": Evidence.oil_value,
    "oil.total": lambda e: e.oil.mean(axis=0),
    "oil.CPC": lambda e: e.pipe.mean(axis=0),
    "oil.cpc_share": lambda e: e.pipe.mean(axis=0) / e.oil.mean(axis=0),
    "oil.through_russia": partial(_mean, "oil.through_russia"),
    "middle.volume": partial(_mean, "middle.volume"),
    "reexport": partial(_mean, "reexport"),
    "inflation": partial(_last, "inflation"),
    "income.KAZ": partial(_income, "KAZ"),
    "income.RUS": partial(_income, "RUS"),
    "rungs.below_two": _below_two,
    **{
        f"votes.{text}.{actor}": partial(_vote, text, actor, option)
        for text, option in _CAST
        for actor in ("KAZ", "CHN")
    },
}
"""What the model says for each fact, [replicate]."""
