"""Intervals, quantiles and survival at other thresholds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from multivector.results.statistics import crossed, share, wilson
from multivector.results.tally import Line, Tally
from results_helper import record


def test_wilson_against_published_values() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I (score method without continuity correction).
    for hits, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = wilson(hits, n)
        assert (round(found[0], 4), round(found[1], 4)) == (low, high)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_zero_and_one(case: tuple[int, int]) -> None:
    hits, n = case
    low, high = wilson(hits, n)
    assert 0.0 <= low <= hits / n <= high <= 1.0
    wider = wilson(hits * 2, n * 2)
    assert wider[1] - wider[0] < high - low


@given(
    st.lists(st.floats(-1, 1), min_size=1, max_size=8),
    st.integers(1, 3),
    st.floats(-0.5, 0.5),
    st.floats(0.0, 0.5),
)
def test_a_tighter_bound_is_crossed_whenever_a_looser_one_is(
    margins: list[float], quarters: int, shift: float, more: float
) -> None:
    margin = np.array(margins)[:, None]
    assert crossed(margin, quarters, shift + more)[0] >= crossed(margin, quarters, shift)[0]


def test_the_tally_counts_lines_and_leaves_out_failures() -> None:
    tally = Tally({"income": Line(1, "Income")})
    for failed in ((), (0, 1)):
        tally.add(record(4, failed=failed), {"income": np.full(4, 1.0)})
    told = tally.headline()
    assert (told["n"], told["survival"]["hits"]) == (6, 0)
    assert [line["hits"] for line in told["lines"]] == [6]
    rows = tally.outcomes()
    assert list(rows) == ["real_income", "real_income.RUS"]
    assert rows["real_income"]["all"][1] == float(np.median(tally.get("end/real_income")))
    # Nothing survived, so there is nothing to say about survivors.
    assert all(np.isnan(x) for x in rows["real_income"]["surviving"])


def test_thresholds_move_by_a_quarter_of_the_room() -> None:
    one = record(4)
    margin = np.array([[0.2, 0.3, -0.1, -0.3]])
    one.lines = {"income": {"first": np.array([-1, -1, 0, 0]), "margin": margin}}
    tally = Tally({"income": Line(1, "Income")})
    tally.add(one, {"income": np.ones(4)})
    told = tally.headline()
    assert [told[k]["hits"] for k in ("tighter", "survival", "looser")] == [1, 2, 3]


def test_share_of_nothing_is_not_a_number() -> None:
    assert np.isnan(share(np.zeros(0, bool))["share"])
