"""Comparing tables: the first turn, replicate and quantity that differ."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.results.difference import first_difference
from multivector.results.tables import Table, Words, moves_table, outcomes_table, take, votes_table
from results_helper import record


def tables() -> dict[str, Table | None]:
    one = record(3)
    return {"outcomes": outcomes_table(one, "KAZ"), "votes": votes_table(one, "KAZ"), "moves": moves_table(one)}


def changed(name: str, column: str, row: int, value: float) -> dict[str, Table | None]:
    found = tables()
    table = dict(found[name] or {})
    values = np.array(table[column], float)
    values[row] = value
    found[name] = table | {column: values}
    return found


def test_equal_tables_do_not_differ_whatever_their_order() -> None:
    other = tables()
    outcomes = other["outcomes"]
    assert outcomes is not None
    other["outcomes"] = take(outcomes, np.arange(len(outcomes["value"]))[::-1])
    assert first_difference(tables(), other, exact=True) is None


@pytest.mark.parametrize(
    ("exact", "shift", "differs"), [(True, 1e-15, True), (False, 1e-12, False), (False, 1e-6, True)]
)
def test_bits_or_nine_digits(exact: bool, shift: float, differs: bool) -> None:
    found = first_difference(tables(), changed("outcomes", "value", 4, 1.1 + shift), exact=exact)
    assert (found is not None) == differs


def test_the_earliest_turn_is_named_and_moves_before_their_effects() -> None:
    two = changed("outcomes", "value", 4, 9.0)
    value = dict(two["outcomes"] or {})
    late = np.array(value["value"])
    late[8] = 9.0
    two["outcomes"] = value | {"value": late}
    found = first_difference(tables(), two, exact=True)
    assert found is not None
    assert (found.turn, found.replicate, found.quantity) == ("2022-Q2", 11, "real_income")
    assert str(found) == "first difference in 2022-Q2, replicate 11: real_income: stored 1.1, now 9.0"
    moves = dict(two["moves"] or {})
    entry = moves["entry"]
    assert isinstance(entry, Words)
    two["moves"] = moves | {"entry": Words(entry.codes[::-1].copy(), entry.labels)}
    found = first_difference(tables(), two, exact=True)
    assert found is not None
    assert found.quantity == "moves KAZ 1: entry"


def test_rows_that_are_gone_and_tables_that_are_gone() -> None:
    less = tables()
    outcomes = less["outcomes"]
    assert outcomes is not None
    less["outcomes"] = take(outcomes, np.arange(1, len(outcomes["value"])))
    found = first_difference(less, tables(), exact=False)
    assert found is not None
    assert (found.turn, found.stored, found.found) == ("2022-Q1", "nothing", "a row")
    gone = first_difference({**tables(), "moves": None}, tables(), exact=False)
    assert gone is not None
    assert gone.quantity == "table moves"


@pytest.mark.parametrize(("ulps", "differs"), [(0, False), (1, True)])
def test_a_short_number_read_from_a_text_table_is_the_same_number(ulps: int, differs: bool) -> None:
    short = np.array([4181.20556640625], np.float32)
    key = {"replicate": np.array([0]), "turn": Words(np.zeros(1, np.int32), ("2022-Q1",))}
    key |= {name: Words(np.zeros(1, np.int32), ("KAZ",)) for name in ("exporter", "importer", "sector")}
    other = short if not ulps else np.nextafter(short, np.float32(np.inf))
    read = np.array([float(str(short[0]))])
    assert read[0] != float(short[0])
    found = first_difference({"flows": key | {"value": read}}, {"flows": key | {"value": other}}, exact=True)
    assert (found is not None) == differs
