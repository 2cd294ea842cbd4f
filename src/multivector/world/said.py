"""Answers and votes that people gave, in place of those that would be drawn; all other draws stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import Mask
from multivector.mechanisms.common import Array
from multivector.mechanisms.votes import ABSENT, ABSTAIN, NO, YES
from multivector.schema import Scenario

OPTIONS: Mapping[str, int] = {"no": NO, "abstain": ABSTAIN, "yes": YES, "absent": ABSENT}


@dataclass
class Said:
    """What was said, lane by lane.

    Attributes
    ----------
    answers : by turn and entry, ``[lane]`` or one number for all: 1 yes, 0 no, nan where it is drawn.
    votes : by text and actor, the same: the number of the option, nan where it is drawn.

    Examples
    --------
    >>> said = Said({(0, "CHN:summit-with-china>KAZ"): np.array([1.0, np.nan])})
    >>> said.answer(0, "CHN:summit-with-china>KAZ", np.array([False, False])).tolist()
    [True, False]
    """

    answers: dict[tuple[int, str], Array] = field(default_factory=dict)
    votes: dict[tuple[str, str], Array] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario) -> Said:
        """What a scenario's section `decision` gives."""
        turns, given = {q: t for t, q in enumerate(scenario.quarters())}, scenario.decision
        return cls(
            {(turns[q], e): np.array(float(yes)) for q, some in given.answers.items() if q in turns
             for e, yes in some.items()},
            {(text, a): np.array(float(OPTIONS[v])) for text, some in given.votes.items() for a, v in some.items()},
        )  # fmt: skip

    def answer(self, turn: int, entry: str, drawn: Mask) -> Mask:
        """Whether an offer is accepted, ``[lane]``."""
        told = self.answers.get((turn, entry))
        return drawn if told is None else np.asarray(np.where(np.isnan(told), drawn, told > 0.5), bool)

    def vote(self, text: str, actor: str, drawn: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which vote an actor casts, ``[lane]``."""
        told = self.votes.get((text, actor))
        return drawn if told is None else np.asarray(np.where(np.isnan(told), drawn, told), np.int64)
