"""A model whose turn is compiled: same draws, same choices, numbers within rounding of the reference.

Kernels weigh menus, what partners gain by offers, and answers; they add up plays, look for equilibria, choose and draw.
What no kernel covers, NumPy plays: a world, an actor or a turn as a whole, or those lanes of a batch in which something
is not as the trial of the kernels took it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from multivector.compiled.choosing import CompiledDoctrine
from multivector.compiled.drawing import CompiledDraws
from multivector.compiled.kernels import Kernels
from multivector.decisions.lookahead import Deliberation, Weighed
from multivector.decisions.plan import Plan
from multivector.mechanisms.common import Array
from multivector.mechanisms.trade_scarcity import Invert
from multivector.mechanisms.trade_solver import Search
from multivector.world.choosing.policies import Decider, DoctrinePolicy
from multivector.world.engine import Engine
from multivector.world.model import DiplomacyModel, padded
from multivector.world.quarter.draws import Draws
from multivector.world.setup import Setup
from multivector.world.state import State
from multivector.world.step import StateStep

TOGETHER = 2**20
"""Lanes in which an equilibrium is looked for at once: all."""


class Equilibria(Protocol):
    """Who is asked for an equilibrium of trade before NumPy is."""

    @property
    def search(self) -> Search:
        """Looks for the root."""
        ...

    @property
    def invert(self) -> Invert:
        """Inverts the derivatives there."""
        ...


class Asked(Protocol):
    """Who is asked for a result of a look-ahead, or for an equilibrium of trade, before NumPy is."""

    @property
    def equilibria(self) -> Equilibria:
        """Who looks for equilibria of trade, and inverts their derivatives, first."""
        ...

    def fill(self, kind: str, look: Deliberation, given: Array | None = None) -> tuple[list[Array], Array] | None:
        """Results of a kind and the lanes in which they hold; None where there are none."""
        ...

    def names(self, kind: str, look: Deliberation) -> tuple[str, ...]:
        """Names of the results of a kind, where they have any."""
        ...


def ready(look: Deliberation | TurnLook) -> None:
    """Have NumPy work out what the kernels read: once a turn, for all menus together."""
    step: Any = look.step
    if isinstance(look, TurnLook):
        return
    step._evaluate()
    step.hazard_response()
    step.chances(look.plan)
    offers = step.offers(look.plan)
    for partner in () if offers is None else offers.places:
        offers.part(look.plan, partner)
    if any(look.objectives[actor].is_focus for actor in look.wants):
        step.cross_response(look.plan)


class CompiledDeliberation(Deliberation):
    """One actor weighing its menu, by kernels where there are some."""

    asked: Asked

    def __init__(self, plan: Plan, *, asked: Asked, **of: Any) -> None:
        super().__init__(plan, **of)
        self.asked = asked

    def weigh(self) -> Weighed:
        """Value of every entry given what has been chosen so far."""
        ready(self)
        offers = self.step.offers(self.plan)
        if offers is not None and self._gains is None:
            self._gains = self._joined("gains", lambda: [self._partners_gain(offers, self._prepare(self.made))])[0]
        plain: list[Weighed] = []

        def by_numpy() -> list[Array]:
            plain.append(super(CompiledDeliberation, self).weigh())
            return [plain[0].value, plain[0].accept, plain[0].transfer]

        value, accept, transfer = self._joined("weigh", by_numpy)
        if plain:
            return Weighed(value, plain[0].reasons, accept, transfer)
        twin = copy.copy(self)  # with what has been done so far, which nobody writes into
        return Weighed(value, lambda: Deliberation.weigh(twin).terms, accept, transfer)

    def answer(self, transfer: Array) -> Array:
        """P(this actor accepts) for each offer made to it, ``[offer, lane]``."""
        ready(self)
        return self._joined("answer", lambda: [super(CompiledDeliberation, self).answer(transfer)], transfer)[0]

    def _joined(self, kind: str, by_numpy: Any, given: Array | None = None) -> list[Array]:
        """What kernels give, and NumPy in the lanes that they do not cover."""
        found = self.asked.fill(kind, self, given)
        if found is None:
            return list(by_numpy())
        parts, covered = found
        if covered.all():
            return parts
        return [np.where(covered, new, old) for new, old in zip(parts, by_numpy(), strict=True)]


class TurnLook:
    """What is worked out once a turn for all menus, as kernels see a look-ahead."""

    plan, actor = None, ""
    wants: Mapping[str, Any] = {}
    _gains = None

    def __init__(self, step: StateStep) -> None:
        self.step, self.made = step, step.stocks


class CompiledStep(StateStep):
    """The quarter as a look-ahead sees it, worked out by kernels where there are some."""

    def __init__(self, engine: Engine, state: State, asked: Asked) -> None:
        super().__init__(engine, state)
        self.asked = asked

    def deliberation(self, plan: Plan, **of: Any) -> Deliberation:
        """An actor's look-ahead from this quarter."""
        return CompiledDeliberation(plan, asked=self.asked, step=self, objectives=self.engine.objectives, **of)

    def add_plays(self, weights: Array) -> Array:
        """Sum of the immediate impulses of entries, times their weights, as ``[coordinate, lane]``."""
        look: Any = TurnLook(self)
        found = self.asked.fill("plays", look, weights)
        if found is None:
            return super().add_plays(weights)
        (total,), covered = found
        return total if covered.all() else np.where(covered, total, super().add_plays(weights))

    def _respond(self, shifts: Mapping[str, Array]) -> dict[str, Array]:
        look: Any = TurnLook(self)
        found = self.asked.fill("respond", look)
        if found is None:
            return super()._respond(shifts)
        parts, covered = found
        names = self.asked.names("respond", look)
        if covered.all():
            return dict(zip(names, parts, strict=True))
        plain = super()._respond(shifts)
        return {name: np.where(covered, part, plain[name]) for name, part in zip(names, parts, strict=True)}


class CompiledModel(DiplomacyModel):
    """A batch of histories of one world, played by kernels where there are some.

    Parameters
    ----------
    kernels : of this world; or who else is asked before NumPy.
    others : as in `DiplomacyModel`.
    """

    def __init__(
        self,
        setup: Setup,
        replicate_ids: Sequence[int],
        *,
        kernels: Kernels | Asked,
        seed: int = 0,
        overrides: Mapping[str, Array] | None = None,
        policies: Mapping[str, Decider] | None = None,
        draws: Draws | None = None,
    ) -> None:
        if draws is None and isinstance(kernels, Kernels) and kernels.draws is not None:
            ids = padded(np.asarray(replicate_ids, np.int64))
            draws = CompiledDraws(seed, ids, setup.scenario.calendar.turns, kernels.draws)
        super().__init__(setup, replicate_ids, seed=seed, overrides=overrides, policies=policies, draws=draws)
        self.asked: Asked = kernels.bound() if isinstance(kernels, Kernels) else kernels
        # Lanes that have ended cost a search nothing: there is no need to part them.
        economy, equilibria = self.engine.economy, self.asked.equilibria
        economy.search, economy.invert, economy.chunk = equilibria.search, equilibria.invert, TOGETHER
        if isinstance(kernels, Kernels) and kernels.choices:
            for actor in self.actors.values():
                if type(actor.policy) is DoctrinePolicy:
                    actor.policy = CompiledDoctrine(kernels.choices)

    def shared_step(self) -> StateStep:
        """The quarter as it looks from the beginning of this turn, shared by all actors."""
        if self._step is None:
            self._step = CompiledStep(self.engine, self.state, self.asked)
        return self._step
