"""Which numbers a sensitivity analysis varies: in what range, with what confidence, moving alone or together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from multivector.data.ledger import LedgerRow
from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.design import DECLARED, as_text, ranges
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.uncertain import declared
from multivector.scenario.ledger import ledger
from multivector.schema import Uncertainty
from multivector.schema.numbers import canonical, numbers

ALL = "all"
CLASSES = ("data", "literature", "assumed")
"""Confidence of a number in the ledger, best first."""
BY = ("number", "confidence", "family")
ENDS = (0.0, 1.0)
"""Where a range is cut if the scenario may not hold its end: bounds that the ledger's families do not know of."""

Load = Callable[[Mapping[str, str]], object]


@dataclass(frozen=True)
class Number:
    """A number that is varied.

    Attributes
    ----------
    path : as `schema.numbers` has it.
    value : the scenario's own.
    spread : its range and distribution.
    unit, source, confidence : what the ledger says of it; empty where nobody says.
    cut : whether the ledger's range went beyond what a scenario may hold.
    """

    path: str
    value: float
    spread: Uncertainty
    unit: str
    source: str
    confidence: str
    cut: bool = False

    @property
    def family(self) -> str:
        """The section of the ledger: the first word of the path."""
        return self.path.split(".")[0]

    def group(self, by: str) -> str:
        """With what it moves."""
        return {"confidence": self.confidence or "unsaid", "family": self.family}.get(by, self.path)


class Choice:
    """The numbers of a world that can be varied, and those that stay.

    Parameters
    ----------
    arms : the world and its benchmark.
    """

    def __init__(self, arms: Arms) -> None:
        self._arms = arms
        self._known = numbers(arms.scenario)

    @cached_property
    def _rows(self) -> dict[str, LedgerRow]:
        return {canonical(row.id, self._known): row for row in ledger(self._arms.scenario, who_reads=False)}

    @cached_property
    def _played(self) -> set[str | None]:
        worlds = [world for world in (self._arms.scenario, self._arms.benchmark) if world is not None]
        return {actor.doctrine for world in worlds for actor in world.actors.values()}

    def _idle(self, path: str) -> bool:
        """Whether a number belongs to a doctrine that nobody plays here."""
        section, _, rest = path.partition(".")
        return section == "doctrines" and rest.split(".")[0] not in self._played

    def _ranged(self) -> Iterable[tuple[str, LedgerRow]]:
        return (
            (path, r) for path, r in self._rows.items() if r.low is not None and r.high is not None and r.low < r.high
        )

    def numbers(self, over: Sequence[str]) -> list[Number]:
        """Numbers by path, in the order of the ledger.

        Parameters
        ----------
        over : paths (in their declared range, else that of the ledger), and words: ``declared`` for what the scenario
            calls uncertain, ``data``, ``literature``, ``assumed`` or ``all`` for every number of that confidence with a
            range. Words leave out doctrines that nobody plays.

        Raises
        ------
        BadInput
            A path is no number with a range, or a word stands for none.
        """
        scenario = self._arms.scenario
        said = declared(scenario, self._known)
        found: dict[str, Uncertainty] = {}
        problems: list[Problem] = []
        for name in over or (DECLARED,):
            if name == DECLARED and said:
                some = {path: spread for path, spread in said.items() if not self._idle(path)}
            elif name == ALL or name in CLASSES:
                some = {
                    path: said.get(path) or Uncertainty(low=row.low, high=row.high)
                    for path, row in self._ranged()
                    if path in self._known and not self._idle(path) and name in (ALL, row.confidence)
                }
            else:
                try:
                    some = ranges(scenario, (name,))
                except BadInput as error:
                    problems += [replace(each, file="--over") for each in error.problems]
                    continue
            if not some:
                problems.append(Problem("--over", 0, 0, name, "found no number with a range that can vary here"))
            found |= some
        if problems:
            raise BadInput(problems)
        at = {path: k for k, path in enumerate(self._rows)}
        return [self._number(path, found[path]) for path in sorted(found, key=lambda p: (at.get(p, len(at)), p))]

    def _number(self, path: str, spread: Uncertainty) -> Number:
        row = self._rows.get(path)
        unit, source, confidence = ("", "", "") if row is None else (row.unit, row.source, row.confidence)
        return Number(path, self._known[path], spread, unit, source, confidence)

    def held(self, varied: Sequence[Number]) -> dict[str, dict[str, int]]:
        """Numbers with a range in the ledger that stay as they are, by confidence and why.

        ``shape``: all replicates of a batch have the same (base flows, past votes, calendars); ``idle``: of a doctrine
        that nobody plays; ``asked``: they could vary, and were not asked for.
        """
        mine = {number.path for number in varied}
        out: dict[str, Counter[str]] = {}
        for path, row in self._ranged():
            if path not in mine:
                why = "shape" if path not in self._known else "idle" if self._idle(path) else "asked"
                out.setdefault(row.confidence or "unsaid", Counter())[why] += 1
        return {name: dict(sorted(found.items())) for name, found in sorted(out.items())}


def cut(found: Sequence[Number], load: Load) -> list[Number]:
    """Numbers with their ranges cut at what a scenario may hold; one that has no room left is left out.

    Parameters
    ----------
    found : numbers as the ledger has them.
    load : loads the world with changes; raises `BadInput` that names each refused value by ``--set PATH``.
    """
    out = {number.path: number for number in found}
    for end in ("low", "high"):
        # First the nearest natural bound, then the scenario's own value, which it does hold.
        for last in (False, True):
            refused = _refused(list(out.values()), end, load)
            out |= {path: _shorter(out[path], end, last) for path in refused}
            if not refused:
                break
    return [number for number in out.values() if number.spread.low < number.spread.high]


def _refused(found: Sequence[Number], end: str, load: Load) -> list[str]:
    try:
        load({number.path: as_text(getattr(number.spread, end)) for number in found})
    except BadInput as error:
        places = {problem.file for problem in error.problems}
        return [number.path for number in found if f"--set {number.path}" in places]
    return []


def _shorter(number: Number, end: str, last: bool) -> Number:
    here, value = getattr(number.spread, end), number.value
    inside = [bound for bound in ENDS if min(here, value) <= bound <= max(here, value)]
    bound = value if last or not inside else min(inside, key=lambda b: abs(b - here))
    spread = number.spread.model_copy(update={end: bound})
    return replace(number, spread=spread, cut=True)
