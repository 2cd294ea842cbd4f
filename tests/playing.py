"""Worlds for tests: cached per scenario, held still or played by a script, on chosen luck or on keyed draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from multivector.mechanisms.common import Array
from multivector.scenario import load
from multivector.world.choosing.policies import Policy
from multivector.world.engine import Engine
from multivector.world.happened import Happened
from multivector.world.layout.layout import Layout, build_layout
from multivector.world.model import DiplomacyModel
from multivector.world.quarter.draws import Draws
from multivector.world.setup import Quiet, Setup
from multivector.world.state import State
from multivector.world.turn import advance, news

REPLICATES, SEED = 200, 4


def whole(value: object) -> object:
    """A field of a state, its quarters in one array."""
    return np.stack(value) if isinstance(value, tuple) else value


@cache
def layout_of(name: str, overrides: tuple[tuple[str, str], ...] = ()) -> Layout:
    """Layout of a scenario in which nobody decides: no look-ahead has to be prepared."""
    return build_layout(load(name, overrides={"decision.rule": "hold", **dict(overrides)}))


@cache
def setup_of(name: str, overrides: tuple[tuple[str, str], ...] = ()) -> Setup:
    return Setup(load(name, overrides=dict(overrides)))


class Luck(Draws):
    """Nature at rest, but for streams whose names begin with one of `happens`: there, what may happen does."""

    def __init__(self, lanes: int, *happens: str) -> None:
        super().__init__(0, np.zeros(lanes, np.int64), 1)
        self._quiet, self._happens = Quiet(lanes), happens

    def uniform(self, name: str, turn: int) -> Array:
        return np.zeros(len(self.ids)) if name.startswith(self._happens or ("\0",)) else self._quiet.uniform(name, turn)

    def normal(self, name: str, turn: int) -> Array:
        return self._quiet.normal(name, turn)


NOTHING = np.zeros((0, 0, 0))


def _slim(state: State) -> State:
    """A state without what no test asks of a quarter that is over: worlds are kept, and memory is not free."""
    return replace(state, pending=NOTHING, recent=NOTHING, refused=NOTHING)


@dataclass
class Quarter:
    """A quarter played: the state before it, after its news, and at its end, and what happened."""

    before: State
    opened: State
    closed: State
    happened: Happened


@dataclass
class World:
    """A batch on which plays are forced: entries named are played (offers accepted), nobody else moves."""

    engine: Engine
    draws: Draws
    state: State
    past: list[Quarter] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        name: str,
        *,
        lanes: int = REPLICATES,
        draws: Draws | None = None,
        overrides: Mapping[str, str] | None = None,
        numbers: Mapping[str, Array] | None = None,
    ) -> World:
        layout = layout_of(name, tuple(sorted((overrides or {}).items())))
        engine = Engine(layout, lanes, overrides=numbers)
        return cls(engine, draws or Draws(SEED, list(range(lanes)), layout.turns), engine.initial())

    def quarter(self, *entries: str, accept: float = 1.0, change: Callable[[World], None] | None = None) -> Quarter:
        before, happened = self.state.copy(), Happened("")
        news(self.engine, self.state, self.draws, happened)
        self.state.played[:] = self.state.accept[:] = self.state.transfer[:] = 0.0
        for entry in entries:
            i = self.engine.layout.catalogue.index[entry]
            self.state.played[i], self.state.accept[i] = 1.0, accept
        if change is not None:
            change(self)
        opened = self.state.copy()
        closed, done = advance(self.engine, self.state, self.draws)
        done.events, done.rules = happened.events, happened.rules
        closed.turn += 1
        self.state = closed
        self.past.append(Quarter(_slim(before), _slim(opened), replace(closed.copy(), pending=NOTHING), done))
        assert not closed.failed.any()
        return self.past[-1]

    def play(self, turns: int, script: Mapping[int, Sequence[str]] | None = None) -> World:
        for turn in range(turns):
            self.quarter(*(script or {}).get(turn, ()))
        return self

    # ---- readings, each [quarter, lane]

    def stock(self, key: str) -> Array:
        """A stock at the end of each quarter, after it has moved on to the next."""
        return np.stack([q.closed.stocks[self.engine.table.index[key]] for q in self.past])

    def income(self, actor: str) -> Array:
        i = self.engine.layout.actors.index(actor)
        return np.stack([q.closed.ln_income[i] for q in self.past])

    def measure(self, name: str) -> Array:
        from multivector.world.economy.economy import MEASURES

        return np.stack([q.closed.measures[MEASURES.index(name)] for q in self.past])

    def hazard(self, name: str) -> Array:
        return np.stack([q.happened.hazards[name] for q in self.past])

    def rate(self, name: str) -> Array:
        return np.stack([q.happened.rates[name] for q in self.past])

    def flow(self, exporter: str, importer: str, sector: str) -> Array:
        """Trade of a pair by origin and final buyer, US$ bn a year."""
        layout = self.engine.layout
        i, n, s = layout.node[exporter], layout.node[importer], layout.sectors.index(sector)
        found = [q.closed.solved for q in self.past]
        return np.stack([f.phi[i, n, s] * f.trade.supply[i, s] * f.trade.demand[n, s] for f in found])


@dataclass
class Played:
    """A world in which actors decide by their doctrines: readings ``[quarter, replicate]``."""

    stocks: dict[str, Array]
    rates: dict[str, Array]
    hazards: dict[str, Array]
    measures: dict[str, Array]
    income: Array
    plays: dict[str, Array]
    outcomes: dict[str, Array]


@cache
def decided(
    name: str, overrides: tuple[tuple[str, str], ...] = (), turns: int = 8, replicates: int = REPLICATES
) -> Played:
    """Doctrines at work for some quarters, the same luck in every world."""
    return run(setup_of(name, (("calendar.turns", str(turns)), *overrides)), replicates)


def run(setup: Setup, replicates: int = REPLICATES, policies: Mapping[str, Policy] | None = None) -> Played:
    from multivector.world.watching.recorder import Recorder

    model = DiplomacyModel(setup, list(range(replicates)), seed=SEED, policies=policies)
    quarters: list[tuple[State, Happened]] = []
    recorder = Recorder(model, "outcomes")
    model.observers += [lambda m, done, _: quarters.append((m.state.copy(), done)), recorder]
    model.run()
    assert not model.state.failed.any()
    from multivector.world.economy.economy import MEASURES

    table, layout = model.engine.table, model.engine.layout
    f = layout.actors.index(layout.focus)
    states = [s for s, _ in quarters]
    series = lambda of: {k: np.stack([np.asarray(of(h)[k]) for _, h in quarters]) for k in of(quarters[0][1])}  # noqa: E731
    return Played(
        {k: np.stack([s.stocks[d] for s in states]) for k, d in table.index.items()}, series(lambda h: h.rates),
        series(lambda h: h.hazards), {k: np.stack([s.measures[j] for s in states]) for j, k in enumerate(MEASURES)},
        np.stack([s.ln_income[f] for s in states]),
        {e.id: np.stack([s.recent[0][i] for s in states]) for i, e in enumerate(layout.catalogue.entries)},
        recorder.record().outcomes,
    )  # fmt: skip


def paired(more: Array, less: Array) -> tuple[float, float]:
    """Mean of a paired difference over replicates, and its standard error; the last axis is the replicate.

    Quarters of one history go together: they are averaged first, and do not count as more histories.
    """
    gap = np.asarray(more) - np.asarray(less)
    each = gap.reshape(-1, gap.shape[-1]).mean(axis=0)
    return float(each.mean()), float(each.std(ddof=1) / np.sqrt(each.size))


def assert_clearly_more(more: Array, less: Array, *, share: float = 0.0) -> None:
    """Assert that `more` exceeds `less` on the same draws: by three standard errors, and by a `share` of `less`."""
    mean, error = paired(more, less)
    assert mean > 3.0 * error, (mean, error)
    assert mean > share * abs(float(np.mean(less))), (mean, float(np.mean(less)))


def outcomes(name: str, overrides: tuple[tuple[str, str], ...] = ()) -> dict[str, Array]:
    """Outcomes ``[quarter, replicate]`` of a world in which actors decide by their doctrines."""
    return decided(name, overrides).outcomes


def reading(world: World, id: str) -> Array:
    """One outcome of a world of forced plays, ``[quarter, lane]``."""
    from multivector.world.watching.observed import Observer

    observer = Observer(world.engine)
    return np.stack([observer.outcomes(q.closed, q.happened)[id] for q in world.past])
