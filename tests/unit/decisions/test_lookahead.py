"""The look-ahead: quick against deep, deep against the world's own step, others' play, offers."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from copy import copy
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.decisions.lookahead import Deliberation
from multivector.decisions.offers import TRANSFERS
from multivector.mechanisms.common import Array, logistic, logit
from multivector.scenario import load
from multivector.world.choosing.deciding import deliberate, perceived, weighing
from multivector.world.deep import PRICES, DeepDeliberation, tiled
from multivector.world.engine import Engine
from multivector.world.happened import Happened
from multivector.world.model import DiplomacyModel
from multivector.world.quarter.draws import Draws
from multivector.world.setup import Quiet, Setup
from multivector.world.turn import advance, news
from reproducibility.histories import differences, setup, unlike_choices

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


def bench() -> ModuleType:
    """The benchmark's own comparison."""
    if "bench_lookahead" not in sys.modules:
        spec = importlib.util.spec_from_file_location("bench_lookahead", BENCHMARKS / "bench_lookahead.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["bench_lookahead"] = module
        spec.loader.exec_module(module)
    return sys.modules["bench_lookahead"]


def at_turn(turn: int, lanes: int = 8) -> DiplomacyModel:
    """A model that has taken the news of a turn and not yet decided; all lanes are one replicate."""
    model = DiplomacyModel(setup(), [3] * lanes, seed=1)
    for _ in range(turn):
        model.step()
    model.tick()
    return model


def deep(model: DiplomacyModel, actor: str, made: Array | None = None) -> DeepDeliberation:
    """The deep look-ahead of an actor, with nothing expected of the others unless said."""
    engine, state = model.engine, model.state
    plan = engine.plans[actor]
    return DeepDeliberation(
        engine, state, plan, step=model.shared_step(), objectives=engine.objectives, wants=engine.wants(plan),
        view=perceived(engine, state, actor), made=np.zeros_like(state.stocks) if made is None else made,
    )  # fmt: skip


# ---- quick against deep


def test_the_quick_look_ahead_finds_the_deep_ones_best_entry() -> None:
    tally = bench().agreement(setup(), range(8), 3)
    decisions = sum(tally.decisions.values())
    assert decisions >= 200
    assert tally.share(tally.best) >= 0.95
    assert tally.share(tally.drawn) >= 0.95
    assert np.mean(tally.ranked) >= 0.95
    assert np.mean(tally.loss) < 0.01


def test_an_entry_changes_losses_by_the_stored_gradient_nearly_as_a_solve_would() -> None:
    """Losses are solved once a turn; what an entry changes in them the gradient finds (not with its sign flipped)."""
    model = at_turn(1)
    engine, focus = model.engine, "KAZ"
    assert focus == model.scenario_.focus
    weighing = deep(model, focus)
    solved = weighing.look().flow.losses[:, :, 0].mean(axis=1)[..., 0]
    quick = Deliberation(
        weighing.plan, step=model.shared_step(), objectives=engine.objectives, wants=engine.wants(weighing.plan),
        view=weighing.view, made=np.zeros_like(model.state.stocks),
    )  # fmt: skip
    flow = quick._prepare(quick.made).flow
    moved = flow.moved()
    assert moved is not None
    changed = {weighing.entries[r].move.id for r in moved.rows if r < len(weighing.entries)}
    assert {"bank-payment-checks", "set-enforcement"} & changed
    exact = solved - solved[:, -1:]
    found = np.zeros_like(exact)
    found[:, moved.rows] = moved.losses[..., 0] - model.state.losses[:, None, 0]
    assert np.abs(exact).max() > 1e-3
    # In per cent of income: no entry is off by more than a fifth of what the largest does.
    assert np.abs(found - exact).max() < 0.2 * np.abs(exact).max()
    large = np.abs(exact) > 2e-4
    assert large.sum() >= 3
    assert (np.sign(found) == np.sign(exact))[large].all()


def test_the_gradient_is_the_difference_of_two_worlds() -> None:
    """One step of a stock at the start of a quiet quarter, each world played alone: the naive way to the number."""
    known = setup()
    engine, power = known.engine(8), known.layout.powers.index("RUS")
    losses = []
    for steps in (0.0, 1.0):
        state = engine.initial()
        news(engine, state, Quiet(8), Happened(""), dated=False)
        d = engine.table.index["payment-checks"]
        state.stocks[d] += steps * engine.table.step[d]
        after, _ = advance(engine, state, Quiet(8))
        losses.append(after.losses[power, 0])
        unit = engine.table.step[d, 0]
    assert known.gradient["payment-checks"][power] == pytest.approx((losses[1] - losses[0]) / unit, rel=1e-5)
    assert losses[1] < losses[0]  # who re-exports less loses less with Russia


def test_without_a_gradient_all_entries_leave_the_losses_alone() -> None:
    model = at_turn(0)
    plan = model.engine.plans["KAZ"]
    quick = Deliberation(
        plan, step=model.shared_step(), objectives=model.engine.objectives, wants=model.engine.wants(plan),
        view=model.state.stocks, made=np.zeros_like(model.state.stocks),
    )  # fmt: skip
    with_it = quick.weigh().terms["autonomy"][:, 0]
    model.engine.adopt(model.engine.terminal, {})
    without = quick.weigh().terms["autonomy"][:, 0]
    assert quick._prepare(quick.made).flow.moved() is None
    at = next(m for m, e in enumerate(quick.entries) if e.move.id == "bank-payment-checks")
    assert with_it[at] - with_it[-1] > without[at] - without[-1] + 1e-3


# ---- deep against the world


class Calm(Draws):
    """No hazard strikes; the oil price takes one of the look-ahead's two values."""

    def __init__(self, lanes: int, price: float) -> None:
        super().__init__(0, np.zeros(lanes, np.int64), 99)
        self.price = price

    def uniform(self, name: str, turn: int) -> Array:
        del turn
        value = self.price if name.startswith("energy/oil-price") else 0.5 if name.startswith("votes/") else 1.0 - 1e-12
        return np.full(self.ids.size, value)


@pytest.mark.parametrize("price", [0, 1])
def test_a_row_in_a_calm_future_is_the_worlds_own_quarter(price: int) -> None:
    model = at_turn(1)
    engine, layout = model.engine, model.engine.layout
    weighing = deep(model, "KAZ")
    look = weighing.look()
    rows = [*[m for m, e in enumerate(weighing.entries) if not e.is_offer][:6], weighing.plan.count - 1]
    for row in rows:
        state = model.state.copy()
        if row < len(weighing.menu):
            state.played[weighing.menu[row]] = 1.0
        after, _ = advance(engine, state, Calm(state.lanes, PRICES[price]))
        for actor in ("CHN", "EU", "RUS", "USA"):
            solved = after.solved.trade.ln_income[layout.node[actor]]
            assert look.flow.ln_income[actor][price, 0, row] == pytest.approx(solved, abs=1e-9)
        income = look.flow.ln_income["KAZ"] + look.flow.home.growth.full()
        assert income[price, 0, row] == pytest.approx(after.ln_income[layout.actors.index("KAZ")], abs=1e-9)
        for k in range(len(layout.powers)):
            assert look.flow.losses[k][price, 0, row] == pytest.approx(after.losses[k], abs=1e-8)
        for k, name in enumerate(look.flow.measures):
            assert look.flow.measures[name][price, 0, row] == pytest.approx(after.measures[k], abs=1e-8)


def test_deep_futures_are_two_prices_by_every_hazard_and_weigh_one() -> None:
    weighing = deep(at_turn(0), "EU")
    look = weighing.look()
    assert look.weights.shape[:2] == (2, len(weighing.step.hazards) + 1) == (2, 9)
    assert look.weights.sum(axis=(0, 1)) == pytest.approx(np.ones(look.weights.shape[2:]))
    assert np.array_equal(look.weights[0], look.weights[1])
    low, high = look.flow.ln_income["KAZ"][:, 0, -1]
    assert (high > low).all()  # dearer oil makes an exporter richer
    halted = look.flow.ln_income["KAZ"][0, 1, -1]
    assert (halted < low).all()


def test_deep_rows_are_the_same_bits_in_batches_of_any_width() -> None:
    narrow, broad = deep(at_turn(1), "RUS"), deep(at_turn(1, 24), "RUS")
    assert tiled(narrow.engine).p.lanes != tiled(broad.engine).p.lanes
    one, other = narrow.weigh(), broad.weigh()
    assert np.array_equal(one.value[:, 0], other.value[:, 9])
    assert all(np.array_equal(one.terms[t][:, 0], other.terms[t][:, 9]) for t in one.terms)


KEPT = (
    "set-enforcement-tighten", "set-enforcement-relax", "reassurance-visit-russia", "build-caspian-capacity",
    "territorial-integrity-statement", "offer-parallel-trade", "farm-import-ban-by-russia", "corridor-finance",
    "summit-with-eu", "summit-with-china", "ladder-step-up", "envoy-warning", "csto-exercise-host",
)  # fmt: skip


@cache
def fewer() -> Setup:
    """The world with a dozen moves of all kinds, offers among them: a deep turn of it takes a fraction of the time."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fewer.yaml"
        gone = ", ".join(sorted(set(load("after-2022").moves) - set(KEPT)))
        file.write_text(f"id: fewer\nextends: after-2022\nmoves: {{disable: [{gone}]}}\n", encoding="utf-8")
        return Setup(load(file))


def deepened(known: Setup) -> Setup:
    """The same world with `depth: deep`, on the terminal values and scales of the quick one."""
    slow = copy(known)
    decision = slow.scenario.decision.model_copy(update={"depth": "deep"})
    slow.scenario = slow.scenario.model_copy(update={"decision": decision})
    slow.layout = replace(slow.layout, scenario=slow.scenario)
    return slow


def test_the_scenario_chooses_the_depth() -> None:
    model = DiplomacyModel(deepened(setup()), [3], seed=1)
    found = deliberate(model.engine, model.state, "RUS", (), model.shared_step())
    assert isinstance(found, DeepDeliberation)
    quick = at_turn(0)
    assert type(deliberate(quick.engine, quick.state, "RUS", (), quick.shared_step())) is Deliberation


@pytest.mark.slow
def test_a_turn_is_played_deep_and_the_same_as_in_a_batch() -> None:
    # Batches of another width are tried row by row above; here it is other neighbours in another place.
    alone, batch = (DiplomacyModel(deepened(fewer()), ids, seed=1) for ids in ([70], [*range(7), 70]))
    alone.step()
    batch.step()
    assert not alone.state.failed.any()
    assert any((c.chosen != len(c.menu)).any() for c in alone.choices)
    assert unlike_choices(alone.choices, batch.choices, 0, 7) == []
    assert differences(alone.state, batch.state, 0, 7) == []


# ---- what others are expected to do

COMBINATIONS = list(product(range(3), repeat=3))


@cache
def many() -> DiplomacyModel:
    """One state in 32 lanes: a lane for each combination of three powers' plays, one for what is expected of them."""
    return at_turn(2, 32)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=1)
def test_expected_plays_rank_as_full_enumeration_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    same = [_ranked_alike(rng) for _ in range(80)]
    assert np.mean(same) >= 0.95


def _ranked_alike(rng: np.random.Generator) -> bool:
    """Whether three entries of Kazakhstan rank alike under expected plays and on average over all 27 combinations."""
    model = many()
    engine, catalogue = model.engine, model.engine.layout.catalogue
    powers = rng.choice([p for p in engine.layout.powers if len(catalogue.menu[p]) >= 2], 3, replace=False)
    menus = [[*rng.choice(catalogue.menu[p], 2, replace=False), None] for p in powers]
    odds = rng.dirichlet(np.ones(3), 3)
    weight = np.array([odds[0, a] * odds[1, b] * odds[2, c] for a, b, c in COMBINATIONS])
    made = np.zeros_like(model.state.stocks)
    for lane, plays in enumerate(COMBINATIONS):
        for menu, k in zip(menus, plays, strict=True):
            _add(engine, menu[k], made, lane, 1.0)
    for n, menu in enumerate(menus):
        for k in range(3):
            _add(engine, menu[k], made, 27, odds[n, k])
    value = weighing(engine, model.state, engine.plans["KAZ"], model.shared_step(), made).weigh().value
    entries = rng.choice(len(value), 3, replace=False)
    enumerated = (value[entries, :27] * weight).sum(axis=1)
    return bool((np.argsort(enumerated) == np.argsort(value[entries, 27])).all())


def _add(engine: Engine, entry: int | None, made: Array, lane: int, weight: float) -> None:
    for impulse in engine.layout.catalogue.entries[entry].impulses if entry is not None else ():
        if impulse.delay == 0:
            made[engine.table.index[impulse.key], lane] += weight * engine.table.size(impulse)[lane]


# ---- offers


def offers(actor: str = "RUS") -> tuple[DiplomacyModel, Deliberation, list[int]]:
    model = at_turn(1)
    found = deliberate(model.engine, model.state, actor, (), model.shared_step())
    return model, found, [m for m, e in enumerate(found.entries) if e.is_offer]


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-3, 3))
@settings(max_examples=50)
def test_an_offer_is_worth_the_deal_as_often_as_it_is_accepted(deal: float, none: float, gain: float) -> None:
    model, found, at = _offers()
    entry = found.entries[at[0]]
    assert entry.target is not None
    mine, other = model.engine.objectives[entry.actor], model.engine.objectives[entry.target]
    offers = model.engine.offers(found.plan)
    assert offers is not None
    assert offers.at[0] == at[0]
    lanes, cap = np.ones((len(offers.at), 8)), found.step.transfer_cap()
    value, accept, paid = (
        a[0] for a in offers.bargain(deal * lanes, none * lanes, gain * lanes, mine.weights["income"], cap)
    )
    gdp, node = model.engine.layout.base.gdp, model.engine.layout.node
    ratio = gdp[node[entry.actor]] / gdp[node[entry.target]]
    best = -np.inf
    for share in TRANSFERS:
        transfer = np.minimum(share * max(deal - none, 0.0) * ratio, found.step.transfer_cap())
        odds = logistic(other.precision * (gain + other.weights["income"] * transfer) / other.scale)
        best = np.maximum(best, odds * (deal - mine.weights["income"] * transfer / ratio) + (1.0 - odds) * none)
    assert value == pytest.approx(best)
    assert accept == pytest.approx(logistic(other.precision * (gain + other.weights["income"] * paid) / other.scale))
    if deal <= none:
        assert (paid == 0.0).all()


@cache
def _offers() -> tuple[DiplomacyModel, Deliberation, list[int]]:
    return offers()


def test_acceptance_rises_with_the_transfer_as_its_worth_in_the_logit() -> None:
    model = at_turn(1)
    engine = model.engine
    plan = engine.answers["KAZ"]
    objective = engine.objectives["KAZ"]
    answering = weighing(engine, model.state, plan, model.shared_step(), np.zeros_like(model.state.stocks))
    without = answering.answer(np.zeros((len(plan.menu), 8)))
    paid = answering.answer(np.full((len(plan.menu), 8), 0.05))
    rise = objective.precision * objective.weights["income"] * 0.05 / objective.scale
    inside = (without > 1e-6) & (paid < 1 - 1e-6)
    assert inside.any()
    assert (logit(paid) - logit(without))[inside] == pytest.approx(
        np.broadcast_to(rise, without.shape)[inside], rel=1e-6
    )


def test_proposer_and_answering_side_see_the_same_gain() -> None:
    model, found, at = offers("CHN")
    weighed = found.weigh()
    plan = model.engine.answers["KAZ"]
    answering = weighing(model.engine, model.state, plan, model.shared_step(), found.made)
    for m in at:
        k = plan.menu.index(found.menu[m])
        transfer = np.zeros((len(plan.menu), 8))
        transfer[k] = weighed.transfer[m]
        # The two sides perceive different stocks (enforcement is announced, not seen), so not to the bit.
        assert weighed.accept[m] == pytest.approx(answering.answer(transfer)[k], abs=0.05)


# ---- scales


def test_the_scale_of_choice_is_a_constant() -> None:
    model = DiplomacyModel(setup(), [0, 1], seed=1)
    before = {a: o.scale.tolist() for a, o in model.engine.objectives.items()}
    model.step()
    assert {a: o.scale.tolist() for a, o in model.engine.objectives.items()} == before
    assert all(set(s) == {setup().scales[a]} for a, s in before.items())


def test_a_hopeless_entry_on_the_menu_changes_no_odds_among_the_others() -> None:
    from multivector.decisions.choice import probabilities

    model = at_turn(0)
    found = deliberate(model.engine, model.state, "KAZ", (), model.shared_step())
    weighed, objective = found.weigh(), model.engine.objectives["KAZ"]
    may = np.ones(weighed.value.shape, bool)
    best = np.argsort(-weighed.value[:, 0])[:2]
    before = probabilities(weighed.value, may, objective.precision, objective.scale)
    worst = np.argsort(weighed.value[:, 0])[0]
    assert worst not in best
    hopeless = weighed.value.copy()
    hopeless[worst] -= 1e3
    after = probabilities(hopeless, may, objective.precision, objective.scale)
    assert after[best[0]] / after[best[1]] == pytest.approx(before[best[0]] / before[best[1]], rel=1e-12)


def test_what_is_expected_of_an_actor_is_a_probability() -> None:
    # Flip tried: odds of the slots added up; failed (up to 2.8 expected plays of one entry).
    model = DiplomacyModel(setup(), list(range(32)), seed=0)
    for _ in range(3):
        model.step()
        assert model.state.mixed.min() >= 0.0
        assert model.state.mixed.max() <= 1.0 + 1e-12
        assert model.state.mixed.max() > 0.5
