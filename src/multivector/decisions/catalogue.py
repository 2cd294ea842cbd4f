"""The catalogue of moves of one scenario: entries (a move with actor and target filled in) and their impulses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.coordinates import Impulse, effect_keys

if TYPE_CHECKING:
    from multivector.schema import Condition, Effect, Move, Scenario


@dataclass(frozen=True)
class Entry:
    """One line of an actor's menu.

    `paths` say where in the scenario its two costs stand; `passes` names the parameter with the probability that it
    comes through where others have a veto.
    """

    id: str
    actor: str
    target: str | None
    move: Move
    cost: float
    answer_cost: float
    paths: tuple[str, str]
    impulses: tuple[Impulse, ...]
    refusal: tuple[Impulse, ...]
    passes: str | None = None

    @property
    def is_sure(self) -> bool:
        """Whether the move takes effect once it is made: it asks nobody, and nobody has a veto."""
        return not self.is_open and self.passes is None

    @property
    def is_offer(self) -> bool:
        """Whether the move needs an answer (and there is somebody to give it)."""
        return self.move.answer and self.target is not None

    @property
    def is_open(self) -> bool:
        """Whether the move may come to nothing: an offer that is refused, or one that outsiders decide."""
        return self.is_offer or self.move.drawn is not None

    @property
    def ends(self) -> tuple[str, str]:
        """Words for the two ways in which a move that is not sure may end."""
        if self.passes is not None:
            return "adopted", "blocked"
        return ("came about", "came to nothing") if self.move.drawn is not None else ("accepted", "refused")

    @property
    def dyad(self) -> tuple[str, str] | None:
        """The unordered pair between which at most one offer may be open."""
        if self.target is None:
            return None
        first, second = sorted((self.actor, self.target))
        return first, second


MINDS = ("belief", "displeasure")
"""Stocks that live in the minds of others: an announcement moves them, where words count."""


@dataclass(frozen=True)
class Catalogue:
    """All entries of a world, sorted by actor, move and target; `menu[actor]` lists their positions.

    `excludes` lists for each entry those whose play in the same turn rules it out: itself, its group toward the same
    target, and for an offer any other offer of its dyad, in either direction.
    """

    entries: tuple[Entry, ...]
    menu: dict[str, tuple[int, ...]]
    index: dict[str, int]
    excludes: tuple[tuple[int, ...], ...]

    @cached_property
    def excluded(self) -> dict[str, dict[int, NDArray[np.intp]]]:
        """By actor: for each entry whose play rules out some of the actor's, where they stand in its menu."""
        found: dict[str, dict[int, list[int]]] = {}
        for actor, menu in self.menu.items():
            out = found.setdefault(actor, {})
            for m, i in enumerate(menu):
                for j in self.excludes[i]:
                    out.setdefault(j, []).append(m)
        return {a: {j: np.array(m, np.intp) for j, m in sorted(out.items())} for a, out in found.items()}

    @cached_property
    def sure(self) -> NDArray[np.bool_]:
        """Entries that take effect once they are made, ``[entry]``."""
        return np.array([e.is_sure for e in self.entries], bool)

    @cached_property
    def offers(self) -> NDArray[np.bool_]:
        """Entries that somebody has to answer, ``[entry]``."""
        return np.array([e.is_offer for e in self.entries], bool)

    @cached_property
    def by(self) -> NDArray[np.str_]:
        """Who makes each entry, ``[entry]``."""
        return np.array([e.actor for e in self.entries], str)

    def keys(self) -> list[str]:
        """Every coordinate that some entry may change, sorted."""
        found = {i.key for e in self.entries for i in (*e.impulses, *e.refusal)}
        return sorted(found)


def compile_effects(
    effects: Iterable[Effect], path: str, *, by: str | None, target: str | None, focus: str
) -> tuple[Impulse, ...]:
    """Impulses of the list of effects at `path`, `by` and `target` filled in; a missing `toward` is the focus actor."""

    def who(code: str | None) -> str | None:
        return {"by": by, "target": target}.get(code, code) if code is not None else None

    out: list[Impulse] = []
    for k, effect in enumerate(effects):
        keys = effect_keys(
            effect.stock,
            of=who(effect.of),
            toward=who(effect.toward) or focus,
            corridor=effect.corridor,
            sector=effect.sector,
            exporter=who(effect.exporter),
            importer=who(effect.importer),
        )
        in_steps = effect.steps is not None
        size = effect.steps if effect.steps is not None else effect.amount
        if size is None:
            raise ValueError(f"effect on {effect.stock} has neither steps nor amount")
        where = f"{path}.{k}.{'steps' if in_steps else 'amount'}"
        chance = None if effect.chance is None else (f"{path}.{k}.chance", effect.chance)
        out.extend(
            Impulse(key, float(size), in_steps, effect.delay, effect.turns, path=where, chance=chance) for key in keys
        )
    return tuple(out)


def condition_measures(condition: Condition | None) -> list[str]:
    """Names of the measures that a condition reads, in order of appearance."""
    if condition is None:
        return []
    if condition.measure is not None:
        return [condition.measure]
    found: list[str] = []
    for group in (condition.all, condition.any, condition.none):
        for leaf in group or ():
            found.extend(condition_measures(leaf))
    return found


def compile_catalogue(scenario: Scenario, actors: tuple[str, ...]) -> Catalogue:
    """Entries of every move that the actors of this world can play."""
    entries: list[Entry] = []
    for move in (scenario.moves[m] for m in sorted(scenario.moves)):
        for actor in sorted(move.by):
            if actor not in actors:
                continue
            targets: list[str | None] = (
                [None] if not move.targets else [t for t in sorted(move.targets) if t in actors and t != actor]
            )
            heard = _heard(scenario, move)
            entries.extend(_entry(heard, actor, target, scenario.focus) for target in targets)
    entries.sort(key=lambda e: e.id)
    menu = {a: tuple(i for i, e in enumerate(entries) if e.actor == a) for a in actors}
    excludes = tuple(tuple(j for j, other in enumerate(entries) if _rules_out(other, e)) for e in entries)
    return Catalogue(tuple(entries), menu, {e.id: i for i, e in enumerate(entries)}, excludes)


def _heard(scenario: Scenario, move: Move) -> Move:
    """The move as this world's switches leave it.

    Where the move's own switch is off, nothing follows from it; where public opinion is off, no group minds it. Where
    declared policy is off, a word does nothing to the minds of others; where structural displeasure is off, all
    offences fade alike.
    """

    def kept(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        if move.switch is not None and not scenario.mechanisms.get(move.switch, True):
            return ()
        if not scenario.mechanisms.get("opinion", True):
            effects = tuple(e for e in effects if e.stock not in ("approval", "legitimacy"))
        if not scenario.mechanisms.get("declared-policy", True) and any(e.stock == "announced" for e in effects):
            effects = tuple(e for e in effects if e.stock not in MINDS)
        if not scenario.mechanisms.get("structural-displeasure", True):
            swap = {"stock": "displeasure"}
            effects = tuple(e.model_copy(update=swap) if e.stock == "grievance" else e for e in effects)
        return effects

    return move.model_copy(update={"effects": kept(move.effects), "on_refusal": kept(move.on_refusal)})


def _rules_out(played: Entry, entry: Entry) -> bool:
    """Whether a play rules out an entry in the same turn."""
    if played.id == entry.id:
        return True
    same_group = entry.move.group is not None and played.move.group == entry.move.group
    if same_group and played.actor == entry.actor and played.target == entry.target:
        return True
    return entry.is_offer and played.is_offer and played.dyad == entry.dyad


def _entry(move: Move, actor: str, target: str | None, focus: str) -> Entry:
    suffix = f">{target}" if target else ""
    payer = actor if actor in move.cost else "by"
    return Entry(
        id=f"{actor}:{move.id}{suffix}",
        actor=actor,
        target=target,
        move=move,
        cost=float(move.cost.get(payer, 0.0)),
        answer_cost=float(move.cost.get("target", 0.0)),
        paths=(f"moves.{move.id}.cost.{payer}", f"moves.{move.id}.cost.target"),
        impulses=compile_effects(move.effects, f"moves.{move.id}.effects", by=actor, target=target, focus=focus),
        passes=move.passes.get(actor, move.passes.get("by")),
        refusal=compile_effects(move.on_refusal, f"moves.{move.id}.on_refusal", by=actor, target=target, focus=focus),
    )
