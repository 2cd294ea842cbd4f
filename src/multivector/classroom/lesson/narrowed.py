"""Moves that a part of a quarter is about: the lists `only` of a lesson's step, for people and for machines alike.

A list names moves by their code (``M42``, all that share it) or by their id (``ask-for-csto-help``). An actor without a
list in a step has its whole menu there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multivector.classroom.lesson.codes import Coded
from multivector.classroom.lesson.rounds import Names, Round
from multivector.decisions.choice import Mask
from multivector.scenario.names import did_you_mean, listed

if TYPE_CHECKING:
    from multivector.decisions.catalogue import Entry
    from multivector.schema import Scenario


@dataclass(frozen=True)
class Part:
    """What one actor may do in one part of a quarter: how many moves, and of which."""

    moves: int
    only: Names = None


Parts = Mapping[int, Mapping[str, tuple[Part, ...]]]
"""By turn and actor, for turns and actors with a list in some part alone."""
Slots = Mapping[int, Mapping[str, tuple[Names, ...]]]
"""The same by slot: what each of an actor's moves in a quarter may be of."""


def lets(only: Collection[str] | None, move: Coded) -> bool:
    """Whether a list lets a move be made.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> moves = load("after-2022").moves
    >>> lets(["M42"], moves["set-fuel-prices-cap"]), lets(["M42"], moves["humanitarian-aid"])
    (True, False)
    >>> lets(None, moves["humanitarian-aid"])
    True
    """
    return only is None or move.id in only or move.code in only


def parts_of(rounds: Iterable[Round], slots: Mapping[str, int]) -> Parts:
    """The parts of each quarter in which some actor has a list.

    Examples
    --------
    >>> from multivector.classroom.lesson.rounds import rounds_of
    >>> steps = [{"id": "a", "quarter": "2022-Q1", "moves": {"KAZ": 1}, "only": {"KAZ": ["M42"]}},
    ...          {"id": "b", "quarter": "2022-Q1", "moves": {"KAZ": 2}}]
    >>> parts_of(rounds_of(steps, ["2022-Q1"]), {"KAZ": 3, "RUS": 2})
    {0: {'KAZ': (Part(moves=1, only=frozenset({'M42'})), Part(moves=2, only=None))}}
    """
    found: dict[int, dict[str, tuple[Part, ...]]] = {}
    for round_ in rounds:
        for actor, most in slots.items():
            before = found.setdefault(round_.turn, {}).get(actor, ())
            found[round_.turn][actor] = (*before, Part(round_.limit(actor, most), round_.only(actor)))
    kept = {t: {a: p for a, p in one.items() if any(x.only is not None for x in p)} for t, one in found.items()}
    return {turn: actors for turn, actors in kept.items() if actors}


def by_slot(parts: Parts, turn: int = 0, part: int = 1) -> Slots:
    """Lists by slot, from a part of a turn on.

    Examples
    --------
    >>> by_slot({0: {"KAZ": (Part(1, frozenset({"M42"})), Part(2))}}, 0, 2)
    {0: {'KAZ': (None, None)}}
    """
    out: dict[int, dict[str, tuple[Names, ...]]] = {}
    for t, actors in parts.items():
        for actor, all_ in actors.items():
            left = all_[part - 1 :] if t == turn else all_
            if t >= turn:
                out.setdefault(t, {})[actor] = tuple(one.only for one in left for _ in range(one.moves))
    return out


def rows(menu: Sequence[int], entries: Sequence[Entry], only: Names) -> Mask:
    """Which rows of a menu a list lets be chosen; the last row, *stop*, always.

    A list of nothing that the actor has leaves *stop* alone.
    """
    return np.array([lets(only, entries[i].move) for i in menu] + [True])


def unknown(only: Mapping[str, Sequence[str]], scenario: Scenario) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong with the lists of a step: where (``KAZ.2``), what was found, what is allowed, what was meant."""
    for actor, names in only.items():
        if actor not in scenario.actors:
            known = sorted(scenario.actors)
            yield actor, f'found the unknown actor "{actor}"', listed(known), did_you_mean(actor, known)
            continue
        own = [move for move in scenario.moves.values() if actor in move.by]
        codes = sorted({move.code for move in own if move.code})
        if not names:
            yield actor, "found an empty list", "moves; for none at all: moves: {" + f"{actor}: 0" + "}", ""
        for k, name in enumerate(names):
            if any(lets([name], move) for move in own):
                continue
            theirs = any(lets([name], move) for move in scenario.moves.values())
            said = f'found "{name}", which {actor} cannot make' if theirs else f'found the unknown move "{name}"'
            yield f"{actor}.{k}", said, listed(codes), did_you_mean(name, [*codes, *(move.id for move in own)])
