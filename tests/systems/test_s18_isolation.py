"""S18: a cornered Russia presses its partners harder and pays them more; it adapts; alternatives lower its leverage.

With it: lasting displeasure, the sign of leverage to be swept, and American displeasure as Russia's own cost.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from multivector.world.quarter.hazards import COERCION
from playing import World, assert_clearly_more, outcomes

pytestmark = pytest.mark.system("S18")

LANES = 256
STATEMENT, VISIT = "KAZ:territorial-integrity-statement", "KAZ:reassurance-visit-russia>RUS"


def off(name: str) -> dict[str, str]:
    return {f"mechanisms.{name}": "false"}


@cache
def drifting(on: bool = True, turns: int = 8) -> World:
    world = World.of("after-2022", lanes=LANES, overrides={} if on else off("isolation"))
    return world.play(turns, dict.fromkeys(range(turns), ("KAZ:decline-bloc>RUS",)))


def test_isolation_raises_pressure_on_who_drifts() -> None:
    # Flip tried: press subtracted in temper; failed.
    on, none = drifting(), drifting(on=False)
    for kind in COERCION:
        assert_clearly_more(on.rate(kind)[1:], none.rate(kind)[1:])
    assert_clearly_more(*(sum(w.hazard(k) for k in COERCION).sum(axis=0) for w in (on, none)))


def test_who_does_not_drift_is_not_pressed_harder() -> None:
    worlds = [World.of("after-2022", overrides={**o, "mechanisms.votes": "false"}).play(3)
              for o in ({}, off("isolation"))]  # fmt: skip
    for kind in COERCION:
        assert np.allclose(worlds[0].rate(kind), worlds[1].rate(kind))


@cache
def offered(on: bool) -> tuple[np.ndarray, np.ndarray]:
    """Offers of Russia to Kazakhstan per replicate in eight quarters, and the transfers put on the table with them."""
    from multivector.world.model import DiplomacyModel
    from playing import SEED, setup_of

    overrides = (("calendar.turns", "8"), ("mechanisms.isolation", str(on).lower()))
    model = DiplomacyModel(setup_of("after-2022", overrides), list(range(LANES)), seed=SEED)
    own = [i for i, e in enumerate(model.engine.layout.catalogue.entries) if e.actor == "RUS" and e.is_offer]
    made, paid = np.zeros(LANES), np.zeros(LANES)

    def count(now: DiplomacyModel, *_: object) -> None:
        made[:] += now.state.played[own].sum(axis=0)
        paid[:] += (now.state.played[own] * now.state.transfer[own]).sum(axis=0)

    model.observers.append(count)
    model.run()
    return made, paid


def test_isolation_raises_offers_and_what_is_paid_with_them() -> None:
    # Flip tried: deal_worth negative; failed.
    for on, off in zip(offered(on=True), offered(on=False), strict=True):
        assert_clearly_more(on, off)


def test_it_adapts_and_what_it_feels_falls_while_measures_stand() -> None:
    # Flip tried: adapted added in felt; failed.
    world = World.of("after-2022", lanes=LANES).play(16)
    from playing import reading

    felt = reading(world, "isolation").mean(axis=1)
    assert felt.max() > 0.1
    # Coverage stands still from the seventh quarter on; what is felt falls.
    assert (np.diff(felt[7:]) < 0.0).all()
    assert (world.stock("adaptation:RUS")[1:] > world.stock("adaptation:RUS")[:-1]).all()
    quiet = World.of("no-sanctions").play(2)
    assert (reading(quiet, "isolation") == 0.0).all()


def test_alternatives_lower_the_leverage_of_a_stop_and_the_sign_can_be_swept() -> None:
    """B2: with a positive slope alternatives restrain; with a negative one a closing window invites pressure."""
    # Flip tried: on_leverage subtracted in coercion_rate; failed.
    from multivector.world.economy.economy import MEASURES

    k = MEASURES.index("n-minus-one")

    def halt(slope: float, left: float) -> np.ndarray:
        world = World.of("after-2022", numbers={"coercion.on_leverage": np.full(200, slope)})
        world.state.measures[k] = left
        return world.engine.hazard_rates.coercion(_view(world), world.engine.seen(world.state))[0]

    assert (halt(3.0, 0.1) > halt(3.0, 0.8)).all()
    assert (halt(-3.0, 0.1) < halt(-3.0, 0.8)).all()


def _view(world: World):  # type: ignore[no-untyped-def]
    from multivector.mechanisms.stock_table import StockView

    return StockView(world.engine.table, world.state.stocks)


def test_american_displeasure_is_a_cost_of_a_stop_and_of_nothing_else() -> None:
    # Flip tried: company_anger subtracted; failed.
    def rates(anger: float, relation: float) -> np.ndarray:
        world = World.of("after-2022", numbers={"coercion.company_anger": np.full(200, anger)})
        world.state.stocks[world.engine.table.index["relation:RUS~USA"]] = relation
        return world.engine.hazard_rates.coercion(_view(world), world.engine.seen(world.state))[:, 0]

    low, high = rates(0.03, -1.0), rates(0.03, 0.5)
    assert high[0] < low[0] < rates(0.0, -1.0)[0]
    assert np.array_equal(high[1:], low[1:])


# ---- B1: two stocks of displeasure


@cache
def stated(on: bool, soothed: bool) -> World:
    overrides = {} if on else off("structural-displeasure")
    script = {0: (STATEMENT,), 1: (VISIT,)} if soothed else {0: (STATEMENT,)}
    return World.of("after-2022", lanes=LANES, overrides=overrides).play(6, script)


def test_a_visit_soothes_an_episode_and_not_a_lasting_fact() -> None:
    # Flip tried: grievance subtracted in _offence; failed.
    lasting, episode = stated(on=True, soothed=True), stated(on=False, soothed=True)
    assert_clearly_more(lasting.rate("rhetoric")[2:], episode.rate("rhetoric")[2:])
    kept = [stated(on, soothed=False).rate("rhetoric")[5] for on in (True, False)]
    assert_clearly_more(*kept)
    assert np.array_equal(stated(True, True).stock("grievance:RUS>KAZ"), stated(True, False).stock("grievance:RUS>KAZ"))


def test_both_kinds_are_shown() -> None:
    assert outcomes("after-2022")["grievance.RUS"].max() > 0.0
