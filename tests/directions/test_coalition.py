"""The coalition is not one: the EU's packages may be blocked, and one sender may take its measures back (A12)."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.decisions.lookahead import Deliberation
from multivector.world.choosing.deciding import deliberate, feasible
from multivector.world.model import DiplomacyModel
from playing import SEED, World, assert_clearly_more, setup_of

FREE = (("senders", "free"), ("calendar.turns", "2"))
PACKAGE = {"EU": "EU:sanctions-package>RUS", "USA": "USA:sanctions-package>RUS"}


def weighing(actor: str, *more: tuple[str, str]) -> Deliberation:
    model = DiplomacyModel(setup_of("base-2021", (*FREE, *more)), [0], seed=SEED)
    return deliberate(model.engine, model.state, actor, (), model.shared_step())


def test_only_the_eu_needs_everybody() -> None:
    for actor, odds in (("EU", 0.8), ("USA", 1.0)):
        found = weighing(actor)
        m = [e.id for e in found.entries].index(PACKAGE[actor])
        assert found.weigh().accept[m] == pytest.approx(odds)


def test_a_proposal_is_worth_the_package_as_often_as_it_passes() -> None:
    # Flip tried: odds and 1 - odds exchanged in `Deliberation._weighed`; failed.
    sure, even = (weighing("EU", ("parameters.sanctions.unanimity", f"{p}")) for p in (1.0, 0.5))
    m = [e.id for e in sure.entries].index(PACKAGE["EU"])
    cost = sure.plan.cost[m] + sure.objectives["EU"].effort * sure.objectives["EU"].scale
    full, half = (w.weigh().value for w in (sure, even))
    assert half[m] + cost == pytest.approx(0.5 * (full[m] + cost) + 0.5 * full[-1], abs=1e-9)
    assert half[-1] == pytest.approx(full[-1], abs=1e-12)


@pytest.mark.parametrize("actor", ["EU", "USA"])
def test_a_blocked_package_changes_nothing_and_the_slot_is_spent(actor: str) -> None:
    world = World.of("base-2021", overrides=dict(FREE))
    i = world.engine.layout.catalogue.index[PACKAGE[actor]]
    played = world.quarter(PACKAGE[actor], accept=0.8)
    passed = played.happened.accepted[i] > 0.5
    assert passed.mean() == pytest.approx(0.8 if actor == "EU" else 1.0, abs=0.1 if actor == "EU" else 0.0)
    d = world.engine.table.index[f"coverage:{actor}:machinery"]
    assert (played.closed.stocks[d][passed] > 0.0).all()
    assert (played.closed.stocks[d][~passed] == 0.0).all()
    assert (played.closed.resting[i] > 0.0).all()


@pytest.mark.parametrize(
    ("senders", "dated", "open_"), [("dated", True, False), ("dated", False, True), ("free", True, True)]
)
def test_what_a_scenario_dates_is_on_no_menu(senders: str, dated: bool, open_: bool) -> None:
    """A property of the move, whatever it is called. Flip tried: `not` before `entry.move.dated`; failed."""
    for move, actor, entry in (
        ("sanctions-package", "USA", PACKAGE["USA"]),
        ("summit-with-china", "CHN", "CHN:summit-with-china>KAZ"),
    ):
        flags = {"senders": senders, f"moves.{move}.dated": str(dated).lower()}
        world = World.of("base-2021", lanes=8, overrides=flags)
        row = [e.id for e in world.engine.plans[actor].entries].index(entry)
        assert feasible(world.engine, world.state, actor)[row].all() == open_, entry


def test_only_packages_are_dated_in_the_shipped_catalogue() -> None:
    moves = World.of("base-2021", lanes=8).engine.layout.scenario.moves
    assert [id for id, move in moves.items() if move.dated] == ["sanctions-package"]


def test_a_sender_that_leaves_trades_again_and_the_other_one_does_not() -> None:
    # Flip tried: 1 + withdrawn in `Routing._coverage`; failed.
    held, left = World.of("after-2022"), World.of("after-2022")
    d = left.engine.table.index["withdrawal:USA"]

    def leave(world: World) -> None:
        world.state.stocks[d] = 1.0

    for turn in range(5):
        held.quarter()
        left.quarter(change=leave if turn == 1 else None)
    assert (left.state.stocks[d] == 1.0).all()
    usa = [w.flow("USA", "RUS", "machinery") for w in (left, held)]
    assert (usa[0][0] == usa[1][0]).all()
    assert_clearly_more(usa[0][1:], usa[1][1:], share=0.1)
    eu = [w.flow("EU", "RUS", "machinery")[1:] for w in (left, held)]
    assert np.abs(eu[0] / eu[1] - 1.0).max() < 0.05
    assert_clearly_more(held.measure("reexport")[2:], left.measure("reexport")[2:])
