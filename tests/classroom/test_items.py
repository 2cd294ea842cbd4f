"""A vote that a teacher may switch on: told, held, exported, played again; off, nothing is other than without it."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from multivector.classroom.lesson.lessons import lesson, shipped_lessons
from multivector.classroom.paper import class_report
from multivector.classroom.paper.game_on_paper import PaperGame, Start, read_votes
from multivector.classroom.paper.printed import Press, find_chromium
from multivector.classroom.paper.result import MOST_WORDS, sheet
from multivector.classroom.playing import items
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Refused
from multivector.classroom.room import export
from multivector.classroom.room.desk import Desk
from multivector.classroom.showing import views
from multivector.classroom.showing.debrief import debrief
from multivector.classroom.showing.views import Clock
from multivector.cli.serve import open_desk, page, room_of
from multivector.errors import BadInput
from multivector.experiment.ensembles.again import verify
from multivector.experiment.ensembles.saving import SCENARIO
from multivector.language import LANGUAGES
from multivector.report.record import verify_page
from multivector.results.store import open_result
from multivector.scenario import load
from results_helper import call
from rooms_helper import seated

NAME, ITEM = "lesson-after-2022", "hrc-51"
ASKED = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": "60", "lang": "en", "seed": 7}
CAST = {"KAZ": "no", "CHN": "no", "EU": "yes", "USA": "abstain"}
WORDS = re.compile("Xinjiang|Синьцзян|Шыңжаң|A/HRC/51", re.I)


def without(folder: Path) -> str:
    """The lesson as it was before it had an optional vote."""
    source = shipped_lessons()
    (folder / "worlds").mkdir()
    for file in (source / "worlds").glob("*.yaml"):
        (folder / "worlds" / file.name).write_text(file.read_text("utf-8"), "utf-8")
    text = (source / f"{NAME}.yaml").read_text("utf-8")
    cut = re.sub(r"^optional:\n(?:  .*\n|\n)*", "", text, flags=re.M)
    assert WORDS.search(text)
    assert not WORDS.search(cut)
    (folder / f"{NAME}.yaml").write_text(cut, "utf-8")
    return str(folder / f"{NAME}.yaml")


def opened(name: str = NAME, *, at: str | None = None, on: bool = False) -> Game:
    """The lesson in a room with twelve people, in its lobby, or in the round `at`."""
    arms, settings = room_of(name, ASKED)
    game = Game(settings, arms)
    seated(game, 12)
    if on:
        act(game, "teacher", {"do": "item", "id": ITEM, "on": True})
    if at is not None:
        act(game, "teacher", {"do": "start", "at": at})
    return game


def head(game: Game, actor: str = "KAZ") -> str:
    """The seat that is head now: it has changed by the fourth round."""
    found = game.head(("A", actor))
    assert found is not None
    return found


def refused(game: Game, who: str, **message: object) -> str:
    with pytest.raises(Refused) as found:
        act(game, who, message)
    return found.value.code


def end(game: Game) -> None:
    act(game, "server", {"do": "end", "away": []})


def seen(game: Game) -> dict[str, Any]:
    """All that students, the wall and newcomers are shown."""
    told: dict[str, Any] = {s: views.seat_view(game, p, Clock(), []) for s, p in game.people.items()}
    walls = {f"wall-{language}": views.projector_view(game, language, Clock(), {}) for language in LANGUAGES}
    text = json.dumps({**told, **walls, "lobby": views.lobby(game)}, ensure_ascii=False, default=float, sort_keys=True)
    found: dict[str, Any] = json.loads(text.replace(game.settings.code, "CODE"))
    return found


@pytest.fixture(scope="module")
def played() -> Game:
    """A game in which the vote was held in its round, and the rounds after it were played."""
    game = opened(at="q4", on=True)
    for actor, vote in CAST.items():
        act(game, head(game, actor), {"do": "item-vote", "id": ITEM, "vote": vote})
    end(game)
    act(game, "teacher", {"do": "start"})
    end(game)
    return game


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Game:
    """The same game of a lesson that has no such vote."""
    game = opened(without(tmp_path_factory.mktemp("plain")), at="q4")
    for _ in range(2):
        end(game)
        if game.phase == "between":
            act(game, "teacher", {"do": "start"})
    return game


# ---- off


def test_off_every_print_is_what_it_was_but_for_the_guide_of_the_teacher(tmp_path: Path) -> None:
    old = without(tmp_path)
    handling = lesson(NAME).optional[0].handling
    for minutes in (45, 60, 90):
        now = {d.name: d.html for d in Press(NAME, minutes=minutes, students=24).documents(LANGUAGES)}
        before = {d.name: d.html for d in Press(old, minutes=minutes, students=24).documents(LANGUAGES)}
        for name, html in before.items():
            if not name.startswith("guide"):
                assert now[name] == html, name
        for language in LANGUAGES:
            told = now[f"guide-{language}"]
            added = f"<dt>{escape(handling.issue.get(language))}</dt><dd>{escape(handling.text.get(language))}</dd>"
            assert told.count(added) == 1
            assert told.replace(added, "") == before[f"guide-{language}"]


def test_off_every_page_and_number_is_what_it_was(tmp_path: Path) -> None:
    old = without(tmp_path)
    now, before = lesson(NAME).room(60), lesson(old).room(60)
    assert now == before
    here, there = opened(), opened(old)
    assert seen(here) == seen(there)
    for game in (here, there):
        act(game, "teacher", {"do": "start", "at": "q4"})
    assert seen(here) == seen(there)
    for game in (here, there):
        end(game)
        act(game, "teacher", {"do": "finish"})
    assert seen(here) == seen(there)
    assert not WORDS.search(json.dumps(seen(here), ensure_ascii=False))
    arms, other = export.arms_of(here, "A"), export.arms_of(there, "A")
    assert arms.digest(seed=7, replicates=1) == other.digest(seed=7, replicates=1)
    assert export.tables(here) == export.tables(there)
    assert set(export.tables(here)) == set(export.TABLES)
    for language in LANGUAGES:
        assert debrief(here, language, {}, {}) == debrief(there, language, {}, {})
        assert class_report.page(here, language, {}) == class_report.page(there, language, {})
        assert items.lines(here, language) == []


def test_off_is_how_every_shipped_lesson_begins() -> None:
    game = opened()
    assert game.items_on == set()
    told = views.teacher_view(game, "en", Clock(), {}, [])["items"]
    assert [(one["id"], one["on"], one["may"]) for one in told] == [(ITEM, False, True)]
    assert "items" not in views.projector_view(game, "en", Clock(), {})["room"]


# ---- on


def test_on_students_read_the_note_before_they_join_and_nothing_else_yet() -> None:
    game, other = opened(on=True), opened()
    item = lesson(NAME).optional[0]
    assert views.lobby(game)["note"] == item.note.told()
    view = views.seat_view(game, game.people["A-KAZ-head"], Clock(), [])
    assert view["room"]["note"] == item.note.en
    assert "items" not in view
    told = json.dumps(seen(game), ensure_ascii=False)
    for text in (item.text, item.record):
        assert not any(text.get(language) in told for language in LANGUAGES)
    mine, theirs = seen(game), seen(other)
    for view_ in (*mine.values(), *theirs.values()):
        view_.get("room", view_).pop("note")
    assert mine == theirs


def test_the_vote_is_held_by_those_who_have_one_and_stays_secret_until_the_round_ends() -> None:
    game, item = opened(at="q4", on=True), lesson(NAME).optional[0]
    view = views.seat_view(game, game.people["A-KAZ-head"], Clock(), [])
    assert [b["id"] for b in view["ballots"]] == ["77/229"]  # the round's own vote stays
    (told,) = view["items"]
    assert (told["text"], told["symbol"], told["may"], told["cast"]) == (item.text.en, "A/HRC/51/L.6", True, None)
    assert told["note"] == item.note.en
    assert told["unchanged"] == item.unchanged.en
    (apart,) = views.seat_view(game, game.people["A-RUS-head"], Clock(), [])["items"]
    assert (apart["may"], apart["apart"]) == (False, item.apart["RUS"].en)
    assert views.projector_view(game, "kk", Clock(), {})["room"]["items"][0]["text"] == item.text.kk
    assert refused(game, head(game, "RUS"), do="item-vote", id=ITEM, vote="no") == "forbidden"
    assert refused(game, "A-KAZ-economy", do="item-vote", id=ITEM, vote="no") == "not-head"
    assert refused(game, head(game), do="item-vote", id=ITEM, vote="perhaps") == "bad-request"
    assert refused(game, head(game), do="item-vote", id="hrc-52", vote="no") == "unknown"
    assert refused(game, head(game), do="item", id=ITEM, on=False) == "forbidden"
    act(game, "A-KAZ-foreign", {"do": "item-vote", "id": ITEM, "vote": "yes"})
    act(game, "A-KAZ-foreign", {"do": "item-vote", "id": ITEM, "vote": "no"})
    assert views.seat_view(game, game.people["A-KAZ-economy"], Clock(), [])["items"][0]["cast"] == "no"
    for seat in (head(game, "CHN"), head(game, "EU")):
        assert views.seat_view(game, game.people[seat], Clock(), [])["items"][0]["cast"] is None
    assert "cast" not in views.projector_view(game, "en", Clock(), {})["room"]["items"][0]
    assert game.people["A-KAZ-foreign"].counts["votes"] == 2
    end(game)
    (public,) = views.public(game, "A", "en")["items"]
    assert public["cast"] == {"KAZ": "no"}  # whoever said nothing cast nothing: no machine votes
    assert refused(game, head(game), do="item-vote", id=ITEM, vote="yes") == "not-now"
    assert refused(game, "teacher", do="item", id=ITEM, on=False) == "not-now"


def test_a_teacher_switches_it_on_before_its_round_and_off_until_that_ends() -> None:
    game = opened(at="q3")
    assert refused(game, "teacher", do="item", id="hrc-52", on=True) == "unknown"
    assert refused(game, "teacher", do="item", id=ITEM, on="yes") == "bad-request"
    act(game, "teacher", {"do": "item", "id": ITEM, "on": True})
    assert views.room(game, "en", Clock())["note"] == lesson(NAME).optional[0].note.en
    end(game)
    act(game, "teacher", {"do": "start"})
    act(game, head(game), {"do": "item-vote", "id": ITEM, "vote": "no"})
    act(game, "teacher", {"do": "item", "id": ITEM, "on": False})
    assert "items" not in views.seat_view(game, game.people["A-KAZ-head"], Clock(), [])
    assert refused(game, head(game), do="item-vote", id=ITEM, vote="no") == "unknown"
    assert refused(game, "teacher", do="item", id=ITEM, on=True) == "not-now"
    end(game)
    assert items.held(game) == []
    assert set(export.tables(game)) == set(export.TABLES)


def test_a_class_that_is_late_holds_the_rounds_own_vote_alone() -> None:
    game = opened(at="q3", on=True)
    end(game)
    act(game, "teacher", {"do": "drop"})
    assert game.votes_only == {3}
    act(game, "teacher", {"do": "start"})
    view = views.seat_view(game, game.people["A-KAZ-head"], Clock(), [])
    assert [b["id"] for b in view["ballots"]] == ["77/229"]
    assert "items" not in view
    assert view["room"]["note"] is None
    assert refused(game, head(game), do="item-vote", id=ITEM, vote="no") == "unknown"


def test_on_no_number_of_the_world_is_another(played: Game, plain: Game) -> None:
    assert len(played.worlds.watch.outcomes) == len(plain.worlds.watch.outcomes) == 5
    for here, there in zip(played.worlds.watch.outcomes, plain.worlds.watch.outcomes, strict=True):
        assert {k: v.tobytes() for k, v in here.items()} == {k: v.tobytes() for k, v in there.items()}
    assert played.worlds.model.state.stocks.tobytes() == plain.worlds.model.state.stocks.tobytes()
    assert [t.votes for t in played.worlds.stories[0].turns] == [t.votes for t in plain.worlds.stories[0].turns]
    assert played.moves_log == plain.moves_log


def test_what_was_voted_is_told_when_the_game_is_over(played: Game, plain: Game) -> None:
    item = lesson(NAME).optional[0]
    told, before = debrief(played, "ru", {}, {}), debrief(plain, "ru", {}, {})
    (one,) = told.pop("items")
    assert told == before
    assert one["worlds"] == [{"id": "A", "cast": {"CHN": "no", "EU": "yes", "KAZ": "no", "USA": "abstain"},
                              "counts": {"no": 2, "abstain": 1, "yes": 1, "absent": 0}}]  # fmt: skip
    assert one["record"] == item.record.ru
    for language in LANGUAGES:
        report = class_report.page(played, language, {})
        assert item.text.get(language) in report
        assert item.unchanged.get(language) in report
        assert not WORDS.search(class_report.page(plain, language, {}))
        ((heading, rows),) = items.lines(played, language)
        assert heading == item.body.get(language)
        assert rows[-2:] == [item.unchanged.get(language), item.record.get(language)]
    assert items.lines(played, "en")[0][1][1] == (
        "World A. China: against; European Union: for; Kazakhstan: against; United States: abstain"
    )


def test_it_is_in_the_exports(played: Game, plain: Game) -> None:
    tables = export.tables(played)
    rows = list(csv.DictReader(io.StringIO(tables.pop(export.ITEM_TABLE).decode("utf-8-sig"))))
    assert [(r["actor"], r["vote"]) for r in rows] == [("CHN", "no"), ("EU", "yes"), ("KAZ", "no"), ("USA", "abstain")]
    assert {(r["turn"], r["quarter"], r["world"], r["symbol"]) for r in rows} == {("4", "2022-Q4", "A", "A/HRC/51/L.6")}
    assert {n: t for n, t in tables.items() if n != "participation.csv"} == {
        n: t for n, t in export.tables(plain).items() if n != "participation.csv"
    }


def test_a_result_keeps_it_and_is_played_again(played: Game, plain: Game, tmp_path: Path) -> None:
    name = export.save(export.arms_of(played, "A"), 7, str(tmp_path))
    stored = open_result(tmp_path / name)
    assert verify(stored).fine
    (kept,) = load(stored.folder / SCENARIO, stored=True).classroom["optional"]
    assert kept["cast"] == {"CHN": "no", "EU": "yes", "KAZ": "no", "USA": "abstain"}
    other = open_result(tmp_path / export.save(export.arms_of(plain, "A"), 7, str(tmp_path)))
    assert "optional" not in load(other.folder / SCENARIO, stored=True).classroom
    tables = sorted(path.name for path in stored.folder.glob("*.parquet"))
    assert {"outcomes.parquet", "moves.parquet"} <= set(tables)
    for table in tables:
        assert (stored.folder / table).read_bytes() == (other.folder / table).read_bytes(), table
    notes = items.lines(played, "kk")
    replay = export.replay(str(tmp_path), {"A": name}, "T", {"A": "A"}, "kk", notes)
    path = tmp_path / "replay.html"
    path.write_text(replay, "utf-8")
    assert verify_page(path).fine
    item = lesson(NAME).optional[0]
    assert item.text.kk in replay
    assert item.unchanged.kk in replay
    assert not WORDS.search(export.replay(str(tmp_path), {"A": other.folder.name}, "T", {"A": "A"}, "kk"))


def test_the_log_alone_gives_the_vote_again(tmp_path: Path) -> None:
    desk, _, _ = open_desk(NAME, None, tmp_path, ASKED, [ITEM])
    desk.join({"nickname": "saiga", "language": "kk", "seat": "A-KAZ-head"})
    desk.do("teacher", {"do": "start", "at": "q4", "n": 1})
    desk.do(head(desk.game), {"do": "item-vote", "id": ITEM, "vote": "no", "n": 1})
    code = desk.game.settings.code
    desk.store.close()
    again, _ = Desk.resume(tmp_path / code)
    assert again.game.items_on == {ITEM}
    assert again.game.item_votes == {("A", ITEM): {"KAZ": "no"}} == desk.game.item_votes
    again.end_turn([])
    assert views.public(again.game, "A", "ru")["items"][0]["cast"] == {"KAZ": "no"}
    again.store.close()


def test_the_command_switches_it_on_and_refuses_what_it_cannot(tmp_path: Path) -> None:
    desk, _, _ = open_desk(NAME, None, tmp_path, ASKED, [ITEM])
    told = {"code": "x", "address": "x", "join": "x", "teacher": "x", "projector": "x"}
    title = lesson(NAME).optional[0].title.en
    assert f"Switched on: {title}" in list(page(told, desk, lan=False, resumed=False, short=False))
    desk.store.close()
    plain, _, _ = open_desk(NAME, None, tmp_path, ASKED)
    assert not any("Switched on" in row for row in page(told, plain, lan=False, resumed=False, short=False))
    plain.store.close()
    for name, asked, ids, said in (
        (NAME, ASKED, ["hrc-15"], r'--with: found "hrc-15"; allowed: hrc-51; did you mean "hrc-51"'),
        ("lesson-january-2022", ASKED, [ITEM], "nothing: there is no optional vote in it"),
        (NAME, {**ASKED, "turns": 3}, [ITEM], 'its round "q4" is not played'),
    ):
        with pytest.raises(BadInput, match=re.escape(said.split("; ")[0])) as found:
            open_desk(name, None, tmp_path / "none", asked, ids)
        assert said.split("; ")[-1].rstrip("?") in str(found.value)
    assert not (tmp_path / "none").exists()
    with pytest.raises(BadInput, match="found --resume beside it"):
        open_desk(None, "last", tmp_path, ASKED, [ITEM])


# ---- on paper


def test_on_it_is_printed_on_the_sheets_of_its_round_and_on_nothing_else_of_students() -> None:
    item = lesson(NAME).optional[0]
    for language in LANGUAGES:
        off = {d.name: d.html for d in Press(NAME).documents([language])}
        on = {d.name: d.html for d in Press(NAME, items=[ITEM]).documents([language])}
        changed = {name for name in on if on[name] != off[name]}
        assert changed == {f"{kind}-{language}" for kind in ("sheets", "run-sheet", "guide")}
        sheets = on[f"sheets-{language}"].split("<article")[1:]
        asked = [unescape(s) for s in sheets if item.text.get(language) in s]
        assert len(asked) == 5  # one of each delegation, in one round
        assert all("77/229" in s and item.unchanged.get(language) in s for s in asked)
        assert sum(item.apart["RUS"].get(language) in s for s in asked) == 1
        assert item.title.get(language) in on[f"run-sheet-{language}"]
        for text in (item.note, item.record, item.about):
            assert text.get(language) in unescape(on[f"guide-{language}"])


@pytest.mark.parametrize("name", [NAME, "mediator"])
def test_a_wrong_vote_to_print_is_named(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "paper", name, "--with", "hrc-15", "--out", str(tmp_path / "p"))
    assert code == 2
    assert "--with: found" in err
    assert "Traceback" not in err
    assert not (tmp_path / "p").exists()


def begun(folder: Path, **more: Any) -> PaperGame:
    people = ("CHN", "EU", "KAZ", "RUS", "USA")
    return PaperGame.begin(folder, Start(NAME, 60, 7, "ru", people, {}, "q4", **more))


def to_the_vote(game: PaperGame) -> PaperGame:
    while game.step is not None and game.step.id != "q4":
        game.enter([])
        game.close()
    game.enter([])
    return game


def test_on_paper_the_room_votes_and_the_world_is_the_same(tmp_path: Path) -> None:
    on, off = to_the_vote(begun(tmp_path / "on", items=(ITEM,))), to_the_vote(begun(tmp_path / "off"))
    assert [item.id for item in on.room_votes()] == [ITEM]
    assert off.room_votes() == []
    assert "items" not in json.loads((tmp_path / "off" / "game.json").read_text("utf-8"))
    actors = on.worlds.actors
    with pytest.raises(BadInput, match="RUS has no vote in it"):
        on.close([], {ITEM: read_votes("R-", actors)})
    with pytest.raises(BadInput, match='found no text "hrc-51"'):
        off.close([], {ITEM: read_votes("K-", actors)})
    on.close([], {ITEM: read_votes("K- C- E+", actors)})
    off.close([], {})
    assert {k: v.tobytes() for k, v in on.worlds.watch.outcomes[-1].items()} == {
        k: v.tobytes() for k, v in off.worlds.watch.outcomes[-1].items()
    }
    assert on.cast(3) == {ITEM: {"KAZ": "no", "CHN": "no", "EU": "yes"}}
    told, plain = sheet(on, 3, "ru").text, sheet(off, 3, "ru").text
    assert "Класс о A/HRC/51/L.6: «за» 1, «против» 2, воздержались 0." in told
    assert len(told.split()) <= MOST_WORDS + 10
    assert "A/HRC" not in plain
    again = PaperGame(tmp_path / "on")
    assert again.cast(3) == on.cast(3)
    assert not again.changed
    assert on.result_arms().scenario.classroom["optional"][0]["cast"] == on.cast(3)[ITEM]
    assert off.result_arms().scenario.classroom == off.arms.scenario.classroom
    assert on.undo() is not None
    assert [item.id for item in on.room_votes()] == [ITEM]


def test_on_paper_a_vote_whose_round_is_not_played_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match='its round "q4" is not played'):
        PaperGame.begin(tmp_path / "g", Start(NAME, 60, 7, "ru", ("KAZ",), {}, "q5", items=(ITEM,)))
    with pytest.raises(BadInput, match="only a lesson has such votes"):
        PaperGame.begin(tmp_path / "g", Start("mediator", 60, 7, "ru", ("KAZ",), {}, items=(ITEM,)))
    assert not (tmp_path / "g").exists()


def test_at_the_keyboard_it_is_asked_in_its_round_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = lesson(NAME).optional[0]
    args = ("play", NAME, "--with", ITEM, "--lang", "kk", "--start", "q4", "--people", "KAZ,CHN,EU,USA")
    # No line, no offer accepted, the round's vote drawn, the room's given; then the game is left.
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n\nK- C- E+ U0\nstop\n"))
    code, out, err = call(capsys, *args, "--game", str(tmp_path / "g"), "--results", str(tmp_path / "r"))
    assert (code, err) == (0, "")
    said = " ".join(out.split())
    assert said.count(item.text.kk) == 1
    assert "жақтап 1, қарсы 2, қалыс қалған 1" in said
    (record,) = [r for r in PaperGame(tmp_path / "g").records if "items" in r]
    assert record["items"] == {ITEM: {"KAZ": "no", "CHN": "no", "EU": "yes", "USA": "abstain"}}
    other = begun(tmp_path / "other")
    assert other.items == ()
    code, _, err = call(capsys, *args, "--game", str(tmp_path / "other"))
    assert code == 2
    assert "found a game that was begun without it" in err


def test_by_single_commands_it_is_asked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    game = tmp_path / "g"
    to_the_vote(begun(game, items=(ITEM,)))
    code, out, _ = call(capsys, "paper-turn", str(game), "--undo", "--json")
    assert (code, "items" in json.loads(out)) == (0, False)
    code, out, _ = call(capsys, "paper-turn", str(game), "--json")
    assert [i["id"] for i in json.loads(out)["items"]] == [ITEM]
    code, out, err = call(capsys, "paper-turn", str(game), "--vote", "hrc-51=K- E+", "--json")
    assert (code, err) == (0, "")
    assert "A/HRC/51/L.6" in json.loads(out)["sheet"]["text"]
    assert PaperGame(game).cast(3) == {ITEM: {"KAZ": "no", "EU": "yes"}}


@pytest.mark.slow
@pytest.mark.skipif(find_chromium() is None, reason="no Chromium or Chrome on this machine")
def test_no_sheet_is_cut_off_by_it() -> None:
    from playwright.sync_api import sync_playwright

    script = """() => [...document.querySelectorAll('.sheet')].filter(e => e.innerText.includes('A/HRC/51/L.6')).map(
        e => e.scrollHeight - e.clientHeight)"""
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        shown = browser.new_page(viewport={"width": 1062, "height": 733})
        shown.emulate_media(media="print")
        for document in Press(NAME, items=[ITEM]).documents(LANGUAGES):
            if document.name.startswith("sheets"):
                shown.set_content(document.html)
                over = shown.evaluate(script)
                assert len(over) == 5
                assert max(over) <= 1, document.name
        browser.close()


# ---- wrong files


def test_what_is_wrong_with_an_optional_vote_is_named_with_its_line(tmp_path: Path) -> None:
    without(tmp_path)
    text = (shipped_lessons() / f"{NAME}.yaml").read_text("utf-8")
    for old, new, said in (
        ("  - id: hrc-51\n    step: q4", "  - id: hrc-51\n    step: q9", 'the unknown step "q9"'),
        ("voters: [CHN, EU, KAZ, USA]", "voters: [CHN, EU, KAZ, RUS, USA]", "found RUS among the voters too"),
        ("voters: [CHN, EU, KAZ, USA]", "voters: [CHN, EU, KAZ]", "found nothing about USA"),
        ("voters: [CHN, EU, KAZ, USA]", "voters: [CHN, EU, KAZ, USA, UKR]", 'the unknown delegation "UKR"'),
        ("    symbol: A/HRC/51/L.6\n", "", 'found no "symbol"'),
    ):
        assert old in text
        path = tmp_path / f"lesson-{abs(hash(said))}.yaml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(BadInput) as found:
            lesson(path)
        assert said in str(found.value)
        assert re.search(r"\.yaml:[1-9]\d*:\d+: optional", str(found.value))
