"""Policies pick an entry from what was weighed: a doctrine, a script, chance, nobody, a package; and the trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import Mask, draw, probabilities
from multivector.decisions.lookahead import Weighed
from multivector.decisions.question import BadOdds, Question, checked
from multivector.decisions.question import Policy as Rule
from multivector.errors import BadInput, Problem
from multivector.mechanisms.common import Array
from multivector.scenario.policies import load_policy
from multivector.world.quarter.draws import Draws

if TYPE_CHECKING:
    from multivector.world.engine import Engine

STOP = "stop"
"""The last entry of every menu: no further move this quarter."""


@dataclass
class Choice:
    """One decision of one actor in one slot, for all lanes: the trace from which reasons are read.

    `weighed` holds values and terms ``[entry, lane]``, `probability` is ``[entry, lane]``; the last entry is *stop*.
    `chosen` is a position in `menu`, or ``len(menu)`` for stop. Lanes that had stopped before were not asked: of them
    only `chosen` means anything. `rule` is the decision rule.
    """

    actor: str
    slot: int
    menu: tuple[int, ...]
    feasible: Mask
    weighed: Weighed
    probability: Array
    chosen: NDArray[np.int64]
    tied: Mask
    asked: Mask
    rule: str = "logit"

    @property
    def stopped(self) -> Mask:
        """Lanes in which the actor is through for this turn."""
        return np.asarray(self.chosen == len(self.menu))

    @property
    def value(self) -> Array:
        """Value of every entry, ``[entry, lane]``."""
        return self.weighed.value

    @property
    def accept(self) -> Array:
        """Probability that an offer is accepted (1 for other entries), ``[entry, lane]``."""
        return self.weighed.accept

    @property
    def terms(self) -> dict[str, Array]:
        """Utility by term, ``[entry, lane]``."""
        return self.weighed.terms


class Policy(Protocol):
    """Decides for one actor: a doctrine, a person, a script, chance, a package."""

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Position in the menu for every lane (the last one is *stop*), and whether the best two were tied."""
        ...


@runtime_checkable
class Stated(Protocol):
    """A policy that says its odds; one that does not is taken to have those of the logit."""

    def odds(self, question: Question, asked: Mask) -> Array:
        """Probability of each entry, ``[entry, lane]``."""
        ...


def odds_of(policy: Decider, question: Question, asked: Mask) -> Array:
    """The odds by which a policy chooses, as far as others can know: a script's are those of the doctrine."""
    return policy.odds(question, asked) if isinstance(policy, Stated) else question.logit()


def gumbel_of(engine: Engine, actor: str, slot: int, draws: Draws, turn: int) -> Array:
    """The draws of one slot, a standard Gumbel number for each entry of the menu and for *stop*, ``[entry, lane]``."""
    entries = engine.layout.catalogue.entries
    names = [f"choice/slot{slot}/{entries[i].id}" for i in engine.layout.catalogue.menu[actor]]
    return draws.gumbel([*names, f"choice/slot{slot}/{actor}:{STOP}"], turn)


class DoctrinePolicy:
    """Logit best reply: the doctrine's value of each entry plus one Gumbel number, keyed by the entry's id."""

    rule = "logit"

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Draw from the logit probabilities."""
        objective, gumbel = engine.objectives[actor], gumbel_of(engine, actor, slot, draws, turn)
        return draw(weighed.value, feasible, objective.precision, objective.scale, gumbel)


class QuantalPolicy(DoctrinePolicy):
    """The same reply, to the fixed point of everybody's replies instead of last turn's plays (`world.quantal`)."""

    rule = "qre"


class HoldPolicy:
    """Does nothing, ever."""

    rule = "hold"

    def odds(self, question: Question, asked: Mask) -> Array:
        """Stop, for certain."""
        del asked
        return np.concatenate((np.zeros(question.value[:-1].shape), np.ones(question.value[-1:].shape)))

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Stop."""
        del engine, actor, slot, draws, turn
        return np.full(weighed.value.shape[1], feasible.shape[0] - 1), np.zeros(weighed.value.shape[1], bool)


class RandomPolicy:
    """Any feasible entry with the same probability."""

    rule = "random"

    def odds(self, question: Question, asked: Mask) -> Array:
        """The same for all that is feasible."""
        del asked
        flat = np.ones(question.value.shape[1])
        return probabilities(np.zeros(question.value.shape), question.feasible, flat, flat)

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Largest of one Gumbel number per entry."""
        flat = Weighed(np.zeros_like(weighed.value), dict, weighed.accept, weighed.transfer)
        chosen, _ = DoctrinePolicy().choose(engine, actor, slot, flat, feasible, draws, turn)
        return chosen, np.zeros(feasible.shape[1], bool)


@dataclass
class ScriptPolicy:
    """Plays a script, where feasible; `script[quarter]` lists ``move`` or ``move@TARGET``."""

    script: Mapping[str, Sequence[str]]
    rule = "scripted"

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """The slot's line of the script, else stop."""
        del draws
        menu = engine.layout.catalogue.menu[actor]
        lines = self.script.get(engine.layout.scenario.quarters()[turn], ())
        stop = len(menu)
        pick = stop
        if slot <= len(lines):
            move, _, target = lines[slot - 1].partition("@")
            wanted = f"{actor}:{move}" + (f">{target}" if target else "")
            for m, i in enumerate(menu):
                if engine.layout.catalogue.entries[i].id == wanted:
                    pick = m
        return np.where(feasible[pick], pick, stop), np.zeros(weighed.value.shape[1], bool)


@dataclass
class GivenPolicy:
    """Makes a decision again as it was made before: for going back to a snapshot."""

    made: Choice

    @property
    def rule(self) -> str:
        """The rule by which it was made."""
        return self.made.rule

    def odds(self, question: Question, asked: Mask) -> Array:
        """What the odds were."""
        del question, asked
        return self.made.probability

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """What was chosen then."""
        del engine, weighed, feasible, draws, turn
        if (actor, slot) != (self.made.actor, self.made.slot):
            raise ValueError(
                f"{actor} slot {slot}: the decision to make again is of {self.made.actor} slot {self.made.slot}"
            )
        return self.made.chosen, self.made.tied


@dataclass
class PackagePolicy:
    """Chooses by the odds that an installed package's rule answers; what goes wrong in it is said, with its name."""

    rule: str
    ask: Rule

    @classmethod
    def named(cls, rule: str) -> PackagePolicy:
        """The rule of that name.

        Raises
        ------
        BadInput
            No installed package offers it, or not one that works.
        """
        return cls(rule, load_policy(rule))

    def odds(self, question: Question, asked: Mask) -> Array:
        """What the rule answers, checked."""
        try:
            return checked(self.ask(question), question, asked)
        except Exception as error:
            first = (str(error).splitlines() or [""])[0][:200]
            found = first if isinstance(error, BadOdds) else f"raised {type(error).__name__}: {first}"
            where = f"{question.actor} in {question.quarter}, slot {question.slot}"
            allowed = "odds [entry, lane], not negative, with something feasible"
            raise BadInput([Problem(f"decision rule {self.rule}", 0, 0, where, found, allowed)]) from error


Decider = Policy | PackagePolicy
"""Whatever may decide for an actor."""


def drawn_from(odds: Array, gumbel: Array) -> tuple[NDArray[np.intp], Mask]:
    """Draw from odds ``[entry, lane]`` by one Gumbel number an entry; whether the likeliest two were tied."""
    one, sure = np.ones(odds.shape[1]), odds > 0.0
    score = np.log(np.where(sure, odds, 1.0))
    return draw(score, sure, one, one, gumbel)
