"""The schema: closed, frozen, documented, and the registries that it rests on."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

import multivector.schema as schema
from multivector.schema import MEASURES, STOCKS, Profile, Quantity, Scenario, quarter_index, quarter_name
from multivector.schema.base import Model
from multivector.schema.effects import INDEX_FIELDS, Effect
from multivector.schema.turn import CHOOSING, PHASES
from multivector.schema.world import Event, VoteItem

NAMES = [
    "relation",
    "displeasure",
    "grievance",
    "obligation",
    "threat",
    "rung",
    "evidence",
    "belief",
    "enforcement",
    "announced",
    "border-capacity",
    "payment-checks",
    "capability",
    "arms-dependence",
    "training-dependence",
    "csto-goodwill",
    "leverage",
    "investment",
    "finance-access",
    "technology-access",
    "approval",
    "legitimacy",
    "regime",
    "reform",
    "status",
    "neutrality",
    "unrest",
    "exchange-rate",
    "rouble",
    "bank-exposure",
    "bank-strain",
    "newcomers",
    "fund",
    "energy-dependence",
    "own-power",
    "energy-shortage",
    "nuclear-plant",
    "prices",
    "corridor-capacity",
    "oil-contract",
    "trade-cost",
    "coverage",
    "withdrawal",
    "rent-tolerance",
    "vote-cost",
    "adaptation",
    "vote-pledge",
    "media-exposure",
    "leaning",
    "credibility",
    "exemption",
]  # fmt: skip


def models() -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    stack: list[type[BaseModel]] = list(Model.__subclasses__())
    while stack:
        each = stack.pop()
        found.append(each)
        stack += each.__subclasses__()
    return sorted(set(found), key=lambda each: each.__name__)


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_model_is_frozen_closed_and_documented(model: type[BaseModel]) -> None:
    assert model.model_config["frozen"] is True
    assert model.model_config["extra"] == "forbid"
    assert inspect.getdoc(model) != inspect.getdoc(BaseModel)


def test_registry_has_exactly_these_stocks() -> None:
    assert list(STOCKS) == NAMES


@pytest.mark.parametrize("stock", STOCKS.values(), ids=lambda stock: stock.name)
def test_every_stock_is_complete(stock: schema.Stock) -> None:
    assert stock.low < stock.high
    assert stock.doc
    assert stock.unit
    assert stock.step == f"steps.{stock.name.replace('-', '_')}"
    assert set(stock.indices) <= set(INDEX_FIELDS)
    assert set(stock.optional) <= set(stock.indices)
    assert stock.visible in ("public", "of", "focus")


def test_names_of_measures_and_stocks_do_not_collide() -> None:
    assert not set(STOCKS) & set(MEASURES)


def test_eleven_phases_of_which_the_last_six_are_the_step() -> None:
    assert [phase.pure for phase in PHASES] == [False] * 5 + [True] * 6
    assert set(CHOOSING) < {phase.name for phase in PHASES}


@given(st.integers(min_value=1900 * 4, max_value=2199 * 4))
def test_quarters_count_and_name_back(index: int) -> None:
    assert quarter_index(quarter_name(index)) == index


@given(st.dictionaries(st.integers(8000, 8100), st.floats(-1e6, 1e6), min_size=1, max_size=8), st.integers(7990, 8110))
def test_profile_holds_until_the_next(points: dict[int, float], asked: int) -> None:
    profile = Profile.model_validate({quarter_name(index): value for index, value in points.items()})
    before = [index for index in points if index <= asked]
    expected = points[max(before)] if before else points[min(points)]
    assert profile.at([quarter_name(asked)]) == [expected]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e16", "x", "", None, "1,5", "0x10"])
def test_absurd_numbers_are_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Quantity.model_validate({"value": value})


@given(st.floats(min_value=-1e15, max_value=1e15))
def test_a_number_in_words_of_python_is_the_number(value: float) -> None:
    assert Quantity.model_validate(repr(value)).value == value


def test_hard_bounds_follow_the_unit_or_are_stated() -> None:
    assert Quantity(value=0.5, unit="share").bounds == (0, 1)
    assert Quantity(value=2, unit="share", max=3).bounds == (0, 3)
    assert Quantity(value=2, unit="1").bounds == (float("-inf"), float("inf"))


def test_an_event_may_hold_its_effect() -> None:
    inline = Event.model_validate({"id": "e", "turn": "2022-Q1", "stock": "fund", "amount": 1})
    assert inline.then == (Effect(stock="fund", amount=1),)


def test_two_forms_of_a_text() -> None:
    tally = VoteItem.model_validate({"from": "tally", "like": "68/262", "tally": "141-5-35"})
    point = VoteItem.model_validate({"b": ["2.4", "-0.8"], "c": "-4.6", "d": "4.3"})
    assert tally.tally is not None
    assert tally.point is None
    assert point.point is not None
    assert point.point.b == (2.4, -0.8)


def test_a_scenario_says_nothing_by_itself() -> None:
    empty = Scenario(id="a")
    assert len(empty.quarters()) == 16
    assert empty.provenance("anything").chain == ()
    with pytest.raises(ValidationError):
        empty.id = "b"  # type: ignore[misc]
