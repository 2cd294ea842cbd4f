"""Conditions of moves and rules, evaluated for all lanes at once."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.catalogue import Entry
from multivector.mechanisms.common import Array, relation_from_scale
from multivector.mechanisms.coordinates import effect_keys
from multivector.mechanisms.stock_table import Reader
from multivector.schema import STOCKS, Condition
from multivector.world.layout.layout import Layout
from multivector.world.layout.packages import Coverage
from multivector.world.state import State

Mask = NDArray[np.bool_]


class Conditions:
    """Evaluates conditions against a state, with `by` and `target` filled in."""

    def __init__(self, layout: Layout, packages: Coverage) -> None:
        self.layout, self.packages = layout, packages
        self._rows: dict[tuple[str | None, str | None, str | None], list[int]] = {}

    def holds(
        self,
        condition: Condition | None,
        state: State,
        reader: Reader,
        *,
        by: str | None = None,
        target: str | None = None,
    ) -> Mask:
        """Where the condition holds, ``[lane]``; no condition holds everywhere."""
        everywhere = np.ones(state.lanes, bool)
        if condition is None:
            return everywhere
        again = partial(self.holds, state=state, reader=reader, by=by, target=target)
        if condition.all is not None:
            for part in condition.all:
                everywhere = everywhere & again(part)
            return everywhere
        if condition.any is not None or condition.none is not None:
            found = np.zeros(state.lanes, bool)
            for part in condition.any if condition.any is not None else condition.none or ():
                found = found | again(part)
            return found if condition.any is not None else ~found
        return _compare(condition, self._measure(condition, state, reader, by, target))

    def _measure(self, c: Condition, state: State, reader: Reader, by: str | None, target: str | None) -> Array:
        name = c.measure or ""
        filled = {"by": by, "target": target}

        def who(code: str | None) -> str | None:
            return filled.get(code, code) if code else None

        if name in STOCKS:
            key = effect_keys(
                name, of=who(c.of), toward=who(c.toward) or self.layout.focus, corridor=c.corridor, sector=c.sector,
                exporter=who(c.exporter), importer=who(c.importer),
            )[0]  # fmt: skip
            return relation_from_scale(reader[key]) if name == "relation" else reader[key]
        if name == "turn":
            return np.full(state.lanes, state.turn + 1.0)
        if name in ("moves-made", "offers-refused"):
            source = state.recent if name == "moves-made" else state.refused
            wanted = (c.move, who(c.by or c.of), who(c.toward))
            if wanted not in self._rows:
                self._rows[wanted] = [i for i, e in enumerate(self.layout.catalogue.entries) if _matches(e, *wanted)]
            rows = self._rows[wanted]
            window = source[: c.within]
            return np.asarray(sum(plays[rows].sum(axis=0) for plays in window)) if rows else np.zeros(state.lanes)
        if name == "vote-cast":
            return self._vote(c, state, who(c.of) or self.layout.focus)
        if name == "event-active":
            return np.full(state.lanes, float(self._event(c, state.turn)))
        if name == "member":
            bloc = self.layout.scenario.alignment.blocs.get(c.bloc or "")
            return np.full(state.lanes, float(bloc is not None and who(c.of) in bloc.members))
        if name == "sanction-active":
            return np.full(state.lanes, float(self.layout.active[min(state.turn, self.layout.turns - 1)]))
        from multivector.world.quarter.gauges import gauge

        return gauge(self.layout, state, reader, name, of=who(c.of), bloc=c.bloc, packages=self.packages)

    def _vote(self, c: Condition, state: State, of: str) -> Array:
        held = (
            state.votes
            if c.vote is None
            else state.votes[sorted(self.layout.scenario.alignment.votes).index(c.vote)][None]
        )
        row = held[:, self.layout.actors.index(of)]
        # A text not yet put to the vote is no abstention: nan compares with nothing.
        out = np.full(state.lanes, np.nan)
        for text in range(row.shape[0]):
            out = np.where(np.isnan(row[text]), out, row[text])
        return out

    def _event(self, c: Condition, turn: int) -> bool:
        window = range(max(0, turn - (c.within or 0)), turn + 1)
        return any(id == c.event for t in window for id, _ in self.layout.events.get(t, ()))


def _matches(entry: Entry, move: str | None, by: str | None, toward: str | None) -> bool:
    return entry.move.id == move and by in (None, entry.actor) and toward in (None, entry.target)


def _compare(c: Condition, value: Array) -> Mask:
    out = np.ones(value.shape, bool)
    plain = True
    for bound, test in (
        (c.above, np.greater),
        (c.below, np.less),
        (c.equal, np.equal),
        (c.at_least, np.greater_equal),
        (c.at_most, np.less_equal),
    ):
        if bound is not None:
            plain = False
            # A stock that was added up in steps may miss a whole number by rounding.
            slack = 1e-9 if test in (np.greater_equal, np.less_equal) else 0.0
            shifted = value + slack if test is np.greater_equal else value - slack
            out = out & test(shifted, bound)
    return value > 0.5 if plain else out
