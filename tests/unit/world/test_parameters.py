"""Every number of a scenario is read by somebody: what nothing reads would look like a choice and be none.

A bad year is played, in which every mechanism is on and every hazard comes; what the code asks for is written down:
parameters by id, paths by name, and plain numbers by the record and field that hold them.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from multivector.data.locate import shipped_scenarios
from multivector.experiment.histories.arms import prepare
from multivector.experiment.histories.replicates import Block, Experiment
from multivector.scenario import load
from multivector.schema import WEIGHT_WORDS, Path, Quantity, Scenario
from multivector.schema.base import Model
from multivector.schema.numbers import numbers
from multivector.world.engine import Engine
from multivector.world.model import DiplomacyModel
from multivector.world.quarter.draws import Draws
from multivector.world.setup import Setup
from multivector.world.watching.recorder import Recorder

TURNS = 5
"""Quarters played: over the embargo's first steps (2022-Q2) and the first year of texts."""

DESCRIBED: dict[str, str] = {}
"""Paths that nothing reads yet. A mechanism that reads one takes its line away; nothing may be added."""

UNREAD: dict[tuple[str, str], str] = {}
"""Fields with numbers that nothing reads yet. A mechanism that reads one takes its line away; nothing may be added."""

READERS = (
    "multivector.world",
    "multivector.decisions",
    "multivector.outcomes",
    "multivector.data",
    "multivector.schema",
)
NOT_NUMBERS = ("uncertainties", "ledger", "levers", "classroom", "expect", "parameters", "paths")
"""Sections that say how uncertain numbers are or what a question varies, and those that are asked for by name."""


class Bad(Draws):
    """Whatever nature can do to this world, it does: every hazard comes, with the severe form of a crisis."""

    def __init__(self, turns: int) -> None:
        super().__init__(1, np.zeros(8, np.int64), turns)

    def uniform(self, name: str, turn: int) -> NDArray[np.float64]:
        """Almost zero for hazards, answers and rules; the keyed draw for choices, votes and prices."""
        kept = ("choice/", "votes/", "energy/oil-price", "evasion/record")
        return super().uniform(name, turn) if name.startswith(kept) else np.full(8, 1e-12)


class Played:
    """A bad year in a world: what was read of it, and which hazards happened."""

    def __init__(self, name: str, patch: pytest.MonkeyPatch) -> None:
        self.scenario: Scenario = load(name)
        self.parameters: set[str] = set()
        self.paths: set[str] = set()
        self.fields: set[tuple[str, str]] = set()
        self.happened: set[str] = set()
        patch.setenv("MULTIVECTOR_CACHE", "off")
        self.watch(patch)
        model = DiplomacyModel(Setup(self.scenario), [0], draws=Bad(self.scenario.calendar.turns))
        model.observers += [Recorder(model), lambda _model, quarter, _choices: self.note(quarter.hazards)]
        for _ in range(TURNS):
            model.step()
        self.parameters |= model.engine.p.read

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Write down what is asked for, by whom does not matter as long as it is the code of the world."""
        plain_path, plain_value = Engine.path, Scenario.value

        def path(engine: Engine, name: str, turn: int, default: float = 1.0) -> NDArray[np.float64]:
            self.paths.add(name)
            return plain_path(engine, name, turn, default)

        def value(scenario: Scenario, id: str) -> float:
            self.parameters.add(id)
            return plain_value(scenario, id)

        def field(record: Model, name: str) -> object:
            asker = str(sys._getframe(1).f_globals.get("__name__", ""))
            if asker.startswith(READERS) and asker != "multivector.schema.numbers":
                self.fields.add((type(record).__name__, name))
            return object.__getattribute__(record, name)

        patch.setattr(Engine, "path", path)
        patch.setattr(Scenario, "value", value)
        patch.setattr(Model, "__getattribute__", field, raising=False)

    def note(self, hazards: dict[str, NDArray[np.float64]]) -> None:
        self.happened |= {name for name, flag in hazards.items() if (flag > 0.0).any()}


def holders(value: Any, record: Model | None = None, name: str = "") -> Iterator[tuple[str, str]]:
    """Records and fields that hold a number which some file has set, as (record, field)."""
    if isinstance(value, Model) and not isinstance(value, Quantity | Path):
        for inner in type(value).model_fields:
            if inner in value.model_fields_set and not (isinstance(value, Scenario) and inner in NOT_NUMBERS):
                yield from holders(getattr(value, inner), value, inner)
    elif isinstance(value, dict | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from holders(item, record, name)
    elif isinstance(value, Quantity | int | float) and not isinstance(value, bool):
        yield type(record).__name__, name


@pytest.fixture(scope="module")
def played() -> Played:
    with pytest.MonkeyPatch.context() as patch:
        return Played("after-2022", patch)


def test_the_year_was_bad_in_every_way(played: Played) -> None:
    """Mechanisms are all on and all hazards came, so that a parameter left unread is left unread for good."""
    assert all(played.scenario.mechanisms.values())
    assert {
        "halt",
        "farm-ban",
        "transit-delay",
        "energy-cut",
        "rhetoric",
        "crisis",
        "help",
        "case:EU",
    } <= played.happened


def test_every_parameter_is_read(played: Played) -> None:
    unread = set(played.scenario.parameters) - played.parameters
    words = {f"risk.{word.replace(' ', '_')}" for word in WEIGHT_WORDS}
    followed = [played.scenario.doctrines[a.doctrine].risk for a in played.scenario.actors.values() if a.doctrine]
    assert unread - words == set()
    assert words - unread == {f"risk.{str(word).replace(' ', '_')}" for word in followed if isinstance(word, str)}


def test_every_other_number_is_read_too(played: Played) -> None:
    """But for doctrines that nobody follows, and for sizes of effects and costs of moves, which the catalogue holds."""
    followed = {actor.doctrine for actor in played.scenario.actors.values()}
    unread = set(numbers(played.scenario)) - played.parameters - set(played.scenario.parameters)
    held = {path for path in unread if path.startswith(("moves.", "events."))}
    idle = {path for path in unread if path.startswith("doctrines.") and path.split(".")[1] not in followed}
    # The line on income stands only where a benchmark runs beside.
    assert unread - held - idle == {"red_lines.income.below"}


def test_every_path_is_read_or_only_describes(played: Played) -> None:
    assert set(played.scenario.paths) - played.paths == set(DESCRIBED)


def test_paths_asked_for_exist(played: Played) -> None:
    """A misspelt name would fall back to its default in silence."""
    assert played.paths <= set(played.scenario.paths)


def test_every_field_with_a_number_is_read(played: Played) -> None:
    held = set(holders(played.scenario))
    assert ("Corridor", "fee") in held
    assert ("Doctrine", "precision") in held
    assert held - played.fields == set(UNREAD)


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.stem for path in shipped_scenarios() if path.stem != "after-2022"])
def test_no_other_shipped_world_brings_numbers_that_nothing_reads(name: str, played: Played) -> None:
    """Only what a world has and after-2022 has not needs another year."""
    world = load(name)
    parameters = set(world.parameters) - played.parameters
    fields = set(holders(world)) - played.fields - set(UNREAD)
    paths = set(world.paths) - played.paths - set(DESCRIBED)
    # Words that no doctrine followed here uses: what they stand for is read where one does.
    parameters -= {f"risk.{word.replace(' ', '_')}" for word in WEIGHT_WORDS}
    if parameters or fields or paths:
        with pytest.MonkeyPatch.context() as patch:
            mine = Played(name, patch)
        parameters, fields, paths = parameters - mine.parameters, fields - mine.fields, paths - mine.paths
    assert (parameters, fields, paths) == (set(), set(), set())


def test_a_step_and_a_corridor_of_nought_are_no_arithmetic_errors() -> None:
    # Flips tried: without either of the two cares; numpy's warning failed it.
    nought = {"steps.status": "0", "corridors.middle.capacity": "0"}
    arms = prepare("base-2021", overrides={**nought, "calendar.turns": "2", "decision.rule": "random"})
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        (block,) = Experiment(arms, alone=True).blocks([0], "outcomes")
    assert isinstance(block, Block)
    assert not block.failures
