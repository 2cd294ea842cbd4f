"""What each role sees. Nothing private to another delegation is ever taken up into a view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from multivector.classroom import acts, runsheet
from multivector.classroom.game import Game, Key, Person
from multivector.classroom.scheme import scheme
from multivector.classroom.seats import Seat, ministry
from multivector.classroom.words import all_languages, ministries, say, tell, texts, word
from multivector.classroom.worlds import GAUGES
from multivector.language import LANGUAGES
from multivector.mechanisms.common import relation_from_scale
from multivector.mechanisms.stock_table import StockView
from multivector.schema import STOCKS
from multivector.world.quarter.voting import ballot_odds

VOTES = ("no", "abstain", "yes", "absent")
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


def actor_name(game: Game, actor: str, language: str) -> str:
    """An actor's name."""
    known = ministries()["actors"].get(actor)
    return tell(known or game.scenario.actors[actor].name or actor, language)


def seat_title(game: Game, seat: Seat, language: str, *, full: bool = False) -> str:
    """A ministry's title; with its actor where it stands alone."""
    title = tell(ministry(seat.actor, seat.ministry)["title"], language)
    return f"{actor_name(game, seat.actor, language)} · {title}" if full else title


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
        "code": game.settings.code, "title": all_languages(game.lesson.get("title") or game.scenario.title),
        "note": all_languages(game.lesson["note"]) if game.lesson.get("note") else None,
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
    return {
        "code": game.settings.code, "title": tell(lesson.get("title") or game.scenario.title, language),
        "question": tell(lesson.get("question") or game.scenario.question, language), "phase": game.phase,
        "paused": game.phase == "playing" and not clock.running, "locked": game.locked, "turns": game.turns,
        "turn": game.turn, "quarter": game.quarter, "quarter_text": say(language).quarter(game.quarter),
        "stage": clock.stage, "left": round(clock.left, 1), "running": clock.running, "length": clock.length,
        "last_turn": game.round >= len(game.rounds) - 1, "free_text": game.free_text, "stages": clock.stages,
        "worlds": game.world_ids, "size": game.settings.size, "step": step(game, language),
        "votes_only": game.turn in game.votes_only, "cards": cards(game, language),
        "note": tell(lesson.get("note"), language) or None,
        "reading": game.screen == "quiet" and game.phase in ("lobby", "between"), "speaker": game.speaker,
    }  # fmt: skip


def cards(game: Game, language: str) -> list[dict[str, Any]]:
    """Cards that were put on the table in this round, with where they come from."""
    known = acts.injects(game)
    return [{"id": id, "title": tell(known[id].get("title"), language), "text": tell(known[id]["text"], language),
             "source": str(known[id].get("source", ""))}
            for at, id in game.cards if at == game.round and id in known]  # fmt: skip


def step(game: Game, language: str) -> dict[str, Any] | None:
    """The words of the lesson for the round that is played or comes next; None where it has none, and at the end."""
    now = game.now
    if now.step is None or game.phase == "over":
        return None
    told = {name: tell(now.step.get(name), language) for name in ("title", "news", "task")}
    return {"id": now.id, "part": now.part, "parts": now.parts, **told}


# ---- what is public in a world


def gauges(game: Game, world: str, language: str) -> list[dict[str, Any]]:
    """The five results of a world, turn by turn."""
    k, say_ = game.lane(world), say(language)
    watch, out = game.worlds.watch, []
    for id in GAUGES:
        outcome = watch.observer.dictionary[id]
        series = [float(row[id][k]) for row in watch.outcomes]
        if not series:
            continue
        change = series[-1] - series[-2] if len(series) > 1 else 0.0
        matters = abs(change) >= outcome.margin
        percent = outcome.unit.startswith(("share", "ratio"))
        out.append({
            "id": id, "name": word("gauges", id, language), "unit": outcome.unit, "value": series[-1],
            "text": say_.percent(series[-1]) if percent else say_.number(series[-1], 2), "change": change,
            "better": (change > 0.0) == (outcome.direction == "higher") if matters else None, "series": series,
        })  # fmt: skip
    return out


def lines(game: Game, world: str, language: str) -> list[dict[str, Any]]:
    """Red lines: whether and when each was crossed."""
    state, k, quarters = game.worlds.model.state, game.lane(world), game.scenario.quarters()
    out = []
    for i, id in enumerate(sorted(game.scenario.red_lines)):
        line = game.scenario.red_lines[id]
        if not line.enabled:
            continue
        first, margin = int(state.line_first[i, k]), float(state.line_margin[i, k])
        # How near a line is may rest on what others must not know: it is told when the game is over.
        known = game.phase == "over" and np.isfinite(margin)
        out.append({"id": id, "name": tell(line.title or line.label, language), "owner": line.owner,
                    "crossed": quarters[first] if first >= 0 else None, "room": margin if known else None})  # fmt: skip
    return out


def news(game: Game, world: str, turn: int, language: str) -> list[dict[str, Any]]:
    """What everybody reads in a turn: its events, and what happened in the turn before."""
    # Of a quarter in parts, its events are news in the last one; what comes before the lesson itself tells.
    early = turn == game.turn and not game.now.last
    dated = () if early else game.worlds.setup.layout.events.get(turn, ())
    out = [{"id": id, "text": tell(game.scenario.events[id].title or id, language)} for id, _ in dated]
    out += [{"id": "line", "text": text} for t, text in game.lines if t == turn]
    stories = game.worlds.stories[game.lane(world)].turns
    if 0 < turn <= len(stories):
        told = stories[turn - 1].hazards
        out += [{"id": h, "text": word("hazards", h, language)} for h in texts("hazards") if told.get(h, 0.0) > 0.5]
    return out


def votes(game: Game, world: str, turn: int, language: str) -> list[dict[str, Any]]:
    """How everybody voted in a turn that is over."""
    story = game.worlds.stories[game.lane(world)].turns[turn]
    return [
        {"id": text, "title": tell(game.scenario.alignment.votes[text].title or text, language),
         "cast": {a: VOTES[v] for a, v in zip(game.actors, cast, strict=True)},
         "explained": {a: word("explanations", p, language) for a, p in game.explained.get((world, text), {}).items()}}
        for text, cast in story.votes.items()
    ]  # fmt: skip


def moves(game: Game, world: str, turn: int, language: str) -> list[dict[str, Any]]:
    """What everybody did in a turn that is over: moves are public once they are made."""
    story, out = game.worlds.stories[game.lane(world)].turns[turn], []
    for decision in story.decisions:
        pick = decision.pick
        if not pick.entry.endswith(":stop"):
            out.append({**entry_text(game, pick.entry, language), "actor": decision.actor,
                        "answer": story.answers.get(pick.entry)})  # fmt: skip
    return out


def public(game: Game, world: str, language: str) -> dict[str, Any]:
    """What everybody in a world knows."""
    found: dict[str, Any] = game.remembered(
        ("public", world, language, game.phase, len(game.lines), game.round), lambda: _public(game, world, language)
    )
    return found


def _public(game: Game, world: str, language: str) -> dict[str, Any]:
    if game.phase == "lobby":
        return {"news": [], "gauges": [], "lines": [], "votes": [], "moves": [], "decided": []}
    last = len(game.made) - 1
    return {
        "news": news(game, world, last + 1, language),
        "decided": [{**entry_text(game, entry, language), "actor": actor}
                    for actor in game.actors for entry in game.so_far((world, actor))],
        "gauges": gauges(game, world, language), "lines": lines(game, world, language) if last >= 0 else [],
        "votes": votes(game, world, last, language) if last >= 0 else [],
        "moves": moves(game, world, last, language) if last >= 0 else [],
    }  # fmt: skip


def entry_text(game: Game, id: str, language: str) -> dict[str, Any]:
    """An entry by its codes and its title."""
    catalogue = game.worlds.setup.layout.catalogue
    entry = catalogue.entries[catalogue.index[id]]
    return {"entry": id, "code": acts.codes(game)[id],
            "title": tell(entry.move.title or entry.move.label, language), "target": entry.target,
            "target_name": entry.target and actor_name(game, entry.target, language)}  # fmt: skip


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
    for m, id in enumerate(own.entries):
        entry = catalogue.entries[catalogue.index[id]]
        if entry.move.code in quiet:
            continue
        terms = [{"id": n, "name": term(n, language), "value": round(float(t[m, k]), 4)}
                 for n, t in own.terms.items() if abs(float(t[m, k])) > 5e-4]  # fmt: skip
        may, value = bool(own.feasible[m, k]), float(own.value[m, k])
        may = may and (not limit or game.wrong(key, [id]) is None)
        out.append({
            **entry_text(game, id, language), "kind": entry.move.kind,
            "offer": entry.is_offer, "mine": (entry.move.code or "") in mine, "feasible": may,
            "why_not": None if may else word("refused", "not-feasible", language),
            "excludes": game.worlds.excluded(id), "reason": tell(entry.move.official_reason, language),
            "read_as": tell(entry.move.read_as, language),
            "estimate": {"value": round(value, 4), "unit": "% of a quarter's income", "words": worth(value, language),
                         **interval(value, float(low[m, k]), float(high[m, k]), language),
                         "rank": rank[m], "accept": round(float(own.accept[m, k]), 3),
                         "accept_words": chance(float(own.accept[m, k]), language) if entry.is_offer else None,
                         "terms": sorted(terms, key=lambda t: -abs(float(str(t["value"]))))},
        })  # fmt: skip
    return {"type": "menu", "turn": game.turn, "slots": limit, "entries": out}


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
    """What a ministry alone sees, as its actor perceives it."""
    k, out = game.lane(seat.world), []
    seen = game.worlds.stocks_as_seen(seat.actor, k)
    for key in ministry(seat.actor, seat.ministry)["sees"]:
        name, _, rest = key.partition(":")
        stock = STOCKS[name]
        # The schema says whose a stock is: a hidden one is shown to nobody else, whatever the table of ministries says.
        hidden = (stock.visible == "focus" and seat.actor != game.scenario.focus) or (
            stock.visible == "of" and rest != seat.actor)  # fmt: skip
        if hidden or key not in seen:
            continue
        value = seen[key]
        if key.startswith("relation:"):
            value = float(relation_from_scale(np.array(value)))
        out.append({"id": key, "name": word("stocks", name, language, who=_who(game, rest, seat.actor, language)),
                    "value": round(value, 4), "unit": stock.unit,
                    "text": say(language).significant(value)})  # fmt: skip
    return out


def _who(game: Game, rest: str, actor: str, language: str) -> str:
    """Whom a stock is about, in words: the part of its index that is not the reader."""
    parts = [p for p in rest.replace(">", ":").replace("~", ":").split(":") if p and (p != actor or ":" not in rest)]
    parts = [p for p in parts if p != actor] or parts
    return ", ".join(actor_name(game, p, language) if p in game.actors else word("names", p, language) for p in parts)


def brief(game: Game, seat: Seat, language: str) -> dict[str, Any]:
    """The private brief of a seat this turn: the lesson's words, and what its ministry alone sees."""
    parts = acts.brief_parts(game, seat)
    playing = game.phase != "lobby"
    return {"text": "\n\n".join(tell(part["text"], language) for part in parts if "text" in part),
            "facts": facts(game, seat, language) if playing else [],
            "sources": [str(s) for part in parts for s in part.get("sources", [])],
            "known": [_fact(f, language) for f in acts.facts_of(game, seat).values()]}  # fmt: skip


def _fact(fact: Mapping[str, Any], language: str) -> dict[str, str]:
    return {"id": str(fact["id"]), "text": tell(fact.get("text"), language), "source": str(fact.get("source", ""))}


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
            "question": tell(words.get("question") or ministry(seat.actor, seat.ministry)["question"], language),
        },
        "delegation": [_colleague(game, s, language, here) for s in game.taken(key) if s.id != seat.id],
        "brief": game.remembered(("brief", seat.id, language, game.phase), lambda: brief(game, seat, language)),
        "public": public(game, seat.world, language),
        "slots": game.limit(key) if playing else 0,
        "proposals": [{**entry_text(game, p.entry, language), "by": p.by, "objected": len(p.objections) or None}
                      for p in table.proposals] if playing else [],
        "confirmed": {"entries": table.confirmed, "done": table.done,
                      "code": " ".join(acts.codes(game)[e] for e in table.confirmed)} if playing else None,
        "objections_left": 1 - person.objected,
        "offers_in": _offers_in(game, key, language) if playing else [],
        "offers_out": _offers_out(game, key, language) if playing else [],
        "ballots": _ballots(game, key, language) if playing else [],
        "doctrine": {"mine": game.doctrines.get(key, {}).get(seat.id), "delegation": game.doctrine(key),
                     "choices": [{"id": d, "name": tell(game.scenario.doctrines[d].title or d, language)}
                                 for d in acts.doctrines_for(game, seat.actor)]},
        "forecasts_left": table.forecasts, "forecasts": [forecast_words(game, r, language) for r in table.results],
        "predictions": _predictions(game, person, language) if playing else [],
        "survey": {"open": survey, "answered": survey in person.surveys,
                   "questions": _questions(game, language) if survey else []},
        "messages": [_message(game, m, language) for m in game.messages if _reads(game, seat, m)],
        "phrases": [{"id": p, "text": tell(t, language)} for p, t in acts.phrases(game).items()],
        "explanations": [{"id": p, "text": tell(t, language)} for p, t in texts("explanations").items()],
        "partners": [{"actor": a, "name": actor_name(game, a, language), "people": game.led((seat.world, a))}
                     for a in game.actors if a != seat.actor],
        "bot": key in game.bots, "seen": person.seen, "doubts": person.doubts,
        "result": {"lines": lines(game, seat.world, language), "gauges": gauges(game, seat.world, language)}
        if game.phase == "over" else None,
    }  # fmt: skip


def _colleague(game: Game, seat: Seat, language: str, here: Sequence[str]) -> dict[str, Any]:
    person = game.people[seat.id]
    return {"seat": seat.id, "ministry": seat.ministry, "title": seat_title(game, seat, language),
            "nickname": nickname(person, language), "here": seat.id in here,
            "head": game.head((seat.world, seat.actor)) == seat.id, "objections_left": 1 - person.objected,
            "seen": person.seen}  # fmt: skip


def _offers_in(game: Game, key: Key, language: str) -> list[dict[str, Any]]:
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
        out.append({"id": ballot.id, "title": tell(ballot.vote.title or ballot.id, language),
                    "cast": game.table(key).votes.get(ballot.id), "asks": asks,
                    "likely": {VOTES[o]: round(float(odds[o, a, k]), 3) for o in range(4)},
                    "words": {v: word("votes", v, language) for v in VOTES}})  # fmt: skip
    return out


def _predictions(game: Game, person: Person, language: str) -> list[dict[str, Any]]:
    asked = acts.asked_now(game)
    if not asked:
        return []
    return [{"id": asked["id"], "text": tell(asked.get("text"), language),
             "mine": person.predictions.get(asked["id"]),
             "options": [{"id": o["id"], "text": tell(o.get("text"), language)} for o in asked["options"]],
             }]  # fmt: skip


def _questions(game: Game, language: str) -> list[dict[str, Any]]:
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
        "worlds": [{"id": w, **public(game, w, language), "scheme": _scheme(game, w, language) if began else None}
                   for w in game.world_ids],
        "predictions": predictions, "quarters": game.scenario.quarters()[: len(game.made)],
    }  # fmt: skip


def _scheme(game: Game, world: str, language: str) -> Any:
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
    answered = {when: sum(when in p.surveys for p in game.people.values()) for when in ("before", "after")}
    return {
        **out, "role": "teacher", "seats": rows, "waiting": waiting if playing else {},
        "seat_count": out["seats"], "survey": {**answered, "seats": len(rows), "open": game.survey_open},
        "runsheet": runsheet.told(game, language),
        "starts": [{"id": r.id, "title": tell((r.step or {}).get("title"), language) or r.id} for r in game.rounds]
        if game.phase == "lobby" else [],
        "injects": [{"id": i, "title": tell(e.get("title"), language), "used": i in game.injected,
                     "card": "text" in e, "now": e.get("step") == game.now.id}
                    for i, e in acts.injects(game).items()],
        "bots": [{"world": w, "actor": a} for w, a in sorted(game.bots)],
        "doubts": [{**_fact(fact, language), "count": count} for fact, count in acts.doubted(game).values()],
    }  # fmt: skip


__all__ = ["Clock", "lobby", "menu", "projector_view", "seat_view", "teacher_view"]
