"""Digests: equal for equal things, different for different ones, and blind to what does not matter."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.hashing import canonical_json, digest, fingerprint, package_digest

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
NESTED = st.recursive(LEAVES, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x, max_size=3))


@settings(max_examples=80, deadline=None)
@given(data=NESTED)
def test_canonical_json_reads_back(data: object) -> None:
    assert json.loads(canonical_json(data)) == data


@settings(max_examples=60, deadline=None)
@given(data=st.dictionaries(st.text(), NESTED, min_size=2, max_size=5))
def test_the_order_of_keys_does_not_count(data: dict[str, object]) -> None:
    assert digest(dict(reversed(list(data.items())))) == digest(data)


def test_digest_tells_kinds_and_sizes_apart() -> None:
    forms = [1, 1.0, "1", [1], {"1": 1}, True, None, 0.1 + 0.2, 0.3]
    assert len({digest(form) for form in forms}) == len(forms)
    assert digest({"x": np.float64(0.1), "y": np.arange(2)}) == digest({"x": 0.1, "y": [0, 1]})


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        digest({"x": float("nan")})
    with pytest.raises(TypeError, match="keys must be text"):
        digest({1: 2})
    with pytest.raises(TypeError, match="no canonical form for set"):
        digest({1, 2})


@settings(max_examples=80, deadline=None)
@given(x=st.floats(1e-100, 1e100), sign=st.sampled_from([-1.0, 1.0]))
def test_fingerprint_sees_the_sixth_digit(x: float, sign: float) -> None:
    assert fingerprint([sign * x], digits=6) != fingerprint([sign * x * (1 + 3e-6)], digits=6)
    assert fingerprint([x], digits=6) != fingerprint([-x], digits=6)


def test_fingerprint_does_not_see_the_last_bit_of_ordinary_numbers() -> None:
    x = np.linspace(0.1, 9.0, 200)
    assert fingerprint(x) == fingerprint(np.nextafter(x, 10.0))
    assert fingerprint([0.0]) == fingerprint([-0.0])
    assert fingerprint([np.nextafter(2.0, 0.0)]) == fingerprint([2.0])


def test_fingerprint_sees_names_shapes_kinds_and_special_values() -> None:
    forms = [[1.0, 2.0], [[1.0, 2.0]], [1, 2], ["1", "2"], [np.nan, 2.0], [np.inf, 2.0], [-np.inf, 2.0], [0.0, 2.0]]
    assert len({fingerprint(form) for form in forms}) == len(forms)
    assert fingerprint({"a": [1.0], "b": [2.0]}) == fingerprint({"b": [2.0], "a": [1.0]})
    assert fingerprint({"a": [1.0], "b": [2.0]}) != fingerprint({"a": [2.0], "b": [1.0]})
    with pytest.raises(TypeError, match="no fingerprint"):
        fingerprint([object()])
    with pytest.raises(ValueError, match="digits"):
        fingerprint([1.0], digits=0)


def test_package_digest_follows_the_sources_and_nothing_else(tmp_path: Path) -> None:
    first, second = tmp_path / "one" / "rules", tmp_path / "two" / "rules"
    for folder, end in ((first, b"\n"), (second, b"\r\n")):
        (folder / "deep").mkdir(parents=True)
        (folder / "a.py").write_bytes(b"x = 1" + end)
        (folder / "deep" / "b.py").write_bytes(b"y = 2" + end)
    assert package_digest([first]) == package_digest([second])
    (second / "notes.txt").write_text("no source")
    assert package_digest([first]) == package_digest([second])
    (second / "deep" / "b.py").write_text("y = 3\n")
    assert package_digest([first]) != package_digest([second])
    with pytest.raises(FileNotFoundError, match="no such folder"):
        package_digest([tmp_path / "none"])
