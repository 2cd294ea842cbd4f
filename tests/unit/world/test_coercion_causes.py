"""Only what is ordered answers to displeasure: accidents come as they would have come anyway."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.world.layout.layout import CAUSES
from multivector.world.quarter.hazards import COERCION
from playing import World, assert_clearly_more

DRIFT = ("KAZ:territorial-integrity-statement", "KAZ:decline-bloc>RUS", "KAZ:set-enforcement-tighten")


@pytest.fixture(scope="module")
def worlds() -> tuple[World, World]:
    """Eight quarters in which Russia is displeased again and again, and the same quarters on hold."""
    return World.of("after-2022").play(8, dict.fromkeys(range(8), DRIFT)), World.of("after-2022").play(8)


def test_displeasure_raises_every_means_of_coercion(worlds: tuple[World, World]) -> None:
    # Flip tried: on_displeasure with its sign changed; failed.
    drifting, held = worlds
    assert (drifting.stock("displeasure:RUS>KAZ")[2:] > held.stock("displeasure:RUS>KAZ")[2:]).all()
    for kind in COERCION:
        assert (drifting.rate(kind)[1:] > held.rate(kind)[1:]).all(), kind
        assert (drifting.hazard(kind) >= held.hazard(kind))[:1].all(), kind
    total = [sum(w.hazard(k) for k in COERCION).sum(axis=0) for w in worlds]
    assert_clearly_more(total[0], total[1], share=0.5)


def test_accidents_do_not_answer_to_displeasure(worlds: tuple[World, World]) -> None:
    # Flip tried: a multiple of displeasure added to the rates of outages; failed.
    drifting, held = worlds
    for cause in CAUSES:
        assert np.array_equal(drifting.hazard(cause), held.hazard(cause)), cause
        assert held.hazard(cause).sum() > 0.0


def test_nobody_elses_displeasure_makes_russia_press() -> None:
    def upset(power: str) -> World:
        world = World.of("after-2022", lanes=8)

        def change(w: World) -> None:
            w.state.stocks[w.engine.table.index[f"displeasure:{power}>KAZ"]] += 1.0

        world.quarter(change=change)
        return world

    held = World.of("after-2022", lanes=8).play(1)
    for power in ("CHN", "EU", "USA"):
        for kind in COERCION:
            assert upset(power).rate(kind).tolist() == held.rate(kind).tolist(), (power, kind)
    assert all((upset("RUS").rate(k) > held.rate(k)).all() for k in COERCION)


def test_reassurance_calms_and_time_does_too(worlds: tuple[World, World]) -> None:
    # Flip tried: displeasure of reassurance-visit-russia +2; failed.
    _, held = worlds
    burst = {0: DRIFT}
    calm = World.of("after-2022").play(6, burst)
    soothed = World.of("after-2022").play(6, {0: DRIFT, 1: ("KAZ:reassurance-visit-russia>RUS",)})
    rate = lambda w: sum(w.rate(k) for k in COERCION)  # noqa: E731
    assert (rate(soothed)[1:5] < rate(calm)[1:5]).all()
    gap = (rate(calm)[:6] - rate(held)[:6]).mean(axis=1)
    assert gap[0] > gap[2] > gap[4] > 0.0


def test_at_equal_displeasure_the_dearer_means_is_rarer(worlds: tuple[World, World]) -> None:
    _, held = worlds
    mean = {k: held.rate(k).mean() for k in COERCION}
    assert mean["halt"] < mean["farm-ban"] < mean["rhetoric"]
