"""A game on paper: lines, answers and votes played by the engine, kept, replayed to the bit; an ordinary result."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from multivector.classroom.lesson.codes import PASS, line
from multivector.classroom.lesson.lessons import words_in
from multivector.classroom.paper.game_on_paper import LOG, PaperGame, Start, read_votes
from multivector.classroom.paper.result import MOST_WORDS, sheet
from multivector.errors import BadInput
from multivector.language import LANGUAGES
from results_helper import call

LESSON = "lesson-after-2022"
EVERYBODY = ("CHN", "EU", "KAZ", "RUS", "USA")
ROUNDS = [
    [line("K", ["M01+", "M24r", "M05"]), line("R", ["M12", "M31"]), line("C", ["M14", "M37"]),
     line("E", ["M30", "M37"]),
     line("U", ["M20", "M37"])],
    [line("K", ["M22", "M24c"]), line("R", [PASS])],
    [],
    [line("K", ["M29", PASS]), line("E", ["M32"])],
    [line("K", ["M44-", "M38-", "M26"]), line("U", ["M30"])],
]  # fmt: skip


def begin(folder: Path, people: tuple[str, ...] = EVERYBODY, **other: object) -> PaperGame:
    start = {"name": LESSON, "minutes": 60, "seed": 7, "language": "kk", "people": people, "doctrines": {}, **other}
    return PaperGame.begin(folder, Start(**start))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> PaperGame:
    """A whole game of five quarters: eleven codes in the first, nobody's in the third."""
    game = begin(tmp_path_factory.mktemp("paper") / "game")
    for typed in ROUNDS:
        game.enter(typed)
        offers = game.offers()
        votes = {text: read_votes("K0 R- C0 E+ U+", EVERYBODY) for text in game.texts()}
        game.close([o.number for o in offers if o.to == "KAZ"], votes)
    return game


@pytest.fixture(scope="module")
def kept(played: PaperGame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played.save(tmp_path_factory.mktemp("results"))


def test_people_did_what_was_typed(played: PaperGame) -> None:
    made = played.worlds.made(0, 0)
    assert made["KAZ"] == ["KAZ:set-enforcement-tighten", "KAZ:reassurance-visit-russia>RUS", "KAZ:ship-oil-via-baku"]
    assert made["RUS"][0] == "RUS:gas-and-fuel-deal>KAZ"
    assert sum(len(m) for m in made.values()) == 11
    # One line short of its slots: the doctrine does the rest, unless the delegation says that it wants no more.
    assert played.worlds.made(0, 1)["KAZ"][:2] == [
        "KAZ:territorial-integrity-statement",
        "KAZ:reassurance-visit-china>CHN",
    ]
    assert played.worlds.made(0, 1)["RUS"] == []
    assert played.worlds.made(0, 3)["KAZ"] == ["KAZ:humanitarian-aid"]


def test_what_is_missing_is_done_by_the_doctrine(game: PaperGame) -> None:
    game.enter([line("K", ["M05"])])
    doctrines = {a: list(moves) for a, moves in game.worlds.by_doctrine[0].items()}
    game.close()
    made = game.worlds.made(0, 0)
    assert made["RUS"] == doctrines["RUS"]
    assert made["KAZ"][0] == "KAZ:ship-oil-via-baku"
    assert len(made["KAZ"]) > 1
    assert set(made["KAZ"][1:]) <= set(doctrines["KAZ"])


def test_answers_and_votes_are_those_of_the_people(played: PaperGame) -> None:
    story = played.worlds.stories[0].turns
    assert story[0].answers["RUS:gas-and-fuel-deal>KAZ"] == "accepted"
    assert story[0].answers["KAZ:reassurance-visit-russia>RUS"] == "refused"
    order = played.worlds.actors
    for text, turn in (("ES-11/1", 0), ("ES-11/3", 1), ("77/229", 3)):
        cast = dict(zip(order, story[turn].votes[text], strict=True))
        assert cast == {"KAZ": 1, "RUS": 0, "CHN": 1, "EU": 2, "USA": 2}


def test_a_closed_lid_loses_nothing(played: PaperGame) -> None:
    again = PaperGame(played.folder)
    assert not again.changed
    assert again.over
    for mine, other in zip(played.worlds.watch.outcomes, again.worlds.watch.outcomes, strict=True):
        assert all(float(mine[k][0]).hex() == float(other[k][0]).hex() for k in mine)


def test_the_finished_game_is_an_ordinary_result(
    kept: Path, played: PaperGame, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, "verify", str(kept))
    assert (code, err) == (0, "")
    assert "as they were" in out
    from multivector.results.store import open_result

    stored = open_result(str(kept)).table("outcomes")
    assert stored is not None
    code, _, err = call(capsys, "compare", str(kept), str(kept))
    assert code in (0, 3)
    assert "Traceback" not in err
    outcome, turn, value = (plain(stored[c]) for c in ("outcome", "turn", "value"))
    found = {(str(o), played.quarters.index(str(t))): float(v) for o, t, v in zip(outcome, turn, value, strict=True)}
    for t, row in enumerate(played.worlds.watch.outcomes):
        for id in ("real_income", "autonomy", "approval", "goodwill_floor"):
            assert found[id, t] == float(row[id][0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_result_sheet_has_at_most_sixty_words_and_five_marks(played: PaperGame, language: str) -> None:
    for turn in range(5):
        told = sheet(played, turn, language)
        assert 15 < words_in(told.text) <= MOST_WORDS
        assert [m.outcome for m in told.marks] == [
            "real_income",
            "oil.exported",
            "goodwill_floor",
            "approval",
            "autonomy",
        ]
        assert all(0 <= m.mark <= 10 for m in told.marks)
        assert "{" not in told.text
    assert sheet(played, 0, "en").text.startswith("Q1 2022 is over.")


def test_a_mark_rises_with_its_outcome() -> None:
    from multivector.classroom.paper.result import on_board

    for outcome, low, high in (("real_income", 0.9, 1.0), ("approval", 0.4, 0.6), ("goodwill_floor", -0.3, 0.3)):
        assert on_board(outcome, low) < on_board(outcome, high)


def plain(column: object) -> list[object]:
    """A column of a table, coded or not, as a list."""
    found = column.plain() if hasattr(column, "plain") else column
    return list(found)  # type: ignore[call-overload, no-any-return]


# ---- at the keyboard


@pytest.fixture
def game(tmp_path: Path) -> PaperGame:
    return begin(tmp_path / "game", ("KAZ", "RUS"))


def test_wrong_lines_are_refused_together_and_nothing_counts(game: PaperGame) -> None:
    with pytest.raises(BadInput) as error:
        game.enter(["K M01+ M24r M06 7", "R M12 1", line("U", ["M20"])])
    said = str(error.value)
    assert said.count("check digit does not fit") == 2
    assert "USA has no people" in said
    assert "did you mean" in said
    assert game.records == []
    assert (game.folder / LOG).read_text() == ""


def test_moves_that_cannot_be_played_are_refused(game: PaperGame) -> None:
    with pytest.raises(BadInput, match="its condition does not hold now"):
        game.enter([line("K", ["M33"])])
    with pytest.raises(BadInput, match="does not go with another move"):
        game.enter([line("K", ["M01+", "M01-"])])
    with pytest.raises(BadInput, match="no more than 2 moves of one kind"):
        game.enter([line("K", ["M03", "M05", "M06"])])
    game.enter([line("K", ["M24r"])])
    game.close()
    with pytest.raises(BadInput, match="rests for"):
        game.enter([line("K", ["M24r"])])


def test_silence_is_a_no(game: PaperGame) -> None:
    game.enter([line("R", ["M12"])])
    offers = [o for o in game.offers() if o.by == "RUS"]
    assert [o.entry for o in offers] == ["RUS:gas-and-fuel-deal>KAZ"] or len(offers) == 2
    game.close()
    assert game.worlds.stories[0].turns[0].answers["RUS:gas-and-fuel-deal>KAZ"] == "refused"


@pytest.mark.slow
def test_what_was_typed_can_be_taken_back(game: PaperGame) -> None:
    game.enter([line("K", ["M05"])])
    game.close()
    assert game.undo() is not None
    assert game.step is None
    assert not game.over
    assert game.undo() == {
        "step": "q1",
        "lines": [{"actor": "KAZ", "entries": ["KAZ:ship-oil-via-baku"], "passed": False}],
    }
    assert game.step is not None
    assert game.step.id == "q1"
    assert game.undo() is None


def test_a_torn_line_of_the_log_never_counted(game: PaperGame) -> None:
    game.enter([line("K", ["M05"])])
    with (game.folder / LOG).open("a", encoding="utf-8") as file:
        file.write('{"close": "2022-Q1", "ans')
    again = PaperGame(game.folder)
    assert again.records == game.records
    assert (game.folder / LOG).read_text().endswith("\n")


def test_a_damaged_folder_is_refused_in_words(game: PaperGame, tmp_path: Path) -> None:
    (game.folder / LOG).write_text("not json\n")
    with pytest.raises(BadInput, match=r"codes\.jsonl:1:1: found a damaged line"):
        PaperGame(game.folder)
    with pytest.raises(BadInput, match="found no game here"):
        PaperGame(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="found a game that was begun"):
        begin(game.folder)
    with pytest.raises(BadInput, match="found ZZZ"):
        begin(tmp_path / "other", ("ZZZ",))
    with pytest.raises(BadInput, match="--start"):
        begin(tmp_path / "third", start="nowhere")


def test_unknown_answers_and_votes_are_refused(game: PaperGame) -> None:
    game.enter([])
    with pytest.raises(BadInput) as error:
        game.close([99], {"ES-99/9": {}, "ES-11/1": {"USA": "yes"}})
    said = str(error.value)
    assert "found no offer 99" in said
    assert "ES-99/9" in said
    assert "USA has no people" in said
    for wrong in ("Q+", "K?", "K0 K+"):
        with pytest.raises(BadInput):
            read_votes(wrong, EVERYBODY)


@pytest.mark.slow
def test_january_spreads_a_quarter_over_four_steps(tmp_path: Path) -> None:
    game = begin(tmp_path / "game", ("KAZ", "RUS"), name="lesson-january-2022")
    game.enter([line("K", ["M36", PASS])])
    game.close()
    assert game.step is not None
    assert game.step.id == "a"
    with pytest.raises(BadInput, match="has 1 moves, found 2"):
        game.enter([line("K", ["M42+", "M45"])])
    # A power may make one of its two moves in any part; loyalty is not for this one.
    with pytest.raises(BadInput, match="M34"):
        game.enter([line("R", ["M34"])])
    with pytest.raises(BadInput, match="has 1 moves, found 2"):
        game.enter([line("R", ["M12", "M31"])])
    game.enter([line("K", ["M42+"])])
    game.enter([line("K", ["M33"])])
    game.enter([line("K", ["M41+"])])
    assert game.worlds.turn == 1
    with pytest.raises(BadInput, match="M12"):
        game.enter([line("R", ["M12"])])
    game.enter([line("R", ["M34"])])
    asked = next(o for o in game.offers() if o.entry == "KAZ:ask-for-csto-help>RUS")
    game.close([asked.number], {"ES-11/1": {"KAZ": "abstain"}})
    assert game.worlds.made(0, 1)["KAZ"] == [
        "KAZ:set-fuel-prices-cap",
        "KAZ:ask-for-csto-help>RUS",
        "KAZ:political-reform-carry-out",
    ]
    before, after = (game.worlds.watch.outcomes[t]["obligation"][0] for t in (0, 1))
    assert after > before


def test_what_comes_before_the_start_is_played_by_the_doctrines(tmp_path: Path) -> None:
    game = begin(tmp_path / "game", ("KAZ",), name="lesson-january-2022", start="c")
    assert [s.limit("KAZ", 3) for s in game.steps] == [0, 0, 0, 1, 0, 3]


@pytest.mark.slow
def test_a_scenario_that_is_no_lesson_can_be_played(tmp_path: Path) -> None:
    game = begin(tmp_path / "game", ("KAZ",), name="after-2022")
    game.enter([line("K", ["M26"])])
    game.close()
    assert game.worlds.made(0, 0)["KAZ"][0] == "KAZ:regional-summit"


# ---- the command line


@pytest.mark.slow
def test_a_dialogue_of_five_quarters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["K M01+ M24r M06 7", "K M01+ M24r M06 8", "", "1", "K0", "K0"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(asked) + "\n"))
    code, out, err = call(
        capsys, "play", LESSON, "--paper", "--lang", "ru", "--people", "KAZ", "--seed", "3", "--minutes", "45"
    )
    assert (code, err) == (0, "")
    assert "Опечатка" in out
    assert "K M01+" in out
    assert "Прочитайте вслух" in out
    assert "завершён" in out
    assert "multivector play --game games/lesson-after-2022" in out.replace("\n", " ")
    assert all(len(row) <= 80 for row in out.splitlines())
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n" * 40))
    code, out, err = call(capsys, "play", "--game", "games/lesson-after-2022")
    assert (code, err) == (0, "")
    assert "обычный результат" in out
    (folder,) = (tmp_path / "results").glob("lesson-after-2022-*")
    code, out, _ = call(capsys, "verify", str(folder))
    assert code == 0


@pytest.mark.slow
def test_steps_without_a_dialogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = str(begin(tmp_path / "g", ("KAZ",), minutes=45).folder)
    code, out, err = call(capsys, "paper-turn", folder, "K M01+ M24r M06 8")
    assert (code, err) == (0, "")
    assert "--accept" in out
    assert "ES-11/1" in out
    code, out, err = call(
        capsys, "paper-turn", folder, "--accept", "1", "--vote", "ES-11/1=K0", "--vote", "ES-11/2=K+", "--json"
    )
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert told["step"] == "q2"
    assert len(told["sheet"]["marks"]) == 5
    code, out, _ = call(capsys, "paper-turn", folder, "--undo", "--json")
    assert json.loads(out)["undone"]["close"] == "2022-Q1"
    code, out, _ = call(capsys, "paper-turn", folder, "-q")
    assert code == 0
    assert "Q" in out
    for wrong in (["K M01+ M24r M06 7"], ["--accept", "1"], ["--vote", "K0"], ["--accept", "x"]):
        code, _, err = call(capsys, "paper-turn", folder, *wrong)
        assert code == 2
        assert "Traceback" not in err
        assert err
    assert call(capsys, "paper-turn", str(tmp_path / "none"))[0] == 2


def test_bad_options_of_play(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for wrong in ([], ["lesson-after-2021"], [LESSON, "--people", "XX"], [LESSON, "--start", "zz"],
                  [LESSON, "--doctrine", "KAZ"],
                  ["--game", "nowhere"], [LESSON, "--minutes", "50"], [LESSON, "--lang", "de"]):  # fmt: skip
        code, _, err = call(capsys, "play", *wrong)
        assert code == 2
        assert err
        assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on(tmp_path: Path) -> None:
    """The process is killed while it plays; what had been typed is there, and the game can be finished."""
    start = [sys.executable, "-m", "multivector", "play", LESSON, "--paper", "--people", "KAZ", "--minutes", "45"]
    child = subprocess.Popen(
        start, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert child.stdin is not None
    child.stdin.write(line("K", ["M05", "M24r"]) + "\n\n1\nK0\nK0\n" + line("K", ["M26"]) + "\n\n")
    child.stdin.flush()
    log = tmp_path / "games" / LESSON / LOG
    for _ in range(600):
        if log.is_file() and log.read_text().count("\n") >= 3:
            break
        time.sleep(0.1)
    child.kill()
    child.wait()
    game = PaperGame(log.parent)
    assert [r.get("step", r.get("close")) for r in game.records] == ["q1", "2022-Q1", "q2"]
    assert game.worlds.made(0, 0)["KAZ"][:2] == ["KAZ:ship-oil-via-baku", "KAZ:reassurance-visit-russia>RUS"]
