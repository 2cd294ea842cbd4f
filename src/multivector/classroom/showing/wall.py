"""What the teacher has put on the wall besides the view: the decision that is open, the past that is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from multivector.classroom.lesson.words import word
from multivector.classroom.playing.acts import LEAVES
from multivector.classroom.playing.advice import Advice, Advisers
from multivector.classroom.playing.game import Game, Refused
from multivector.classroom.playing.staff import Place, place_of
from multivector.classroom.playing.worlds import Worlds
from multivector.classroom.showing import public, views

GUESSES = ("up", "same", "down")


def leaves_of(message: Mapping[str, Any]) -> int:
    """How many leaves the wall says that its screen has.

    Raises
    ------
    Refused
        No number of leaves.

    Examples
    --------
    >>> leaves_of({"do": "leaves", "count": 5})
    5
    """
    count = message.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= LEAVES:
        raise Refused("bad-request")
    return count


def question_of(game: Game, message: Mapping[str, Any]) -> dict[str, Any]:
    """A changed past as it was asked for: world, quarter, actor, its moves instead, what the class expects.

    Raises
    ------
    Refused
        The game is not over, or there is no such world, quarter, actor or move.
    """
    world, actor, entries, guess = (message.get(k) for k in ("world", "actor", "entries", "guess"))
    quarter = message.get("quarter")
    if game.phase != "over":
        raise Refused("not-now")
    quarters = game.scenario.quarters()[: len(game.made)]
    if world not in game.world_ids or actor not in game.actors or quarter not in quarters:
        raise Refused("unknown")
    menu = game.worlds.menus[str(actor)].entries
    fits = isinstance(entries, list) and len(entries) <= game.worlds.slots(str(actor))
    if not fits or not all(e in menu for e in entries or ()) or (guess and guess not in GUESSES):
        raise Refused("bad-request")
    return {"world": str(world), "quarter": str(quarter), "actor": str(actor), "entries": list(entries or ()),
            "guess": guess or None}  # fmt: skip


def whatif_words(found: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A changed past with its texts in one language."""
    gauges = [{**g, "name": word("gauges", g["id"], language), "words": views.verdict_words(g["words"], language)}
              for g in found["gauges"]]  # fmt: skip
    return {**found, "gauges": gauges}


@dataclass(frozen=True)
class Example:
    """One move as an example of how to read an estimate, as the first quarter begins."""

    entry: str
    value: float
    low: float
    high: float
    place: Place

    @classmethod
    def of(cls, game: Game) -> Example:
        """The best move of the focus actor of which one cannot tell whether it helps; else the least sure of all.

        No offer: an answer would be a second thing to explain. The worlds of the room are not touched.
        """
        first: Worlds = game.__dict__.get("prepared") or game.worlds
        worlds = Worlds(first.arms, first.seed, 1, like=first.setup, benchmark=first.benchmark)
        worlds.open()
        actor = worlds.scenario.focus
        menu, catalogue = worlds.menus[actor], worlds.setup.layout.catalogue
        low, high = (ends[:, 0] for ends in Advice(Advisers(worlds), 0).between(actor))
        may = [m for m, e in enumerate(menu.entries)
               if menu.feasible[m, 0] and not catalogue.entries[catalogue.index[e]].is_offer]  # fmt: skip
        value = menu.value[:, 0]
        unsure = [m for m in may if low[m] < 0.0 < high[m]]
        m = max(unsure, key=lambda m: value[m]) if unsure else max(may, key=lambda m: high[m] - low[m])
        place = place_of(worlds.scenario, worlds.seed, worlds.openings[0], 0)
        return cls(menu.entries[m], float(value[m]), float(low[m]), float(high[m]), place)

    def told(self, game: Game, language: str, forecast: Mapping[str, Any] | None) -> dict[str, Any]:
        """As the wall shows it; the staff's forecast follows when it is there."""
        estimate = {"value": self.value, "words": views.worth(self.value, language),
                    **views.interval(self.value, self.low, self.high, language)}  # fmt: skip
        return {"actor": game.scenario.focus, "title": views.title(game, self.entry, language), "estimate": estimate,
                "forecast": forecast and views.forecast_words(game, forecast, language)}  # fmt: skip


@dataclass
class Shown:
    """What is on the wall by the teacher's choice; nothing of it is part of the game.

    Attributes
    ----------
    decision : number of the decision opened, world by world in the order of the debrief; None for the fork.
    whatif : the changed past that was asked for, with `found` once it has been played.
    example : the move that is explained before the first round, and its forecast.
    """

    decision: int | None = None
    whatif: dict[str, Any] | None = None
    example: Example | None = None
    forecast: dict[str, Any] | None = None
    explaining: bool = False

    def put(self, game: Game, message: Mapping[str, Any]) -> None:
        """Put a decision or a question on the wall.

        Raises
        ------
        Refused
            There is no such decision or past, or the game is not over.
        """
        if game.phase != "over":
            raise Refused("not-now")
        if "whatif" in message:
            asked = message["whatif"]
            self.whatif = question_of(game, asked if isinstance(asked, Mapping) else {})
            return
        number = message.get("decision")
        count = sum(len(t.decisions) for story in game.worlds.stories for t in story.turns)
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < count:
            raise Refused("bad-request")
        self.decision = number

    def told(self, game: Game, language: str) -> dict[str, Any]:
        """As the wall shows it, in its language."""
        example = self.example and self.example.told(game, language, self.forecast)
        return {"decision": self.decision, "whatif": self._whatif(game, language), "example": example}

    def _whatif(self, game: Game, language: str) -> dict[str, Any] | None:
        if self.whatif is None:
            return None
        asked = self.whatif
        turn = game.scenario.quarters().index(asked["quarter"])
        played = game.worlds.made(game.lane(asked["world"]), turn)[asked["actor"]]
        told = {k: v for k, v in asked.items() if k != "found"}
        return told | {"actor_name": public.actor_name(game, asked["actor"], language),
                 "played": [views.title(game, e, language) for e in played],
                 "titles": [views.title(game, e, language) for e in asked["entries"]],
                 "answer": whatif_words(asked["found"], language) if "found" in asked else None}  # fmt: skip
