"""Checks of effects and conditions: known stocks, the right indices, exactly one size, a comparison."""

from __future__ import annotations

from collections.abc import Mapping as Map

from multivector.scenario.names import listed
from multivector.scenario.places import Keys, Places
from multivector.schema.base import GROUPS, SECTORS
from multivector.schema.effects import COMPARISONS, INDEX_FIELDS, Condition, Effect
from multivector.schema.measures import MEASURES, known_measures
from multivector.schema.stocks import STOCKS

ROLES = ("by", "target")
_REFERENCES = {"move": ("moves",), "event": ("events",), "corridor": ("corridors",), "sanction": ("sanctions",),
               "vote": ("alignment", "votes"), "bloc": ("alignment", "blocs")}  # fmt: skip

MOST_TRADE_COST = 3.0
"""Log points that one effect may add to the cost of trade: goods at twenty times their price are traded no more."""


def check_effects(places: Places, keys: Keys, effects: tuple[Effect, ...], *, roles: bool, chance: bool) -> None:
    """Check a list of effects.

    Parameters
    ----------
    keys : tuple of str
        Where the list is.
    roles : bool
        Whether ``by`` and ``target`` mean something here (in a move).
    chance : bool
        Whether an effect may have a chance of its own (in rules and events).
    """
    for number, effect in enumerate(effects):
        here = (*keys, str(number))
        if places.known((*here, "stock"), effect.stock, STOCKS, "stock"):
            _indices(places, here, effect, roles)
            _amount(places, (*here, "amount"), effect)
        if effect.steps is not None and effect.amount is not None:
            places.error(here, "found both steps and amount", "one of them")
        elif effect.steps is None and effect.amount is None:
            places.error(here, "found neither steps nor amount", "one of them")
        if effect.chance is not None and not chance:
            places.error((*here, "chance"), "found a chance in a move", "a chance in rules and events only")


def _indices(places: Places, keys: Keys, effect: Effect, roles: bool) -> None:
    stock = STOCKS[effect.stock]
    parameters = places.names("parameters")
    if effect.steps is not None and stock.step not in parameters:
        places.defined((*keys, "steps"), stock.step, parameters, "parameter")
    for name in INDEX_FIELDS:
        value = getattr(effect, name)
        if value is None:
            if name in stock.indices and name not in stock.optional:
                places.error(keys, f"found no {name}", f"{stock.name} needs {listed(stock.indices)}")
        elif name not in stock.indices:
            wanted = listed(stock.indices) if stock.indices else "no index"
            places.error((*keys, name), f'found "{name}", which {stock.name} does not have', wanted)
        else:
            check_index(places, (*keys, name), stock.indices[name], value, roles)


def _amount(places: Places, keys: Keys, effect: Effect) -> None:
    """No change is larger than all that its stock can be: it is in another unit (per cent, say), or a slip."""
    stock = STOCKS[effect.stock]
    most = MOST_TRADE_COST if stock.name == "trade-cost" else stock.high - stock.low
    if effect.amount is not None and abs(effect.amount) > most:
        hint = f"{stock.name} is in {stock.unit}, from {stock.low:g} to {stock.high:g}" if stock.unit != "1" else ""
        places.error(keys, f"found {effect.amount:g}", f"from {-most:g} to {most:g}", hint, alone=True)


def check_index(places: Places, keys: Keys, kind: str, value: str, roles: bool) -> None:
    """Check one index value against the kind of thing it must name."""
    also = ROLES if roles else ()
    if kind == "group":
        places.known(keys, value, GROUPS, "population group")
    elif kind == "sector":
        places.known(keys, value, (*SECTORS, "all"), "sector")
    elif kind == "corridor":
        places.defined(keys, value, places.names("corridors"), "corridor")
    else:
        places.code(keys, value, (*also, "all") if kind == "node" else also)


def check_condition(places: Places, keys: Keys, condition: Condition, *, roles: bool) -> None:
    """Check a condition and those inside it."""
    forms = [name for name in ("all", "any", "none", "measure") if getattr(condition, name) is not None]
    if len(forms) != 1:
        found = f"found {' and '.join(forms)} together" if forms else "found no measure"
        places.error(keys, found, "one of all, any, none or measure")
        return
    if forms == ["measure"]:
        _leaf(places, keys, condition, roles)
        return
    stray = [name for name in Condition.model_fields if name not in forms and getattr(condition, name) is not None]
    if stray:
        places.error((*keys, stray[0]), f'found "{stray[0]}" beside "{forms[0]}"', "conditions in the list only")
    inner: tuple[Condition, ...] = getattr(condition, forms[0])
    if not inner:
        places.error((*keys, forms[0]), "found no conditions", "at least one")
    for number, each in enumerate(inner):
        check_condition(places, (*keys, forms[0], str(number)), each, roles=roles)


def _leaf(places: Places, keys: Keys, condition: Condition, roles: bool) -> None:
    values = {name: value for name, value in condition if value is not None and name != "measure"}
    check_reading(places, keys, str(condition.measure), values, roles=roles)
    compared = {name: values[name] for name in COMPARISONS if name in values}
    measure = MEASURES.get(str(condition.measure))
    if not compared and not (measure and measure.flag):
        places.error(keys, "found no comparison", listed(COMPARISONS))
    low = max((compared[name] for name in ("above", "at_least", "equal") if name in compared), default=float("-inf"))
    high = min((compared[name] for name in ("below", "at_most", "equal") if name in compared), default=float("inf"))
    if low > high or (low == high and ("above" in compared or "below" in compared)):
        places.error(keys, "found a comparison that nothing can meet", "a range with something in it")


def check_reading(places: Places, keys: Keys, name: str, values: Map[str, object], *, roles: bool) -> None:
    """Check a reading of a stock or measure: that it exists, and what it is of.

    Parameters
    ----------
    name : str
        The measure.
    values : mapping
        Field -> value of all fields that are set; comparisons and other fields are ignored.
    """
    if not places.known((*keys, "measure"), name, known_measures(), "measure"):
        return
    fields = (
        "of",
        "toward",
        "by",
        *(n for n in INDEX_FIELDS[2:]),
        "move",
        "event",
        "vote",
        "bloc",
        "sanction",
        "within",
    )
    if name in STOCKS:
        needs = [n for n in STOCKS[name].indices if n not in STOCKS[name].optional]
        allowed = list(STOCKS[name].indices)
    else:
        needs = list(MEASURES[name].needs)
        allowed = [*MEASURES[name].needs, *MEASURES[name].may]
    for field in fields:
        if field in values and field not in allowed:
            places.error(
                (*keys, field), f'found "{field}", which {name} does not have', listed(allowed) or "nothing more"
            )
        elif field in values:
            _reference(places, (*keys, field), name, field, values[field], roles)
        elif field in needs:
            places.error(keys, f"found no {field}", f"{name} needs {listed(needs)}")


def _reference(places: Places, keys: Keys, name: str, field: str, value: object, roles: bool) -> None:
    kind = STOCKS[name].indices.get(field) if name in STOCKS else None
    if kind is not None:
        check_index(places, keys, kind, str(value), roles)
    elif field in _REFERENCES:
        places.defined(keys, str(value), places.names(*_REFERENCES[field]), field)
    elif field in ("of", "toward", "by"):
        places.code(keys, str(value), ROLES if roles else ())
