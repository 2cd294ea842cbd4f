"""Every number of a scenario is read by somebody: what nothing reads would look like a choice and be none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from multivector.scenario import load
from multivector.schema import WEIGHT_WORDS, Scenario
from multivector.schema.numbers import AT_SETUP, numbers
from multivector.world.draws import Draws
from multivector.world.engine import Engine
from multivector.world.model import DiplomacyModel
from multivector.world.setup import Setup

TURNS = 5
"""Quarters played: over the embargo's first steps (2022-Q2) and the first year of texts."""

DESCRIBED = {
    "rouble": "context of the period; the world has no exchange rate but the focus actor's policy stock",
}
"""Paths that only describe the period: nothing in the world reads them."""

SOURCES = Path(__file__).parents[3] / "src" / "multivector"


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
        self.paths: set[str] = set()
        self.happened: set[str] = set()
        plain = Engine.path

        def path(engine: Engine, name: str, turn: int, default: float = 1.0) -> NDArray[np.float64]:
            self.paths.add(name)
            return plain(engine, name, turn, default)

        patch.setattr(Engine, "path", path)
        model = DiplomacyModel(Setup(self.scenario), [0], draws=Bad(self.scenario.calendar.turns))
        model.observers.append(lambda _model, quarter, _choices: self.note(quarter.hazards))
        for _ in range(TURNS):
            model.step()
        self.parameters = model.engine.p.read

    def note(self, hazards: dict[str, NDArray[np.float64]]) -> None:
        self.happened |= {name for name, flag in hazards.items() if (flag > 0.0).any()}


@pytest.fixture(scope="module")
def played() -> Played:
    with pytest.MonkeyPatch.context() as patch:
        return Played("after-2022", patch)


def test_the_year_was_bad_in_every_way(played: Played) -> None:
    """Mechanisms are all on and all hazards came, so that a parameter left unread is left unread for good."""
    assert all(played.scenario.mechanisms.values())
    assert {"halt", "farm-ban", "transit-delay", "rhetoric", "crisis", "help", "case:EU"} <= played.happened


def test_every_parameter_is_read(played: Played) -> None:
    unread = set(played.scenario.parameters) - played.parameters
    words = {f"risk.{word.replace(' ', '_')}" for word in WEIGHT_WORDS}
    followed = [played.scenario.doctrines[a.doctrine].risk for a in played.scenario.actors.values() if a.doctrine]
    assert unread - words == set(AT_SETUP)
    assert words - unread == {f"risk.{str(word).replace(' ', '_')}" for word in followed}


def test_every_other_number_is_read_too(played: Played) -> None:
    """But for doctrines that nobody follows, and for sizes of effects and costs of moves, which the catalogue holds."""
    followed = {actor.doctrine for actor in played.scenario.actors.values()}
    unread = set(numbers(played.scenario)) - played.parameters - set(played.scenario.parameters)
    held = {path for path in unread if path.startswith(("moves.", "events."))}
    idle = {path for path in unread if path.startswith("doctrines.") and path.split(".")[1] not in followed}
    # The line on income stands only where a benchmark runs beside.
    assert unread - held - idle == {"red_lines.income.below"}


@pytest.mark.parametrize("name", sorted(AT_SETUP))
def test_what_is_read_at_set_up_is_named_in_the_code(name: str) -> None:
    assert places(SOURCES.glob("world/*.py"), f'scenario.value("{name}")')


def test_every_path_is_read_or_only_describes(played: Played) -> None:
    assert set(played.scenario.paths) - played.paths == set(DESCRIBED)
    for name in DESCRIBED:
        assert not places(SOURCES.rglob("*.py"), f'"{name}"')


def test_paths_asked_for_exist(played: Played) -> None:
    """A misspelt name would fall back to its default in silence."""
    assert played.paths <= set(played.scenario.paths)


def places(files: Iterable[Path], text: str) -> list[Path]:
    return [path for path in files if text in path.read_text(encoding="utf-8")]
