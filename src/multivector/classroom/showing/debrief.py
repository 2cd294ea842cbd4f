"""The debrief of a finished game: what happened, why, what if."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from multivector.classroom.lesson.words import say, tell, word
from multivector.classroom.playing import items
from multivector.classroom.playing.advice import Hindsight, Looked
from multivector.classroom.playing.game import Game
from multivector.classroom.playing.staff import fan, percentile
from multivector.classroom.playing.went import went
from multivector.classroom.playing.worlds import GAUGES
from multivector.classroom.showing import belief, public, views
from multivector.mechanisms.common import Array
from multivector.world.watching.plays import PlayReader

GROUP = 8
"""Answers of at least so many people are shown where a question is about what somebody thinks, and not what is so."""
OPTIONS_SHOWN = 6
"""Options of a decision that are shown: the best ones, and the one taken."""


def debrief(game: Game, language: str, histories: Mapping[str, Array], results: Mapping[str, str]) -> dict[str, Any]:
    """All that the debrief shows.

    Parameters
    ----------
    histories : outcomes by id of machines' histories, ``[turn, replicate]``.
    results : names of the result folders by world.
    """
    found = game.remembered("looked at again", lambda: looks(game))
    worlds = [_world(game, w, language, histories, results.get(w, "")) for w in game.world_ids]
    for one in worlds:
        one["miss"] = miss(game, one["id"], language, found)
    lesson = game.lesson
    return {
        "quarters": game.scenario.quarters()[: len(game.made)], "worlds": worlds, "fork": fork(game, language),
        "bots": {"histories": _count(histories), "gauges": [
            {"id": g, "name": word("gauges", g, language), **fan(histories[g]),
             "final": [round(float(x), 6) for x in np.nanpercentile(histories[g][-1], np.arange(101))]}
            for g in GAUGES if g in histories]},
        "actors": _actors(game, language), "survey": survey(game, language), "predictions": predictions(game, language),
        "sources": list(game.scenario.sources), "left_out": [tell(t, language) for t in lesson.get("left_out", [])],
        **items.after(game, language),
        "asked": [tell(t, language) for t in lesson.get("asked", [])],
    }  # fmt: skip


def _count(histories: Mapping[str, Array]) -> int:
    return next((v.shape[1] for v in histories.values()), 0)


def _world(game: Game, world: str, language: str, histories: Mapping[str, Array], result: str) -> dict[str, Any]:
    gauges = public.gauges(game, world, language)
    dictionary = game.worlds.watch.observer.dictionary
    for gauge in gauges:
        gauge["final"] = gauge.pop("value")
        gauge["better"], gauge["believed"] = dictionary[gauge["id"]].direction, belief.told(gauge["id"], language)
        known = histories.get(gauge["id"])
        gauge["percentile"] = None if known is None else percentile(known[-1], gauge["final"])
    turns = [
        {"quarter": q, "news": public.news(game, world, t, language), "moves": public.moves(game, world, t, language),
         "votes": public.votes(game, world, t, language), "hazards": _hazards(game, world, t, language)}
        for t, q in enumerate(game.scenario.quarters()[: len(game.made)])
    ]  # fmt: skip
    lines = public.lines(game, world, language)
    wanted = {a: views.scored_aims(game, world, a, language, lines, histories) for a in game.actors}
    return {"id": world, "result": result, "turns": turns, "gauges": gauges, "lines": lines,
            "aims": {a: own for a, own in wanted.items() if own}, "decisions": _decisions(game, world, language),
            "fronts": public.printed(game, world, language)}  # fmt: skip


def _hazards(game: Game, world: str, turn: int, language: str) -> list[dict[str, str]]:
    happened = game.worlds.stories[game.lane(world)].turns[turn].hazards
    return [{"id": h, "text": word("hazards", h, language)} for h, v in happened.items()
            if v > 0.5 and word("hazards", h) != h]  # fmt: skip


def _decisions(game: Game, world: str, language: str) -> list[dict[str, Any]]:
    out, moves = [], game.worlds.watch.observer.moves
    reader = PlayReader(game.worlds.setup.layout, moves, np.zeros(1, np.int64))
    row = {str(entry): i for i, entry in enumerate(reader.entry)}
    for t, turn in enumerate(game.worlds.stories[game.lane(world)].turns):
        taken = [(d.actor, d.slot, row[d.pick.entry]) for d in turn.decisions if d.pick.entry in row]
        for d in turn.decisions:
            nothing = d.options[-1].value
            best = sorted((o for o in d.options if o.feasible), key=lambda o: -o.value)[:OPTIONS_SHOWN]
            shown = best if d.pick in best else [*best[:-1], d.pick]
            out.append({
                "quarter": turn.quarter, "actor": d.actor, "slot": d.slot, "chosen": d.pick.entry,
                "by": game.made[t][world, d.actor], "pair": _pair(reader, taken, d.actor, d.slot),
                "options": [{"entry": o.entry, "title": views.title(game, o.entry, language),
                             "value": round(o.value - nothing, 4),
                             "probability": round(o.probability, 4),
                             "terms": {n: round(v, 4) for n, v in o.terms.items() if abs(v) > 5e-4}} for o in shown],
            })  # fmt: skip
    return out


def _pair(reader: PlayReader, taken: Sequence[tuple[str, int, int]], actor: str, slot: int) -> int:
    """Slot of the actor's other move of that quarter whose audience is the contrary one, 0 for none.

    `taken` has actor, slot and entry of the quarter's moves; who does nothing more has none there.
    """
    own = {s: entry for a, s, entry in taken if a == actor}
    return next((s for s, entry in own.items() if slot in own and s != slot and reader.paired[own[slot], entry]), 0)


Looks = Mapping[tuple[int, str], Looked]
"""Menus looked at again, by turn and actor."""


def looks(game: Game) -> Looks:
    """Every menu of the game looked at again, knowing what came."""
    out: dict[tuple[int, str], Looked] = {}
    for turn in range(len(game.made)):
        again = Hindsight(game.worlds, turn)
        out |= {(turn, actor): again.look(actor) for actor in game.actors}
    return out


def miss(game: Game, world: str, language: str, found: Looks) -> dict[str, Any] | None:
    """Where advisers erred most: of all moves made, the one whose estimate was furthest from what came of it.

    Always one, however small the error; None only where nobody made a move.
    """
    k, worst = game.lane(world), None  # type: tuple[int, tuple[float, int, str, str] | None]
    for t, turn in enumerate(game.worlds.stories[k].turns):
        for d in turn.decisions:
            looked = found[t, d.actor]
            if d.pick.entry not in looked.entries:
                continue
            m = looked.entries.index(d.pick.entry)
            gap = abs(float(looked.came[m, k] - looked.told[m, k]))
            if worst is None or gap > worst[0]:
                worst = (gap, t, d.actor, d.pick.entry)
    return None if worst is None else _missed(game, k, language, found[worst[1], worst[2]], *worst[1:])


def _missed(game: Game, k: int, language: str, looked: Looked, turn: int, actor: str, entry: str) -> dict[str, Any]:
    m, catalogue = looked.entries.index(entry), game.worlds.setup.layout.catalogue
    told, came = float(looked.told[m, k]), float(looked.came[m, k])
    low, high = (float(ends[m, k]) for ends in game.advice(turn).between(actor))
    ended = game.worlds.stories[k].turns[turn].answers.get(entry)
    asked = None if ended is None else {
        "chance": round(float(looked.accept[m, k]), 3),
        "yes": ended == catalogue.entries[catalogue.index[entry]].ends[0]}  # fmt: skip
    return {"quarter": game.scenario.quarters()[turn], "actor": actor, "entry": entry,
            "title": views.title(game, entry, language), "estimated": round(told, 3), "came": round(came, 3),
            "unit": "% of a quarter's income", **views.interval(told, low, high, language), "offer": asked}  # fmt: skip


def fork(game: Game, language: str) -> dict[str, Any] | None:
    """The first decision in which the worlds part, the focus actor first; None where none parts."""
    order = [game.scenario.focus, *(a for a in game.actors if a != game.scenario.focus)]
    for t, quarter in enumerate(game.scenario.quarters()[: len(game.made)]):
        made = {w: game.worlds.made(k, t) for k, w in enumerate(game.world_ids)}
        for actor in order:
            moves = {w: sorted(m[actor]) for w, m in made.items()}
            if len({tuple(m) for m in moves.values()}) > 1:
                told = {w: [views.title(game, e, language) for e in m] for w, m in moves.items()}
                return {"quarter": quarter, "actor": actor, "moves": moves, "titles": told}
    return None


def _actors(game: Game, language: str) -> list[dict[str, Any]]:
    """What each actor might have done instead, the focus actor first."""
    focus = game.scenario.focus
    return [
        {"id": a, "name": public.actor_name(game, a, language), "slots": game.worlds.slots(a),
         "entries": sorted(({"entry": e, "title": views.title(game, e, language)}
                            for e in game.worlds.menus[a].entries if not e.endswith(":stop")),
                           key=lambda row: row["title"])}
        for a in sorted(game.actors, key=lambda a: a != focus)
    ]  # fmt: skip


def survey(game: Game, language: str) -> dict[str, Any]:
    """Right answers before and after: counts for each question, never of a person."""
    asked = game.lesson.get("survey", [])
    known = [q for q in asked if q.get("right")]
    out: dict[str, Any] = {"questions": [
        {"id": q["id"], "text": tell(q.get("text"), language),
         "right": next((tell(o.get("text"), language) for o in q["options"] if o["id"] == q["right"]), "")}
        for q in known
    ], "views": []}  # fmt: skip
    given = {when: answers(game, when) for when in WHEN}
    for when, told in given.items():
        out[when] = {q["id"]: {"right": told.get(q["id"], []).count(q["right"]), "answered": len(told.get(q["id"], []))}
                     for q in known}  # fmt: skip
    for q in asked:
        if not q.get("right") and all(may_be_shown(game, q, when) for when in WHEN):
            out["views"].append({"text": tell(q.get("text"), language), "options": [
                {"text": tell(o.get("text"), language), **{w: given[w].get(q["id"], []).count(o["id"]) for w in WHEN}}
                for o in q["options"]]})  # fmt: skip
    return out


WHEN = ("before", "after")


def answers(game: Game, when: str) -> dict[str, list[str]]:
    """Answers to each question, in no order that says whose they are."""
    out: dict[str, list[str]] = {}
    for person in game.people.values():
        for question, answer in person.surveys.get(when, {}).items():
            out.setdefault(question, []).append(answer)
    return {question: sorted(given) for question, given in out.items()}


def may_be_shown(game: Game, question: Mapping[str, Any], when: str) -> bool:
    """Whether answers may be shown: what people think only of `GROUP` and more, or where nobody was asked."""
    return bool(question.get("right")) or len(answers(game, when).get(question["id"], [])) not in range(1, GROUP)


def predictions(game: Game, language: str) -> list[dict[str, Any]]:
    """What the class foresaw round by round, and what came in each world."""
    asked = game.lesson.get("predictions", {})
    played = [r for r in game.rounds if r.turn < len(game.made)]
    out: list[dict[str, Any]] = []
    for round_ in played:
        one = asked.get(round_.id) or asked.get(game.scenario.quarters()[round_.turn])
        if one is None or any(row["id"] == one["id"] for row in out):
            continue
        came = {w: one.get("right") or went(game.worlds, round_.turn, str(one.get("outcome", "")), game.lane(w))
                for w in game.world_ids}  # fmt: skip
        words = {o["id"]: tell(o.get("text"), language) for o in one["options"]}
        given = [(came[game.seats[p.seat].world], p.predictions.get(one["id"])) for p in game.people.values()]
        known = [(is_, said) for is_, said in given if said is not None and is_ is not None]
        title = tell((round_.step or {}).get("title"), language) or say(language).quarter(round_.id)
        out.append({
            "id": one["id"], "title": title, "text": tell(one.get("text"), language),
            "counts": {o: [said for _, said in given].count(o) for o in words},
            "came": [{"world": w, "id": c, "text": words.get(c or "", "–")} for w, c in came.items()],
            "answered": len(known), "right": sum(is_ == said for is_, said in known),
        })  # fmt: skip
    return out
