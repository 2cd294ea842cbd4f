"""The class report: its front is one page of A4, for every size of class, lesson and language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from multivector.classroom.lesson.words import say
from multivector.classroom.paper import class_report
from multivector.classroom.paper.printed import Printed, find_chromium, pages_of, to_pdf
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game
from multivector.classroom.showing.public import GAUGES
from multivector.cli.serve import room_of
from multivector.language import LANGUAGES
from multivector.mechanisms.common import Array
from rooms_helper import seated

FIRST = ["KAZ:set-enforcement-tighten"]


def finished(name: str, size: int, plan: str, items: tuple[str, ...] = ()) -> Game:
    """A lesson played to its end: everybody answers the questions and foresees, heads make a move and vote."""
    asked: dict[str, Any] = {"worlds": None, "seats": size, "turns": None, "minutes": None, "plan": plan,
                             "lang": "en", "seed": 7}  # fmt: skip
    arms, settings = room_of(name, asked)
    game = Game(settings, arms)
    seated(game, size)
    for id in items:
        act(game, "teacher", {"do": "item", "id": id, "on": True})
    answer(game, "before")
    while game.phase != "over":
        act(game, "teacher", {"do": "start"})
        step = game.now.id
        told = game.lesson["predictions"].get(step)
        for k, seat in enumerate(game.people):
            if told:
                choice = told["options"][k % 3]["id"]
                act(game, seat, {"do": "predict", "id": told["id"], "option": choice})
        if not game.worlds.past:  # so that the report says where the worlds part
            act(game, "A-KAZ-head", {"do": "confirm", "entries": FIRST, "done": True})
        for world in game.world_ids:
            for item in items:
                if game.lesson and step == "q4":
                    act(game, f"{world}-KAZ-foreign", {"do": "item-vote", "id": item, "vote": "no"})
        act(game, "server", {"do": "end", "away": []})
    answer(game, "after")
    return game


def answer(game: Game, part: str) -> None:
    act(game, "teacher", {"do": "survey", "open": part})
    for seat in game.people:
        told = {q["id"]: q.get("right", "a") for q in game.lesson["survey"]}
        act(game, seat, {"do": "survey", "when": part, "answers": told})


def histories(game: Game) -> dict[str, Array]:
    """Outcomes of machines, so that every result has its place among them."""
    return {g: np.linspace(0.0, 1.0, 40)[None, :].repeat(len(game.worlds.past), 0) for g in GAUGES}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size", "plan", "items"),
    [
        ("lesson-after-2022", 24, "60", ()),
        ("lesson-after-2022", 36, "60", ("hrc-51",)),
        ("lesson-after-2022", 36, "90", ("hrc-51",)),
        ("lesson-january-2022", 24, "60", ()),
        ("lesson-january-2022", 36, "90", ()),
    ],
)
def test_the_front_is_one_page(tmp_path: Path, name: str, size: int, plan: str, items: tuple[str, ...]) -> None:
    browser = find_chromium()
    assert browser is not None
    game = finished(name, size, plan, items)
    assert len(game.world_ids) == {24: 2, 36: 3}[size]
    for language in LANGUAGES:
        html = class_report.page(game, language, histories(game))
        assert html.count('<span class="small">(') == 5 * len(game.world_ids)  # places among histories
        assert say(language)("Where the worlds part") in html
        target = tmp_path / f"{language}.pdf"
        to_pdf(Printed("report", html), target, browser)
        # The front, and how far each result can be believed on its back: nothing runs onto a third.
        assert pages_of(target.read_bytes()) == 2, (name, size, language)
