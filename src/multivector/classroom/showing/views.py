"""What each role sees. Nothing private to another delegation is ever taken up into a view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from multivector.classroom.lesson.seats import Seat, ministry
from multivector.classroom.lesson.words import all_languages, resolution, say, tell, texts, word
from multivector.classroom.playing import acts, aims, happened, items, runsheet, statements, typed
from multivector.classroom.playing.game import Game, Key, Person
from multivector.classroom.showing import sees
from multivector.classroom.showing.public import (
    VOTES,
    actor_name,
    cards,
    course_quarters,
    entry_text,
    fact_words,
    gauges,
    lines,
    public,
    questions,
    room_title,
    seat_title,
    step,
)
from multivector.classroom.showing.scheme import scheme
from multivector.language import LANGUAGES
from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import StockView
from multivector.world.quarter.voting import ballot_odds

STAGES = (("news", 30.0), ("brief", 60.0), ("talk", 120.0), ("answers", 60.0), ("confirm", 45.0), ("resolve", 15.0))
"""Stages of a turn and their seconds in one of five and a half minutes; longer and shorter turns stretch them."""
NUMBERS = range(2, 10)
"""A class may have more people than there are words for names: argali, then argali-2, as `acts` takes them."""
LEAST_WORTH = 0.05, 1.0
"""Estimates, in per cent of a quarter's income, below which a move is about the same as nothing, and clearly other."""


@dataclass(frozen=True)
class Clock:
    """The turn's clock: seconds left, of how many, and whether it runs."""

    left: float = 0.0
    length: float = 0.0
    running: bool = False

    @property
    def stages(self) -> list[dict[str, Any]]:
        """Stages with the seconds left at which each ends."""
        whole, out = sum(s for _, s in STAGES), []
        left = self.length
        for id, seconds in STAGES:
            left -= seconds * self.length / whole
            out.append({"id": id, "until": round(max(left, 0.0), 1)})
        return out

    @property
    def stage(self) -> str:
        """The stage now."""
        return next((s["id"] for s in self.stages if self.left > s["until"]), STAGES[-1][0])


def nickname(person: Person, language: str) -> str:
    """A nickname in one language."""
    base, _, number = person.nickname.rpartition("-")
    return f"{word('nicknames', base, language)} {number}" if number.isdigit() else word(
        "nicknames", person.nickname, language)  # fmt: skip


def lobby(game: Game) -> dict[str, Any]:
    """What is needed to join, for somebody who is nobody yet."""
    used = {p.nickname for p in game.people.values() if not p.out}
    names = {n: t for n, t in texts("nicknames").items() if n not in used}
    for number in NUMBERS:
        if len(names) >= len(game.seats) - len(used):
            break
        names |= {f"{n}-{number}": {k: f"{v} {number}" for k, v in t.items()} for n, t in texts("nicknames").items()
                  if f"{n}-{number}" not in used}  # fmt: skip
    return {
        "code": game.settings.code, "title": {language: room_title(game, language) for language in LANGUAGES},
        "note": all_languages(found) if (found := items.note(game)) else None,
        "locked": game.locked, "phase": game.phase, "languages": list(LANGUAGES),
        "nicknames": [{"id": n, **t} for n, t in names.items()],
        "worlds": game.world_ids,
        "seats": [
            {"id": s.id, "card": s.card, "world": s.world, "actor": s.actor, "ministry": s.ministry,
             "free": s.id not in game.people or bool(game.people[s.id].out),
             "title": {language: seat_title(game, s, language, full=True) for language in LANGUAGES}}
            for s in game.seats.values()
        ],
    }  # fmt: skip


def room(game: Game, language: str, clock: Clock) -> dict[str, Any]:
    """What everybody may know of the room."""
    lesson = game.lesson
    # Between two quarters it is the last one that pages name, and what they show is of it.
    named = game.turn - 1 if game.phase in ("between", "over") and not happened.inside(game) else game.turn
    return {
        "code": game.settings.code, "title": room_title(game, language), "rehearsal": game.settings.rehearsal,
        "question": tell(lesson.get("question") or game.scenario.question, language), "phase": game.phase,
        "paused": game.phase == "playing" and not clock.running, "locked": game.locked, "turns": game.turns,
        "turn": game.turn, "named": named, "quarter_text": say(language).quarter(game.scenario.quarters()[named]),
        "stage": clock.stage, "left": round(clock.left, 1), "running": clock.running, "length": clock.length,
        "last_turn": game.round >= len(game.rounds) - 1, "free_text": game.free_text, "stages": clock.stages,
        "worlds": game.world_ids, "size": game.settings.size, "step": step(game, language),
        "votes_only": game.turn in game.votes_only, "cards": cards(game, language),
        "note": tell(items.note(game), language) or None, **items.in_room(game, language),
        "reading": game.screen == "quiet" and game.phase in ("lobby", "between"), "speaker": game.speaker,
        "paper": game.paper,
    }  # fmt: skip


# ---- a seat


def menu(game: Game, person: Person) -> dict[str, Any]:
    """The moves of a delegation with its advisers' estimates."""
    seat, language = game.seats[person.seat], person.language
    key = (seat.world, seat.actor)
    limit = game.limit(key)
    own, k = game.worlds.menus[seat.actor], game.lane(seat.world)
    catalogue, mine = game.worlds.setup.layout.catalogue, acts.domain_of(game, seat)
    quiet = set(game.lesson.get("quiet_moves", []))
    order = np.argsort(-np.where(own.feasible[:, k], own.value[:, k], -np.inf), kind="stable")
    rank = {int(m): r + 1 for r, m in enumerate(order)}
    low, high = game.advice(game.turn).between(seat.actor)
    out = []
    told = game.remembered(("moves", seat.actor, language), lambda: _moves(game, seat.actor, language))
    names = {n: term(n, language) for n in own.terms}
    parts = [(n, t[:, k].tolist()) for n, t in own.terms.items()]
    for m, id in enumerate(own.entries):
        entry = catalogue.entries[catalogue.index[id]]
        if entry.move.code in quiet or not game.lets(key, id):
            continue
        terms = [{"id": n, "name": names[n], "value": round(t[m], 4)} for n, t in parts if abs(t[m]) > 5e-4]
        may, value = bool(own.feasible[m, k]), float(own.value[m, k])
        may = may and (not limit or game.wrong(key, [id]) is None)
        out.append({
            **told[id], "mine": (entry.move.code or "") in mine, "feasible": may,
            "why_not": None if may else word("refused", "not-feasible", language),
            "estimate": {"value": round(value, 4), "unit": "% of a quarter's income", "words": worth(value, language),
                         **interval(value, float(low[m, k]), float(high[m, k]), language),
                         "rank": rank[m], "accept": round(float(own.accept[m, k]), 3),
                         "accept_words": chance(float(own.accept[m, k]), language) if entry.is_offer else None,
                         "terms": sorted(terms, key=lambda t: -abs(float(str(t["value"]))))},
        })  # fmt: skip
    return {"type": "menu", "turn": game.turn, "slots": limit, "entries": out}


def _moves(game: Game, actor: str, language: str) -> dict[str, dict[str, Any]]:
    """What all menus of an actor in one language say of each entry, in whatever world."""
    catalogue = game.worlds.setup.layout.catalogue
    out = {}
    for id in game.worlds.menus[actor].entries:
        entry = catalogue.entries[catalogue.index[id]]
        out[id] = {
            **entry_text(game, id, language), "kind": entry.move.kind, "offer": entry.is_offer,
            "excludes": game.worlds.excluded(id), "reason": tell(entry.move.official_reason, language),
            "read_as": tell(entry.move.read_as, language),
        }  # fmt: skip
    return out


def term(name: str, language: str) -> str:
    """A term of utility in words; those that are about later are called so.

    Examples
    --------
    >>> term("income", "en"), term("future strategic", "en")
    ('income', 'strategic aims (later)')
    """
    rest = name.removeprefix("future ")
    told = word("terms", rest, language)
    return told if rest == name else f"{told} ({word('words', 'later', language)})"


def worth(value: float, language: str) -> str:
    """An estimate in words."""
    small, large = LEAST_WORTH
    size = "even" if abs(value) < small else ("great" if value >= large else "good") if value > 0 else (
        "bad" if value <= -large else "poor")  # fmt: skip
    return word("estimates", size, language)


def interval(value: float, low: float, high: float, language: str) -> dict[str, Any]:
    """Between what and what an estimate lies in nine of ten futures, in numbers and in words.

    Advisers weigh bad futures more than good ones: their estimate may lie beside the middle, and is always within.

    Examples
    --------
    >>> interval(0.3, -0.1, 0.25, "en")["likely"]
    'likely between −0.10 and +0.30'
    """
    ends = min(low, value), max(high, value)
    told = dict(zip(("low", "high"), (_signed(x, language) for x in ends), strict=True))
    return {"low": round(ends[0], 4), "high": round(ends[1], 4), "likely": word("words", "between", language, **told)}


def _signed(x: float, language: str) -> str:
    return ("+" if round(x, 2) > 0.0 else "") + say(language).number(x, 2).replace("-", "−")


def chance(p: float, language: str) -> str:
    """A probability in words.

    Examples
    --------
    >>> chance(0.7, "en"), chance(0.5, "en"), chance(0.01, "en")
    ('likely', 'as likely as not', 'almost excluded')
    """
    bounds = ((0.95, "almost certain"), (0.6, "likely"), (0.4, "as likely as not"), (0.05, "unlikely"))
    return word("chances", next((w for b, w in bounds if p >= b), "almost excluded"), language)


def facts(game: Game, seat: Seat, language: str) -> list[dict[str, Any]]:
    """What a seat alone sees, as its actor perceives it: its ministry's figures, and for a head those of empty ones."""
    offices = acts.duties(game, seat)
    own = game.lesson.get("sees", {}).get(seat.actor)
    return sees.figures(game.worlds, game.lane(seat.world), seat.actor, offices, language, own)


def brief(game: Game, seat: Seat, language: str) -> dict[str, Any]:
    """The private brief of a seat this turn: the lesson's words, and what its ministry alone sees."""
    parts = acts.brief_parts(game, seat)
    playing = game.phase != "lobby"
    titles = {office: f"{title}: " for office in acts.duties(game, seat)
              for title in sees.titles(seat.actor, [office], language)}  # fmt: skip
    notes = [titles.get(part.get("office", ""), "") + tell(part["text"], language) for part in parts if "text" in part]
    return {"text": "\n\n".join(notes),
            "facts": facts(game, seat, language) if playing else [],
            "stands_for": sees.titles(seat.actor, acts.duties(game, seat)[1:], language),
            "sources": [str(s) for part in parts for s in part.get("sources", [])],
            "known": [fact_words(f, language) for f in acts.brief_facts(game, seat).values()]}  # fmt: skip


def seat_view(game: Game, person: Person, clock: Clock, here: Sequence[str]) -> dict[str, Any]:
    """Everything that a seat may see, and nothing else."""
    seat, language = game.seats[person.seat], person.language
    key: Key = (seat.world, seat.actor)
    playing = game.phase == "playing"
    table = game.table(key)
    words = game.lesson.get("seats", {}).get(seat.actor, {}).get(seat.ministry, {})
    survey = game.survey_open
    return {
        "type": "view", "role": "seat", "language": language, "room": room(game, language, clock),
        "seat": {
            "id": seat.id, "card": seat.card, "world": seat.world, "actor": seat.actor,
            "actor_name": actor_name(game, seat.actor, language), "ministry": seat.ministry,
            "title": seat_title(game, seat, language), "nickname": nickname(person, language),
            "head": game.head(key) == seat.id, "domain": sorted(acts.domain_of(game, seat)) if playing else [],
            "aim": tell(words.get("aim"), language),
            "aims": aims.told(game.scenario, aims.of(game.scenario, seat.actor), language),
            "question": tell(words.get("question") or ministry(seat.actor, seat.ministry)["question"], language),
        },
        "delegation": [_colleague(game, s, language, here) for s in game.taken(key) if s.id != seat.id],
        "brief": game.remembered(("brief", seat.id, language, game.phase, *acts.duties(game, seat)),
                                 lambda: brief(game, seat, language)),
        "public": public(game, seat.world, language),
        "slots": game.limit(key) if playing else 0,
        "proposals": [{**entry_text(game, p.entry, language), "by": p.by, "objected": len(p.objections) or None}
                      for p in table.proposals] if playing else [],
        "confirmed": {"entries": table.confirmed, "done": table.done, "passed_over": table.passed_over,
                      "code": " ".join(typed.codes(game)[e] for e in table.confirmed)} if playing else None,
        "objections_left": 1 - person.objected,
        "offers_in": _offers_in(game, seat, language) if playing else [],
        "offers_out": _offers_out(game, key, language) if playing else [],
        "ballots": _ballots(game, key, language) if playing else [], **items.of_seat(game, *key, language),
        "doctrine": {"mine": game.doctrines.get(key, {}).get(seat.id), "delegation": game.doctrine(key),
                     "choices": [{"id": d, "name": tell(game.scenario.doctrines[d].title or d, language)}
                                 for d in acts.doctrines_for(game, seat.actor)]},
        "forecasts_left": table.forecasts, "forecasts": [forecast_words(game, r, language) for r in table.results],
        "predictions": predictions(game, person, language) if playing else [],
        "statements": statements.of_seat(game, key, seat.id, language) if playing else [],
        "survey": {"open": survey, "answered": survey in person.surveys,
                   "questions": questions_asked(game, language) if survey else []},
        "messages": [_message(game, m, language) for m in game.messages if _reads(game, seat, m)],
        "phrases": [{"id": p, "text": tell(t, language)} for p, t in acts.phrases(game).items()],
        "explanations": [{"id": p, "text": tell(t, language)} for p, t in texts("explanations").items()],
        "partners": [{"actor": a, "name": actor_name(game, a, language), "people": game.led((seat.world, a))}
                     for a in game.actors if a != seat.actor],
        "bot": key in game.bots, "seen": person.seen, "doubts": person.doubts,
        "comments": [{"id": c, "text": tell(t, language)} for c, t in texts("comments").items()]
        if any(q["actor"] == seat.actor for q in questions(game, seat.world, language)) else [],
        "result": result(game, seat, language) if game.phase == "over" else None,
    }  # fmt: skip


def result(game: Game, seat: Seat, language: str) -> dict[str, Any]:
    """How a world ended for a seat: red lines, gauges, and how near its own delegation came to its aims."""

    def work() -> dict[str, Any]:
        own = lines(game, seat.world, language)
        return {"lines": own, "gauges": gauges(game, seat.world, language),
                "aims": scored_aims(game, seat.world, seat.actor, language, own)}  # fmt: skip

    found: dict[str, Any] = game.remembered(("result", seat.world, seat.actor, language), work)
    return found


def scored_aims(
    game: Game, world: str, actor: str, language: str, red: Sequence[Mapping[str, Any]],
    histories: Mapping[str, Array] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """How near a delegation came to its aims; nothing before a quarter was played."""
    if not game.made:
        return []
    crossed = sum(1 for line in red if line["crossed"])
    own = aims.of(game.scenario, actor)
    return aims.scored(game.worlds, game.lane(world), own, language, crossed, histories)


def _colleague(game: Game, seat: Seat, language: str, here: Sequence[str]) -> dict[str, Any]:
    person = game.people[seat.id]
    return {"seat": seat.id, "ministry": seat.ministry, "title": seat_title(game, seat, language),
            "nickname": nickname(person, language), "here": seat.id in here,
            "head": game.head((seat.world, seat.actor)) == seat.id, "objections_left": 1 - person.objected,
            "seen": person.seen}  # fmt: skip


def _offers_in(game: Game, seat: Seat, language: str) -> list[dict[str, Any]]:
    key: Key = (seat.world, seat.actor)
    offers = game.offers_to(key)
    if not offers:
        return []
    odds = game.remembered(("odds", key, tuple(offers)), lambda: game.worlds.acceptance(game.lane(key[0]), offers))
    out = []
    for id in offers:
        sender = id.partition(":")[0]
        text = entry_text(game, id, language)
        out.append({"id": id, "from": sender, "from_name": actor_name(game, sender, language), "code": text["code"],
                    "title": text["title"], "answer": game.table(key).answers.get(id),
                    "may_recommend": acts.may_recommend(game, seat, id),
                    "recommended": [{"seat": s, "title": seat_title(game, game.seats[s], language), "yes": yes}
                                    for s, yes in game.table(key).recommended.get(id, {}).items()],
                    "estimate": {"accept": round(odds[id], 3), "text": chance(odds[id], language)}})  # fmt: skip
    return out


def _offers_out(game: Game, key: Key, language: str) -> list[dict[str, Any]]:
    catalogue, out = game.worlds.setup.layout.catalogue, []
    for id in game.table(key).confirmed:
        entry = catalogue.entries[catalogue.index[id]]
        if entry.is_offer and entry.target is not None:
            given = game.table((key[0], entry.target)).answers
            out.append({"id": id, "to": entry.target, "title": entry_text(game, id, language)["title"],
                        "answered": id in given})  # fmt: skip
    return out


def _ballots(game: Game, key: Key, language: str) -> list[dict[str, Any]]:
    out, engine, model = [], game.worlds.model.engine, game.worlds.model
    if not game.now.last:
        return []
    for n, ballot in enumerate(engine.ballots):
        if ballot.turn != game.turn:
            continue
        odds = game.remembered(
            ("ballot", n), partial(ballot_odds, engine, n, StockView(engine.table, model.state.stocks))
        )
        a, k = engine.layout.actors.index(key[1]), game.lane(key[0])
        asks = [i for i in game.offers_to(key) if "ask-on-a-vote" in i]
        out.append({"id": ballot.id, "title": resolution(ballot.id, ballot.vote.title, language),
                    "cast": game.table(key).votes.get(ballot.id), "asks": asks,
                    "likely": {VOTES[o]: round(float(odds[o, a, k]), 3) for o in range(4)},
                    "words": {v: word("votes", v, language) for v in VOTES}})  # fmt: skip
    return out


def predictions(game: Game, person: Person, language: str) -> list[dict[str, Any]]:
    """What a person is asked to foresee in this round."""
    asked = acts.asked_now(game)
    if not asked:
        return []
    return [{"id": asked["id"], "text": tell(asked.get("text"), language),
             "mine": person.predictions.get(asked["id"]),
             "options": [{"id": o["id"], "text": tell(o.get("text"), language)} for o in asked["options"]],
             }]  # fmt: skip


def questions_asked(game: Game, language: str) -> list[dict[str, Any]]:
    """The questions before and after."""
    return [{"id": q["id"], "text": tell(q.get("text"), language),
             "options": [{"id": o["id"], "text": tell(o.get("text"), language)} for o in q["options"]]}
            for q in game.lesson.get("survey", [])]  # fmt: skip


def _reads(game: Game, seat: Seat, message: Any) -> bool:
    """Whether a message is for a seat: its own delegation's, or one to it from outside."""
    sender = game.seats[message.by]
    own = (sender.world, sender.actor) == (seat.world, seat.actor)
    return own or (message.world == seat.world and message.to == seat.actor)


def _message(game: Game, message: Any, language: str) -> dict[str, Any]:
    sender = game.seats[message.by]
    text = message.text if message.phrase is None else tell(acts.phrases(game)[message.phrase], language)
    return {"from": sender.actor, "from_name": actor_name(game, sender.actor, language), "to": message.to,
            "phrase": message.phrase, "text": text, "turn": message.turn}  # fmt: skip


def title(game: Game, entry: str, language: str) -> str:
    """An entry's title, that of doing nothing for the last one."""
    if entry.endswith(":stop"):
        return word("words", "nothing", language)
    return str(entry_text(game, entry, language)["title"])


def forecast_words(game: Game, told: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A forecast with its texts in one language."""

    def named(gauge: Mapping[str, Any]) -> dict[str, Any]:
        return {**gauge, "name": word("gauges", gauge["id"], language)}

    candidates = [
        {**c, "title": title(game, c["entry"] or ":stop", language), "gauges": [named(g) for g in c["gauges"]]}
        for c in told["candidates"]
    ]  # fmt: skip
    differences = [{**d, "name": word("gauges", d["gauge"], language), "words": verdict_words(d["words"], language)}
                   for d in told["differences"]]  # fmt: skip
    return {**told, "candidates": candidates, "differences": differences}


def verdict_words(verdict: str, language: str) -> str:
    """A verdict on a difference in words."""
    ids = {"higher": "higher", "lower": "lower", "cannot tell": "unclear"}
    return word("differences", ids.get(verdict, "none"), language)


# ---- projector and teacher


def projector_view(game: Game, language: str, clock: Clock, address: Mapping[str, str]) -> dict[str, Any]:
    """What the room sees: no nicknames, nothing hidden."""
    taken = [p for p in game.people.values() if not p.out]
    asked = acts.asked_now(game) if game.phase == "playing" else None
    predictions = []
    if asked:
        given = [p.predictions.get(asked["id"]) for p in taken]
        predictions = [{"id": asked["id"], "text": tell(asked.get("text"), language),
                        "counts": {o["id"]: given.count(o["id"]) for o in asked["options"]}}]  # fmt: skip
    began = game.phase != "lobby"
    return {
        "type": "view", "role": "projector", "language": language,
        "room": {**room(game, language, clock), **address, "screen": game.screen, "leaf": game.leaf,
                 "tables": game.as_tables},
        "seats": {"taken": len(taken), "all": len(game.seats)},
        "survey": {when: sum(when in p.surveys for p in taken) for when in ("before", "after")},
        "worlds": [{"id": w, **public(game, w, language), "scheme": scheme_of(game, w, language) if began else None}
                   for w in game.world_ids],
        "predictions": predictions, "quarters": course_quarters(game),
    }  # fmt: skip


def scheme_of(game: Game, world: str, language: str) -> Any:
    """The scheme of a world, worked out once a turn."""
    return game.remembered(("scheme", world, language, game.phase), lambda: scheme(game, world, language))


def teacher_view(
    game: Game, language: str, clock: Clock, address: Mapping[str, Any], here: Sequence[str]
) -> dict[str, Any]:
    """What the teacher sees besides: every seat's state, the run-sheet, what can be put in."""
    out = projector_view(game, language, clock, address)
    playing = game.phase == "playing"
    rows = []
    for seat in game.seats.values():
        if seat.spare:
            rows.append(_spare_row(game, seat, language, here))
            continue
        key, person = (seat.world, seat.actor), game.people.get(seat.id)
        state = "free" if person is None else person.out or ("here" if seat.id in here else "away")
        offers = game.offers_to(key) if playing else []
        table = game.table(key)
        rows.append({
            "id": seat.id, "card": seat.card, "world": seat.world, "actor": seat.actor, "ministry": seat.ministry,
            "title": seat_title(game, seat, language, full=True),
            "nickname": None if person is None else nickname(person, language), "state": state,
            "language": None if person is None else person.language, "bot": not game.led(key),
            "head": game.head(key) == seat.id,
            "proposed": sum(p.by == seat.id for p in table.proposals), "confirmed": table.done,
            "answered": f"{sum(o in table.answers for o in offers)}/{len(offers)}",
        })  # fmt: skip
    waiting = {w: [a for a in game.actors if game.led((w, a)) and not game.table((w, a)).done] for w in game.world_ids}
    quarters = {"played": game.turns, "planned": game.planned}
    answered = {when: sum(when in p.surveys for p in game.people.values()) for when in ("before", "after")}
    return {
        **out, "role": "teacher", "seats": rows, "actors": {a: actor_name(game, a, language) for a in game.actors},
        "waiting": waiting if playing else {}, "open": still_open(game, language), "quarters": quarters,
        "seat_count": out["seats"], "survey": {**answered, "seats": len(rows), "open": game.survey_open},
        "runsheet": runsheet.told(game, language),
        "starts": [{"id": r.id, "title": tell((r.step or {}).get("title"), language) or r.id} for r in game.rounds]
        if game.phase == "lobby" else [],
        "injects": [{"id": i, "title": tell(e.get("title"), language), "used": i in game.injected,
                     "card": "text" in e, "source": str(e.get("source", "")), "now": e.get("step") == game.now.id}
                    for i, e in acts.injects(game).items()],
        "paper": typed.sheet(game, language), "lesson": bool(game.lesson.get("plans")),
        "keeps_text": game.keeps_text, "typed": any(m.phrase is None for m in game.messages),
        "bots": [{"world": w, "actor": a} for w, a in sorted(game.bots)], **items.of_teacher(game, language),
        "doubts": [{**fact_words(fact, language), "count": count} for fact, count in acts.doubted(game).values()],
    }  # fmt: skip


def still_open(game: Game, language: str) -> list[dict[str, Any]]:
    """What people would lose if the round ended now: offers to them without an answer, and votes not cast, by world.

    Machines answer and vote by themselves: nothing of theirs is ever open.
    """
    if game.phase != "playing":
        return []
    led = [(w, a) for w in game.world_ids for a in game.actors if game.led((w, a))]
    offers = [
        {"world": w, "actor": a, "from": offer.partition(":")[0], "title": entry_text(game, offer, language)["title"]}
        for w, a in led for offer in game.offers_to((w, a))
        if offer not in game.table((w, a)).answers and game.recommended((w, a), offer) is None
    ]  # fmt: skip
    texts_now = game.scenario.alignment.votes
    votes = [
        {"world": w, "actor": a, "from": None, "title": resolution(id, texts_now[id].title, language)}
        for w, a in led for id in game.ballots() if id not in game.table((w, a)).votes
    ]  # fmt: skip
    votes += [
        {"world": w, "actor": a, "from": None, "title": items.told(item, language)["title"]}
        for w, a in led for item in items.open_now(game)
        if a in item["voters"] and a not in game.item_votes.get((w, str(item["id"])), {})
    ]  # fmt: skip
    return [*offers, *votes]


def _spare_row(game: Game, seat: Seat, language: str, here: Sequence[str]) -> dict[str, Any]:
    """A spare seat on the console: whether somebody is there, and whether its work of this round has been done."""
    person, sitting = game.people.get(seat.id), game.sitting(seat.world)
    did = (seat.world, game.round) in game.fronts if seat.ministry == "press" else bool(
        sitting.opened or sitting.called or sitting.speakers or sitting.announced)  # fmt: skip
    return {
        "id": seat.id, "card": seat.card, "world": seat.world, "actor": "", "ministry": seat.ministry, "spare": True,
        "title": seat_title(game, seat, language, full=True),
        "nickname": None if person is None else nickname(person, language),
        "state": "free" if person is None else person.out or ("here" if seat.id in here else "away"),
        "language": None if person is None else person.language, "bot": False, "head": False, "proposed": 0,
        "confirmed": False, "answered": "0/0", "did": did,
    }  # fmt: skip


__all__ = ["Clock", "lobby", "menu", "projector_view", "seat_view", "teacher_view"]
