"""The run-sheet of a lesson: which line of it the class has reached, and how late it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from multivector.classroom.lesson.lessons import common
from multivector.classroom.lesson.words import tell
from multivector.classroom.playing import items
from multivector.classroom.playing.game import Game

SKIPPED = ("lookup", "press")
"""Blocks that a late class leaves out first."""
AFTER = {"press": "press", "debrief-1": "what", "timeline": "what", "debrief-2": "why", "debrief-3": "whatif",
         "leftout": "leftout", "learned": "after"}  # fmt: skip
"""What the projector shows when the game is over, and the block in which it does."""
LOBBY = {"quiet": "brief", "example": "question"}
"""The same before the first round."""
WALL = {"join": "join", "knowledge": "join", "question": "example", "brief": "quiet", "turn": "scheme",
        "lookup": "worlds", "press": "press", "leave": "end", "what": "debrief-1", "why": "debrief-2",
        "whatif": "debrief-3", "leftout": "leftout", "after": "learned"}  # fmt: skip
"""What belongs on the wall in a block."""


class Time(Protocol):
    """The clock of a round: seconds left, of how many."""

    @property
    def left(self) -> float:
        """Seconds left."""
        ...

    @property
    def length(self) -> float:
        """Seconds in all."""
        ...


def rows(game: Game) -> list[Mapping[str, Any]]:
    """Lines of the plan that was chosen: minute, length in minutes, block, round; none where the lesson has no plan.

    A rehearsal has those of the rounds that it plays, and what comes before and after all rounds.
    """
    plan = game.settings.plan
    plans = game.lesson.get("plans", {})
    found = [row for row in plans.get(str(plan)) or plans.get(plan) or [] if isinstance(row, Mapping)]
    if not game.settings.rehearsal:
        return found
    rounds = {r.id for r in game.rounds}
    played = [k for k, row in enumerate(found) if row.get("step") in rounds]
    left_out = [k for k, row in enumerate(found) if row.get("step") not in {None, *rounds}]
    return found[: played[-1] + 1] + found[left_out[-1] + 1 :] if played and left_out else found


def at(game: Game) -> int | None:
    """Number of the line that the class has reached; None where the plan does not say."""
    lines = rows(game)
    blocks, steps = [str(r.get("what")) for r in lines], [r.get("step") for r in lines]

    def block(name: str) -> int | None:
        return blocks.index(name) if name in blocks else None

    if game.phase == "lobby":
        return block("knowledge" if game.survey_open == "before" else LOBBY.get(game.screen, "join"))
    if game.phase == "over":
        here = block("after" if game.survey_open == "after" else AFTER.get(game.screen, "leave"))
        return block("leave") if here is None else here
    now = game.now.id
    here = steps.index(now) if now in steps else None
    if here is None or game.phase == "playing":
        return here
    # Between rounds: a look at the board or a press conference, if the plan has one just before the round to come.
    return here - 1 if here and blocks[here - 1] in SKIPPED else here


def before(game: Game) -> float:
    """Seconds of the plan before the round that is played."""
    here = at(game)
    return 0.0 if here is None else 60.0 * float(rows(game)[here].get("minute", 0.0))


def late(game: Game, lesson: float | None, clock: Time) -> float | None:
    """Seconds by which a lesson that began so many seconds ago is late; less than zero where there is time left.

    A round counts as far as its own clock has run: a pause makes late, and so does a minute more.
    """
    here = at(game)
    if lesson is None or here is None:
        return None
    row = rows(game)[here]
    start, length = 60.0 * float(row.get("minute", 0.0)), 60.0 * float(row.get("length", 0.0))
    done = length - clock.left if game.phase == "playing" else length
    if game.phase == "between" and row.get("step") is not None:
        done = 0.0
    return round(lesson - start - done, 1)


def told(game: Game, language: str) -> list[dict[str, Any]]:
    """The lines in one language, with the one that the class has reached, and those that a late class leaves out."""
    here = at(game)
    return [
        {"minute": row.get("minute", 0.0), "length": row.get("length", 0.0), "what": row.get("what"),
         "step": row.get("step"), "name": tell(row.get("name"), language), **_columns(game, row, language),
         "now": k == here, "screen": WALL.get(str(row.get("what"))),
         "skip": row.get("what") in SKIPPED, "past": here is not None and k < here}
        for k, row in enumerate(rows(game))
    ]  # fmt: skip


def _columns(game: Game, row: Mapping[str, Any], language: str) -> dict[str, str]:
    """What teacher, projector and students do: with pages, or on paper where the class goes on on paper."""
    said = row.get("paper", row) if game.paper else row
    texts = _texts(game, row.get("step"))
    wall = tell(said.get("wall"), language) + (
        f" · {common().say('voted', language, texts=', '.join(texts))}" if texts else ""
    )
    on = [tell(i.get("title"), language) for i in items.switched_on(game) if i["step"] == row.get("step")]
    text = tell(said.get("text"), language) + "".join(f" [{common().say('optional', language)}: {t}]" for t in on)
    return {"text": text, "wall": wall, "students": tell(said.get("students"), language)}


def _texts(game: Game, step: str | None) -> list[str]:
    """Texts on which is voted in a round: in the last one of their quarter."""
    found = next((r for r in game.plan if r.id == step and r.last), None)
    quarters = game.scenario.quarters()
    if found is None or found.turn >= len(quarters):
        return []
    return sorted(id for id, vote in game.scenario.alignment.votes.items() if vote.turn == quarters[found.turn])


def span(row: Mapping[str, Any]) -> str:
    """From which minute to which.

    Examples
    --------
    >>> span({"minute": 19, "length": 5.5}), span({"minute": 0, "length": 3}), span({"minute": -15, "length": 15})
    ('19-24:30', '0-3', '-15')
    """
    start = float(row.get("minute", 0.0))
    if start < 0.0:
        return _clock(start)
    return f"{_clock(start)}-{_clock(start + float(row.get('length', 0.0)))}"


def _clock(minutes: float) -> str:
    whole, rest = divmod(round(60 * minutes), 60)
    return f"{whole}:{rest:02d}" if rest else str(whole)
