"""What a world says of a fact: one function a measure, from a full record of its quarters.

Dollars of a year are the mean of its quarters at annual rates: goods times the scenario's path of world goods prices,
fuels and oil times the path of the oil price. That path is in prices of 2021; consumer prices of the United
States bring it to dollars of the year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from multivector.experiment.shipped.facts import Fact, past
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import GOODS
from multivector.mechanisms.votes import OPTIONS
from multivector.world.engine import Engine
from multivector.world.watching.observed_flows import FlowReader
from multivector.world.watching.record import Record

DOLLARS = "us_consumer_prices"
BASE_YEAR = 2021


class Evidence:
    """A full record of a world, read over some quarters.

    Parameters
    ----------
    engine : the world.
    record : of level ``full``.
    first, last : quarters to read.

    Raises
    ------
    ValueError
        The record is not full, or has none of these quarters.
    """

    def __init__(self, engine: Engine, record: Record, first: str, last: str) -> None:
        if record.customs is None or record.oil is None:
            raise ValueError("the comparison needs a record of level full")
        self.engine, self.layout, self.record = engine, engine.layout, record
        self.rows = [k for k, q in enumerate(record.quarters) if first <= q <= last]
        if not self.rows:
            raise ValueError(f"the record ends before {first}")
        self.quarters = [record.quarters[k] for k in self.rows]

    @cached_property
    def customs(self) -> Array:
        """Trade by the customs record, [quarter, exporter, importer, sector, replicate]."""
        assert self.record.customs is not None
        return self.record.customs[self.rows].astype(np.float64)

    @cached_property
    def _oil(self) -> Array:
        assert self.record.oil is not None
        return self.record.oil[self.rows].astype(np.float64)

    @property
    def oil(self) -> Array:
        """Oil exported, Mt a year, [quarter, replicate]."""
        return np.asarray(self._oil.sum(axis=1))

    def pipe(self, route: str) -> Array:
        """Oil by one route, Mt a year, [quarter, replicate]."""
        return self._oil[:, self.layout.oil_routes.index(route)]

    @cached_property
    def goods_price(self) -> Array:
        """World price of goods on 2021, [quarter]."""
        return np.array(self.layout.scenario.paths["world_goods_prices"].at(self.quarters))

    @cached_property
    def oil_price(self) -> Array:
        """Price of oil in dollars of the year on 2021, [quarter, replicate]."""
        price = np.stack([self.record.happened["oil-price"][k] for k in self.rows])
        level, start = past()[DOLLARS].values, self.layout.figures.value(f"price.brent.{BASE_YEAR}")
        # Labels of other years than those of the series (the placebo's) tell of volumes only.
        dollars = np.array([level.get(int(q[:4]), level[BASE_YEAR]) for q in self.quarters]) / level[BASE_YEAR]
        return np.asarray(price * dollars[:, None] / start)

    def outcome(self, id: str) -> Array:
        """Quarters of one outcome, [quarter, replicate]."""
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
        before = float(FlowReader(self.engine).base_customs[i, n, :g, 0].sum(axis=0))
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

    def kept(self, lines: tuple[str, ...]) -> Array:
        """Whether none of some red lines has been crossed by the end, [replicate]."""
        first = np.stack([self.record.lines[line]["first"] for line in lines])
        return np.asarray(((first < 0) | (first > self.rows[-1])).all(axis=0), np.float64)


CHANGE, RATIO, LEVEL, SHARE = "change", "ratio", "level", "share of histories"
DOLLAR_CHANGE, MT, VOTE = "change on 2021, current US$", "Mt/yr", "probability of the vote cast"


@dataclass(frozen=True)
class Measure:
    """What of a world a fact may be about.

    Attributes
    ----------
    unit : of its values.
    kind : ``change`` (0 is none), ``ratio`` (1 is no change; compared in logs), ``level``, or ``share of histories``
        (also probabilities: the model's figure is the mean over histories and has no band).
    of : the measure, [replicate].
    """

    unit: str
    kind: str
    of: Callable[[Evidence], Array]


def _below_two(e: Evidence) -> Array:
    rungs = [e.outcome(f"rung.{w}") for w in e.layout.watchers]
    return np.asarray(np.stack(rungs).max(axis=0).max(axis=0) < 2.0, np.float64)


def _mean(id: str, e: Evidence) -> Array:
    return np.asarray(e.outcome(id).mean(axis=0))


def _last(id: str, e: Evidence) -> Array:
    return np.asarray(e.outcome(id)[-1])


def _most(id: str, e: Evidence) -> Array:
    """The largest yearly mean: a surge in any year shows."""
    rows = e.outcome(id)
    years = [rows[[k for k, q in enumerate(e.quarters) if q[:4] == y]].mean(axis=0) for y in sorted(_years(e))]
    return np.asarray(np.max(years, axis=0))


def _years(e: Evidence) -> set[str]:
    return {q[:4] for q in e.quarters}


def _growth(pair: str, e: Evidence) -> Array:
    exporter, _, importer = pair.partition(".")
    return e.growth(exporter, importer)


def _route(route: str, e: Evidence) -> Array:
    return np.asarray(e.pipe(route).mean(axis=0))


def _vote(text: str, actor: str, option: str, e: Evidence) -> Array:
    return e.voted(text, actor, option)


def _income(actor: str, e: Evidence) -> Array:
    return np.asarray(e.outcome(f"real_income.{actor}").mean(axis=0) - 1.0)


PAIRS = ("EU.RUS", "USA.RUS", "CHN.RUS", "RUS.KAZ", "KAZ.RUS", "CHN.KAZ", "EU.KAZ", "USA.KAZ", "KAZ.CHN", "KAZ.EU")
CAST = (
    ("ES-11/1", "abstain"), ("ES-11/2", "abstain"), ("ES-11/3", "no"), ("ES-11/4", "abstain"), ("77/229", "no"),
    ("ES-11/6", "abstain"), ("77/284", "yes"),
)  # fmt: skip
"""Votes that Kazakhstan and China both cast like this; on ES-11/5 they parted."""
EARLIER = (("68/262", "abstain"), ("71/205", "no"), ("73/194", "abstain"), ("74/168", "no"))
RUPTURES = ("rupture-eaeu", "rupture-csto")

MEASURES: Mapping[str, Measure] = {
    **{f"trade.{pair}": Measure(DOLLAR_CHANGE, CHANGE, partial(_growth, pair)) for pair in PAIRS},
    "oil.value": Measure(DOLLAR_CHANGE, CHANGE, Evidence.oil_value),
    "oil.total": Measure(MT, LEVEL, lambda e: np.asarray(e.oil.mean(axis=0))),
    "oil.CPC": Measure(MT, LEVEL, partial(_route, "CPC")),
    "oil.atyrau-samara": Measure(MT, LEVEL, partial(_route, "atyrau-samara")),
    "oil.cpc_share": Measure("share of exports", LEVEL, lambda e: _route("CPC", e) / np.asarray(e.oil.mean(axis=0))),
    "oil.through_russia": Measure("share of exports", LEVEL, partial(_mean, "oil.through_russia")),
    "middle.volume": Measure("ratio to 2021", RATIO, partial(_mean, "middle.volume")),
    "reexport": Measure("ratio to 2021", RATIO, partial(_most, "reexport")),
    "exchange_rate": Measure("ratio to 2021", RATIO, partial(_mean, "exchange_rate")),
    "inflation": Measure("share, December on December", LEVEL, partial(_last, "inflation")),
    "income.KAZ": Measure("growth of real GDP", CHANGE, partial(_income, "KAZ")),
    "income.RUS": Measure("growth of real GDP", CHANGE, partial(_income, "RUS")),
    "rungs.below_two": Measure(SHARE, SHARE, _below_two),
    "membership.kept": Measure(SHARE, SHARE, lambda e: e.kept(RUPTURES)),
    **{
        f"votes.{text}.{actor}": Measure(VOTE, SHARE, partial(_vote, text, actor, option))
        for text, option in (*CAST, *EARLIER)
        for actor in ("KAZ", "CHN")
    },
    **{
        f"votes.ES-11/5.{actor}": Measure(VOTE, SHARE, partial(_vote, "ES-11/5", actor, option))
        for actor, option in (("KAZ", "abstain"), ("CHN", "no"))
    },
}  # fmt: skip
"""What a fact may be about, by name."""


def units() -> dict[str, str]:
    """Unit of each measure, for those who read tables of facts."""
    return {name: measure.unit for name, measure in MEASURES.items()}


def shown(fact: Fact, engine: Engine, record: Record) -> Array:
    """What a record says of a fact, [replicate]; nan where a replicate failed."""
    found = MEASURES[fact.measure].of(Evidence(engine, record, *fact.quarters))
    return np.where(np.asarray(record.failed, bool), np.nan, found)
