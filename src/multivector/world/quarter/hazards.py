"""Hazards of a quarter: their probabilities in a state, for draws and for look-ahead alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import Odds
from multivector.decisions.rows import RowStocks
from multivector.mechanisms.coercion import coercion_rate, use_probability
from multivector.mechanisms.common import Array, bounded
from multivector.mechanisms.coordinates import displeasure_key, grievance_key, relation_key
from multivector.mechanisms.evasion import evidence_rate
from multivector.mechanisms.security import crisis_rate
from multivector.mechanisms.stock_table import Reader
from multivector.world.layout.layout import CAUSES, Layout
from multivector.world.layout.params import Params
from multivector.world.quarter import supply
from multivector.world.quarter.standing import deterrence

COERCION = ("halt", "farm-ban", "transit-delay", "energy-cut", "rhetoric")
SLOPES = ("on_displeasure", "on_leverage", "on_own_cost", "on_restraint")
EVIDENCE = ("intercept", "on_record", "on_belief", "on_enforcement", "threshold")
EVIDENCE_KEYS = ("enforcement", "border-capacity")
CRISIS_KEYS = ("legitimacy", "prices", "unrest")
NEVER = 1e-12
"""Probability of what is switched off: a look-ahead divides by odds."""
ALMOST_SURE = 1.0 - 1e-9
"""What a look-ahead takes for certain: odds of more than this have no number."""


@dataclass(frozen=True)
class Published:
    """What was last published and bears on hazards, each ``[lane]`` and all but the record shares of income."""

    turn: int
    record: Array
    income_loss: Array
    price_shock: Array
    restraint: Array
    oil_stake: Array
    farm_stake: Array
    own_cost: Array
    company_anger: Array
    temper: Array


class Hazards:
    """Rates of all hazards of one batch."""

    def __init__(self, layout: Layout, p: Params) -> None:
        self.layout, self.p = layout, p
        self.coercer = layout.target or "RUS"
        self.present = self.coercer in layout.powers
        offence = (displeasure_key(self.coercer, layout.focus), grievance_key(self.coercer, layout.focus))
        self.coercion_keys = (*offence, "status", f"leverage:{self.coercer}", *supply.supply_keys(self.coercer))
        self._intercepts = np.stack([p[f"coercion.{kind}.intercept"] for kind in COERCION])
        self._slopes = {name: p[f"coercion.{name}"] for name in SLOPES}
        self._is_cut = np.array([float(kind == supply.CUT) for kind in COERCION])
        self._known: tuple[Published, Array, Array] | None = None
        self._keys = (*self.coercion_keys, *EVIDENCE_KEYS, *(f"belief:{w}" for w in layout.watchers), *CRISIS_KEYS)
        focus, powers = layout.focus, layout.powers
        self.use_keys = (
            *(displeasure_key(v, focus) for v in powers), *(grievance_key(v, focus) for v in powers),
            *(relation_key(v, focus) for v in powers), *(f"leverage:{v}" for v in powers),
        )  # fmt: skip
        """Stocks that the use of the powers' levers depends on, kind by kind."""

    def coercion(self, reader: Reader, seen: Published) -> Array:
        """Probabilities of the coercive acts, ``[kind, ..., lane]`` in the order of `COERCION`."""
        if not self.present or not self.layout.switched("coercion"):
            return np.full((len(COERCION), self.p.lanes), NEVER)
        g = self._offence(reader, self.coercer) * seen.temper
        eased, cut = deterrence(self.layout, self.p, reader), supply.at_stake(self.layout, self.p, reader, self.coercer)
        tail = max(g.ndim, eased.ndim, cut.ndim)
        shape = (len(COERCION), *(1,) * (tail - 1), self.p.lanes)
        leverage, own_cost = (part.reshape(shape) for part in self._stakes(seen))
        leverage = leverage + self._is_cut.reshape(-1, *(1,) * tail) * cut
        intercept, held = self._intercepts.reshape(shape) - eased, self.restraint(reader, seen)
        rates = coercion_rate(g, leverage, own_cost, held, intercept=intercept, **self._slopes)
        for k, kind in enumerate(COERCION):
            if not self.layout.switched(kind):
                rates[k] = NEVER
        return rates

    def _stakes(self, seen: Published) -> tuple[Array, Array]:
        """What each means would take from the focus actor, and what it would cost the coercer, ``[kind, lane]``."""
        if self._known is None or self._known[0] is not seen:
            p, none = self.p, np.zeros(self.p.lanes)
            # In the order of `COERCION`; what a cut takes depends on the row, words alone take nothing from anybody.
            delayed = p["coercion.transit-delay.leverage"] * seen.farm_stake
            at_stake = np.stack((seen.oil_stake, seen.farm_stake, delayed, none, none))
            shares = (p["coercion.farm-ban.own_cost"], p["coercion.transit-delay.own_cost"])
            mild = (share * seen.own_cost for share in shares)
            own = np.stack((seen.own_cost + seen.company_anger, *mild, p["coercion.energy-cut.own_cost"], none))
            self._known = (seen, at_stake, own)
        return self._known[1:]

    def restraint(self, reader: Reader, seen: Published) -> Array:
        """What the coercer would lose without the focus actor, by trade and by critical goods, share of its income."""
        return np.asarray(
            seen.restraint + self._leverage(reader, self.coercer) if self.present else 0.0 * seen.restraint
        )

    def _leverage(self, reader: Reader, power: str) -> Array:
        """What a power would lose without the focus actor's critical goods, where that restrains it at all."""
        return reader[f"leverage:{power}"] if self.layout.switched("reverse-leverage") else np.zeros(self.p.lanes)

    def evidence(self, reader: Reader, seen: Published) -> dict[str, Array]:
        """Probability that each watching sender finds a case, ``[..., lane]``."""
        p = self.p
        if not self.layout.switched("evidence"):
            return {w: np.full(p.lanes, NEVER) for w in self.layout.watchers}
        effort = np.minimum(reader["enforcement"], reader["border-capacity"])
        named = {name: p[f"evidence.{name}"] for name in EVIDENCE}
        return {w: evidence_rate(seen.record, reader[f"belief:{w}"], effort, **named) for w in self.layout.watchers}

    def outage(self, turn: int) -> dict[str, Array]:
        """Probabilities of a stop of the Caspian pipeline that nobody ordered, by cause, ``[lane]``.

        Up to the last stop that the scenario dates, the record is complete and nothing more is drawn.
        """
        on = 1.0 if self.layout.switched("outages") and turn > self.layout.stops_dated_until else 0.0
        return {cause: on * self.p[f"oil.hazard.{cause}"] for cause in CAUSES}

    def crisis(self, reader: Reader, seen: Published) -> Array:
        """Probability of a crisis of the regime, ``[..., lane]``."""
        p = self.p
        if not self.layout.switched("crisis"):
            return np.full(p.lanes, NEVER)
        return crisis_rate(
            reader["legitimacy"], seen.income_loss, seen.price_shock + 4.0 * reader["prices"], reader["unrest"],
            intercept=p["crisis.intercept"], on_income=p["crisis.on_income"], on_prices=p["crisis.on_prices"],
            on_legitimacy=p["crisis.on_legitimacy"], on_recent=p["crisis.on_recent"], floor=p["crisis.floor"],
        )  # fmt: skip

    def rates(self, reader: Reader, seen: Published) -> dict[str, Array]:
        """All hazards by the names of the layout, ``[..., lane]``."""
        rates = dict(zip(COERCION, self.coercion(reader, seen), strict=True))
        return {
            **rates, "outage": self._some_outage(seen.turn), "case-found": self._some_case(reader, seen),
            "crisis": self.crisis(reader, seen),
        }  # fmt: skip

    def odds(self, rows: RowStocks, seen: Published) -> Odds:
        """Odds of each hazard alone against quiet, by class of rows: what a look-ahead weighs its futures with."""
        part, of = rows.grouped(self._keys)
        rates = self.rates(part, seen)
        shape = np.broadcast_shapes((1, self.p.lanes), *(rate.shape for rate in rates.values()))
        out = np.empty((len(self.layout.hazards), *shape))
        for k, (name, _) in enumerate(self.layout.hazards):
            out[k] = rates[name]
        np.minimum(out, ALMOST_SURE, out=out)
        # A single class stands for all rows that change none of these stocks.
        return Odds(out / (1.0 - out), of if shape[0] > 1 else np.zeros_like(of))

    def _some_outage(self, turn: int) -> Array:
        calm = np.ones(self.p.lanes)
        for rate in self.outage(turn).values():
            calm = calm * (1.0 - rate)
        return np.maximum(1.0 - calm, NEVER)

    def _some_case(self, reader: Reader, seen: Published) -> Array:
        quiet: Array = np.ones(self.p.lanes)
        for rate in self.evidence(reader, seen).values():
            quiet = quiet * (1.0 - rate)
        return bounded(1.0 - quiet, NEVER, 0.95)

    def _offence(self, reader: Reader, power: str) -> Array:
        """What a power holds against the focus actor: episodes and lasting facts, ``[..., lane]``."""
        focus = self.layout.focus
        return reader[displeasure_key(power, focus)] + reader[grievance_key(power, focus)]

    def use(self, reader: Reader) -> Array:
        """Probability that each power would cut trade with the focus actor, ``[power, ..., lane]``."""
        p, block = self.p, reader.block(self.use_keys)
        displeasure, grievance, relation, leverage = block.reshape(4, len(self.layout.powers), *block.shape[1:])
        restraint = leverage if self.layout.switched("reverse-leverage") else np.zeros(p.lanes)
        return use_probability(
            displeasure + grievance, relation, restraint, intercept=p["use.intercept"],
            on_displeasure=p["use.on_displeasure"], on_relation=p["use.on_relation"],
            on_restraint=p["use.on_restraint"],
        )  # fmt: skip


def grouped(reader: Reader, keys: Sequence[str]) -> tuple[Reader, NDArray[np.intp] | None]:
    """The reader's classes of rows that change `keys` alike, where it has rows; else the reader itself."""
    if isinstance(reader, RowStocks):
        return reader.grouped(keys)
    return reader, None
