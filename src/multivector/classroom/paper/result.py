"""What is read aloud after a quarter: at most sixty words in the room's language, and five numbers for the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from multivector.classroom.lesson.figures import named
from multivector.classroom.lesson.lessons import aim_told, common, words_in
from multivector.classroom.lesson.words import tell, texts, word
from multivector.classroom.paper.game_on_paper import PaperGame, room_of_lines
from multivector.classroom.playing import aims
from multivector.classroom.playing.game import Game
from multivector.classroom.playing.went import went
from multivector.classroom.playing.worlds import Worlds
from multivector.language import speaker
from multivector.outcomes import OUTCOMES
from multivector.world.said import OPTIONS

MOST_WORDS = 60
SCALES = {"approval": (0.3, 0.7)}
"""Ends of the board where the dictionary has none: those of legitimacy, which follows approval."""


@dataclass(frozen=True)
class Mark:
    """A gauge on the board: its outcome, name, value, and where it stands from 0 to 10; `before` a quarter ago."""

    outcome: str
    name: str
    value: float
    mark: int
    before: int

    @property
    def sign(self) -> str:
        """Up, down or the same as a quarter before."""
        if self.mark == self.before:
            return "="
        return "▲" if self.mark > self.before else "▼"


@dataclass(frozen=True)
class Sheet:
    """The result sheet: the text to be read, and the five marks."""

    quarter: str
    text: str
    marks: tuple[Mark, ...]
    prediction: str


def on_board(outcome: str, value: float) -> int:
    """Where a value stands between its worst (0) and best (10) end.

    Examples
    --------
    >>> on_board("oil.exported", 1.0), on_board("real_income", 0.95), on_board("autonomy", 0.9)
    (10, 5, 0)
    """
    low, high = OUTCOMES[outcome].scale or SCALES[outcome]
    return max(0, min(10, round(10 * (value - low) / (high - low))))


@dataclass(frozen=True)
class Quarter:
    """A quarter of one world that is over, as a game on paper or a room has it.

    `foresaw` are outcomes of its predictions, `crossed` red lines crossed by now, `left` what is left of the distance
    to each line, in shares of what it was in the beginning; `cast` what was cast in votes of the room, by symbol.
    """

    worlds: Worlds
    lane: int
    turn: int
    quarter: str
    foresaw: tuple[str, ...]
    crossed: tuple[str, ...]
    left: Mapping[str, float]
    cast: tuple[tuple[str, Mapping[str, str]], ...] = ()
    world: str = ""


def of_paper(game: PaperGame, turn: int) -> Quarter:
    """A quarter of a game on paper."""
    quarter, seen, cast = game.quarters[turn], game.lines.margins[: turn + 1], game.cast(turn)
    room = game.lines.room
    return Quarter(
        game.worlds, 0, turn, quarter, tuple(s.prediction.outcome for s in game.steps if s.quarter == quarter),
        tuple(id for id in game.arms.scenario.red_lines if any(row.get(id, 1.0) < 0.0 for row in seen)),
        {id: value / room[id] for id, value in seen[turn].items() if room.get(id, 0.0) > 0.0},
        tuple((item.symbol, cast[item.id]) for item in game.items if item.id in cast),
    )  # fmt: skip


def of_room(game: Game, world: str) -> Quarter:
    """The last quarter of a world of a room; the world's name is said where there are several."""
    worlds, lane, turn = game.worlds, game.lane(world), len(game.worlds.past) - 1
    names, state = sorted(game.scenario.red_lines), worlds.model.state
    room = room_of_lines(worlds.model.engine, worlds.openings[0], lane)
    now = {id: float(state.line_margin[k, lane]) for k, id in enumerate(names)}
    quarter, told = game.scenario.quarters()[turn], game.lesson.get("predictions", {})
    steps = {r.id for r in game.rounds if r.turn == turn}
    asked = [p for id, p in told.items() if id in steps or id == quarter]
    return Quarter(
        worlds, lane, turn, quarter, tuple(str(p["outcome"]) for p in asked if p.get("outcome")),
        tuple(id for k, id in enumerate(names) if int(state.line_first[k, lane]) >= 0),
        {id: value / room[id] for id, value in now.items() if np.isfinite(value) and room.get(id, 0.0) > 0.0},
        tuple((str(item["symbol"]), game.item_votes[world, str(item["id"])]) for item in game.settings.optional
              if item.get("step") in steps and game.item_votes.get((world, str(item["id"])))),
        world if len(game.world_ids) > 1 else "",
    )  # fmt: skip


def sheet(game: PaperGame, turn: int, language: str) -> Sheet:
    """The result sheet of a quarter that was played on paper."""
    return told(of_paper(game, turn), language)


def told(over: Quarter, language: str) -> Sheet:
    """The result sheet of a quarter: at most sixty words to be read aloud, and the five marks."""
    say, shared, turn, lane = speaker(language), common(), over.turn, over.lane
    stood = {r.id: over.worlds.course(r.id, lane)[turn : turn + 2] for r in shared.results}
    marks = tuple(
        Mark(r.id, r.text.get(language), stood[r.id][1], *(on_board(r.id, value) for value in stood[r.id][::-1]))
        for r in shared.results
    )  # fmt: skip
    came = [went(over.worlds, turn, outcome, lane) for outcome in over.foresaw]
    answers = ", ".join(shared.say(f"p_{c}", language) for c in came if c)
    gauges = ", ".join(f"{m.name} {m.mark} {m.sign}" for m in marks)
    # In the order of what is said first if not all of it fits.
    parts = [
        f"{shared.say('world', language, name=over.world)}." if over.world else "",
        shared.say("r_over", language, quarter=say.quarter(over.quarter)),
        shared.say("r_gauges", language, gauges=gauges),
        _lines(over, language),
        _votes(over, language),
        *_items(over, language),
        shared.say("r_prediction", language, answer=answers) if answers else "",
        _offers(over, language),
        _news(over, language),
    ]
    said = [p for p in parts if p]
    while words_in(" ".join(said)) > MOST_WORDS:
        said.pop()
    return Sheet(over.quarter, " ".join(said), marks, answers)


def aims_sheet(game: PaperGame, language: str) -> list[tuple[str, str, str]]:
    """What is read at the end of the game: delegation, aim, and how near it came; nothing where there is no lesson."""
    if game.lesson is None or not game.worlds.watch.outcomes:
        return []
    scenario, out = game.arms.scenario, []
    crossed = len({id for row in game.lines.margins for id, left in row.items() if left < 0.0})
    for actor, team in game.lesson.delegations.items():
        own = [aim_told(aim) for aim in team.aims]
        for aim in aims.scored(game.worlds, 0, own, language, crossed):
            out.append((named(scenario, actor, language), aim["text"], aim["words"]))
    return out


def _lines(over: Quarter, language: str) -> str:
    """Which red line has been crossed by now; else which has kept least of its distance from the base."""
    shared, lines = common(), over.worlds.scenario.red_lines
    if over.crossed:
        named_ = ", ".join(tell(lines[id].title, language) for id in over.crossed[:2])
        return shared.say("r_lines", language, line=named_)
    if not over.left:
        return ""
    nearest = min(over.left, key=lambda id: over.left[id])
    return shared.say("r_lines_none", language, line=tell(lines[nearest].title, language))


def _votes(over: Quarter, language: str) -> str:
    names = {number: option for option, number in OPTIONS.items()}
    at = over.worlds.actors.index(over.worlds.scenario.focus)
    cast = over.worlds.stories[over.lane].turns[over.turn].votes
    said = [f"{text} {word('votes', names[votes[at]], language)}" for text, votes in cast.items()]
    return common().say("r_votes", language, votes="; ".join(said)) if said else ""


def _items(over: Quarter, language: str) -> list[str]:
    """Counts of the votes that the room held beside the model."""
    return [common().say("r_item", language, symbol=symbol,
                         **{option: list(cast.values()).count(option) for option in OPTIONS})
            for symbol, cast in over.cast]  # fmt: skip


def _offers(over: Quarter, language: str) -> str:
    answers = list(over.worlds.stories[over.lane].turns[over.turn].answers.values())
    yes, no = answers.count("accepted"), answers.count("refused")
    return common().say("r_offers", language, yes=yes, no=no) if yes + no else ""


def _news(over: Quarter, language: str) -> str:
    story, events = over.worlds.stories[over.lane].turns[over.turn], over.worlds.scenario.events
    news = [tell(events[e].title, language) for e in story.events if e in events]
    news += [
        word("hazards", h, language) for h, fired in story.hazards.items() if fired > 0.5 and h in texts("hazards")
    ]
    return common().say("r_news", language, news="; ".join(news[:2])) if news else ""
