"""Hedging explained: what of it follows from foresight, autonomy and risk aversion; the table and figure that say so.

200 histories of `after-2022` a world, the same draws, each world with its own terminal values and scale.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from multivector.experiment.shipped import hedged
from multivector.experiment.studies import hedging, hedging_elsewhere
from multivector.experiment.studies.hedging import Point, grid, play, world
from multivector.mechanisms.common import Array
from multivector.world.choosing.policies import RandomPolicy
from playing import assert_clearly_more

ROOT = Path(__file__).parents[2]
STALE = f"out of date: run `{hedged.COMMAND}`, then `multivector validate --page-only`"
CORNERS = {(p.series, p.term): p for p in grid() if p.at in (0.0, 1.0) and p.series != "beside"}


@cache
def seen(series: str, term: str = "", sureness: float = 1.0) -> dict[str, Array]:
    return play(world(CORNERS[series, term]), sureness=sureness)


@pytest.mark.slow
def test_without_the_three_it_insures_against_nobody_and_with_foresight_it_does() -> None:
    """By its own moves, with little chance left: otherwise pairs are what random picks and others' offers make."""
    # Flip tried: foresight taken negative in build_wants; failed.
    off, foresight = (seen(*key, sureness=10.0) for key in (("off", ""), ("alone", "foresight")))
    assert off["own_ratio"].mean() < 0.01
    assert_clearly_more(foresight["own_ratio"], off["own_ratio"] + 0.05)
    assert_clearly_more(foresight["own_moves"], off["own_moves"])


@pytest.mark.slow
def test_without_the_three_its_own_moves_hedge_no_more_than_random_ones() -> None:
    # Tried with terminal values left on in the world that has the three off; failed.
    chance = play(world(CORNERS["off", ""]), policies={"KAZ": RandomPolicy()})["own_ratio"]
    off = seen("off")["own_ratio"]
    assert (off - chance).mean() < 2.0 * (off - chance).std(ddof=1) / np.sqrt(off.size)
    assert_clearly_more(seen("shipped")["own_ratio"], off)


@pytest.mark.slow
@pytest.mark.parametrize("term", ["risk", "autonomy", "foresight"])
def test_each_alone_raises_the_hedging_of_its_own_moves(term: str) -> None:
    # Flips tried: the sign of `autonomy()`, foresight taken negative in build_wants; each failed for its term.
    assert_clearly_more(seen("alone", term)["own_ratio"], seen("off")["own_ratio"])


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["pairing", "ratio", "engaged"])
@pytest.mark.xfail(
    strict=True, reason="docs/findings.md: as defined, hedging is there without its motives, and more so"
)
def test_as_defined_hedging_emerges_from_the_three_together(measure: str) -> None:
    assert_clearly_more(seen("shipped")[measure], seen("off")[measure])


@pytest.mark.slow
def test_risk_aversion_hardly_moves_it() -> None:
    """The finding: the tail of one quarter's hazards is small beside what is known to come of a move."""
    gap = seen("alone", "risk")["own_ratio"] - seen("off")["own_ratio"]
    assert abs(gap.mean()) < 0.01


# ---- what is read


def test_pairs_that_strangers_would_have_made_are_no_surplus() -> None:
    conduct = object.__new__(hedging.Conduct)
    conduct.count = 400
    rng = np.random.default_rng(1)
    luck = [(rng.random((2, 400)) < 0.5).astype(np.float64) for _ in range(40)]
    none = [np.zeros((2, 2, 400))] * 4
    conduct.engaging, conduct.insuring, conduct.own = none, none, [np.zeros(400)]
    conduct.displeased, conduct.pleased = luck[:20], luck[20:]
    apart = conduct.readings()
    conduct.pleased = luck[:20]
    together = conduct.readings()
    assert abs(apart["surplus"].mean()) < 0.02
    assert apart["pairing"].mean() == pytest.approx(0.5, abs=0.02)
    assert together["pairing"].mean() == 1.0
    assert together["surplus"].mean() == pytest.approx(0.5, abs=0.02)


def test_the_grid_varies_each_term_alone_and_beside_the_others() -> None:
    points = list(grid())
    for term in hedging.TERMS:
        for series, others in (("alone", 0.0), ("beside", 1.0)):
            mine = [p for p in points if (p.series, p.term) == (series, term)]
            assert all(v == others for p in mine for t, v in p.times.items() if t != term)
            assert {p.at for p in mine} | {others} == {0.0, 0.5, 1.0, 1.5, 2.0}


def test_a_point_is_the_world_that_its_multiples_say() -> None:
    doctrine = world(Point("alone", "risk", {"risk": 2.0, "autonomy": 0.0, "foresight": 0.5})).scenario.doctrines[
        "hedge"
    ]
    assert (doctrine.risk, doctrine.weights["autonomy"], doctrine.foresight) == (1.0, 0.0, 0.5)


# ---- the table, the figure, the page


def test_the_table_is_of_this_model() -> None:
    head, rows = hedged.read(ROOT / hedged.TABLE)
    assert head.endswith(f"digest {hedging.digest()}"), STALE
    points = {(row["series"], row["term"], row["times"], row["sureness"]) for row in rows}
    assert len(points) == len(list(grid())) * len(hedging.SURENESS) + 1


def test_figure_and_page_are_made_from_the_table() -> None:
    head, rows = hedged.read(ROOT / hedged.TABLE)
    drawn = (ROOT / hedged.TABLE).with_suffix(".svg").read_text(encoding="utf-8")
    labels = [element.text for element in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    for measure in hedging.DRAWN:
        assert labels.count(hedging.MEASURES[measure]) == len(hedging.TERMS), STALE
    assert drawn.count("<polyline") == 4 * len(hedging.DRAWN) * len(hedging.TERMS)
    assert drawn == hedging.svg_text(hedging.read(ROOT / hedged.TABLE)), STALE
    assert hedged.section(head, rows) in (ROOT / "docs/validation.md").read_text(encoding="utf-8"), STALE


# ---- the other worlds


def elsewhere() -> tuple[str, dict[tuple[str, str, str], dict[str, str]]]:
    head, rows = hedged.read(ROOT / hedged.ELSEWHERE)
    return head, {(row["world"], row["series"], row["term"]): dict(row) for row in rows}


ELSEWHERE_STALE = f"out of date: run `{hedged.ELSEWHERE_COMMAND}`, then `multivector validate --page-only`"


def test_the_table_of_the_other_worlds_is_of_this_model_and_on_the_page() -> None:
    head, rows = elsewhere()
    assert head.endswith(f"digest {hedging_elsewhere.digest()}"), ELSEWHERE_STALE
    assert {key[0] for key in rows} == set(hedging_elsewhere.worlds())
    assert len(rows) == 5 * len(hedging_elsewhere.worlds())
    page = (ROOT / "docs/validation.md").read_text(encoding="utf-8")
    assert hedged.elsewhere(head, list(rows.values())) in page, ELSEWHERE_STALE


def test_what_was_written_down_before_holds_of_chance_and_of_foresight_in_every_other_world() -> None:
    _, rows = elsewhere()
    for name in hedging_elsewhere.worlds():
        assert hedged.chance_holds(rows[name, "random", ""]), name
        assert hedged.moved(rows[name, "alone", "foresight"]) == hedged.UP, name
        assert float(rows[name, "alone", "autonomy"]["gap"]) > 0.0, name


@pytest.mark.parametrize("term", ["risk", "autonomy"])
@pytest.mark.xfail(
    strict=True, reason="docs/findings.md: risk aversion in none of the worlds, autonomy in half of them"
)
def test_what_was_written_down_before_holds_of_the_other_two_in_every_other_world(term: str) -> None:
    _, rows = elsewhere()
    assert all(hedged.moved(rows[name, "alone", term]) == hedged.UP for name in hedging_elsewhere.worlds())


@pytest.mark.slow
def test_a_world_of_that_table_plays_to_the_numbers_that_it_has() -> None:
    _, rows = elsewhere()
    for found in hedging_elsewhere.rows("eaeu-pressure"):
        assert tuple(rows[found[0], found[1], found[2]].values()) == found
