"""Numbers that the replicates of one batch may differ in, by dotted path: what an uncertainty may name.

Everything else of a scenario (calendar, delays, cooldowns, horizons, thresholds of conditions, tallies and cut points
of texts, the figures behind the base world) shapes the batch as a whole: another value of it is another scenario.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from multivector.schema.actors import Actor, Doctrine, Move
from multivector.schema.base import GOALS, GoalName
from multivector.schema.document import Scenario
from multivector.schema.effects import Effect
from multivector.schema.quantity import Profile, Quantity
from multivector.schema.world import Corridor, Sanction, Vote

AT_SETUP = {
    "utility.discount": "terminal values are worked out once per world, the same for all replicates",
    "utility.least_scale": "so are the scales of choice",
    "utility.first_scale": "so are the scales of choice",
}
"""Parameters that are read before there are replicates; why."""

Found = Iterator[tuple[str, float]]


def numbers(scenario: Scenario) -> dict[str, float]:
    """Every number that replicates may differ in, by path, with its value here.

    Parameters go by their flat id, everything else by its path as in ``--set``, a quantity without ``.value``.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> found = numbers(load("after-2022"))
    >>> found["corridors.CPC.capacity"], found["doctrines.hedge.risk"], "calendar.turns" in found
    (59.3, 0.5, False)
    """
    words, risks = (_words(scenario, prefix) for prefix in ("weights.", "risk."))
    out = {key: q.value for key, q in scenario.parameters.items() if key not in AT_SETUP}
    for code, actor in scenario.actors.items():
        out |= _under(f"actors.{code}", _actor(actor, words))
    for name, corridor in scenario.corridors.items():
        out |= _under(f"corridors.{name}", _corridor(name, corridor))
    for name, sanction in scenario.sanctions.items():
        out |= _under(f"sanctions.{name}", _sanction(sanction))
    for name, event in scenario.events.items():
        out |= _under(f"events.{name}", _effects("then", event.then))
    for name, move in scenario.moves.items():
        out |= _under(f"moves.{name}", _move(move))
    for name, doctrine in scenario.doctrines.items():
        out |= _under(f"doctrines.{name}", _doctrine(doctrine, words, risks))
    for name, vote in scenario.alignment.votes.items():
        out |= _under(f"alignment.votes.{name}", _vote(vote))
    for name, rule in scenario.alignment.rules.items():
        out |= _under(f"alignment.rules.{name}", [("chance", rule.chance), *_effects("then", rule.then)])
    for name, line in scenario.red_lines.items():
        bounds = [(side, bound) for side in ("below", "above") if (bound := getattr(line, side)) is not None]
        out |= _under(f"red_lines.{name}", bounds)
    for name, view in scenario.outcomes.items():
        out |= _under(f"outcomes.{name}", [] if view.weight is None else [("weight", view.weight)])
    for name, path in scenario.paths.items():
        out |= _under(f"paths.{name}", ((f"values.{quarter}", value) for quarter, value in path.values.items()))
    return out


def canonical(path: str, known: Mapping[str, float]) -> str:
    """The path as `numbers` has it: without ``parameters.`` or ``.value``, and with the ``then`` of an inline effect.

    Examples
    --------
    >>> canonical("parameters.trade.theta_short.value", {"trade.theta_short": 0.76})
    'trade.theta_short'
    """
    plain = path.removeprefix("parameters.").removesuffix(".value")
    head, _, last = plain.rpartition(".")
    inline = f"{head}.then.0.{last}"
    return inline if plain not in known and inline in known else plain


def _under(prefix: str, found: Iterable[tuple[str, float]]) -> dict[str, float]:
    return {f"{prefix}.{name}": value for name, value in found}


def _words(scenario: Scenario, prefix: str) -> dict[str, float]:
    return {key.removeprefix(prefix): q.value for key, q in scenario.parameters.items() if key.startswith(prefix)}


def _number(value: float | str, words: Mapping[str, float]) -> float | None:
    """A weight as a number; None for a word that this world does not define."""
    return words.get(value.replace(" ", "_")) if isinstance(value, str) else float(value)


def _weights(given: Mapping[GoalName, float | str], words: Mapping[str, float]) -> Found:
    for name in sorted(given):
        value = _number(given[name], words)
        if value is not None:
            yield f"weights.{name}", value


def _actor(actor: Actor, words: Mapping[str, float]) -> Found:
    yield from _weights(actor.weights, words)
    yield from ((f"relations.{other}", value) for other, value in actor.relations.items())
    yield from ((f"stocks.{stock}", value) for stock, value in actor.stocks.items())


def _doctrine(doctrine: Doctrine, words: Mapping[str, float], risks: Mapping[str, float]) -> Found:
    yield from _weights(doctrine.weights, words)
    yield from ((f"weights.{goal}", 0.0) for goal in GOALS if goal not in doctrine.weights)
    risk = _number(doctrine.risk, risks)
    if risk is not None:
        yield "risk", risk
    yield "precision", doctrine.precision
    yield "foresight", doctrine.foresight
    yield from ((f"beliefs.{belief}", value) for belief, value in doctrine.beliefs.items())
    yield from ((f"pressure.{code}", value) for code, value in doctrine.pressure.items())
    yield from ((f"vote_shift.{axis}", value) for axis, value in enumerate(doctrine.vote_shift))
    for k, aim in enumerate(doctrine.strategic):
        value = _number(aim.weight, words)
        if value is not None:
            yield f"strategic.{k}.weight", value


def _corridor(name: str, corridor: Corridor) -> Found:
    """Oil is rationed by capacity, base flow and fee; goods choose by days and cost, and one corridor is scarce."""
    scarce = ("capacity", "base_flow")
    fields = (*scarce, "fee") if corridor.kind == "oil" else ("days", "cost", *(scarce if name == "middle" else ()))
    for field in fields:
        quantity = getattr(corridor, field)
        if isinstance(quantity, Quantity):
            yield field, quantity.value


def _sanction(sanction: Sanction) -> Found:
    if sanction.self_sanctioning is not None:
        yield "self_sanctioning", sanction.self_sanctioning.value
    for sector, measure in sanction.sectors.items():
        yield f"sectors.{sector}.wedge", measure.wedge.value
        yield from ((f"sectors.{sector}.coverage{end}", value) for end, value in profile_numbers(measure.coverage))


def profile_numbers(profile: Profile) -> Found:
    """Numbers of a profile, with the end of their path: one without a name, or one by quarter."""
    if profile.values:
        yield from ((f".{quarter}", value) for quarter, value in profile.values.items())
    else:
        yield "", profile.constant or 0.0


def _effects(field: str, effects: Iterable[Effect]) -> Found:
    for k, effect in enumerate(effects):
        size = effect_size(effect)
        if size is not None:
            yield f"{field}.{k}.{size}", float(getattr(effect, size))
        if effect.chance is not None:
            yield f"{field}.{k}.chance", effect.chance


def effect_size(effect: Effect) -> str | None:
    """Which of the two fields says how large an effect is."""
    return next((field for field in ("steps", "amount") if getattr(effect, field) is not None), None)


def _move(move: Move) -> Found:
    yield from _effects("effects", move.effects)
    yield from _effects("on_refusal", move.on_refusal)
    yield from ((f"cost.{who}", value) for who, value in move.cost.items())


def _vote(vote: Vote) -> Found:
    yield from ((f"positions.{code}", value) for code, value in vote.positions.items())
