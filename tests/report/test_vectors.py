"""Vectors by domain: goods, oil, arms, investment and more, history by history, with what nine of ten lie between."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from multivector.report.charts.chart import Chart, palette
from multivector.report.charts.one import charts_of_all
from multivector.report.facts import Facts
from report_made import facts


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return facts(tmp_path_factory.mktemp("results"), told=False)


def charts(world: Facts) -> dict[str, Chart]:
    return {chart.id: chart for chart in charts_of_all(world) if chart.id.startswith("vectors.")}


def numbers(cells: tuple[object, ...]) -> list[float]:
    return [float(str(cell).rstrip("%")) / (100.0 if str(cell).endswith("%") else 1.0) for cell in cells]


def test_oil_arms_and_investment_stand_beside_the_other_domains(world: Facts) -> None:
    # Tried: `_oil` with the last state that a way crosses; failed (CPC is of Russia alone, aktau-baku is not).
    found = charts(world)
    assert {"vectors.oil", "vectors.arms", "vectors.investment"} < set(found)
    oil = found["vectors.oil"]
    through = np.median(world.histories.of("oil.through_russia"), axis=1)
    at = next(k for k, column in enumerate(oil.columns) if str(column).startswith("Russia"))
    assert numbers([row[at] for row in oil.rows]) == pytest.approx(through.tolist(), abs=0.006)
    arms, share = found["vectors.arms"], numbers(tuple(row[3] for row in found["vectors.arms"].rows))
    assert [s * s + (1 - s) ** 2 for s in share] == pytest.approx(world.middle("hhi.arms").tolist(), abs=0.003)
    assert "at first and" in arms.finding
    assert numbers(tuple(row[3] for row in found["vectors.investment"].rows)) == pytest.approx(
        world.middle("hhi.investment").tolist(), abs=0.001
    )


def test_domains_have_bands_over_many_histories_and_none_over_one(world: Facts) -> None:
    # Tried: bands of the quotient of medians; failed.
    sold = charts(world)["vectors.goods-sold"]
    ids = [f"customs.KAZ.{p}" for p in world.powers]
    values = np.stack([world.histories.of(id) for id in ids])
    share = values / values.sum(axis=0)
    low, middle, high = np.quantile(share[ids.index("customs.KAZ.RUS")][-1], (0.05, 0.5, 0.95))
    at = next(k for k, column in enumerate(sold.columns) if str(column).startswith("Russia"))
    assert numbers(sold.rows[-1][at : at + 3]) == pytest.approx([middle, low, high], rel=0.006)
    assert "nine of ten" in sold.note
    assert "area" in str(sold.spec.to_dict()["layer"][0]["mark"])
    one = dataclasses.replace(world, histories=world.histories.some(world.histories.ids[:1]))
    alone = charts(one)["vectors.goods-sold"]
    assert "nine of ten" not in alone.note
    assert len(alone.columns) == 1 + len(world.powers)


def test_a_state_that_is_no_power_shares_no_colour_with_one() -> None:
    for states in (["AZE", "CHN", "RUS"], ["TUR", "CHN", "EU", "RUS", "USA"], ["AZE", "RUS"]):
        looks = palette(states)
        assert len(set(looks.values())) == len(states)
        assert looks["RUS"] == palette(["RUS"])["RUS"]
