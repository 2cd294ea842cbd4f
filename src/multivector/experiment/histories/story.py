"""One history with its reasons: an observer that keeps one lane of what the actors weighed and of what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from multivector.decisions.catalogue import Entry
    from multivector.world.choosing.policies import Choice
    from multivector.world.happened import Happened
    from multivector.world.model import DiplomacyModel

STOP = "stop"


@dataclass(frozen=True)
class Option:
    """An entry of a menu as it was weighed: value, probability and terms of utility (means over futures)."""

    entry: str
    title: str
    target: str | None
    feasible: bool
    value: float
    probability: float
    accept: float
    terms: dict[str, float]


@dataclass(frozen=True)
class Decision:
    """One slot of one actor: the options (the last is *stop*) and the position of the chosen one."""

    actor: str
    slot: int
    options: tuple[Option, ...]
    chosen: int
    tied: bool
    rule: str = "logit"

    @property
    def pick(self) -> Option:
        """The option taken."""
        return self.options[self.chosen]

    def rival(self) -> Option | None:
        """The best option that was not taken, or None if there was no other."""
        others = [o for k, o in enumerate(self.options) if o.feasible and k != self.chosen]
        return max(others, key=lambda o: o.value) if others else None

    def aimed(self, option: Option) -> str:
        """The target of an option, where its title alone does not tell it from another of the menu; else nothing."""
        twins = sum(other.title == option.title for other in self.options)
        return option.target or "" if twins > 1 else ""

    @property
    def luck(self) -> bool:
        """Whether the option taken was worth less than its best rival: choice is uncertain, and the draw decided."""
        rival = self.rival()
        return rival is not None and self.pick.value < rival.value

    def reason(self) -> tuple[str, float]:
        """The term that speaks most for the option taken, and by how much.

        Against its best rival where it was the best; against doing nothing more where luck overruled the values.
        """
        other = self.options[-1] if self.luck else self.rival()
        if other is None or other is self.pick:
            return "rest", 0.0
        gains = {t: self.pick.terms.get(t, 0.0) - other.terms.get(t, 0.0) for t in self.pick.terms}
        best = max(gains, key=lambda t: gains[t])
        return best, gains[best]


@dataclass
class Turn:
    """What one lane saw in a quarter."""

    quarter: str
    decisions: list[Decision]
    answers: dict[str, str]
    events: tuple[str, ...]
    hazards: dict[str, float]
    rates: dict[str, float]
    votes: dict[str, list[int]]
    odds: dict[str, list[float]]
    rules: tuple[str, ...]
    oil: dict[str, float]
    exported: float
    price: float
    gauges: dict[str, float]


@dataclass
class Story:
    """Keeps one lane; append it to a model's observers.

    Parameters
    ----------
    lane : which replicate of the batch.
    """

    lane: int = 0
    turns: list[Turn] = field(default_factory=list)

    def __call__(self, model: DiplomacyModel, happened: Happened, choices: Sequence[Choice]) -> None:
        """Take in a turn; changes nothing."""
        k, layout = self.lane, model.engine.layout
        entries = layout.catalogue.entries
        answers = {}
        for i in np.flatnonzero(model.state.played[:, k] > 0.5).tolist():
            if not entries[i].is_sure:
                answers[entries[i].id] = entries[i].ends[0 if happened.accepted[i, k] > 0.5 else 1]
        oil = happened.oil
        self.turns.append(
            Turn(
                quarter=happened.quarter,
                decisions=[_decision(choice, entries, k) for choice in choices if choice.asked[k]],
                answers=answers,
                events=happened.events,
                hazards={n: float(v[k]) for n, v in happened.hazards.items()},
                rates={n: float(np.asarray(v)[..., k].reshape(-1)[0]) for n, v in happened.rates.items()},
                votes={t: [int(x) for x in v[:, k]] for t, v in happened.votes.items()},
                odds={t: [float(x) for x in v[:, k]] for t, v in happened.vote_odds.items()},
                rules=tuple(r for r, fired in happened.rules.items() if fired[k] > 0.5),
                oil={} if oil is None else {c: float(oil.flow[n, k]) for n, c in enumerate(layout.oil_routes)},
                exported=float("nan") if oil is None else float(oil.exported[k]),
                price=float("nan") if happened.price is None else float(happened.price[k]),
                gauges={n: float(v[k]) for n, v in happened.gauges.items()},
            )
        )


def _decision(choice: Choice, entries: Sequence[Entry], k: int) -> Decision:
    count = len(choice.menu) + 1
    terms = {name: _row(np.asarray(t), count, k) for name, t in choice.terms.items()}
    by_option = [dict(zip(terms, values, strict=True)) for values in zip(*terms.values(), strict=True)]
    numbers = (choice.feasible, choice.value, choice.probability, choice.accept)
    columns = zip(*(a[:, k].tolist() for a in numbers), strict=True)
    chosen = [entries[i] for i in choice.menu]
    options = [
        Option(
            entry=entry.id if entry else f"{choice.actor}:{STOP}",
            title=entry.move.label if entry else "do nothing more",
            target=entry.target if entry else None,
            feasible=feasible,
            value=value,
            probability=probability,
            accept=accept,
            terms=by_option[m] if by_option else {},
        )
        for m, (entry, (feasible, value, probability, accept)) in enumerate(zip([*chosen, None], columns, strict=True))
    ]
    return Decision(choice.actor, choice.slot, tuple(options), int(choice.chosen[k]), bool(choice.tied[k]), choice.rule)


def _row(term: NDArray[Any], count: int, k: int) -> list[float]:
    lane = term[..., k] if term.ndim > 1 else np.full(count, term[k] if term.ndim else term)
    return list(np.broadcast_to(lane, (count,)).tolist())
