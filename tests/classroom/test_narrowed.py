"""A part of a quarter has a list of moves: for people, for machines and doctrines, on paper, in forecasts, in files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from multivector.classroom.lesson.codes import line
from multivector.classroom.lesson.lessons import lesson, shipped_lessons
from multivector.classroom.lesson.narrowed import Parts, lets, parts_of
from multivector.classroom.paper.game_on_paper import PaperGame, Start
from multivector.classroom.paper.printed import Press
from multivector.classroom.playing import staff
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Refused
from multivector.classroom.playing.typed import codes
from multivector.classroom.playing.worlds import Played
from multivector.classroom.room import export
from multivector.classroom.showing import views
from multivector.cli.serve import room_of
from multivector.errors import BadInput
from multivector.experiment.ensembles.again import verify
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.story import Story
from multivector.results.store import open_result
from multivector.scenario import load
from rooms_helper import seated

NAME = "lesson-january-2022"
REFORM, HELP, AID = "KAZ:political-reform-carry-out", "KAZ:ask-for-csto-help>RUS", "KAZ:humanitarian-aid"
FIRST = "      KAZ: [M41, M42, M45]\n"
PARTS = ("a", "b", "c", "feb")


def opened(people: int, seed: int = 7) -> Game:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": seed}
    arms, settings = room_of(NAME, asked)
    game = Game(settings, arms)
    seated(game, people)
    return game


def refused(game: Game, who: str, **message: object) -> str:
    with pytest.raises(Refused) as found:
        act(game, who, message)
    return found.value.code


def on_the_list(game: Game, step: str, actor: str, entry: str) -> bool:
    catalogue = game.worlds.setup.layout.catalogue
    return lets(lesson(NAME).step(step).only.get(actor), catalogue.entries[catalogue.index[entry]].move)


def test_every_part_of_the_crisis_has_a_list_for_whoever_may_move_in_it() -> None:
    found, world = lesson(NAME), load(lesson(NAME).world_file)
    for step in (found.step(id) for id in PARTS):
        for actor in world.actors:
            if step.limit(actor, 3):
                assert step.only[actor], (step.id, actor)
                assert len([m for m in world.moves.values() if actor in m.by and step.lets(actor, m)]) <= 12
    assert not found.step("a").lets("KAZ", world.moves["ask-for-csto-help"])
    assert found.step("b").lets("KAZ", world.moves["ask-for-csto-help"])


def test_people_have_the_list_alone_on_the_menu_and_nothing_else_is_taken() -> None:
    game = opened(12)
    act(game, "teacher", {"do": "start", "at": "a"})
    menu = views.menu(game, game.people["A-KAZ-head"])["entries"]
    assert {e["entry"].partition(":")[2] for e in menu} == {
        "political-reform-carry-out", "political-reform-stall", "set-fuel-prices-cap", "set-fuel-prices-free",
        "currency-and-fund-defence",
    }  # fmt: skip
    for entry in (HELP, AID):
        assert refused(game, "A-KAZ-head", do="propose", entry=entry) == "not-in-this-part"
        assert refused(game, "A-KAZ-head", do="confirm", entries=[entry]) == "not-in-this-part"
        assert refused(game, "A-KAZ-head", do="forecast", entries=[entry]) == "not-in-this-part"
        assert refused(game, "teacher", do="play", world="A", actor="KAZ", entries=[entry]) == "not-in-this-part"
        typed = line("K", [codes(game)[entry]])
        assert refused(game, "teacher", do="moves", world="A", codes=typed) == "not-in-this-part"
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [REFORM], "done": True})
    act(game, "server", {"do": "end", "away": []})
    act(game, "teacher", {"do": "start"})
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [HELP], "done": True})
    assert refused(game, "A-EU-head", do="confirm", entries=["EU:corridor-finance>KAZ"]) == "not-in-this-part"
    act(game, "A-EU-head", {"do": "confirm", "entries": ["EU:hard-rhetoric>KAZ"]})


def test_a_quarter_without_lists_has_its_whole_menu() -> None:
    game = opened(12)
    act(game, "teacher", {"do": "start"})
    act(game, "A-KAZ-head", {"do": "confirm", "entries": ["KAZ:regional-summit"], "done": True})
    assert len(views.menu(game, game.people["A-KAZ-head"])["entries"]) > 40


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_machines_keep_to_the_lists_part_by_part(seed: int) -> None:
    game, shown = opened(0, seed), {}
    act(game, "teacher", {"do": "start", "at": "a"})
    for step in PARTS:
        assert game.now.id == step
        before = {a: game.so_far(("A", a)) for a in game.actors}
        for actor in game.actors:
            now = game.moves_of(("A", actor))
            assert now[: len(before[actor])] == before[actor]
            assert all(on_the_list(game, step, actor, e) for e in now[len(before[actor]) :]), (step, actor, now)
            shown[actor] = now
        act(game, "server", {"do": "end", "away": []})
        if game.phase == "between" and step != "feb":
            act(game, "teacher", {"do": "start"})
    # What was shown is what the engine played.
    assert game.worlds.made(0, 1) == shown
    assert any(shown.values())


def test_a_doctrine_that_people_tapped_keeps_to_the_lists_too() -> None:
    game = opened(12)
    act(game, "teacher", {"do": "start", "at": "a"})
    own = game.scenario.actors["KAZ"].doctrine
    for doctrine in [c["id"] for c in views.seat_view(
        game, game.people["A-KAZ-head"], views.Clock(), [])["doctrine"]["choices"] if c["id"] != own][:2]:  # fmt: skip
        parts = game.worlds.by_part(doctrine, "KAZ")[0]
        assert len(parts) == len(PARTS)
        for step, made in zip(PARTS, parts, strict=True):
            assert all(on_the_list(game, step, "KAZ", e) for e in made)


def test_silent_parts_are_filled_from_their_own_lists_and_the_result_can_be_verified(tmp_path: Path) -> None:
    game = opened(4)
    act(game, "teacher", {"do": "start", "at": "a"})
    assert game.worlds.by_part(None, "KAZ")[0][0] == [REFORM]
    for step in PARTS:
        if step == "c":
            act(game, "A-KAZ-head", {"do": "confirm", "entries": ["KAZ:regional-summit"], "done": True})
        act(game, "server", {"do": "end", "away": []})
        if step != "feb":
            act(game, "teacher", {"do": "start"})
    assert game.worlds.made(0, 1)["KAZ"] == ["KAZ:regional-summit", REFORM]
    act(game, "teacher", {"do": "finish"})
    name = export.save(export.arms_of(game, "A"), game.settings.seed, str(tmp_path))
    assert verify(open_result(tmp_path / name)).fine


def test_forecasts_keep_to_the_lists() -> None:
    game = opened(0)
    act(game, "teacher", {"do": "start", "at": "a"})

    def made(only: bool) -> set[tuple[str, str]]:
        place = staff.place_of(game.scenario, 7, game.worlds.openings[-1], 0, None, game.ahead() if only else None)
        model, _ = staff._ahead(place, range(40), [Played()] * 40, 99)
        stories = [Story(k) for k in range(40)]
        model.observers += stories
        model.step()
        return {(d.actor, d.pick.entry) for s in stories for d in s.turns[0].decisions if ":stop" not in d.pick.entry}

    def forbidden(found: set[tuple[str, str]]) -> int:
        return sum(not any(on_the_list(game, p, a, e) for p in PARTS if lesson(NAME).step(p).limit(a, 3))
                   for a, e in found)  # fmt: skip

    assert made(True)
    assert forbidden(made(True)) == 0
    assert forbidden(made(False)) > 0


@pytest.mark.parametrize("seed", [7, 8])
def test_the_histories_of_machines_keep_to_the_lists_as_machines_of_the_room_do(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTIVECTOR_CACHE", str(tmp_path))
    monkeypatch.setattr(staff, "CHUNK", 16)
    game = opened(0, seed)
    while game.phase != "over":
        act(game, "teacher", {"do": "start"})
        act(game, "server", {"do": "end", "away": []})
    assert game.lists == parts_of(game.plan, {a: game.worlds.slots(a) for a in game.actors})
    plain = game.scenario.model_copy(update={"classroom": {}})
    with_lists, without = (staff.bots(plain, seed, 0, narrowed=lists) for lists in (game.lists, None))
    for gauge in staff.GAUGES:
        # The room is the first of these histories, to the bit.
        here = np.array([row[gauge][0] for row in game.worlds.watch.outcomes])
        np.testing.assert_array_equal(with_lists[gauge][:, 0], here)
        np.testing.assert_array_equal(with_lists[gauge][0], without[gauge][0])  # no list in the first quarter
    assert any((with_lists[g] != without[g]).any() for g in staff.GAUGES)


def test_no_machine_of_the_histories_makes_a_move_that_is_on_no_list() -> None:
    game = opened(0)
    plain = game.scenario.model_copy(update={"classroom": {}})

    def made(lists: Parts) -> set[tuple[str, str]]:
        experiment = staff.Machines(Arms(plain, None), seed=7, alone=True)
        experiment.narrowed = lists
        experiment.__dict__["setup"] = staff.played_setup(plain)
        model, stories = experiment.model(range(24)), [Story(k) for k in range(24)]
        model.observers += stories
        model.step()
        model.step()
        return {(d.actor, d.pick.entry) for s in stories for d in s.turns[1].decisions if ":stop" not in d.pick.entry}

    def forbidden(found: set[tuple[str, str]]) -> int:
        return sum(not any(on_the_list(game, p, a, e) for p in PARTS if lesson(NAME).step(p).limit(a, 3))
                   for a, e in found)  # fmt: skip

    assert made(game.lists)
    assert forbidden(made(game.lists)) == 0
    assert forbidden(made({})) > 0


def test_paper_refuses_what_is_not_on_the_list_and_its_result_can_be_verified(tmp_path: Path) -> None:
    game = PaperGame.begin(tmp_path / "game", Start(NAME, 60, 7, "en", ("KAZ", "EU"), {}, "a"))
    game.enter([])
    game.close()
    assert game.step is not None
    assert game.step.id == "a"
    with pytest.raises(BadInput, match=r"is not for this part, which is about M41\+.*M45"):
        game.enter([line("K", [game.codes[HELP]])])
    game.enter([line("K", [game.codes[REFORM]])])
    for _ in ("b", "c", "feb"):
        game.enter([])
    # What machines do is there as well, part by part.
    plays = game.plays()
    assert plays["KAZ"][0] == REFORM
    assert plays["USA"] == ("USA:sovereignty-assurance>KAZ", "USA:summit-with-usa>KAZ")
    game.close()
    assert game.worlds.made(0, 1) == {a: list(plays[a]) for a in plays}
    game.enter([])
    game.close()
    assert verify(open_result(game.save(tmp_path / "results"))).fine


def test_sheets_print_the_list() -> None:
    sheets = {(s["actor"], s["title"]): s for s in Press(NAME)._sheets("ru")["sheets"]}
    printed = [m["code"] for m in sheets["KAZ", "2–4 января: цена и диалог"]["only"]]
    assert printed == ["M41+", "M41-", "M42+", "M42-", "M45"]
    assert sheets["KAZ", "Весна после"]["only"] == []
    assert "В этой части только" in next(d.html for d in Press(NAME).documents(["ru"]) if d.name == "sheets-ru")


@pytest.mark.parametrize(("old", "new", "said"), [
    (FIRST, "      KAZ: [M41, M99]\n", 'found the unknown move "M99"; allowed: M01'),
    (FIRST, "      KAZ: [M12]\n", 'found "M12", which KAZ cannot make'),
    (FIRST, "      KAZ: [set-fuel-price-cap]\n", 'did you mean "set-fuel-prices-cap"'),
    (FIRST, "      KAZ: []\n", "found an empty list"),
    ("      RUS: [M12, M27, M31]\n", "      RSU: [M12]\n", 'found the unknown actor "RSU"'),
])  # fmt: skip
def test_lists_with_unknown_names_are_refused_with_their_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "worlds").mkdir()
    for file in (shipped_lessons() / "worlds").glob("*.yaml"):
        (tmp_path / "worlds" / file.name).write_text(file.read_text("utf-8"), "utf-8")
    text = (shipped_lessons() / f"{NAME}.yaml").read_text("utf-8")
    assert old in text
    target = tmp_path / "lesson-mine.yaml"
    target.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadInput) as error:
        lesson(target)
    assert said in str(error.value)
    assert ":" in str(error.value).partition("lesson-mine.yaml:")[2]


def test_a_scenario_that_is_a_lesson_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("""
id: mine
title: {en: Mine}
extends: after-2022
calendar: {start: 2022-Q1, turns: 1}
classroom: {steps: [{id: one, quarter: 2022-Q1, only: {KAZ: [M98]}}]}
""", "utf-8")  # fmt: skip
    asked = {"worlds": 1, "seats": 5, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 1}
    with pytest.raises(BadInput, match=r'steps\.one\.only\.KAZ\.0: found the unknown move "M98"'):
        room_of(str(path), asked)
