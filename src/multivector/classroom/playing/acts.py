"""What people may do, one function each: it checks, then changes the game; what cannot be done is `Refused`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from multivector.classroom.lesson import codes as paper_codes
from multivector.classroom.lesson.seats import (
    HEAD,
    MOST_SEATS,
    MOST_WORLDS,
    SPARE,
    Seat,
    blocks,
    domain,
    propose,
    unseated,
    with_spare,
)
from multivector.classroom.lesson.words import texts
from multivector.classroom.playing import items, spare, statements, typed
from multivector.classroom.playing.game import Game, Key, Message, Person, Proposal, Refused, event_of
from multivector.classroom.playing.reading import count as _count
from multivector.classroom.playing.reading import flag_of as _flag
from multivector.classroom.playing.reading import list_of as _entries
from multivector.classroom.playing.reading import playing as _playing
from multivector.classroom.playing.reading import text_of as _text
from multivector.classroom.playing.worlds import Played
from multivector.errors import BadInput
from multivector.language import LANGUAGES
from multivector.world.said import OPTIONS

LONGEST_TEXT, LONGEST_LINE = 200, 300
SHORTEST_REASON = 3
GONE = "–"
"""What stands in place of a typed text that was deleted."""
OBJECTORS = 2
"""Ministries that together send a confirmed move back; each may object once a game. Who blocks it needs none."""

Act = Callable[[Game, str, Mapping[str, Any]], Any]
TEACHER, SERVER = "teacher", "server"
LOGGED = "n"


def act(game: Game, who: str, message: Mapping[str, Any]) -> Any:
    """Do what somebody asks for: `who` is a seat's id, ``teacher`` or ``server``.

    Raises
    ------
    Refused
        It is not theirs to do, cannot be done now, or makes no sense.
    """
    table = {TEACHER: TEACHERS, SERVER: SERVERS}.get(who) or acts_of(game, who)
    found = table.get(str(message.get("do")))
    if found is None:
        known = {**TEACHERS, **SEATS, **SERVERS, **spare.PRESS, **spare.SECRETARIAT}
        raise Refused("forbidden" if message.get("do") in known else "bad-request")
    if who not in (TEACHER, SERVER) and (who not in game.people or game.people[who].out):
        raise Refused("bad-token")
    return found(game, who, message)


def acts_of(game: Game, who: str) -> Mapping[str, Act]:
    """What a seat may do at all: the press and the Secretariat have nothing that decides for a state."""
    seat = game.seats.get(who)
    if seat is None or not seat.spare:
        return SEATS
    return {**EVERYBODY, **(spare.PRESS if seat.ministry == "press" else spare.SECRETARIAT)}


# ---- helpers


def key_of(game: Game, who: str) -> Key:
    """World and actor of a seat."""
    seat = game.seats[who]
    return seat.world, seat.actor


def _head(game: Game, who: str) -> Key:
    _playing(game)
    key = key_of(game, who)
    if game.head(key) != who:
        raise Refused("not-head")
    return key


def code_of(game: Game, entry: str) -> str:
    """The code of the move that an entry makes."""
    catalogue = game.worlds.setup.layout.catalogue
    return catalogue.entries[catalogue.index[entry]].move.code or ""


def domain_of(game: Game, seat: Seat) -> set[str]:
    """Codes that a seat may propose; whoever is head now may propose anything."""
    key = (seat.world, seat.actor)
    catalogue = game.worlds.setup.layout.catalogue
    codes = {catalogue.entries[i].move.code or "" for i in catalogue.menu[seat.actor]}
    name = HEAD if game.head(key) == seat.id else seat.ministry
    return domain(seat.actor, name, sorted(codes))


# ---- seats


def _propose(game: Game, who: str, message: Mapping[str, Any]) -> None:
    _playing(game)
    key, entry = key_of(game, who), _text(message, "entry")
    wrong = game.wrong(key, [entry])
    if wrong:
        raise Refused(wrong)
    if code_of(game, entry) not in domain_of(game, game.seats[who]):
        raise Refused("not-your-domain")
    table = game.table(key)
    if all(p.entry != entry for p in table.proposals):
        table.proposals.append(Proposal(entry, who))
        _count(game, who, "proposals")


def _withdraw(game: Game, who: str, message: Mapping[str, Any]) -> None:
    _playing(game)
    key, entry = key_of(game, who), _text(message, "entry")
    table = game.table(key)
    if all((p.entry, p.by) != (entry, who) for p in table.proposals):
        raise Refused("unknown")
    table.proposals = [p for p in table.proposals if (p.entry, p.by) != (entry, who)]


def _answered(game: Game, key: Key) -> set[str]:
    """Offers of a delegation that somebody has answered."""
    return {o for (world, _), table in game.tables.items() if world == key[0] for o in table.answers}


def _confirm(game: Game, who: str, message: Mapping[str, Any]) -> None:
    key, entries = _head(game, who), _entries(message)
    table = game.table(key)
    wrong = game.wrong(key, entries)
    if wrong or set(entries) & set(table.barred):
        raise Refused(wrong or "not-feasible")
    if (_answered(game, key) & set(table.confirmed)) - set(entries):
        raise Refused("not-now")
    table.confirmed, table.done, table.passed_over = list(entries), bool(message.get("done", False)), False
    _count(game, who, "confirmed")


def _object(game: Game, who: str, message: Mapping[str, Any]) -> None:
    _playing(game)
    key, entry, person = key_of(game, who), _text(message, "entry"), game.people[who]
    table = game.table(key)
    if person.objected:
        raise Refused("no-more-slots")
    if entry not in table.confirmed or entry in _answered(game, key):
        raise Refused("not-now")
    proposal = next((p for p in table.proposals if p.entry == entry), None)
    if proposal is None:
        proposal = Proposal(entry, game.head(key) or who)
        table.proposals.append(proposal)
    proposal.objections.append(who)
    person.objected += 1
    if len(proposal.objections) >= OBJECTORS or blocks(key[1], game.seats[who].ministry, code_of(game, entry)):
        at = table.confirmed.index(entry)
        table.barred.append(entry)
        table.confirmed.remove(entry)
        for other in table.proposals:
            wanted = [*table.confirmed[:at], other.entry, *table.confirmed[at:]]
            if other.entry not in [*table.confirmed, *table.barred] and not game.wrong(key, wanted):
                table.confirmed = wanted
                break


def _answer(game: Game, who: str, message: Mapping[str, Any]) -> None:
    key, offer, yes = _head(game, who), _text(message, "offer"), _flag(message, "yes")
    if offer not in game.offers_to(key):
        raise Refused("unknown")
    game.table(key).answers[offer] = yes
    _count(game, who, "answers")


def may_recommend(game: Game, seat: Seat, offer: str) -> bool:
    """Whether an offer to a delegation is of a seat's domain."""
    return bool(domain(seat.actor, seat.ministry, [code_of(game, offer)]))


def _recommend(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """A ministry proposes an answer to an offer of its domain; the head's own answer goes before it."""
    _playing(game)
    key, offer, yes = key_of(game, who), _text(message, "offer"), _flag(message, "yes")
    if offer not in game.offers_to(key):
        raise Refused("unknown")
    if not may_recommend(game, game.seats[who], offer):
        raise Refused("not-your-domain")
    said = game.table(key).recommended.setdefault(offer, {})
    if who not in said:
        _count(game, who, "proposals")
    said[who] = yes


def _vote(game: Game, who: str, message: Mapping[str, Any]) -> None:
    _playing(game)
    key, text, vote = key_of(game, who), _text(message, "text"), _text(message, "vote")
    if game.head(key) != who and game.seats[who].ministry != "foreign":
        raise Refused("not-head")
    if text not in game.worlds.texts():
        raise Refused("unknown")
    if not game.now.last or text in game.sitting(key[0]).closed:
        raise Refused("not-now")
    if vote not in OPTIONS:
        raise Refused("bad-request")
    phrase = message.get("phrase")
    if phrase is not None and phrase not in texts("explanations"):
        raise Refused("unknown")
    game.table(key).votes[text] = vote
    said = game.explained.setdefault((key[0], text), {})
    said.pop(key[1], None)
    if phrase:
        said[key[1]] = phrase
    _count(game, who, "votes")


def _item_vote(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """A vote that the teacher has switched on: the room's alone, nothing in the worlds changes by it."""
    _playing(game)
    key, id, vote = key_of(game, who), _text(message, "id"), _text(message, "vote")
    item = next((i for i in items.open_now(game) if i["id"] == id), None)
    if item is None:
        raise Refused("unknown")
    if key[1] not in item["voters"]:
        raise Refused("forbidden")
    if game.head(key) != who and game.seats[who].ministry != "foreign":
        raise Refused("not-head")
    if vote not in OPTIONS:
        raise Refused("bad-request")
    game.item_votes.setdefault((key[0], id), {})[key[1]] = vote
    _count(game, who, "votes")


def doctrines_for(game: Game, actor: str) -> list[str]:
    """Doctrines that a delegation may tap: the lesson's, or the actor's own and its neighbours by kind."""
    offered = game.lesson.get("doctrines", {}).get(actor)
    if offered:
        return [d for d in offered if d in game.scenario.doctrines]
    own = game.scenario.actors[actor].doctrine
    return sorted(d for d, doctrine in game.scenario.doctrines.items() if d == own or actor in doctrine.for_)


def _doctrine(game: Game, who: str, message: Mapping[str, Any]) -> None:
    key, id = key_of(game, who), _text(message, "id")
    if id not in doctrines_for(game, key[1]):
        raise Refused("unknown")
    game.doctrines.setdefault(key, {})[who] = id


def _forecast(game: Game, who: str, message: Mapping[str, Any]) -> list[str]:
    _playing(game)
    key, entries = key_of(game, who), _entries(message, most=3)
    table = game.table(key)
    if not entries:
        raise Refused("bad-request")
    if table.forecasts < 1:
        raise Refused("no-more-forecasts")
    for entry in entries:
        wrong = game.wrong(key, [entry])
        if wrong:
            raise Refused(wrong)
    table.forecasts -= 1
    _count(game, who, "forecasts")
    return entries


def phrases(game: Game) -> dict[str, Any]:
    """Phrases by code: the server's and the lesson's."""
    own = {p["id"]: p.get("text") for p in game.lesson.get("phrases", []) if isinstance(p, Mapping) and "id" in p}
    return {**texts("phrases"), **own}


def _say(game: Game, who: str, message: Mapping[str, Any]) -> None:
    key, to = key_of(game, who), _text(message, "to")
    if to != "delegation" and (to not in game.actors or to == key[1]):
        raise Refused("unknown")
    phrase, text = message.get("phrase"), message.get("text")
    if isinstance(phrase, str) and phrase in phrases(game):
        game.messages.append(Message(game.turn, key[0], who, to, phrase, None))
    elif game.free_text and phrase is None:
        game.messages.append(Message(game.turn, key[0], who, to, None, _text({"t": text}, "t", LONGEST_TEXT)))
    else:
        raise Refused("not-now" if isinstance(text, str) else "unknown")
    _count(game, who, "messages")


def asked_now(game: Game) -> Mapping[str, Any] | None:
    """What the room is asked to foresee in this round: by the round's id, or by its quarter."""
    asked = game.lesson.get("predictions", {})
    found: Mapping[str, Any] | None = asked.get(game.now.id) or asked.get(game.quarter)
    return found


def _predict(game: Game, who: str, message: Mapping[str, Any]) -> None:
    _playing(game)
    asked = asked_now(game)
    known = {} if asked is None else {asked["id"]: [o["id"] for o in asked["options"]]}
    id, option = _text(message, "id"), _text(message, "option")
    if option not in known.get(id, ()):
        raise Refused("unknown")
    game.people[who].predictions[id] = option


def _state(game: Game, who: str, message: Mapping[str, Any]) -> None:
    _playing(game)
    statements.choose(game, key_of(game, who), who, _text(message, "id"), _text(message, "option"))
    _count(game, who, "statements")


def _survey(game: Game, who: str, message: Mapping[str, Any]) -> None:
    when, answers = _text(message, "when"), message.get("answers")
    if game.survey_open != when or when in game.people[who].surveys:
        raise Refused("not-now")
    known = {q["id"]: [o["id"] for o in q["options"]] for q in game.lesson.get("survey", [])}
    if not isinstance(answers, Mapping) or any(v not in known.get(q, ()) for q, v in answers.items()):
        raise Refused("bad-request")
    game.people[who].surveys[when] = dict(answers)


def _seen(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del message
    game.people[who].seen = True


def duties(game: Game, seat: Seat) -> list[str]:
    """Ministries whose work a seat does: its own, and those in which nobody sits where it is head now.

    What a ministry knows and sees would else reach nobody; the head may propose in every domain anyway.
    """
    key = (seat.world, seat.actor)
    if game.head(key) != seat.id:
        return [seat.ministry]
    empty = unseated(seat.actor, [s.ministry for s in game.taken(key)])
    return [seat.ministry, *(office for office in empty if office != seat.ministry)]


def brief_parts(game: Game, seat: Seat) -> list[Mapping[str, Any]]:
    """The lesson's brief for a delegation and for a ministry of it, those of this quarter where there are any."""
    own = game.lesson.get("briefs", {}).get(seat.actor, {})
    out: list[Mapping[str, Any]] = []
    for office in ("all", *duties(game, seat)):
        part = own.get(office, {}).get(game.quarter) or own.get(office, {}).get("all")
        if isinstance(part, Mapping):
            # What a head reads for another ministry is told with that ministry's name.
            out.append(part if office in ("all", seat.ministry) else {**part, "office": office})
    return out


def brief_facts(game: Game, seat: Seat) -> dict[str, Mapping[str, Any]]:
    """What a seat's brief rests on: facts with their sources, by id."""
    return {str(fact["id"]): fact for part in brief_parts(game, seat) for fact in part.get("known", [])}


def news_facts(game: Game, *, past: bool = False) -> dict[str, Mapping[str, Any]]:
    """What the lesson's news of this round rest on, by id; with `past` of the rounds before it as well."""
    rounds = game.plan[0 if past else game.plan.index(game.now) : game.plan.index(game.now) + 1]
    return {str(fact["id"]): fact for r in rounds for fact in (r.step or {}).get("facts", [])}


def facts_of(game: Game, seat: Seat) -> dict[str, Mapping[str, Any]]:
    """All facts that a seat has been shown, and may doubt, by id."""
    return {**(news_facts(game, past=True) if game.phase != "lobby" else {}), **brief_facts(game, seat)}


def _doubt(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """A fact seems wrong to somebody: the teacher hears of it."""
    fact, person = _text(message, "fact"), game.people[who]
    if fact not in facts_of(game, game.seats[who]):
        raise Refused("unknown")
    if fact not in person.doubts:
        person.doubts.append(fact)


def doubted(game: Game) -> dict[str, tuple[Mapping[str, Any], int]]:
    """Facts that seem wrong to somebody, and to how many."""
    out: dict[str, tuple[Mapping[str, Any], int]] = {}
    for person in game.people.values():
        known = facts_of(game, game.seats[person.seat])
        for fact in person.doubts:
            if fact in known:
                out[fact] = (known[fact], out.get(fact, ({}, 0))[1] + 1)
    return out


def _language(game: Game, who: str, message: Mapping[str, Any]) -> None:
    language = _text(message, "language")
    if language not in LANGUAGES:
        raise Refused("bad-request")
    game.people[who].language = language


def _leave(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del message
    game.people[who].out = "left"


# ---- the teacher


def _split(game: Game, who: str, message: Mapping[str, Any]) -> list[Seat]:
    del who
    size, worlds = message.get("size"), message.get("worlds")
    asked = {kind: None if message.get(kind) is None else _flag(message, kind) for kind in SPARE}
    whole = isinstance(size, int) and 1 <= size <= MOST_SEATS
    if not whole or not (worlds is None or (isinstance(worlds, int) and 1 <= worlds <= MOST_WORLDS)):
        raise Refused("bad-request")
    seats = propose(game.actors, game.scenario.focus, size, worlds, spare=asked)  # type: ignore[arg-type]
    if len(seats) > MOST_SEATS:
        raise Refused("bad-request")
    if message.get("use"):
        if game.phase != "lobby" or any(
            p.seat not in {s.id for s in seats} and not p.out for p in game.people.values()
        ):
            raise Refused("not-now")
        game.use(seats)
    return seats


def _spare(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Add the press or the Secretariat to every world at any time, or take the empty ones away."""
    del who
    kind, on = _text(message, "seat"), _flag(message, "on")
    if kind not in SPARE:
        raise Refused("bad-seat")
    seats = list(game.seats.values())
    if on:
        seats = with_spare(seats, kind)
        if len(seats) > MOST_SEATS:
            raise Refused("bad-request")
    else:
        gone = {s.id for s in seats if s.spare and s.ministry == kind}
        if any(not game.people[id].out for id in gone if id in game.people):
            raise Refused("seat-taken")
        if any(id in game.people for id in gone):
            # Somebody sat there: what that person did stays in the tables.
            raise Refused("not-now")
        seats = [s for s in seats if s.id not in gone]
    game.use(seats)


def _set(name: str, value: Any) -> Act:
    def change(game: Game, who: str, message: Mapping[str, Any]) -> None:
        del who, message
        setattr(game, name, value)

    return change


def _start(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Begin the next round; the first time it may be a later one (`at`): the doctrines play what comes before."""
    del who
    if game.phase not in ("lobby", "between"):
        raise Refused("not-now")
    at = message.get("at")
    if at is not None:
        ids = [r.id for r in game.rounds]
        if game.phase != "lobby" or at not in ids:
            raise Refused("unknown")
        for _ in range(ids.index(at)):
            game.pass_over()
    game.begin()
    game.speaker = None
    if game.screen in ("join", "press"):
        game.screen = "scheme"


def injects(game: Game) -> dict[str, Mapping[str, Any]]:
    """Events that the lesson offers the teacher."""
    return {str(i["id"]): i for i in game.lesson.get("injects", []) if isinstance(i, Mapping) and "id" in i}


def _inject(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who
    if game.phase == "over":
        raise Refused("room-over")
    if "text" in message:
        if not _flag(message, "sure"):
            raise Refused("not-now")
        game.lines.append((game.turn + game.begun, _text(message, "text", LONGEST_LINE)))
        return
    id = _text(message, "id")
    known, turn = injects(game), game.turn + game.begun
    if id not in known or id in game.injected:
        raise Refused("unknown")
    if "text" in known[id]:
        # A card to be read aloud: what stands behind it is in the world already, or in nobody's numbers.
        game.injected.append(id)
        game.cards.append((game.round, id))
        return
    if turn >= game.turns:
        raise Refused("not-now")
    try:
        event = event_of(known[id], game.scenario.quarters()[turn])
    except ValidationError:
        raise Refused("bad-request") from None
    game.injected.append(id)
    game.pending.append(event)


def _item(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Switch an optional vote on, or off again: what was cast is forgotten then."""
    del who
    id, on = _text(message, "id"), _flag(message, "on")
    item = items.offered(game).get(id)
    if item is None:
        raise Refused("unknown")
    if not items.may_switch(game, item, on=on):
        raise Refused("not-now")
    if on:
        game.items_on.add(id)
        return
    game.items_on.discard(id)
    game.item_votes = {key: cast for key, cast in game.item_votes.items() if key[1] != id}


def _person(game: Game, message: Mapping[str, Any], name: str = "seat") -> Person:
    found = game.people.get(_text(message, name))
    if found is None:
        raise Refused("bad-seat")
    return found


def _kick(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who
    _person(game, message).out = "kicked"


def _reassign(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who
    person, to = _person(game, message), _text(message, "to")
    if to not in game.seats:
        raise Refused("bad-seat")
    other, old = game.people.pop(to, None), person.seat
    game.people.pop(old)
    person.seat = to
    game.people[to] = person
    if other is not None and not other.out:
        other.seat = old
        game.people[old] = other


def _key(game: Game, message: Mapping[str, Any]) -> Key:
    world, actor = _text(message, "world"), _text(message, "actor")
    if world not in game.world_ids or actor not in game.actors:
        raise Refused("unknown")
    return world, actor


def _bot(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who
    key = _key(game, message)
    (game.bots.add if _flag(message, "on") else game.bots.discard)(key)


def _play(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who
    _playing(game)
    key, entries = _key(game, message), _entries(message)
    wrong = game.wrong(key, entries)
    if wrong:
        raise Refused(wrong)
    answers, votes = message.get("answers", {}), message.get("votes", {})
    if not isinstance(answers, Mapping) or not isinstance(votes, Mapping):
        raise Refused("bad-request")
    if not set(answers) <= set(game.worlds.offers_to(key[1])) or not all(isinstance(v, bool) for v in answers.values()):
        raise Refused("unknown")
    if not set(votes) <= set(game.worlds.texts()) or not set(votes.values()) <= set(OPTIONS):
        raise Refused("unknown")
    typed.play(game, key, entries)
    table = game.table(key)
    table.answers |= answers
    table.votes |= votes


def read_codes(game: Game, written: str) -> dict[str, paper_codes.Line]:
    """Lines of move sheets, such as ``K M01+ M24r M06 8; R M00 6``, each with its check digit; `Refused` if wrong."""
    slots, known = {actor: game.worlds.slots(actor) for actor in game.actors}, typed.codes(game)
    try:
        lines = [paper_codes.read(part, known, slots) for part in re.split(r"[;\n]", written) if part.strip()]
    except BadInput:
        raise Refused("unknown") from None
    return {line.actor: line for line in lines}


def _moves(game: Game, who: str, message: Mapping[str, Any]) -> dict[str, list[str]]:
    del who
    _playing(game)
    read = read_codes(game, _text(message, "codes", 1000))
    world = _text(message, "world")
    for actor, line in read.items():
        wrong = game.wrong(_key(game, {"world": world, "actor": actor}), line.entries)
        if wrong:
            raise Refused(wrong)
    for line in read.values():
        typed.enter(game, world, line)
    return {actor: list(line.entries) for actor, line in read.items()}


def _lines(game: Game, who: str, message: Mapping[str, Any]) -> typed.Read:
    """Lines by delegation: those that are right count, the others are answered with what is wrong with each."""
    del who
    _playing(game)
    world, lines = _text(message, "world"), message.get("lines")
    if not isinstance(lines, Mapping):
        raise Refused("bad-request")
    for actor in lines:
        _key(game, {"world": world, "actor": actor})
        _text(lines, actor)
    found = typed.read(game, world, lines)
    for line in found.lines.values():
        typed.enter(game, world, line)
    return found


def _said(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Answers and votes of a delegation that has said them aloud."""
    del who
    _playing(game)
    typed.say(game, _key(game, message), message.get("answers", {}), message.get("votes", {}), message.get("items", {}))


def _paper(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """The class goes on on paper, or back to its pages: the game stays what it is."""
    del who
    game.paper = _flag(message, "on")


def _drop(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who, message
    if game.phase == "over" or not game.drop():
        raise Refused("not-now")


def _survey_open(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who
    if message.get("open") not in ("before", "after", None):
        raise Refused("bad-request")
    game.survey_open = message.get("open")


def _free_text(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who
    game.free_text = _flag(message, "on")


def _keep_text(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """What people typed outlives the game, and may be exported: not without a reason of the teacher's."""
    del who
    reason = _text(message, "reason", LONGEST_TEXT).strip() if _flag(message, "on") else ""
    if message["on"] and len(reason) < SHORTEST_REASON:
        raise Refused("bad-request")
    game.keeps_text = reason


def forget_texts(game: Game) -> None:
    """What people typed is gone; that they typed stays."""
    for message in game.messages:
        if message.phrase is None:
            message.text = GONE


SCREENS = (
    "join", "example", "scheme", "votes", "gauges", "worlds", "quiet", "press", "debrief-1", "timeline", "debrief-2",
    "debrief-3", "leftout", "learned", "end",
)  # fmt: skip

LEAVES = 1000
"""Leaves of a screen of the wall: far more than the longest has."""


def _screen(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """What the projector shows, which leaf, as charts or tables; of a press conference, whose head answers now."""
    del who
    show, speaker, leaf = message.get("show"), message.get("who"), message.get("leaf", 0)
    tables = message.get("tables", False)
    if show not in SCREENS or (speaker is not None and (show != "press" or speaker not in game.actors)):
        raise Refused("bad-request")
    if not isinstance(leaf, int) or isinstance(leaf, bool) or not 0 <= leaf < LEAVES or not isinstance(tables, bool):
        raise Refused("bad-request")
    game.screen, game.speaker, game.leaf, game.as_tables = str(show), speaker, leaf, tables


def _finish(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who, message
    if game.phase != "between":
        raise Refused("not-now")
    game.finish()


# ---- the server


def _join(game: Game, who: str, message: Mapping[str, Any]) -> Person:
    del who
    if game.phase == "over":
        raise Refused("room-over")
    if game.locked:
        raise Refused("room-locked")
    nickname, language = _text(message, "nickname", 40), _text(message, "language", 5)
    if language not in LANGUAGES:
        raise Refused("bad-request")
    # A class may have more people than there are words: argali-2.
    if re.sub(r"-[2-9]$", "", nickname) not in texts("nicknames"):
        raise Refused("bad-nickname")
    if any(p.nickname == nickname and not p.out for p in game.people.values()):
        raise Refused("nickname-taken")
    seat = find_seat(game, message.get("seat"))
    game.people[seat] = Person(seat, nickname, language, _text(message, "token"))
    return game.people[seat]


def find_seat(game: Game, asked: Any) -> str:
    """A free seat by id, by card, or the next by need: worlds and delegations with the fewest people first.

    Raises
    ------
    Refused
        There is none, or it is taken.
    """
    free = [s for s in game.seats.values() if s.id not in game.people or game.people[s.id].out]
    if asked is None or asked == "":
        if not free:
            raise Refused("seat-taken")
        focus = game.scenario.focus

        def need(seat: Seat) -> tuple[bool, int, int, bool, bool]:
            key = (seat.world, seat.actor)
            world = sum(1 for p in game.people.values() if not p.out and game.seats[p.seat].world == seat.world)
            return seat.spare, len(game.taken(key)), world, seat.actor != focus, not seat.head

        return min(free, key=need).id
    seat = next((s for s in game.seats.values() if asked in (s.id, s.card) or str(asked).upper() == s.card), None)
    if seat is None:
        raise Refused("bad-seat")
    if seat not in free:
        raise Refused("seat-taken")
    return seat.id


def _end(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who
    _playing(game)
    game.end(message.get("away", ()))


def _take(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """A quarter that was played in another room, world by world, as its record on paper has it."""
    del who
    if game.phase not in ("lobby", "between") or not game.now.first:
        raise Refused("not-now")
    played: list[Played] = []
    by: dict[Key, str] = {}
    for world in game.world_ids:
        told = message["worlds"][world]
        moves = {actor: tuple(entries) for actor, entries in told["moves"].items()}
        played.append(Played(moves, told["answers"], told["votes"]))
        by |= {(world, actor): told["by"].get(actor, "machine") for actor in game.actors}
        for id, cast in told.get("items", {}).items():
            game.item_votes[world, id] = dict(cast)
    game.take(played, by)


def _silent(game: Game, who: str, message: Mapping[str, Any]) -> None:
    del who, message
    _playing(game)
    game.pass_over_silent()


def _pass_on(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """The head of a delegation has gone away, and somebody stands in; or is back (`to` is null)."""
    del who
    game.pass_on(_key(game, message), message["to"])


def _laptops(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Seats of those who are away are free: who stays in a delegation does its work, and laptops may join."""
    del who
    if game.phase == "over":
        raise Refused("room-over")
    for seat in message["away"]:
        game.people[seat].out = "left"
    game.locked = False


def _nothing(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """What concerns the clock alone."""
    del who, message
    _playing(game)


def _lesson(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """The lesson begins: from now on the run-sheet knows whether it is late. Concerns the clock alone."""
    del who, message
    if game.phase != "lobby":
        raise Refused("not-now")


EVERYBODY: dict[str, Act] = {
    "predict": _predict, "survey": _survey, "seen": _seen, "language": _language, "leave": _leave,
}  # fmt: skip
"""What any seat may do, of a delegation or not."""
SEATS: dict[str, Act] = {
    **EVERYBODY, "propose": _propose, "withdraw": _withdraw, "confirm": _confirm, "object": _object, "answer": _answer,
    "recommend": _recommend,
    "vote": _vote, "doctrine": _doctrine, "forecast": _forecast, "say": _say, "doubt": _doubt, "comment": spare.comment,
    "item-vote": _item_vote, "state": _state,
}  # fmt: skip
TEACHERS: dict[str, Act] = {
    "split": _split, "lock": _set("locked", True), "unlock": _set("locked", False), "start": _start,
    "pause": _nothing, "resume": _nothing, "more": _nothing, "inject": _inject, "kick": _kick, "reassign": _reassign,
    "bot": _bot, "spare": _spare, "moves": _moves, "lines": _lines, "said": _said, "paper": _paper,
    "play": _play, "drop": _drop, "survey": _survey_open, "free-text": _free_text, "keep-text": _keep_text,
    "lesson": _lesson, "screen": _screen, "finish": _finish, "item": _item,
}  # fmt: skip
SERVERS: dict[str, Act] = {
    "join": _join,
    "silent": _silent,
    "pass-on": _pass_on,
    "laptops": _laptops,
    "end": _end,
    "take": _take,
}
