"""Aims of the delegations: told to their own alone, judged by what the model computes, in a room and on paper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from multivector.classroom.lesson.figures import outcome_name, said, said_change, targets
from multivector.classroom.lesson.lessons import lesson
from multivector.classroom.paper.game_on_paper import PaperGame, Start
from multivector.classroom.paper.result import aims_sheet
from multivector.classroom.playing import aims, staff
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game
from multivector.classroom.playing.worlds import GAUGES
from multivector.classroom.showing import views
from multivector.classroom.showing.debrief import debrief
from multivector.classroom.showing.views import Clock
from multivector.cli.play import aims_page
from multivector.cli.serve import room_of
from multivector.errors import BadInput
from multivector.language import LANGUAGES
from multivector.outcomes.registry import build
from multivector.scenario import load
from multivector.world.layout.layout import build_layout
from multivector.world.watching.observed import labels_of
from rooms_helper import seated

NAMES = ("lesson-after-2022", "lesson-january-2022")


def room(name: str = NAMES[0], turns: int = 2) -> Game:
    """A lesson in a room as `serve` opens it, everybody seated."""
    asked = {"worlds": 1, "seats": 12, "turns": turns, "minutes": None, "plan": None, "lang": "en", "seed": 7}
    arms, settings = room_of(name, asked)
    game = Game(settings, arms)
    seated(game, 12)
    return game


def play(game: Game) -> None:
    """Let the doctrines play to the end."""
    while game.phase != "over":
        act(game, "teacher", {"do": "start"})
        act(game, "server", {"do": "end", "away": []})


@pytest.fixture(scope="module")
def over() -> Game:
    game = room()
    play(game)
    return game


def seen(game: Game, seat: str) -> dict[str, Any]:
    return views.seat_view(game, game.people[seat], Clock(), [])


@pytest.mark.parametrize("name", NAMES)
def test_every_delegation_has_aims_of_three_kinds_that_its_world_computes(name: str) -> None:
    found = lesson(name)
    world = load(found.world_file)
    outcomes = build(labels_of(build_layout(world)))
    for actor, team in found.delegations.items():
        assert {aim.kind for aim in team.aims} == {"own", "face", "together"}, actor
        assert len({aim.id for aim in team.aims}) == len(team.aims)
        for aim in team.aims:
            assert len(aim.outcomes) <= 2
            assert {t.id for t in aim.outcomes} <= set(outcomes), (actor, aim.id)
            for target in aim.outcomes:
                for language in LANGUAGES:
                    assert outcome_name(world, target.id, language) not in ("", target.id), target.id
        # The inquiry of January is nobody's number; everything else that is told is also counted.
        uncounted = [aim.id for aim in team.aims if not (aim.outcomes or aim.red_lines)]
        assert uncounted == (["inquiry"] if (name, actor) == (NAMES[1], "EU") else []), actor


def test_an_aim_by_an_unknown_outcome_is_refused(tmp_path: Path) -> None:
    text = Path("lessons/lesson-after-2022.yaml").read_text("utf-8").replace("{id: isolation,", "{id: isolaton,")
    (tmp_path / "lesson-mine.yaml").write_text(text, "utf-8")
    (tmp_path / "worlds").mkdir()
    (tmp_path / "worlds" / "after-2022.yaml").write_text(Path("lessons/worlds/after-2022.yaml").read_text("utf-8"))
    with pytest.raises(BadInput, match=r'found the unknown outcome "isolaton".*isolation'):
        lesson(tmp_path / "lesson-mine.yaml")


@pytest.mark.parametrize(("wrong", "said_of_it"), [
    ({"KAS": []}, 'found "KAS"'), ({"RUS": {}}, "found no list"), ({"RUS": [{"id": "a"}]}, "aims.RUS.0.kind"),
    ([], None), ({"RUS": [{"id": "a", "kind": "own", "text": {"en": "a", "ru": "b", "kk": "c"},
                           "outcomes": [{"id": "goodwil.RUS", "want": "higher"}]}]}, "goodwil.RUS"),
])  # fmt: skip
def test_aims_of_a_scenario_are_checked_before_a_room_opens(wrong: object, said_of_it: str | None) -> None:
    if said_of_it is None:
        aims.check({"aims": {}}, ["RUS"])
        return
    with pytest.raises(BadInput) as found:
        aims.check({"aims": wrong}, ["KAZ", "RUS"])
    assert said_of_it in str(found.value)


def test_a_seat_reads_the_aims_of_its_own_delegation_alone() -> None:
    game = room()
    act(game, "teacher", {"do": "start"})
    said_by = {a: [x.text.en for x in team.aims] for a, team in lesson(NAMES[0]).delegations.items()}
    for seat in game.people:
        told = json.dumps(seen(game, seat), ensure_ascii=False, default=float)
        own = game.seats[seat].actor
        for actor, texts in said_by.items():
            assert all((text in told) == (actor == own) for text in texts), (seat, actor)
    first = seen(game, "A-RUS-head")["seat"]["aims"][0]
    assert first["about"] == "own interest"
    assert first["by"][0]["name"] == "Purchases closed by measures and not replaced"
    assert first["by"][0]["words"] == "lower is nearer to the aim"
    wall = json.dumps(views.projector_view(game, "en", Clock(), {}), default=float)
    assert not any(text in wall for texts in said_by.values() for text in texts)


def test_the_start_is_that_of_the_world_and_not_of_the_first_quarter(over: Game) -> None:
    start = {id: float(v[0]) for id, v in over.worlds.start().items()}
    assert start["real_income"] == pytest.approx(1.0)
    assert start["reexport"] == pytest.approx(1.0)
    assert start["oil.CPC"] == pytest.approx(53.0)
    assert start["goodwill.RUS"] == pytest.approx(0.6)
    assert start["customs.RUS.KAZ"] == pytest.approx(17.605, abs=0.01)
    assert start["displeasure.RUS"] == 0.0
    # What nothing but a quarter can tell is nobody's start.
    assert all(np.isnan(start[id]) for id in ("oil.n_minus_one", "support.votes", "crisis", "case.EU"))


def test_a_delegation_ends_on_its_own_aims(over: Game) -> None:
    found = seen(over, "A-RUS-head")["result"]["aims"]
    assert [aim["id"] for aim in found] == ["access", "respect", "union"]
    assert all(aim["verdict"] in ("nearer", "kept", "partly", "farther") for aim in found)
    row = found[0]["by"][0]
    series = [float(q["isolation"][0]) for q in over.worlds.watch.outcomes]
    margin = over.worlds.watch.observer.dictionary["isolation"].margin
    assert row["end"] == series[-1]
    assert row["verdict"] == ("kept" if abs(row["end"] - row["start"]) <= margin else
                              "nearer" if row["end"] < row["start"] else "farther")  # fmt: skip
    lines = next(aim for aim in seen(over, "A-KAZ-head")["result"]["aims"] if aim["id"] == "lines")
    crossed = [line for line in views.lines(over, "A", "en") if line["crossed"]]
    assert lines["words"] == (f"red lines crossed: {len(crossed)}" if crossed else "no red line crossed")


def test_the_direction_of_an_aim_decides(over: Game) -> None:
    def one(want: str) -> str:
        aim = {"id": "a", "kind": "own", "text": {"en": "A"}, "outcomes": [{"id": "middle.volume", "want": want}]}
        found: str = aims.scored(over.worlds, 0, [aim], "en", 0)[0]["verdict"]
        return found

    assert (one("higher"), one("lower")) == ("nearer", "farther")


def test_the_debrief_has_all_aims_and_where_they_stand_among_machines(over: Game) -> None:
    end = {g: float(over.worlds.watch.outcomes[-1][g][0]) for g in targets(over.scenario)}
    # Machines that all ended lower: an aim that wants less is nearer than none of them, one that wants more than all.
    histories = {id: np.full((2, 10), value - 1.0) for id, value in end.items()}
    told = debrief(over, "en", histories, {})
    wanted = told["worlds"][0]["aims"]
    assert set(wanted) == set(over.actors)
    rows = {row["id"]: row for own in wanted.values() for aim in own for row in aim["by"]}
    assert rows["isolation"]["nearer_than"] == 0.0
    assert rows["goodwill.RUS"]["nearer_than"] == 100.0


def test_histories_of_machines_keep_what_aims_are_judged_by(over: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = targets(over.scenario)
    assert {"isolation", "support.votes", "rung.EU"} <= set(wanted)
    monkeypatch.setattr(staff, "CHUNK", 2)
    found = staff._bots(over.scenario.model_copy(update={"classroom": {}}), 7, 0, (*GAUGES, *wanted))
    assert {*GAUGES, *wanted} <= set(found)
    assert found["isolation"].shape == (over.scenario.calendar.turns, 2)
    assert set(staff.summary_of([found, found], 1)) == set(found)


def test_figures_have_units_in_three_languages() -> None:
    assert said_change(6.4, 6.8, "US$ bn a year, prices of 2021", "ru") == "6,4 → 6,8 млрд долл. в год"
    assert said(0.4, "index -1 to 1", "kk") == "−1-ден 1-ге дейінгі шкалада 0,40"
    assert said(1.0, "rungs", "en") == "rung 1 of 4"
    assert said(float("nan"), "share", "en") == "–"


def test_paper_ends_on_the_same_aims(tmp_path: Path) -> None:
    people = ("KAZ", "RUS")
    game = PaperGame.begin(tmp_path / "g", Start(NAMES[0], 45, 7, "ru", people, {}))
    while not game.over:
        game.enter([])
        game.close()
    rows = aims_sheet(game, "ru")
    assert {row[0] for row in rows} == {"Казахстан", "Россия", "Китай", "Европейский союз", "Соединённые Штаты"}
    told = "\n".join(aims_page(game))
    for actor, team in lesson(NAMES[0]).delegations.items():
        own = [aims_told for aims_told in rows if aims_told[1] in {a.text.ru for a in team.aims}]
        assert len(own) == len(team.aims), actor
    assert "Сохранить доступ к товарам и платежам. — " in told
