"""The whole scenario."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr

from multivector.schema.actors import Actor, Doctrine, Move
from multivector.schema.base import Code, Id, Model, Number, Text
from multivector.schema.design import Calendar, Decision, Expectation, Family, OutcomeView, RedLine, Uncertainty
from multivector.schema.quantity import Path, Quantity
from multivector.schema.trace import Provenance, Trace
from multivector.schema.world import Alignment, Corridor, Event, Sanction


def _list(value: Any) -> Any:
    """One word is short for a list of one."""
    return [value] if isinstance(value, str) else value


def _level(value: Any) -> Any:
    """A lever's level is a number where it reads as one, else a word (a doctrine)."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


Level = Annotated[Number | str, BeforeValidator(_level)]


class Scenario(Model):
    """A world and a question: what is in it, who acts, what happens, and what counts as failure.

    A file says only what differs from the files it extends; this is the resolved whole. Lists by id are mappings here,
    sorted by id, and actors are sorted by code, so that the order of lines in a file never matters. `parameters` is
    flat: ``trade.theta_short`` is `Quantity`. Codes of states that are not actors may appear in blocs, votes and
    targets; they do not act.
    """

    id: Id
    title: Text | None = None
    question: Text | None = None
    sources: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    extends: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    benchmark: str | None = None
    focus: Code = "KAZ"
    calendar: Calendar = Calendar()
    order: Literal["sequential", "simultaneous"] = "sequential"
    senders: Literal["dated", "free"] = "dated"
    decision: Decision = Decision()
    mechanisms: dict[Id, bool] = Field(default_factory=dict)
    parameters: dict[Id, Quantity] = Field(default_factory=dict)
    paths: dict[Id, Path] = Field(default_factory=dict)
    actors: dict[Code, Actor] = Field(default_factory=dict)
    corridors: dict[Id, Corridor] = Field(default_factory=dict)
    sanctions: dict[Id, Sanction] = Field(default_factory=dict)
    alignment: Alignment = Alignment()
    events: dict[Id, Event] = Field(default_factory=dict)
    moves: dict[Id, Move] = Field(default_factory=dict)
    doctrines: dict[Id, Doctrine] = Field(default_factory=dict)
    uncertainties: dict[str, Uncertainty] = Field(default_factory=dict)
    levers: dict[str, tuple[Level, ...]] = Field(default_factory=dict)
    red_lines: dict[Id, RedLine] = Field(default_factory=dict)
    outcomes: dict[str, OutcomeView] = Field(default_factory=dict)
    expect: tuple[Expectation, ...] = ()
    ledger: dict[str, Family] = Field(default_factory=dict)
    classroom: dict[str, Any] = Field(default_factory=dict)

    _trace: Trace | None = PrivateAttr(default=None)

    def quarters(self) -> list[str]:
        """Return the names of all turns, such as ``2022-Q1``."""
        return self.calendar.quarters()

    def value(self, id: str) -> float:
        """Return the value of one parameter by its flat id."""
        return self.parameters[id].value

    def provenance(self, path: str) -> Provenance:
        """Say where a value was set: the last place, and every place it overrode, newest first.

        Parameters
        ----------
        path : str
            Dotted path, such as ``events.cpc-storm.turn``; a parameter's id alone will do.

        Raises
        ------
        BadInput
            There is no such path; the message names the nearest.
        """
        if self._trace is None:
            return Provenance(path, ())
        return self._trace.provenance(path)

    @property
    def warnings(self) -> tuple[Any, ...]:
        """Doubtful but allowed things found while loading, as `Problem` objects of level ``warning``."""
        return () if self._trace is None else self._trace.warnings

    def canonical(self) -> str:
        """Return the scenario as canonical JSON: the same world gives the same text, wherever its files are.

        The names of the files it was built from are left out, and what its author expects of it: equal worlds must
        give an equal digest.
        """
        content: Mapping[str, Any] = self.model_dump(mode="json", by_alias=True, exclude={"extends", "expect"})
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
