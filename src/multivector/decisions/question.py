"""What a policy is asked, and what it answers: the contract for decision rules of installed packages.

A policy is a function. It is asked once for every slot of every actor that chooses by it, for all replicates of a batch
at once, and answers with odds; the draw is made for it, with the draws of the actor and slot, one for each entry. So
what it decides is reproducible and comparable with other rules on the same luck, whatever it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from multivector.decisions.choice import Mask, probabilities
from multivector.mechanisms.common import Array


class Stocks(Protocol):
    """Gives a stock by name."""

    def __getitem__(self, key: str) -> Array:
        """Value of the stock, ``[lane]``."""
        ...


@dataclass(frozen=True)
class Question:
    """One slot of one actor in one quarter. The last entry of the menu is *stop*; the last axis is the replicate.

    Attributes
    ----------
    actor, quarter : who chooses, and when (``2022-Q1``).
    slot : from 1; an actor that has stopped is not asked again in that quarter.
    entries : ids of the menu, ``ACTOR:move`` or ``ACTOR:move>TARGET``; the last is ``ACTOR:stop``.
    feasible : [entry, lane] what may be played; of lanes that have stopped, *stop* only.
    value : [entry, lane] what each is worth to the actor's doctrine, in per cent of a quarter's base real income.
    accept : [entry, lane] probability that an offer is accepted, or a move passes (1 for others).
    precision, scale : [lane] lambda and s of the logit.
    stocks : by name, such as ``relation:KAZ-RUS``, ``[lane]``: as the actor perceives them.
    terms_of : gives utility by term, ``[entry, lane]``; worked out when called.
    came_about : gives, by entry id, 1 where that entry of any actor took effect last quarter, ``[lane]``.
    """

    actor: str
    quarter: str
    slot: int
    entries: tuple[str, ...]
    feasible: Mask
    value: Array
    accept: Array
    precision: Array
    scale: Array
    stocks: Stocks
    terms_of: Callable[[], Mapping[str, Array]]
    came_about: Callable[[str], Array]

    def logit(self) -> Array:
        """The odds of the built-in rule, ``[entry, lane]``.

        Examples
        --------
        >>> one = example_question()
        >>> one.logit()[:, 0].round(3).tolist()
        [0.665, 0.245, 0.09]
        """
        return probabilities(self.value, self.feasible, self.precision, self.scale)


class Policy(Protocol):
    """The contract of a decision rule.

    The answer is an array ``[entry, lane]`` of odds: not negative, finite, in any unit (they are divided by their sum).
    What is not feasible counts as zero; something feasible must not be zero. A lane's odds depend on that lane alone,
    or a replicate would come out differently alone and in a batch. The same question has the same answer: a policy
    keeps nothing between questions, draws nothing and reads no clock, because histories are replayed to be explained.

    Examples
    --------
    A rule that takes the best entry, whatever it is:

    >>> def best(question: Question) -> Array:
    ...     worth = np.where(question.feasible, question.value, -np.inf)
    ...     return (worth == worth.max(axis=0)).astype(float)
    >>> best(example_question())[:, 0].tolist()
    [1.0, 0.0, 0.0]
    """

    def __call__(self, question: Question, /) -> Array:
        """Odds ``[entry, lane]`` of the entries of one slot."""
        ...


def example_question() -> Question:
    """A question to try a policy on: three entries, the first worth most, an offer that may be refused second.

    Examples
    --------
    >>> example_question().entries
    ('KAZ:visit>RUS', 'KAZ:ask>EU', 'KAZ:stop')
    """
    return Question(
        actor="KAZ", quarter="2022-Q1", slot=1, entries=("KAZ:visit>RUS", "KAZ:ask>EU", "KAZ:stop"),
        feasible=np.ones((3, 8), bool), value=np.repeat([[2.0], [1.0], [0.0]], 8, axis=1),
        accept=np.repeat([[1.0], [0.3], [1.0]], 8, axis=1), precision=np.ones(8), scale=np.ones(8),
        stocks={"relation:KAZ-RUS": np.full(8, 0.5)}, terms_of=dict, came_about=lambda _entry: np.zeros(8),
    )  # fmt: skip


class BadOdds(ValueError):
    """What a policy answered is no odds."""


def checked(odds: object, question: Question, asked: Mask) -> Array:
    """Odds as probabilities, ``[entry, lane]``; in lanes that were not asked, *stop*.

    Raises
    ------
    BadOdds
        The answer has another shape, or is negative, not finite, or zero on all that is feasible.

    Examples
    --------
    >>> one = example_question()
    >>> checked(np.ones((3, 8)), one, np.ones(8, bool))[:, 0].round(3).tolist()
    [0.333, 0.333, 0.333]
    >>> checked(np.ones((2, 8)), one, np.ones(8, bool))
    Traceback (most recent call last):
    multivector.decisions.question.BadOdds: answered an array of shape (2, 8), not (3, 8)
    """
    try:
        found = np.asarray(odds, np.float64)
    except (TypeError, ValueError):
        raise BadOdds(f"answered {type(odds).__name__}, which is no array of numbers") from None
    if found.shape != question.feasible.shape:
        raise BadOdds(f"answered an array of shape {found.shape}, not {question.feasible.shape}")
    here = np.where(question.feasible & asked, found, 0.0)
    if not np.isfinite(here).all() or (here < 0.0).any():
        raise BadOdds("answered odds that are negative or not finite")
    here[-1] = np.where(asked, here[-1], 1.0)
    whole = here.sum(axis=0)
    if not (whole > 0.0).all():
        raise BadOdds("answered zero for everything that is feasible")
    return np.asarray(here / whole)
