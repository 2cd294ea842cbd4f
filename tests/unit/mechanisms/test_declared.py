"""Declared and effective policy: trust, what a told sender expects, and what words without deeds cost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.declared import eroded, told_threshold, trust

shares = st.floats(0.0, 1.0)
LANES = 8


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


def threshold(announced: float, credibility: float) -> np.ndarray:
    return told_threshold(
        lanes(announced), lanes(credibility), usual=lanes(0.2), threshold=lanes(1.5), half_gap=lanes(0.5),
        permissive=lanes(0.1), strict=lanes(0.7),
    )  # fmt: skip


@given(credibility=st.floats(0.05, 1.0), announced=shares, more=st.floats(0.01, 0.5))
def test_who_was_told_more_expects_less_to_cross(credibility: float, announced: float, more: float) -> None:
    # Flip tried: the sign of the shift; failed.
    assert (threshold(announced + more, credibility) < threshold(announced, credibility)).all()


@given(announced=shares)
def test_who_is_never_believed_shifts_nothing(announced: float) -> None:
    assert threshold(announced, 0.0) == pytest.approx(lanes(1.5))


def test_a_full_word_shifts_the_record_by_what_full_effort_would() -> None:
    # From permissive to strict in one word, wholly believed: the records of the two efforts lie 2h = 1 apart.
    assert threshold(0.8, 1.0) == pytest.approx(lanes(0.5))


@given(word=shares, deed=shares, credibility=shares)
def test_only_words_beyond_deeds_cost_credibility(word: float, deed: float, credibility: float) -> None:
    # Flip tried: the gap taken the other way round; failed.
    after = eroded(lanes(credibility), lanes(word), lanes(deed), erosion=lanes(0.5))
    assert (after >= 0.0).all()
    if word > deed:
        assert after == pytest.approx(lanes(max(credibility - 0.5 * (word - deed), 0.0)))
    else:
        assert after == pytest.approx(lanes(credibility))


@given(credibility=shares, usual=st.floats(0.1, 1.0))
def test_trust_is_one_at_the_usual_credibility_and_proportional_to_it(credibility: float, usual: float) -> None:
    assert trust(lanes(usual), lanes(usual)) == pytest.approx(lanes(1.0))
    assert trust(lanes(credibility), lanes(usual)) == pytest.approx(lanes(credibility / usual))
