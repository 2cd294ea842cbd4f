"""The charts of wall and debrief: which there are, and the figures that each is drawn from.

Figures are those that the wall is shown anyway (`public`, and of a finished game those of the debrief): a chart knows
no more. How they look is the report's (`report/charts/worlds.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from multivector.classroom.lesson.words import say, word
from multivector.classroom.playing.game import Game, Refused
from multivector.classroom.playing.staff import QUANTILES, fan, percentile
from multivector.classroom.playing.worlds import GAUGES
from multivector.classroom.showing import public, views
from multivector.classroom.showing.wall import Shown
from multivector.mechanisms.common import Array

KINDS = ("course", "abreast", "partners", "ahead", "among", "changed")
"""What can be drawn; the last two of a finished game alone."""
OVER = ("among", "changed")
Histories = Mapping[str, Array]


def figures(
    game: Game, kind: str, of: str, worlds: Sequence[str], language: str, shown: Shown, histories: Histories
) -> dict[str, Any]:
    """What a chart is drawn from, as plain data.

    Parameters
    ----------
    kind, of : one of `KINDS`, and a result where the kind is about one.
    worlds : the worlds that are drawn; all of them where none is named.
    histories : of machines, ``[turn, replicate]`` by result: for a finished game.

    Raises
    ------
    Refused
        There is no such chart, or not yet.
    """
    if kind not in KINDS or not set(worlds) <= set(game.world_ids) or (of not in GAUGES and kind not in ALONE):
        raise Refused("unknown")
    if kind in OVER and game.phase != "over":
        raise Refused("not-now")
    if kind == "ahead":
        return _ahead(shown, language)
    if not game.made or game.phase == "lobby":
        raise Refused("not-now")
    if kind == "changed":
        return _changed(game, shown, language)
    named = [w for w in game.world_ids if not worlds or w in worlds]
    if kind == "partners":
        return _partners(game, named[0], language)
    known = {w: next(g for g in public.public(game, w, language)["gauges"] if g["id"] == of) for w in named}
    one = next(iter(known.values()))
    about: dict[str, Any] = {"name": one["name"], "unit": one["unit"]}
    if kind == "abreast":
        return {**about, "values": {w: g["value"] for w, g in known.items()}}
    about["quarters"] = public.course_quarters(game)
    about["series"] = {w: g["series"] for w, g in known.items()}
    if kind == "course":
        return about
    if of not in histories:
        raise Refused("not-now")
    places = {w: percentile(histories[of][-1], g["value"]) for w, g in known.items()}
    # All set out from the same place.
    begin = one["series"][0]
    return {**about, "fan": {name: [begin, *row] for name, row in fan(histories[of]).items()}, "places": places}


ALONE = ("partners", "ahead", "changed")
"""Charts that are not about a result by name."""


def _partners(game: Game, world: str, language: str) -> dict[str, Any]:
    focus, told = game.scenario.focus, views.scheme_of(game, world, language)
    names = {node["id"]: node["name"] for node in told["nodes"]}
    amounts = {names[tie["b"] if tie["a"] == focus else tie["a"]]: tie["trade"]
               for tie in told["ties"] if focus in (tie["a"], tie["b"]) and tie["trade"] is not None}  # fmt: skip
    if not amounts:
        raise Refused("not-now")
    return {"name": say(language)("Trade with Kazakhstan, $ bn a year"), "amounts": amounts}


def _ahead(shown: Shown, language: str) -> dict[str, Any]:
    """The example move's futures, of the first result."""
    if shown.forecast is None:
        raise Refused("not-now")
    one = shown.forecast["candidates"][1]["gauges"][0]
    return {"name": word("gauges", one["id"], language), "unit": one["unit"], "quarters": shown.forecast["quarters"],
            "fan": {name: one[name] for name, _ in QUANTILES}}  # fmt: skip


def _changed(game: Game, shown: Shown, language: str) -> dict[str, Any]:
    """The changed past that was asked for last."""
    found = (shown.whatif or {}).get("found")
    if found is None:
        raise Refused("not-now")
    dictionary, rows = game.worlds.watch.observer.dictionary, []
    for g in found["gauges"]:
        outcome = dictionary[g["id"]]
        sure = g["words"] in ("higher", "lower")
        better = (g["words"] == "higher") == (outcome.direction == "higher")
        mark = "other" if not sure or outcome.direction not in ("higher", "lower") else "better" if better else "worse"
        rows.append({**{k: g[k] for k in ("unit", "played", "changed", "difference", "low", "high")},
                     "name": word("gauges", g["id"], language), "margin": outcome.margin, "sure": sure, "mark": mark,
                     "words": views.verdict_words(g["words"], language)})  # fmt: skip
    return {"pairs": found["replicates"], "rows": rows}
