"""A model whose look-ahead is compiled: same draws, same choices, numbers within rounding of the reference.

Kernels weigh menus, what partners gain by offers, and answers. What no kernel covers, NumPy plays: a world, an actor
or a turn as a whole, or those lanes of a batch in which something is not as the trial of the kernels took it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from multivector.compiled.kernels import Kernels
from multivector.decisions.lookahead import Deliberation, Weighed
from multivector.mechanisms.common import Array
from multivector.world.agents import mesa
from multivector.world.choosing.deciding import Sitting, acting_order, settled, slots, weighing
from multivector.world.choosing.policies import Decider
from multivector.world.engine import Engine
from multivector.world.model import Actor, DiplomacyModel
from multivector.world.quarter.draws import Draws
from multivector.world.setup import Setup
from multivector.world.state import State
from multivector.world.step import StateStep
from multivector.world.turn import CHOICES


class Asked(Protocol):
    """Who is asked for a result of a look-ahead before NumPy is."""

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
    if any(look.objectives[actor].is_focus for actor in look.wants):
        step.cross_response(look.plan)


class CompiledDeliberation(Deliberation):
    """One actor weighing its menu, by kernels where there are some."""

    asked: Asked

    @classmethod
    def of(cls, look: Deliberation, asked: Asked) -> Deliberation:
        """The same look-ahead with kernels; one without shortcuts stays as it is."""
        if type(look) is not Deliberation:
            return look
        new = cls.__new__(cls)
        new.__dict__ |= look.__dict__
        new.asked = asked
        return new

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
        twin = copy.copy(self)
        twin.made = self.made.copy()
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
    """The quarter as a look-ahead sees it, what rows of trade and oil would change by a kernel where there is one."""

    def __init__(self, engine: Engine, state: State, asked: Asked) -> None:
        super().__init__(engine, state)
        self.asked = asked

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


class CompiledActor(Actor):
    """An actor that is told what its menu is worth by kernels."""

    def sit_down(self, moved: Sequence[str]) -> Sitting:
        """Begin this turn's decisions."""
        sitting = super().sit_down(moved)
        model: CompiledModel = self.model
        sitting.deliberation = CompiledDeliberation.of(sitting.deliberation, model.asked)
        return sitting


class CompiledModel(DiplomacyModel):
    """A batch of histories of one world, its look-ahead by kernels.

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
        super().__init__(setup, replicate_ids, seed=seed, overrides=overrides, policies=policies, draws=draws)
        self.asked: Asked = kernels.bound() if isinstance(kernels, Kernels) else kernels
        policy = {code: actor.policy for code, actor in self.actors.items()}
        for actor in self.actors.values():
            actor.remove()
        self.actors = {code: CompiledActor(self, code, each) for code, each in policy.items()}
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        # The turn asks the engine whom it has to have weighed: here it is done before, and nobody is left.
        self._answering, self.engine.answers = self.engine.answers, {}

    def shared_step(self) -> StateStep:
        """The quarter as it looks from the beginning of this turn, shared by all actors."""
        if self._step is None:
            self._step = CompiledStep(self.engine, self.state, self.asked)
        return self._step

    def _turn(self) -> Iterator[str]:
        engine = self.engine
        left = sum(slots(engine, code) for phase in CHOICES for code in acting_order(engine, phase))
        for tick in super()._turn():
            if tick != "accounts" and left == 0:
                self._answer()
            left -= 1
            yield tick

    def _answer(self) -> None:
        """The answering side weighs each open offer against none, knowing what has been done (in place)."""
        engine, state, step = self.engine, self.state, self.shared_step()
        made: Array | None = None
        for plan in self._answering.values():
            if not any(state.played[i].any() for i in plan.menu):
                continue
            made = settled(engine, state) if made is None else made
            look = CompiledDeliberation.of(weighing(engine, state, plan, step, made), self.asked)
            accept = look.answer(state.transfer[list(plan.menu)])
            for k, i in enumerate(plan.menu):
                state.accept[i] = np.where(state.played[i] > 0.5, accept[k], state.accept[i])
