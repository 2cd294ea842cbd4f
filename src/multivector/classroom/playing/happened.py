"""What has happened in a world that everybody may know, as codes: what the news are made of, and what the press lists.

A code is its kind and what it is about: ``event:outage``, ``hazard:halt``, ``line:0`` (typed by the teacher),
``card:letter``, ``move:KAZ:transit-fee>RUS``, ``vote:ES-11/1``, ``crossed:income``, ``gauge:approval``, ``said:3`` (an
answer to the press). Nothing here knows a language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from multivector.classroom.lesson.words import texts
from multivector.classroom.playing.game import Front, Game
from multivector.classroom.playing.worlds import GAUGES

HEADLINES: Mapping[str, tuple[str, ...]] = {
    "talks": ("move", "said"), "agreement": ("accepted",), "no-agreement": ("refused",), "assembly": ("vote",),
    "measures": ("move",), "routes": ("hazard", "event"), "results": ("gauge", "crossed"), "heard": ("said",),
    "quarter": ("event", "hazard", "line", "card", "move", "vote", "crossed", "gauge", "said"),
}  # fmt: skip
"""Headlines, and the kinds of lines of which one has to be there: a headline says nothing that did not happen."""


def news(game: Game, world: str, turn: int) -> list[str]:
    """The ordinary news of a turn, in their order: its events, typed lines, and what befell the turn before."""
    # Of a quarter in parts, its events are news in the last one; what comes before the lesson itself tells.
    early = turn == game.turn and not game.now.last
    dated = () if early else game.worlds.setup.layout.events.get(turn, ())
    out = [f"event:{id}" for id, _ in dated]
    out += [f"line:{k}" for k, (t, _) in enumerate(game.lines) if t == turn]
    stories = game.worlds.stories[game.lane(world)].turns
    if 0 < turn <= len(stories):
        told = stories[turn - 1].hazards
        out += [f"hazard:{h}" for h in texts("hazards") if told.get(h, 0.0) > 0.5]
    return out


def made(game: Game, world: str, turn: int) -> list[str]:
    """Moves of a turn that is over, in the order of play."""
    decisions = game.worlds.stories[game.lane(world)].turns[turn].decisions
    return [d.pick.entry for d in decisions if not d.pick.entry.endswith(":stop")]


def inside(game: Game) -> bool:
    """Whether a quarter has begun of which parts are over: its moves are known, its results are not."""
    return game.phase != "over" and not game.now.first


def reported(game: Game, round_: int) -> int | None:
    """The turn whose results are the news of a round: the last one before it; None where there is none yet."""
    if round_ >= len(game.plan) or (game.phase == "over" and round_ >= game.round):
        return len(game.made) - 1
    then = game.plan[round_]
    return then.turn - 1 if then.first and then.turn > 0 else None


def items(game: Game, world: str) -> list[str]:
    """All that is public and new in this round of a world: what its press chooses from."""
    if game.phase == "lobby":
        return []
    found: list[str] = game.remembered(("items", world, game.phase, len(game.lines)), lambda: _items(game, world))
    cards = [f"card:{id}" for at, id in game.cards if at == game.round]
    said = [f"said:{k}" for k, q in enumerate(game.questions)
            if q.world == world and q.answer and q.round in (game.round - 1, game.round)]  # fmt: skip
    return [*cards, *found, *said]


def _items(game: Game, world: str) -> list[str]:
    last = len(game.made) - 1
    out = news(game, world, last + 1)
    if inside(game):
        return out + [f"move:{entry}" for actor in game.actors for entry in game.so_far((world, actor))]
    if last < 0:
        return out
    story = game.worlds.stories[game.lane(world)].turns[last]
    out += [f"crossed:{id}" for id in crossed(game, world, last)]
    out += [f"vote:{text}" for text in story.votes]
    out += [f"move:{entry}" for entry in made(game, world, last)]
    return out + [f"gauge:{id}" for id in GAUGES if changed(game, world, id, last)]


def crossed(game: Game, world: str, turn: int) -> list[str]:
    """Red lines that were crossed in a turn."""
    state, k = game.worlds.model.state, game.lane(world)
    return [id for i, id in enumerate(sorted(game.scenario.red_lines))
            if game.scenario.red_lines[id].enabled and int(state.line_first[i, k]) == turn]  # fmt: skip


def changed(game: Game, world: str, gauge: str, turn: int) -> float:
    """By how much a result changed in a turn; 0 where the change is smaller than what matters."""
    watch, k = game.worlds.watch, game.lane(world)
    before, after = game.worlds.course(gauge, k)[turn : turn + 2]
    change = after - before
    return change if abs(change) >= watch.observer.dictionary[gauge].margin else 0.0


def kinds(game: Game, world: str, lines: Sequence[str]) -> set[str]:
    """Kinds of some lines; a move that was answered is of the kind of its answer as well."""
    out = {line.partition(":")[0] for line in lines}
    stories = game.worlds.stories[game.lane(world)].turns
    if stories and not inside(game):
        answers = stories[-1].answers
        out |= {answers[line[5:]] for line in lines if line.startswith("move:") and line[5:] in answers}
    return out


def headlines(game: Game, world: str, lines: Sequence[str]) -> list[str]:
    """Headlines that fit some lines."""
    there = kinds(game, world, lines)
    return [id for id, needed in HEADLINES.items() if there & set(needed)]


def front(game: Game, world: str) -> Front | None:
    """The front page that a world's press has made for this round."""
    return game.fronts.get((world, game.round))
