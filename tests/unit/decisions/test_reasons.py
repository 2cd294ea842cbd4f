"""Reasons name the later gain: what the future is worth is told term by term, and the terms add up to it."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.world.choosing.deciding import deliberate
from multivector.world.setup import Setup
from reproducibility.histories import played, setup, world


@pytest.mark.parametrize("depth", ["default", "deep"])
def test_the_terms_of_the_future_add_up_to_what_was_weighed(depth: str) -> None:
    # Flip tried: the sign of `level` in the strategic term of setup._utility; failed.
    made = setup() if depth == "default" else setup(decision__depth=depth)
    engine = made.engine(8)
    state = engine.initial()
    step = engine.step(state)
    for actor in engine.layout.actors:
        look = deliberate(engine, state, actor, (), step, alone=True)
        weighed = look.weigh()
        named = {n: t for n, t in weighed.terms.items() if n.startswith("future ")}
        assert {"future income", "future strategic"} & set(named)
        assert "future" not in weighed.terms
        plain = [m for m, e in enumerate(look.entries) if not (e.is_open or e.passes or e.move.drawn)]
        plain.append(len(look.entries))
        assert len(plain) > 1
        whole = np.sum([np.broadcast_to(t, weighed.value.shape) for t in weighed.terms.values()], axis=0)
        assert whole[plain] == pytest.approx(weighed.value[plain], abs=1e-9)
        assert np.abs(sum(named.values())).max() > 0.05


def test_parts_of_terminal_values_add_up_key_by_key_and_quarter_by_quarter() -> None:
    for actor, terminal in setup().terminal.items():
        assert "income" in terminal.parts, actor
        for key, profile in terminal.profiles.items():
            parts = [part[key] for part in terminal.parts.values() if key in part]
            assert np.sum(parts, axis=0) == pytest.approx(profile, abs=1e-9)


def test_capital_is_worth_later_income_and_a_reform_a_later_regime() -> None:
    parts = setup().terminal["KAZ"].parts
    assert sum(parts["income"]["investment:EU"]) > 0.0
    assert max(parts["regime"]["reform"]) > 0.0
    # A hedger has no strategic list; the powers have little else.
    assert "strategic" not in parts
    assert "relation:KAZ~RUS" in setup().terminal["RUS"].parts["strategic"]


def test_reasons_change_no_bit_of_a_choice() -> None:
    """Terminal values without parts give the same plays; only the names of the reasons are lost."""
    made = setup()
    bare = Setup(world())
    bare.terminal = {a: type(t)(t.profiles, t.discount, t.horizon) for a, t in made.terminal.items()}
    one, other = played([0, 5], 2), played([0, 5], 2, on=bare)
    for these, those in zip(one.choices, other.choices, strict=True):
        for c, d in zip(these, those, strict=True):
            assert (c.value.tobytes(), c.chosen.tobytes()) == (d.value.tobytes(), d.chosen.tobytes())
    assert "future" in other.choices[0][0].terms
    assert "future" not in one.choices[0][0].terms
