"""One entry of the dictionary of outcomes, and how a row with braces becomes one entry for each power, corridor or
group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from string import Formatter
from typing import Literal

Direction = Literal["higher", "lower", "none"]
Per = Literal["turn", "last"]
GROUPS = ("economy", "dependence", "routes", "sanctions", "conduct", "relations", "security", "home", "summary")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome.

    Attributes
    ----------
    id : name in results, such as ``loss.RUS``.
    title : a few words for a table.
    unit : unit of the value and of `margin`.
    direction : which way is better for the focus actor: ``higher``, ``lower``, or ``none`` where opinions differ.
    margin : smallest difference that matters, in the unit.
    group : one of `GROUPS`.
    definition : how the number is computed, with its approximations.
    source : literature or practice that the definition follows.
    per : ``turn``, or ``last`` where only the last turn has it (nan before).
    scale : worst and best end where the outcome is a part of the composite.
    weight : its weight there, against the others'.
    """

    id: str
    title: str
    unit: str
    direction: Direction
    margin: float
    group: str
    definition: str
    source: str
    per: Per = "turn"
    scale: tuple[float, float] | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Template:
    """An outcome for each label (power, corridor, ...) named in braces in its id."""

    outcome: Outcome

    def expand(self, labels: Mapping[str, Sequence[str]]) -> list[Outcome]:
        """Outcomes for all combinations of the labels, in their order; none where a label has no values."""
        o = self.outcome
        names = list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(o.id) if name))
        out = []
        for values in product(*(labels[n] for n in names)):
            at = dict(zip(names, values, strict=True))
            fill = {"focus": labels["focus"][0], "target": labels["target"][0], **at}
            out.append(
                Outcome(
                    o.id.format(**fill), o.title.format(**fill), o.unit, o.direction, o.margin, o.group,
                    o.definition.format(**fill), o.source, o.per, o.scale, o.weight,
                )
            )  # fmt: skip
        return out
