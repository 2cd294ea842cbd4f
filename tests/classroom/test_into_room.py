"""A game begun on paper is opened as a room: same quarters to the bit, same place, and it goes on from there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from multivector.classroom.lesson.codes import PASS, line
from multivector.classroom.paper.game_on_paper import LOG, PaperGame, Start
from multivector.classroom.room.desk import Desk
from multivector.cli.serve import from_paper
from multivector.errors import BadInput


def numbers(outcomes: list[dict[str, object]]) -> str:
    return repr([{k: v.tolist() for k, v in one.items()} for one in outcomes])  # type: ignore[attr-defined]


def first_quarter(folder: Path, people: tuple[str, ...] = ("KAZ", "RUS", "CHN")) -> PaperGame:
    game = PaperGame.begin(folder, Start("lesson-after-2022", 60, 7, "ru", people, {}, items=("hrc-51",)))
    game.enter([line("K", ["M01+", "M24r"]), line("R", ["M12", PASS])])
    text = game.texts()[0]
    game.close([o.number for o in game.offers()][:1], {text: {"KAZ": "abstain", "CHN": "absent"}})
    return game


def test_a_game_after_a_quarter_stands_between_rounds_with_the_same_numbers(tmp_path: Path) -> None:
    paper = first_quarter(tmp_path / "game")
    desk, tokens, resumed = from_paper(tmp_path / "game", tmp_path / "classes", 12)
    game = desk.game
    assert (game.phase, game.turn, resumed) == ("between", 1, False)
    assert set(tokens) == {"teacher", "projector"}
    assert game.settings.language == "ru"
    assert game.items_on
    assert numbers(game.worlds.watch.outcomes)[:60] != "[]"
    now, then = game.worlds.watch.outcomes[0], paper.worlds.watch.outcomes[0]
    assert {k: float(v[0]).hex() for k, v in now.items()} == {k: float(v[0]).hex() for k, v in then.items()}
    assert game.worlds.made(0, 0) == paper.worlds.made(0, 0)
    # What was done again is on the disk: a crash loses nothing of it, and the room goes on by pages or by lines.
    desk.store.close()
    again, _ = Desk.resume(desk.store.folder)
    assert again.game.turn == 1
    again.do("teacher", {"do": "start"})
    again.do("teacher", {"do": "lines", "world": "A", "lines": {"KAZ": line("K", [PASS])}})
    again.end_turn([])
    assert again.game.turn == 2
    again.store.close()


def test_lines_whose_offers_were_not_yet_answered_wait_in_the_room_with_the_clock_still(tmp_path: Path) -> None:
    paper = first_quarter(tmp_path / "game")
    paper.enter([line("K", ["M06"])])
    desk, _, _ = from_paper(tmp_path / "game", tmp_path / "classes", None)
    assert (desk.game.phase, desk.game.turn) == ("playing", 1)
    assert not desk.running
    assert desk.game.table(("A", "KAZ")).confirmed == paper.records[-1]["lines"][0]["entries"]
    desk.store.close()


def test_a_crisis_in_parts_and_its_words_come_over(tmp_path: Path) -> None:
    paper = PaperGame.begin(tmp_path / "game", Start("lesson-january-2022", 60, 7, "en", ("KAZ", "RUS"), {}))
    paper.enter([])
    paper.close()
    paper.enter([line("K", ["M41+", "T12"]), line("R", ["T11"])])
    desk, _, _ = from_paper(tmp_path / "game", tmp_path / "classes", 5)
    game = desk.game
    assert (game.phase, game.plan[game.round].id) == ("between", "b")
    assert game.carried["A", "KAZ"] == ["KAZ:political-reform-carry-out"]
    assert game.words[("A", "KAZ"), 1, "talk"] == {"": "all"}
    desk.store.close()


def test_what_cannot_go_on_is_refused_and_leaves_no_session(tmp_path: Path) -> None:
    folder, data = tmp_path / "game", tmp_path / "classes"
    first_quarter(folder)
    rows = (folder / LOG).read_text("utf-8").splitlines()
    last = json.loads(rows[-1])
    (folder / LOG).write_text("\n".join([*rows[:-1], json.dumps({**last, "came": "0" * 16})]) + "\n", "utf-8")
    with pytest.raises(BadInput, match="2022-Q1 comes out otherwise"):
        from_paper(folder, data, 12)
    assert not list(data.glob("*/room.sqlite"))
    PaperGame.begin(tmp_path / "own", Start("lesson-after-2022", 60, 7, "en", ("KAZ",), {"KAZ": "hedge"}))
    with pytest.raises(BadInput, match="doctrines of its own"):
        from_paper(tmp_path / "own", data, 12)
    with pytest.raises(BadInput, match="one of the two"):
        from_paper(folder, data, 12, "after-2022")
