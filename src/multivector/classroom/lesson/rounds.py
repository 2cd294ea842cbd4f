"""Rounds of a room: the quarters that are played, and the parts into which a lesson divides some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from multivector.language import Speaker

Names = frozenset[str] | None
"""Codes and ids of a list of moves; None is the whole menu."""


@dataclass(frozen=True)
class Round:
    """What people play between two looks at the board: a quarter, or a part of one (`classroom.steps` of a lesson).

    Attributes
    ----------
    id : the step's, or the quarter's.
    turn : number of the quarter, from 0.
    step : the lesson's words and limits; None for a whole quarter without them.
    part, parts : which part of its quarter this is, from 1, of how many.
    """

    id: str
    turn: int
    step: Mapping[str, Any] | None = None
    part: int = 1
    parts: int = 1

    @property
    def first(self) -> bool:
        """Whether the quarter begins with it."""
        return self.part == 1

    @property
    def last(self) -> bool:
        """Whether the quarter is worked out after it."""
        return self.part == self.parts

    def limit(self, actor: str, slots: int) -> int:
        """Moves that an actor may make in it, of its `slots` a quarter.

        Examples
        --------
        >>> step = Round("b", 0, {"moves": {"KAZ": 1}, "others": 0}, 2, 3)
        >>> step.limit("KAZ", 3), step.limit("RUS", 2), Round("2022-Q1", 0).limit("RUS", 2)
        (1, 0, 2)
        """
        if self.step is None:
            return slots
        limit = self.step.get("moves", {}).get(actor, self.step.get("others"))
        return slots if limit is None else min(int(limit), slots)

    def may(self, actor: str) -> int:
        """Moves that people of an actor may make here early, of those that belong to other parts of the quarter.

        Examples
        --------
        >>> step = Round("a", 0, {"moves": {"KAZ": 1}, "others": 0, "may": 1}, 1, 3)
        >>> step.may("KAZ"), step.may("RUS"), step.limit("RUS", 2)
        (0, 1, 0)
        """
        step = self.step or {}
        return 0 if actor in step.get("moves", {}) else int(step.get("may", 0))

    def only(self, actor: str) -> Names:
        """Codes and ids of the moves that an actor may make in it; None where it has its whole menu."""
        names = None if self.step is None else self.step.get("only", {}).get(actor)
        return None if names is None else frozenset(names)


def numbered(say: Speaker, turn: int, turns: int, part: int = 1, parts: int = 1) -> str:
    """Which round this is, in the words of all pages (`turnWords` in parts.js), so that paper and screens agree.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> numbered(speaker("ru"), 1, 3, 2, 4)
    'Раунд 2 из 3 · часть 2 из 4'
    """
    told = say("Quarter {n} of {all}", n=turn + 1, all=turns)
    return told + (" · " + say("part {n} of {all}", n=part, all=parts) if parts > 1 else "")


def rounds_of(steps: Sequence[Mapping[str, Any]], quarters: Sequence[str]) -> list[Round]:
    """Rounds of a room: the lesson's steps by quarter; a quarter without steps is one round.

    Examples
    --------
    >>> steps = [{"id": "a", "quarter": "2022-Q1"}, {"id": "b", "quarter": "2022-Q1"}]
    >>> [(r.id, r.turn, r.part, r.parts) for r in rounds_of(steps, ["2022-Q1", "2022-Q2"])]
    [('a', 0, 1, 2), ('b', 0, 2, 2), ('2022-Q2', 1, 1, 1)]
    """
    out: list[Round] = []
    for turn, quarter in enumerate(quarters):
        here = [s for s in steps if s.get("quarter") == quarter]
        out += [Round(str(s["id"]), turn, s, k, len(here)) for k, s in enumerate(here, 1)] or [Round(quarter, turn)]
    return out
