"""Student's t: printed tables, and the inverse against its function."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from multivector.analysis.statistics.student import MANY, student_cdf, student_quantile

# Fisher and Yates 1963, table III: two-sided 5% and 1%.
TABLE = [
    (1, 12.706, 63.657),
    (2, 4.303, 9.925),
    (5, 2.571, 4.032),
    (10, 2.228, 3.169),
    (30, 2.042, 2.750),
    (120, 1.980, 2.617),
]


@pytest.mark.parametrize(("df", "five", "one"), TABLE)
def test_quantiles_are_those_of_the_printed_table(df: int, five: float, one: float) -> None:
    assert student_quantile(0.975, df) == pytest.approx(five, abs=5e-4)
    assert student_quantile(0.995, df) == pytest.approx(one, abs=5e-4)


@given(st.floats(-30, 30))
@example(1e-7)
@example(-3e-9)
@example(1.0)
def test_one_and_two_degrees_have_closed_forms(t: float) -> None:
    assert student_cdf(t, 1) == pytest.approx(0.5 + math.atan(t) / math.pi, abs=1e-12)
    assert student_cdf(t, 2) == pytest.approx(0.5 + t / (2 * math.sqrt(2 + t * t)), abs=1e-12)


@given(st.floats(1e-4, 1 - 1e-4), st.floats(1, 1e5))
def test_the_quantile_inverts_the_function(p: float, df: float) -> None:
    assert student_cdf(student_quantile(p, df), df) == pytest.approx(p, abs=1e-9)


def test_many_degrees_join_the_normal_without_a_step() -> None:
    below, above = student_quantile(0.975, MANY), student_quantile(0.975, 2 * MANY)
    assert 0.0 < below - above < 1e-5
    assert above == pytest.approx(1.959963984540054, abs=1e-12)


@pytest.mark.parametrize(("p", "df"), [(0.0, 3), (1.0, 3), (0.5, 0), (0.5, -1)])
def test_what_has_no_quantile_is_refused(p: float, df: float) -> None:
    with pytest.raises(ValueError, match="found"):
        student_quantile(p, df)
