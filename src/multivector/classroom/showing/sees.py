"""What a seat alone sees: figures of its ministry, as its actor perceives them, each with a unit and a word.

A key of `ministries.toml` is a stock (``threat:RUS``), or a source and what is read there: ``outcome/isolation`` as the
last quarter ended, ``late/customs.EU.KAZ`` the same a quarter later, ``record/now`` and ``record/late`` of controlled
goods seen crossing, ``fee/CPC`` of a route, ``unanimity/EU`` the odds that all members agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from multivector.classroom.lesson.figures import level, moved, named, outcome_name, said, tie
from multivector.classroom.lesson.seats import ministry
from multivector.classroom.lesson.words import ministries, tell, texts, word
from multivector.classroom.playing.worlds import Worlds
from multivector.mechanisms.common import relation_from_scale
from multivector.schema import STOCKS, Scenario

INDEX, RATIO = "index 0-1", "ratio to 2021"
UNITS = {
    "displeasure": "1 (0.1 = one public condemnation)", "grievance": "1 (0.1 = one public condemnation)",
    "obligation": "1 (0.2 = one favour)", "threat": INDEX, "regime": INDEX, "neutrality": INDEX, "credibility": INDEX,
    "csto-goodwill": INDEX, "border-capacity": INDEX, "relation": "index -1 to 1", "corridor-capacity": RATIO,
    "investment": RATIO, "finance-access": RATIO, "fund": RATIO,
}  # fmt: skip
"""Units of stocks as people are told them, where the schema has a bare number or a share of the base."""
UNCOUNTED = ("US$", "Mt")
"""Amounts that are neither low nor high: they are told by how they moved."""
BASE = {"same": "as base", "up": "above base", "down": "below base"}
FINE = 0.005
"""Smallest change of a stock that is told as one, in shares of its scale."""


def owner(key: str) -> tuple[str, str]:
    """Source and object of a key.

    Examples
    --------
    >>> owner("outcome/isolation"), owner("threat:RUS")
    (('outcome', 'isolation'), ('stock', 'threat:RUS'))
    """
    source, slash, rest = key.partition("/")
    return (source, rest) if slash else ("stock", key)


def keys_of(actor: str, offices: Sequence[str], own: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """What ministries of an actor see, each figure once; `own` is what a lesson adds by ministry, which comes first.

    Examples
    --------
    >>> keys_of("CHN", ["finance"], {"finance": ["unrest"]})[:2]
    ['unrest', 'investment:CHN']
    """
    found = [key for office in offices
             for key in (*(own or {}).get(office, ()), *ministry(actor, office).get("sees", ()))]  # fmt: skip
    return list(dict.fromkeys(found))


def hidden(scenario: Scenario, key: str, actor: str) -> bool:
    """Whether the schema keeps a number from an actor, whatever the table of ministries says."""
    _, rest = owner(key)
    head, *about = re.split(r"[:.]", rest)
    stock = STOCKS.get(head)
    if stock is None or stock.visible == "public":
        return False
    return actor != scenario.focus if stock.visible == "focus" else about[:1] != [actor]


def name_of(scenario: Scenario, key: str, actor: str, language: str) -> str:
    """What a figure is called, for an actor that reads of itself and of others.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> name_of(load("after-2022"), "displeasure:EU>KAZ", "KAZ", "en")
    'Displeasure, European Union'
    """
    source, rest = owner(key)
    if source in ("outcome", "late"):
        own = f"{rest.partition('.')[0]}.own"
        told = word("outcomes", own, language) if rest.endswith(f".{actor}") and own in texts("outcomes") else (
            outcome_name(scenario, rest, language))  # fmt: skip
        return told if source == "outcome" else f"{told} ({word('words', 'late', language)})"
    if source != "stock":
        about = named(scenario, rest, language)
        return word("outcomes", f"{source}.{rest}" if source == "record" else source, language, who=about)
    name, _, index = rest.partition(":")
    parts = [part for part in re.split(r"[>~:]", index) if part]
    others = [part for part in parts if part != actor] or parts
    who = " – ".join(named(scenario, part, language) for part in others)
    mine = f"{name}.own" if parts[:1] == [actor] and f"{name}.own" in texts("stocks") else name
    return word("stocks", mine, language, who=who)


def figures(
    worlds: Worlds, lane: int, actor: str, offices: Sequence[str], language: str,
    own: Mapping[str, Sequence[str]] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """The figures that ministries of an actor alone see, those of the quarter's beginning; `own` as for `keys_of`."""
    out = []
    for key in keys_of(actor, offices, own):
        found = None if hidden(worlds.scenario, key, actor) else _read(worlds, lane, actor, key)
        if found is not None:
            name = name_of(worlds.scenario, key, actor, language)
            out.append({"id": key, "name": name, **_told(key, found, language)})
    return out


Found = tuple[float, float | None, str, float]
"""Value, value a quarter before, unit, and the smallest change that is told."""


def _read(worlds: Worlds, lane: int, actor: str, key: str) -> Found | None:
    source, rest = owner(key)
    reader: Callable[[Worlds, int, str, str], Found | None] | None = READERS.get(source)
    found = None if reader is None else reader(worlds, lane, actor, rest)
    return found if found is not None and np.isfinite(found[0]) else None


def _stock(worlds: Worlds, lane: int, actor: str, key: str) -> Found | None:
    name = key.partition(":")[0]
    now, past = worlds.stocks_as_seen(actor, lane), worlds.stocks_before(actor, lane)
    if key not in now:
        return None
    value, before = now[key], None if past is None else past[key]
    if name == "relation":
        value = float(relation_from_scale(np.array(value)))
        before = None if before is None else float(relation_from_scale(np.array(before)))
    unit = UNITS.get(name, STOCKS[name].unit)
    return value, before, unit, 0.02 if unit.startswith(("1 ", "index")) else FINE


def _outcome(worlds: Worlds, lane: int, actor: str, id: str, late: int = 0) -> Found | None:
    """An outcome as the last quarter ended, or before; that of the base where no quarter is so far back."""
    del actor
    outcome = worlds.watch.observer.dictionary.get(id)
    if outcome is None:
        return None
    series = [float(worlds.start()[id][lane]), *(float(row[id][lane]) for row in worlds.watch.outcomes)]
    known = series[: max(1, len(series) - late)]
    before = known[-2] if len(known) > 1 and np.isfinite(known[-2]) else None
    return known[-1], before, outcome.unit, outcome.margin


def _late(worlds: Worlds, lane: int, actor: str, id: str) -> Found | None:
    return _outcome(worlds, lane, actor, id, late=1)


def _record(worlds: Worlds, lane: int, actor: str, which: str) -> Found | None:
    """Controlled goods seen crossing: at home those of the last quarter, abroad those of the one before."""
    del actor
    back, past = ("now", "late").index(which), worlds.opening_before()
    before = None if past is None else float(np.exp(past.record[back, lane]))
    return float(np.exp(worlds.model.state.record[back, lane])), before, RATIO, 0.05


def _fee(worlds: Worlds, lane: int, actor: str, route: str) -> Found | None:
    del actor
    routes = worlds.setup.layout.oil_routes
    return None if route not in routes else (
        float(worlds.model.engine.economy.oil.fee[routes.index(route), lane]), None, "USD a tonne", 0.0)  # fmt: skip


def _unanimity(worlds: Worlds, lane: int, actor: str, whose: str) -> Found | None:
    """The odds that nobody blocks a package: those by which the model draws it."""
    del actor
    entries, p = worlds.setup.layout.catalogue.entries, worlds.model.engine.p
    passes = next((e.passes for e in entries if e.actor == whose and e.passes is not None), None)
    return None if passes is None else (float(p[passes][lane]), None, "probability", 0.0)


READERS: dict[str, Callable[[Worlds, int, str, str], Found | None]] = {
    "stock": _stock, "outcome": _outcome, "late": _late, "record": _record, "fee": _fee, "unanimity": _unanimity,
}  # fmt: skip


def _told(key: str, found: Found, language: str) -> dict[str, Any]:
    value, before, unit, margin = found
    change = None if before is None else value - before
    trend = "" if change is None else word("trends", moved(change, margin), language)
    return {"value": round(value, 4), "unit": unit, "text": said(value, unit, language),
            "change": None if change is None else round(change, 4),
            "word": _level(key, found, language), "trend": trend}  # fmt: skip


def _level(key: str, found: Found, language: str) -> str:
    """A word for how high a figure is on its own scale, or against 2021; nothing for an amount that has moved since."""
    value, before, unit, _ = found
    source, rest = owner(key)
    head = re.split(r"[:.]", rest)[0]
    if unit.startswith(UNCOUNTED):
        return word("levels", "as base", language) if before is None else ""
    if unit.startswith(("ratio", "log")):
        past = value - 1.0 if unit.startswith("ratio") else value
        return word("levels", BASE[moved(past, 0.02)], language)
    if head in ("relation", "goodwill"):
        return tie(value, language)
    own = ministries()["scales"]
    cuts = own.get(head) or next((cuts for start, cuts in own.items() if unit.startswith(start)), None)
    ends = (-1.0, 1.0) if unit.startswith("index -1") else (0.0, 1.0)
    if cuts is None and source == "stock" and unit == STOCKS[head].unit:
        ends = STOCKS[head].low, STOCKS[head].high
    return level(value, *ends, language, None if cuts is None else (float(cuts[0]), float(cuts[1])))


# ---- who does the work of a ministry that nobody sits in


def titles(actor: str, offices: Sequence[str], language: str) -> list[str]:
    """Ministries by their titles."""
    return [tell(ministry(actor, office)["title"], language) for office in offices]
