"""Real events that a teacher may bring in: off by themselves, neutral, sourced, and felt by the engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from multivector.classroom.lesson.lessons import lesson, lessons, shipped_lessons
from multivector.classroom.paper.printed import Press
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game
from multivector.classroom.room import export
from multivector.classroom.showing import public
from multivector.classroom.showing.views import Clock, teacher_view
from multivector.cli.serve import room_of
from multivector.errors import BadInput
from multivector.experiment.ensembles.again import verify
from multivector.language import LANGUAGES
from multivector.results.store import open_result
from multivector.scenario import load

EVENTS = [(name, inject.id) for name in lessons() for inject in lesson(name).injects if inject.then]
FELT = {"sugar": "inflation", "crossings": "real_income", "heat": "approval", "blackout": "approval"}
"""An outcome that each event moves."""
NEUTRAL = {"en": ("official", "disputed"), "ru": ("официальн", "оспарива"), "kk": ("ресми", "даулы")}


def opened(name: str) -> Game:
    asked = {"worlds": 1, "seats": 5, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 5}
    arms, settings = room_of(name, asked)
    return Game(settings, arms)


def played(name: str, id: str, *, bring: bool = True) -> Game:
    """A lesson that machines play until the quarter after the event's step is over."""
    game, step = opened(name), next(i.step for i in lesson(name).injects if i.id == id)
    act(game, "teacher", {"do": "start", "at": step})
    last = game.now.turn + 1
    if bring:
        act(game, "teacher", {"do": "inject", "id": id})
    act(game, "server", {"do": "end", "away": []})
    while game.phase == "between" and game.turn <= last:
        act(game, "teacher", {"do": "start"})
        act(game, "server", {"do": "end", "away": []})
    return game


def test_each_lesson_has_two_or_three_and_none_is_in_the_world_by_itself() -> None:
    for name in lessons():
        own = [i for i in lesson(name).injects if i.then]
        assert 2 <= len(own) <= 3
        for inject in own:
            assert inject.id not in load(lesson(name).world_file).events
            assert re.search(r"20(21|22|23)", inject.source)
            assert "size assumed" in inject.source
            for language in LANGUAGES:
                # An official reason, or that official accounts differ: never a cause in the product's own voice.
                assert NEUTRAL[language][0] in inject.title.get(language)
        assert any(all(NEUTRAL[lang][1] in i.title.get(lang) for lang in LANGUAGES) for i in own)


@pytest.mark.parametrize(("name", "id"), EVENTS)
def test_an_event_brought_in_is_news_of_the_next_quarter_and_felt_there(name: str, id: str) -> None:
    inject = next(i for i in lesson(name).injects if i.id == id)
    with_, without = played(name, id), played(name, id, bring=False)
    turn = next(r.turn for r in with_.plan if r.id == inject.step)
    assert with_.scenario.events[id].turn == with_.scenario.quarters()[turn + 1]
    assert id not in without.scenario.events
    told = [n["text"] for n in public.news(with_, "A", turn + 1, "kk")]
    assert inject.title.kk in told

    def came(game: Game, quarter: int) -> float:
        return float(game.worlds.watch.outcomes[quarter][FELT[id]][0])

    assert came(with_, turn) == came(without, turn)
    assert came(with_, turn + 1) != came(without, turn + 1)


def test_a_lesson_with_an_event_brought_in_is_a_result_that_can_be_verified(tmp_path: Path) -> None:
    game = played("lesson-january-2022", "blackout")
    if game.phase != "over":
        act(game, "teacher", {"do": "finish"})
    name = export.save(export.arms_of(game, "A"), game.settings.seed, str(tmp_path))
    assert verify(open_result(tmp_path / name)).fine


def test_the_console_names_the_source_of_an_event_and_that_it_is_no_card() -> None:
    game = opened("lesson-after-2022")
    told = teacher_view(game, "ru", Clock(), {}, [])["injects"]
    heat: dict[str, Any] = next(i for i in told if i["id"] == "heat")
    assert not heat["card"]
    assert "27 November 2022" in heat["source"]
    assert not heat["used"]
    guide = next(d.html for d in Press("lesson-after-2022").documents(["ru"]) if d.name == "guide-ru")
    assert "Событие, которое можно ввести" in guide
    assert "авария на ТЭЦ" in guide


@pytest.mark.parametrize(("old", "new", "said"), [
    ("then: [{stock: prices, steps: 1}]", "then: [{stock: price, steps: 1}]", 'did you mean "prices"'),
    ("    then: [{stock: prices, steps: 1}]\n", "", "found neither"),
])  # fmt: skip
def test_a_wrong_event_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "worlds").mkdir()
    for file in (shipped_lessons() / "worlds").glob("*.yaml"):
        (tmp_path / "worlds" / file.name).write_text(file.read_text("utf-8"), "utf-8")
    text = (shipped_lessons() / "lesson-after-2022.yaml").read_text("utf-8")
    assert old in text
    target = tmp_path / "lesson-mine.yaml"
    target.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadInput) as error:
        lesson(target)
    assert said in str(error.value)
    assert re.search(r"lesson-mine\.yaml:\d+:\d+: injects\.3", str(error.value))
