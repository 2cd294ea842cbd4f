"""What numbers are called: nothing that a shipped world holds is left without a title or a group."""

from __future__ import annotations

import pytest

from multivector.experiment.telling import titles
from multivector.language import LANGUAGES, speaker
from multivector.scenario import load
from multivector.scenario.ledger import ledger
from multivector.schema import STOCKS

WORLDS = ("base-2021", "after-2022", "secondary-threatened", "turkey-added", "mediator", "cpc-closed")


def test_every_stock_has_a_title_and_every_title_a_stock() -> None:
    assert set(titles.STOCKS) == set(STOCKS)


def test_titled_parameters_are_those_of_shipped_worlds() -> None:
    known = {id for name in WORLDS for id in load(name).parameters}
    known |= {id for name in WORLDS for id in (row.id for row in ledger(load(name), who_reads=False))}
    assert set(titles.NUMBERS) <= known


@pytest.mark.parametrize("world", WORLDS)
def test_every_number_of_a_ledger_has_a_group(world: str) -> None:
    # Tried: a section taken from `SECTIONS`; failed.
    assert {titles.group(row.id) for row in ledger(load(world), who_reads=False)} <= set(titles.GROUPS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_that_worlds_call_uncertain_are_named(lang: str) -> None:
    world = load("after-2022")
    said = [titles.number(speaker(lang), path, {"KAZ": "Kazakhstan"}) for path in sorted(world.uncertainties)]
    assert len(set(said)) == len(said)
    assert not [text for text in said if "." in text or "_" in text]
