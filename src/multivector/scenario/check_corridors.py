"""Checks of a corridor's way: legs that connect, states that it crosses, pairs that it joins, and what it carries."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from multivector.scenario.places import Keys, Places
from multivector.schema.world import Corridor


def check_ways(places: Places, keys: Keys, corridor: Corridor, parameters: Collection[str]) -> None:
    """Note what is wrong with the chain of a corridor's legs, and with the pairs that it serves.

    A corridor may have no legs; it is then on no map, and serves no pair.
    """
    stops = [leg.from_ for leg in corridor.legs[:1]] + [leg.to for leg in corridor.legs]
    for number, (before, after) in enumerate(pairwise(corridor.legs), start=1):
        if before.to != after.from_:
            here = (*keys, "legs", str(number), "from")
            places.error(here, f'found "{after.from_[:60]}"', f'"{before.to[:60]}", where the leg before it ends')
    for number, place in enumerate(stops[1:]):
        here = (*keys, "legs", str(number), "to")
        if place in stops[: number + 1]:
            places.error(here, f'found "{place[:60]}" a second time', "a place once in a corridor")
        state = _state(place)
        if number < len(stops) - 2 and state not in (*corridor.crosses, _state(stops[0]), _state(stops[-1])):
            places.error(
                here, f"found a place in {state[:60]}", f"states that `crosses` names, so {state[:60]} among them"
            )
    for number, pair in enumerate(corridor.pairs):
        missing = [code for code in pair if code not in stops]
        if missing and places.whole:
            found = f"found a pair with {' and '.join(missing)}, which these legs do not reach"
            places.error((*keys, "pairs", str(number)), found, "economies among the places of the legs")
    _share(places, keys, corridor, parameters)
    if corridor.kind == "oil" and places.whole:
        for field in ("capacity", "base_flow", "fee"):
            if getattr(corridor, field) is None:
                places.error(keys, f"found an oil corridor without {field}", "capacity, base_flow and fee")


def _share(places: Places, keys: Keys, corridor: Corridor, parameters: Collection[str]) -> None:
    """A flow cannot grow from nothing: a corridor needs a share of a pair's trade in the base world."""
    if corridor.kind != "goods" or not places.whole:
        return
    wanted = [f"corridors.share.{a}-{b}.{corridor.id}" for a, b in corridor.pairs]
    if not any(id in parameters for id in wanted):
        hint = f"give it a share of a pair's trade in 2021, parameters.{wanted[0]}" if wanted else "name its pairs"
        places.warn(keys, "found a goods corridor that carries nothing", hint)


def _state(place: str) -> str:
    return place.split(":", 1)[0]
