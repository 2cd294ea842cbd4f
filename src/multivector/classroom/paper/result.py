"""What is read aloud after a quarter: at most sixty words in the room's language, and five numbers for the board."""

from __future__ import annotations

from dataclasses import dataclass

from multivector.classroom.lesson.figures import named
from multivector.classroom.lesson.lessons import aim_told, common, words_in
from multivector.classroom.lesson.words import tell, texts, word
from multivector.classroom.paper.game_on_paper import PaperGame
from multivector.classroom.playing import aims
from multivector.classroom.playing.went import went
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
    before: int | None

    @property
    def sign(self) -> str:
        """Up, down or the same as a quarter before; nothing in the first."""
        if self.before is None:
            return ""
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


def sheet(game: PaperGame, turn: int, language: str) -> Sheet:
    """The result sheet of a quarter that was played."""
    say, shared = speaker(language), common()
    now, before = game.worlds.watch.outcomes[turn], game.worlds.watch.outcomes[turn - 1] if turn else None
    marks = tuple(
        Mark(r.id, r.text.get(language), float(now[r.id][0]), on_board(r.id, float(now[r.id][0])),
             None if before is None else on_board(r.id, float(before[r.id][0])))
        for r in shared.results
    )  # fmt: skip
    quarter = game.quarters[turn]
    came = [went(game.worlds, turn, s.prediction.outcome) for s in game.steps if s.quarter == quarter]
    told = ", ".join(shared.say(f"p_{c}", language) for c in came if c)
    gauges = ", ".join(f"{m.name} {m.mark}{f' {m.sign}' if m.sign else ''}" for m in marks)
    # In the order of what is said first if not all of it fits.
    parts = [
        shared.say("r_over", language, quarter=say.quarter(quarter)),
        shared.say("r_gauges", language, gauges=gauges),
        _lines(game, turn, language),
        _votes(game, turn, language),
        *_items(game, turn, language),
        shared.say("r_prediction", language, answer=told) if told else "",
        _offers(game, turn, language),
        _news(game, turn, language),
    ]
    said = [p for p in parts if p]
    while words_in(" ".join(said)) > MOST_WORDS:
        said.pop()
    return Sheet(quarter, " ".join(said), marks, told)


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


def _lines(game: PaperGame, turn: int, language: str) -> str:
    """Which red line has been crossed by now; else which has kept least of its distance from the base."""
    shared, lines, seen = common(), game.arms.scenario.red_lines, game.lines.margins[: turn + 1]
    crossed = [id for id in lines if any(row.get(id, 1.0) < 0.0 for row in seen)]
    if crossed:
        return shared.say("r_lines", language, line=", ".join(tell(lines[id].title, language) for id in crossed[:2]))
    left = {id: value / game.lines.room[id] for id, value in seen[turn].items() if game.lines.room.get(id, 0.0) > 0.0}
    if not left:
        return ""
    return shared.say("r_lines_none", language, line=tell(lines[min(left, key=lambda id: left[id])].title, language))


def _votes(game: PaperGame, turn: int, language: str) -> str:
    focus, told = game.arms.scenario.focus, []
    names = {number: option for option, number in OPTIONS.items()}
    story = game.worlds.stories[0].turns[turn]
    at = game.worlds.actors.index(focus)
    for text, cast in story.votes.items():
        told.append(f"{text} {word('votes', names[cast[at]], language)}")
    return common().say("r_votes", language, votes="; ".join(told)) if told else ""


def _items(game: PaperGame, turn: int, language: str) -> list[str]:
    """Counts of the votes that the room held beside the model."""
    cast, out = game.cast(turn), []
    for item in game.items:
        if item.id in cast:
            counts = {option: list(cast[item.id].values()).count(option) for option in OPTIONS}
            out.append(common().say("r_item", language, symbol=item.symbol, **counts))
    return out


def _offers(game: PaperGame, turn: int, language: str) -> str:
    answers = list(game.worlds.stories[0].turns[turn].answers.values())
    yes, no = answers.count("accepted"), answers.count("refused")
    return common().say("r_offers", language, yes=yes, no=no) if yes + no else ""


def _news(game: PaperGame, turn: int, language: str) -> str:
    story, events = game.worlds.stories[0].turns[turn], game.arms.scenario.events
    told = [tell(events[e].title, language) for e in story.events if e in events]
    told += [
        word("hazards", h, language) for h, fired in story.hazards.items() if fired > 0.5 and h in texts("hazards")
    ]
    return common().say("r_news", language, news="; ".join(told[:2])) if told else ""
