"""The logit choice of a slot by machine code: `choice.probabilities` and `choice.draw`, by the length of a menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.compiled.program import Program, lines_at
from multivector.decisions import choice
from multivector.decisions.choice import Mask
from multivector.decisions.lookahead import Weighed
from multivector.decisions.question import Question
from multivector.mechanisms.common import Array
from multivector.world.choosing.policies import DoctrinePolicy, gumbel_of
from multivector.world.engine import Engine
from multivector.world.quarter.draws import Draws

Programs = Mapping[int, tuple[Program, Program]]
"""Entries of a menu, *stop* among them -> what gives odds, what draws."""


def programs(lengths: Sequence[int]) -> dict[int, tuple[Program, Program]]:
    """Both programs for some lengths of menus."""
    return {n: (_traced("probabilities", n), _traced("draw", n)) for n in sorted(set(lengths))}


def _traced(name: str, entries: int) -> Program:
    from multivector.compiled.machine_code import Part, compiled, source_of
    from multivector.compiled.symbols import each, standing_in, symbols
    from multivector.compiled.terms import made, whole

    count = 2 * entries + 2 + (entries if name == "draw" else 0)
    leaves = symbols(np.array([[made("leaf", k)] for k in range(count)], dtype=object))
    value, may, (precision, scale), gumbel = np.split(leaves, [entries, 2 * entries, 2 * entries + 2])
    given = [value, each("ne", may, 0.0), precision, scale, *([gumbel] if name == "draw" else [])]
    with standing_in("multivector.decisions"):
        found = getattr(choice, name)(*given)
    parts = found if isinstance(found, tuple) else (found,)
    results = [whole(x) for part in parts for x in np.asarray(part).reshape(-1)]
    rows = range(count, count + len(results))
    return Program(compiled(source_of(Part(results, rows, {k: k for k in range(count)}))))


def _filled(program: Program, count: int, *given: Any) -> Array:
    """What a program fills, ``[row, lane]``."""
    lanes = given[0].shape[-1]
    arrays = [np.ascontiguousarray(a, np.float64).reshape(-1, lanes) for a in given]
    out = np.empty((count, lanes))
    program(np.concatenate([lines_at(a) for a in [*arrays, out]]), lanes)
    return out


class CompiledDoctrine(DoctrinePolicy):
    """Logit best reply by machine code."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def odds(self, question: Question, asked: Mask) -> Array:
        """The odds of the logit."""
        del asked
        program, _ = self._programs[len(question.value)]
        given = (question.value, question.feasible, question.precision, question.scale)
        return _filled(program, len(question.value), *given)

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Draw from the logit probabilities."""
        objective, gumbel = engine.objectives[actor], gumbel_of(engine, actor, slot, draws, turn)
        _, program = self._programs[len(weighed.value)]
        given = (weighed.value, feasible, objective.precision, objective.scale, gumbel)
        chosen, tied = _filled(program, 2, *given)
        return chosen.astype(np.int64), tied > 0.0
