"""What everybody in a world may know, in words: results, red lines, news, votes, moves, its press and Secretariat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from multivector.classroom.lesson.lessons import common
from multivector.classroom.lesson.seats import Seat, ministry
from multivector.classroom.lesson.words import ministries, resolution, say, tell, word
from multivector.classroom.playing import acts, happened, items, spare, statements, typed
from multivector.classroom.playing.game import Front, Game, Question
from multivector.classroom.playing.worlds import GAUGES
from multivector.language import speaker
from multivector.schema.base import quarter_index, quarter_name

VOTES = ("no", "abstain", "yes", "absent")
SHOWN_ORDER = ("yes", "no", "abstain", "absent")
"""The order in which a result is read out."""


def room_title(game: Game, language: str) -> str:
    """What a room's pages and papers are headed by; nobody takes a rehearsal for the class's room."""
    say = speaker(language)
    told = tell(game.lesson.get("title") or game.scenario.title, language) or game.scenario.id
    return say("Rehearsal: {title}", title=told) if game.settings.rehearsal else told


def rehearsed(game: Game, language: str) -> list[tuple[str, list[str]]]:
    """What stands above a rehearsal's worlds on the page that is taken away: a heading and its lines, or nothing."""
    say = speaker(language)
    told = (say("Rehearsal"), [say("Played to try the lesson: this is not the class's game.")])
    return [told] if game.settings.rehearsal else []


def actor_name(game: Game, actor: str, language: str) -> str:
    """An actor's name."""
    known = ministries()["actors"].get(actor)
    return tell(known or game.scenario.actors[actor].name or actor, language)


def seat_title(game: Game, seat: Seat, language: str, *, full: bool = False) -> str:
    """A ministry's title; with its actor where it stands alone, and with its own name if it has none."""
    about = ministry(seat.actor, seat.ministry)
    title = tell(about["title"], language)
    if not full:
        return title
    return f"{tell(about['name'], language) if seat.spare else actor_name(game, seat.actor, language)} · {title}"


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
    known = [fact_words(fact, language) for fact in acts.news_facts(game).values()] if game.phase != "lobby" else []
    return {"id": now.id, "part": now.part, "parts": now.parts, **told, "facts": known}


def fact_words(fact: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A fact of a lesson with its source."""
    return {"id": str(fact["id"]), "text": tell(fact.get("text"), language), "source": str(fact.get("source", "")),
            "general": bool(fact.get("general"))}  # fmt: skip


# ---- what is public in a world


def gauges(game: Game, world: str, language: str) -> list[dict[str, Any]]:
    """The five results of a world, from before the first quarter on (`course_quarters`); none before one is over."""
    k = game.lane(world)
    watch, out = game.worlds.watch, []
    for id in GAUGES if watch.outcomes else ():
        outcome, series = watch.observer.dictionary[id], game.worlds.course(id, k)
        change = series[-1] - series[-2]
        matters = abs(change) >= outcome.margin
        out.append({
            "id": id, "name": word("gauges", id, language), "unit": outcome.unit, "value": series[-1],
            "text": _amount(series[-1], outcome.unit, language), "change": change,
            "better": (change > 0.0) == (outcome.direction == "higher") if matters else None, "series": series,
        })  # fmt: skip
    return out


def course_quarters(game: Game) -> list[str]:
    """The quarters that are over, after the one before them all, whose end is the start; none before one is over."""
    played = game.scenario.quarters()[: len(game.made)]
    return [quarter_name(quarter_index(played[0]) - 1), *played] if played else []


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
    return [{"id": code.partition(":")[2] if not code.startswith("line:") else "line",
             "text": line_text(game, world, code, language), **_source(game, code)}
            for code in happened.news(game, world, turn)]  # fmt: skip


def _source(game: Game, code: str) -> dict[str, str]:
    kind, _, id = code.partition(":")
    return {"source": game.scenario.events[id].source or ""} if kind == "event" else {}


def line_text(game: Game, world: str, code: str, language: str, round_: int | None = None) -> str:
    """A thing that happened (a code of `happened`) as a line of a round's news; of the one now if none is named."""
    kind, _, id = code.partition(":")
    turn = happened.reported(game, game.round if round_ is None else round_)
    told: dict[str, Callable[[], str]] = {
        "event": lambda: tell(game.scenario.events[id].title or id, language),
        "line": lambda: game.lines[int(id)][1],
        "hazard": lambda: word("hazards", id, language),
        "card": lambda: tell(acts.injects(game)[id].get("title"), language),
        "crossed": lambda: word("press", "crossed", language, line=_line_name(game, id, language)),
        "move": lambda: _move_line(game, world, id, turn, language),
        "vote": lambda: _vote_line(game, world, id, turn, language),
        "gauge": lambda: _gauge_line(game, world, id, turn, language),
        "said": lambda: word("press", "said", language, **_said(game, game.questions[int(id)], language)),
    }
    return told[kind]()


def _line_name(game: Game, id: str, language: str) -> str:
    line = game.scenario.red_lines[id]
    return tell(line.title or line.label, language)


def _move_line(game: Game, world: str, entry: str, turn: int | None, language: str) -> str:
    actor, text = entry.partition(":")[0], entry_text(game, entry, language)
    entries = game.worlds.setup.layout.catalogue.entries
    same = [e for e in entries if e.id.partition(">")[0] == entry.partition(">")[0]]
    # Most titles say at whom a move aims; one that may aim at several does not.
    to = f" → {text['target_name']}" if text["target"] in game.actors and len(same) > 1 else ""
    answer = None if turn is None else game.worlds.stories[game.lane(world)].turns[turn].answers.get(entry)
    end = f" ({word('answers', answer, language)})" if answer else ""
    return f"{actor_name(game, actor, language)}: {text['title']}{to}{end}"


def _vote_line(game: Game, world: str, id: str, turn: int | None, language: str) -> str:
    cast = [VOTES[v] for v in game.worlds.stories[game.lane(world)].turns[turn or 0].votes[id]]
    counts = [f"{word('votes', v, language)} {cast.count(v)}" for v in SHOWN_ORDER if v in cast]
    title = resolution(id, game.scenario.alignment.votes[id].title, language)
    return word("press", "vote", language, title=title, counts=", ".join(counts))


def _gauge_line(game: Game, world: str, id: str, turn: int | None, language: str) -> str:
    at, outcome = turn or 0, game.worlds.watch.observer.dictionary[id]
    value = float(game.worlds.watch.outcomes[at][id][game.lane(world)])
    way = word("differences", "higher" if happened.changed(game, world, id, at) > 0.0 else "lower", language)
    return f"{word('gauges', id, language)}: {_amount(value, outcome.unit, language)} ({way})"


def _amount(value: float, unit: str, language: str) -> str:
    """A result as it is read: shares and ratios in per cent."""
    speaker = say(language)
    return speaker.percent(value) if unit.startswith(("share", "ratio")) else speaker.number(value, 2)


def _said(game: Game, question: Question, language: str) -> dict[str, str]:
    return {"actor": actor_name(game, question.actor, language),
            "question": word("questions", question.question, language),
            "answer": word("comments", question.answer or "", language)}  # fmt: skip


def front_page(game: Game, world: str, language: str) -> dict[str, Any] | None:
    """The front page of a world's press for this round; None: the news stand in their ordinary order."""
    front = happened.front(game, world)
    return None if front is None or game.phase == "lobby" else _front_page(game, world, front, language)


def _front_page(game: Game, world: str, front: Front, language: str) -> dict[str, Any]:
    known = happened.items(game, world)
    shown = [code for code in front.lines if code in known]
    # What the press leaves out is no secret: students find it below, and a line typed by the teacher stays on the wall.
    more = [c for c in happened.news(game, world, len(game.made)) if c not in shown]
    return {"headline": word("headlines", front.headline, language) if front.headline else None,
            "lines": [{"id": code, "text": line_text(game, world, code, language)} for code in shown],
            "more": [{"id": code, "text": line_text(game, world, code, language)} for code in more],
            "edition": front.edition}  # fmt: skip


def printed(game: Game, world: str, language: str) -> list[dict[str, Any]]:
    """All front pages of a world's press, for the debrief: what each round began with."""
    over = game.phase == "over"
    return [
        {"round": round_ + 1, "closing": over and round_ >= game.round,
         "headline": word("headlines", front.headline, language) if front.headline else None,
         "lines": [line_text(game, world, code, language, round_) for code in front.lines]}
        for (of, round_), front in sorted(game.fronts.items()) if of == world
    ]  # fmt: skip


def questions(game: Game, world: str, language: str) -> list[dict[str, Any]]:
    """What the press has asked in this round, or at the press conference that is on, with the answers."""
    held = spare.conference(game)
    return [{"actor": q.actor, "actor_name": actor_name(game, q.actor, language),
             "text": word("questions", q.question, language),
             "answer": word("comments", q.answer, language) if q.answer else None}
            for q in spare.asked(game, world, held)]  # fmt: skip


def assembly(game: Game, world: str, language: str) -> dict[str, Any]:
    """How the Secretariat of a world conducts the round: what all in it may see."""
    sitting = game.sitting(world)
    opened = [_opened(game, world, text, language) for text in sitting.opened]
    return {"opened": opened, "announced": list(sitting.announced), "called": list(sitting.called),
            "floor": sitting.floor, "speakers": list(sitting.speakers)}  # fmt: skip


def _opened(game: Game, world: str, text: str, language: str) -> dict[str, Any]:
    sitting = game.sitting(world)
    return {**text_words(game, text, language), "closed": text in sitting.closed,
            "roll": [{"actor": a, "name": actor_name(game, a, language), "voted": voted, "called": a in sitting.called}
                     for a, voted in spare.cast(game, world, text).items()]}  # fmt: skip


def text_words(game: Game, id: str, language: str) -> dict[str, Any]:
    """A text that is voted on: its title as it is quoted, what it is about and asks for, whom it names, its source."""
    vote, asks = game.scenario.alignment.votes[id], common().asks.get(id)
    named = vote.names in game.scenario.actors
    return {
        "id": id, "title": resolution(id, vote.title, language), "about": word("issues", vote.issue, language),
        "names": actor_name(game, str(vote.names), language) if named else None, "source": str(vote.source or ""),
        "sentence": asks.get(language) if asks else None, "note": vote.note,
    }  # fmt: skip


def votes(game: Game, world: str, turn: int, language: str) -> list[dict[str, Any]]:
    """How everybody voted in a turn that is over."""
    story = game.worlds.stories[game.lane(world)].turns[turn]
    return [
        {"id": text, "title": resolution(text, game.scenario.alignment.votes[text].title, language),
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
                        "answer": story.answers.get(pick.entry),
                        "answer_text": answered(story.answers.get(pick.entry), language)})  # fmt: skip
    return out


def answered(end: str | None, language: str) -> str | None:
    """How a move that needed somebody ended, in words; None for one that did not.

    Examples
    --------
    >>> answered("blocked", "en"), answered(None, "en")
    ('blocked', None)
    """
    return None if end is None else word("answers", end, language)


def public(game: Game, world: str, language: str) -> dict[str, Any]:
    """What everybody in a world knows."""
    found: dict[str, Any] = game.remembered(
        ("public", world, language, game.phase, len(game.lines), game.round), lambda: _public(game, world, language)
    )
    return {**found, "front": front_page(game, world, language), "questions": questions(game, world, language),
            "assembly": assembly(game, world, language)}  # fmt: skip


def _public(game: Game, world: str, language: str) -> dict[str, Any]:
    if game.phase == "lobby":
        return {key: [] for key in ("news", "decided", "said", "gauges", "quarters", "lines", "votes", "moves")}
    last = len(game.made) - 1
    return {
        "news": news(game, world, last + 1, language),
        "decided": [{**entry_text(game, entry, language), "actor": actor}
                    for actor in game.actors for entry in game.so_far((world, actor))],
        "said": statements.told(game, world, language),
        "gauges": gauges(game, world, language), "quarters": course_quarters(game),
        "lines": lines(game, world, language) if last >= 0 else [],
        "votes": votes(game, world, last, language) if last >= 0 else [],
        "moves": moves(game, world, last, language) if last >= 0 else [],
        **(items.of_world(game, world, last, language) if last >= 0 else {}),
    }  # fmt: skip


def entry_text(game: Game, id: str, language: str) -> dict[str, Any]:
    """An entry by its codes and its title."""
    catalogue = game.worlds.setup.layout.catalogue
    entry = catalogue.entries[catalogue.index[id]]
    return {"entry": id, "code": typed.codes(game)[id],
            "title": tell(entry.move.title or entry.move.label, language), "target": entry.target,
            "target_name": entry.target and actor_name(game, entry.target, language)}  # fmt: skip
