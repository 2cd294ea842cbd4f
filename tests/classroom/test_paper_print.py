"""What is printed: complete, in the language asked for, on the pages that a teacher counts on."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from multivector.classroom.lesson.codes import is_whole
from multivector.classroom.lesson.lessons import common, lesson
from multivector.classroom.lesson.rounds import rounds_of
from multivector.classroom.lesson.seats import worlds_for
from multivector.classroom.lesson.words import ministries, word
from multivector.classroom.paper.printed import Press, Printed, find_chromium, pages_of, to_pdf
from multivector.classroom.playing import runsheet
from multivector.classroom.playing.acts import act, find_seat
from multivector.classroom.playing.game import Game
from multivector.cli.serve import room_of
from multivector.errors import RunFailed
from multivector.language import LANGUAGES, speaker
from results_helper import call

NAMES = ("lesson-after-2022", "lesson-january-2022")
needs_browser = pytest.mark.skipif(find_chromium() is None, reason="no Chromium or Chrome on this machine")


def printed(press: Press, language: str) -> dict[str, str]:
    return {d.name: d.html for d in press.documents([language])}


def plain(html: str) -> str:
    import html as entities

    return re.sub(r"\s+", " ", entities.unescape(re.sub(r"<[^>]+>", " ", html.split("<body>")[1])))


@pytest.fixture(scope="module", params=[(n, lang) for n in NAMES for lang in LANGUAGES], ids="-".join)
def pages(request: pytest.FixtureRequest) -> tuple[Press, str, dict[str, str]]:
    name, language = request.param
    press = Press(name, students=24)
    return press, language, printed(press, language)


def test_every_document_is_there_and_filled(pages: tuple[Press, str, dict[str, str]]) -> None:
    _, language, found = pages
    assert set(found) == {
        "rules",
        "glossary",
        *(f"{k}-{language}" for k in ("cards", "sheets", "moves", "run-sheet", "board", "survey", "guide")),
    }
    for html in found.values():
        assert "{{" not in html
        assert "None" not in plain(html)
        # Nothing is asked of any network.
        assert not re.search(r"(src|href)=|@import|url\(", html)


def test_nothing_is_in_another_language(pages: tuple[Press, str, dict[str, str]]) -> None:
    _, language, found = pages
    if language == "en":
        bare = plain(found["cards-en"] + found["sheets-en"])
        assert not re.search("[а-я]", bare, re.I)
        return
    # Sources stay as they are written, in square brackets; codes and their signs are the same everywhere.
    for kind in ("sheets", "run-sheet", "board", "survey", "moves"):
        bare = re.sub(r"\b(M\d\d\S*|ES-\d+/\d|[KRCEU]|[rceukvmx])\b|\[[^\]]*\]", "", plain(found[f"{kind}-{language}"]))
        assert not re.search(r"[A-Za-z]{4,}", bare), (kind, re.findall(r".{20}[A-Za-z]{4,}.{20}", bare)[:3])


def test_every_seat_has_a_card_and_its_moves(pages: tuple[Press, str, dict[str, str]]) -> None:
    press, language, found = pages
    assert len(press.seats) == 24
    assert found[f"cards-{language}"].count('class="card"') == 24
    moves = plain(found[f"moves-{language}"])
    for entry in press.entries:
        if entry.move.code != "M18":
            assert press.codes[entry.id] in moves
    team = lesson(press.lesson.id).delegations["KAZ"] if press.lesson else None
    assert team is not None
    assert team.brief.get(language) in plain(found[f"cards-{language}"])


def test_a_head_has_a_further_card_where_nobody_sits_in_a_ministry() -> None:
    notes = {a: team.ministries for a, team in lesson("lesson-after-2022").delegations.items()}
    cards = printed(Press("lesson-after-2022", students=5), "ru")["cards-ru"]
    assert cards.count('class="card"') == 5 + 5
    for actor, offices in (("KAZ", ["economy", "defence"]), ("EU", ["envoy", "council"]), ("USA", ["treasury"])):
        assert all(notes[actor][office].ru in plain(cards) for office in offices)
    full = printed(Press("lesson-after-2022", students=24), "ru")["cards-ru"]
    assert full.count('class="card"') == 24


def test_rules_are_word_for_word_in_three_languages(pages: tuple[Press, str, dict[str, str]]) -> None:
    said = plain(pages[2]["rules"])
    for rule in common().rules:
        assert all(rule.get(language) in said for language in LANGUAGES)


def test_the_glossary_has_thirty_terms_in_each_language_and_says_who_has_not_signed(
    pages: tuple[Press, str, dict[str, str]],
) -> None:
    _, language, found = pages
    said = plain(found["glossary"])
    assert len(common().glossary) == len({term.en for term in common().glossary}) == 30
    for term in common().glossary:
        assert all(term.get(each) in said for each in LANGUAGES)
    assert word("words", "unsigned", language) in said
    assert word("words", "unsigned", language) in plain(found[f"guide-{language}"])


def test_the_run_sheet_goes_to_the_last_minute() -> None:
    for minutes in (45, 60, 90):
        sheet = plain(printed(Press("lesson-after-2022", minutes=minutes), "en")["run-sheet-en"])
        assert f"–{minutes} " in sheet
    assert "24:30–30" in plain(printed(Press("lesson-after-2022"), "kk")["run-sheet-kk"])


def test_the_example_on_the_sheet_is_right() -> None:
    sheet = printed(Press("lesson-after-2022"), "en")["sheets-en"]
    example = re.search(r'<span class="code">(K M[^<]*)</span>', sheet)
    assert example is not None
    assert is_whole(example[1])


def test_spare_seats_are_press_and_secretariat() -> None:
    press = Press("lesson-after-2022", students=26)
    assert press.spare == 2
    assert "UN Secretariat" in printed(press, "en")["cards-en"]
    assert [len(Press("lesson-after-2022", students=n).seats) for n in (1, 5, 12, 24, 60)] == [1, 5, 12, 24, 24]


@pytest.mark.parametrize("language", LANGUAGES)
def test_spare_seats_have_cards_like_others(language: str) -> None:
    told = ministries()["spare"]
    for press, cards in ((Press("lesson-after-2022", press=True), ["press"]), (Press("mediator", students=14), [*told]),
                         (Press("lesson-january-2022", press=True, secretariat=True), [*told])):  # fmt: skip
        assert [s.ministry for s in press.spare_seats] == cards
        html = printed(press, language)[f"cards-{language}"]
        further = plain(html).count(common().say("unseated", language))
        assert html.count('class="card"') == len(press.seats) + further + len(cards)
        for kind in told:
            for field in ("name", "does", "paper", "sees_words", "question"):
                assert (told[kind][field][language] in plain(html)) == (kind in cards), (kind, field)
    assert len(Press("lesson-after-2022", press=True).seats) == 12
    html = plain(printed(Press("lesson-after-2022", secretariat=True), language)[f"cards-{language}"])
    assert common().asks["ES-11/1"].get(language) in html
    assert html.index("ES-11/1") < html.index("ES-11/3") < html.index("77/229")


def test_a_scenario_without_a_lesson_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "paper", "mediator", "--lang", "en", "--out", str(tmp_path / "p"), "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert [Path(f["file"]).name for f in told["files"]] == [
        "rules.html",
        "glossary.html",
        "cards-en.html",
        "sheets-en.html",
        "moves-en.html",
        "board-en.html",
    ]
    assert all(Path(f["file"]).is_file() for f in told["files"])


def test_flags(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = call(
        capsys, "paper", "lesson-january-2022", "--lang", "kk", "--minutes", "45", "--students", "5", "-q"
    )
    assert (code, out.strip()) == (0, str(Path("paper") / "lesson-january-2022"))
    assert len(list((tmp_path / "paper" / "lesson-january-2022").glob("*.html"))) == 9
    code, out, _ = call(capsys, "paper", "lesson-after-2022", "--students", "30", "--worlds", "1", "--out", "all")
    assert code == 0
    assert "press and the secretariat have cards; 4 people share a seat" in out
    assert len(list((tmp_path / "all").iterdir())) == 2 + 3 * 7
    code, out, _ = call(capsys, "paper", "lesson-after-2022", "--lang", "en", "--press", "--out", str(tmp_path / "q"))
    assert code == 0
    assert "Besides the ministries: the press has a card." in out
    code, out, _ = call(
        capsys, "paper", "mediator", "--lang", "en", "--secretariat", "--json", "--out", str(tmp_path / "r")
    )
    assert (code, json.loads(out)["cards"]) == (0, ["secretariat"])
    for wrong in (["lesson-after-2021"], ["no-such-world"], ["lesson-after-2022", "--minutes", "50"],
                  ["lesson-after-2022", "--students", "0"],
                  ["lesson-after-2022", "--format", "doc"], ["lesson-after-2022", "--lang", "de"]):  # fmt: skip
        code, _, err = call(capsys, "paper", *wrong)
        assert code == 2
        assert err
        assert "Traceback" not in err


def test_for_a_room_only_what_is_on_no_page_is_printed_with_how_many_copies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["paper", "lesson-after-2022", "--for", "room", "-n", "24", "--with", "hrc-51", "--out", str(tmp_path)]
    code, out, err = call(capsys, *asked, "--lang", "ru,en,ru", "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    copies = {Path(f["file"]).name: f["copies"] for f in told["files"]}
    assert copies == {  # two worlds of five delegations
        "rules.html": 10, "glossary.html": 10, "cards-ru.html": 1, "run-sheet-ru.html": 1, "guide-ru.html": 1,
        "cards-en.html": 1, "run-sheet-en.html": 1, "guide-en.html": 1,
    }  # fmt: skip
    assert {p.name for p in tmp_path.iterdir()} == set(copies)
    assert told["room"].endswith("--with hrc-51")  # the room's pages speak what each student asks for
    # The run-sheet is the one that the room's console has, minute by minute.
    own = {"worlds": 2, "seats": 24, "turns": None, "minutes": None, "plan": "60", "lang": "en", "seed": 3}
    arms, settings = room_of("lesson-after-2022", own)
    game = Game(settings, arms)
    act(game, "teacher", {"do": "item", "id": "hrc-51", "on": True})
    for language in ("en", "ru"):
        sheet = plain((tmp_path / f"run-sheet-{language}.html").read_text("utf-8"))
        for row in runsheet.told(game, language):
            assert row["name"] in sheet
            assert row["students"] in sheet
            assert row["text"] in sheet
            assert row["wall"].partition(" · ")[0] in sheet
    assert "the pages" in plain((tmp_path / "guide-en.html").read_text("utf-8"))
    # The list in words, in the language that was asked for; a class on paper needs more.
    monkeypatch.setenv("MULTIVECTOR_LANG", "kk")
    code, out, _ = call(capsys, *asked, "--lang", "kk")
    assert (code, out.splitlines()[0]) == (0, f"24 оқушыға басып шығарылады, {tmp_path} қалтасынан:")
    assert "   10 × rules.html         әр үстелге біреуден" in out
    monkeypatch.delenv("MULTIVECTOR_LANG")
    code, out, _ = call(capsys, "paper", "lesson-after-2022", "-n", "12", "--lang", "en", "--out", str(tmp_path / "p"))
    found = re.findall(r"^ +([0-9]+) × (\S+)\.html", out, re.M)
    assert found == [("5", "rules"), ("5", "glossary"), ("1", "cards-en"), ("1", "sheets-en"), ("1", "moves-en"),
                     ("1", "run-sheet-en"), ("1", "board-en"), ("12", "survey-en"), ("1", "guide-en")]  # fmt: skip
    assert "on the pages" not in plain((tmp_path / "p" / "guide-en.html").read_text("utf-8"))


def test_a_scenario_without_a_lesson_has_cards_rules_and_terms_for_a_room(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = call(capsys, "paper", "mediator", "--for", "room", "--lang", "en", "--out", str(tmp_path), "--json")
    assert code == 0
    assert [Path(f["file"]).name for f in json.loads(out)["files"]] == ["rules.html", "glossary.html", "cards-en.html"]
    code, _, err = call(capsys, "paper", "--game", str(tmp_path), "--for", "room")
    assert (code, "--for: found room beside --game" in err) == (2, True)


@pytest.mark.parametrize(
    ("asked", "offered"),
    [("", ["kk", "ru", "en", "all"]), ("r", ["ru"]), ("ru,", ["ru,kk", "ru,en"]), ("ru,e", ["ru,en"]), ("a", ["all"])],
)
def test_languages_are_completed_while_typing(asked: str, offered: list[str]) -> None:
    from multivector.cli import paper

    (lang,) = [p for p in paper.command.params if p.name == "lang"]
    context = paper.command.make_context("paper", ["x"], resilient_parsing=True)
    assert [item.value for item in lang.shell_complete(context, asked)] == offered


@pytest.mark.parametrize("wrong", ["de", "ru,de", "all,ru", "", "ru,"])
def test_languages_that_there_are_not_are_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "paper", "lesson-after-2022", "--lang", wrong)
    assert (code, "none of kk, ru, en" in err) == (2, True)


def test_without_a_browser_a_pdf_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = call(capsys, "paper", "lesson-after-2022", "--format", "pdf", "--out", str(tmp_path / "p"))
    assert code == 2
    assert "found no Chromium or Chrome on this machine" in err
    assert "--format html" in err
    assert not (tmp_path / "p").exists()


def test_a_browser_that_makes_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="made no PDF"):
        to_pdf(Printed("x", "<p>x</p>"), tmp_path / "x.pdf", "/bin/true")
    assert not list(tmp_path.iterdir())


@needs_browser
@pytest.mark.slow
def test_pages_of_the_pdf_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(
        capsys, "paper", "lesson-after-2022", "--lang", "kk", "--format", "pdf", "--out", str(tmp_path), "--json"
    )
    assert (code, err) == (0, "")
    pages = {Path(f["file"]).stem: f["pages"] for f in json.loads(out)["files"]}
    assert pages["rules"] == 2  # one page of rules, and its back
    assert pages["glossary"] == 1
    assert pages["run-sheet-kk"] == 1
    assert pages["survey-kk"] == 1
    assert pages["board-kk"] == 2
    assert pages["cards-kk"] == 8  # twelve cards, four further ones of heads
    assert pages["sheets-kk"] == 13  # five delegations, five rounds
    assert pages_of((tmp_path / "rules.pdf").read_bytes()) == 2


@needs_browser
@pytest.mark.slow
def test_no_card_and_no_sheet_is_cut_off() -> None:
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    script = "[...document.querySelectorAll('.card,.sheet')].filter(e => e.scrollHeight > e.clientHeight + 1).length"
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=find_chromium(), args=flags)
        page = browser.new_page(viewport={"width": 1062, "height": 733})
        page.emulate_media(media="print")
        for name in NAMES:
            for size in (5, 12, 14, 24):
                for language in LANGUAGES:
                    for document in Press(name, students=size).documents([language]):
                        if document.name.startswith(("cards", "sheets")):
                            page.set_content(document.html)
                            assert page.evaluate(script) == 0, (name, size, document.name)
        browser.close()


BOTH = {"press": True, "secretariat": True}


@pytest.mark.parametrize(
    ("size", "worlds", "spare"),
    [(24, None, None), (24, 1, None), (13, 2, None), (40, None, None), (3, 2, None), (24, 2, BOTH), (26, 2, BOTH)],
)
def test_cards_are_the_seats_of_the_room(size: int, worlds: int | None, spare: dict[str, bool] | None) -> None:
    asked = {
        **(spare or {}),
        "worlds": worlds,
        "seats": size,
        "turns": None,
        "minutes": None,
        "plan": "60",
        "lang": "en",
        "seed": 3,
    }
    arms, settings = room_of("lesson-after-2022", asked)
    game = Game(settings, arms)
    press = Press("lesson-after-2022", students=size, worlds=worlds or worlds_for(size), **(spare or {}))
    assert [(s.id, s.card) for s in press.dealt] == [(s.id, s.card) for s in game.seats.values()]
    found = set()
    for text in printed(press, "en")["cards-en"].split('<article class="card"')[1:]:
        code = re.search(r'class="seat"><span>Seat code</span><br><b>([A-Z]{2})<', text)
        assert code is not None
        # Whoever types the code at the door has the seat whose card it is.
        seat = game.seats[find_seat(game, code[1])]
        badge = plain("<body>" + text.partition("</h2>")[0])
        called = ministries()["spare"][seat.ministry]["name"]["en"] if seat.spare else press.actor(seat.actor, "en")
        assert called in badge
        assert (f"World {seat.world} · " in badge) == (len(game.world_ids) > 1)
        found.add(seat.id)
    assert found == set(game.seats)


def test_sheets_say_whose_world_they_are() -> None:
    two = plain(printed(Press("lesson-after-2022", students=24, worlds=2), "ru")["sheets-ru"])
    assert two.count("Мир A") == two.count("Мир B") == 5 * 5
    assert "Мир" not in plain(printed(Press("lesson-after-2022"), "ru")["sheets-ru"])


def test_the_command_that_opens_the_room_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "paper", "lesson-after-2022", "--lang", "en", "-n", "24", "--out", str(tmp_path))
    assert code == 0
    assert "24 seats in 2 worlds" in out
    assert "multivector serve lesson-after-2022 --lan -n 24 -w 2 --plan 60 --lang en" in out
    asked = ["-n", "24", "--press", "--secretariat", "--with", "hrc-51", "--out", str(tmp_path / "more")]
    code, out, _ = call(capsys, "paper", "lesson-after-2022", "--lang", "en", *asked)
    assert code == 0
    assert "the press in every world and the secretariat in every world have cards." in out
    assert "--lan -n 24 -w 2 --press --secretariat --plan 60 --with hrc-51" in out
    assert (tmp_path / "more" / "sheets-en.html").read_text("utf-8").count("A/HRC/51/L.6") == 2 * 5
    code, out, _ = call(capsys, "paper", "lesson-after-2022", "--lang", "en", "-n", "40", "--out", str(tmp_path / "n"))
    assert "More people than ministries: the press in every world and the secretariat in A have cards." in out
    code, _, err = call(capsys, "paper", "lesson-after-2022", "-n", "150", "--press", "--out", str(tmp_path / "x"))
    assert (code, "at most 150" in err) == (2, True)


@pytest.mark.parametrize("name", ["lesson-after-2022", "lesson-january-2022"])
def test_paper_numbers_rounds_as_the_screens_do(name: str) -> None:
    for minutes in (45, 60, 90):
        press = Press(name, minutes=minutes)
        assert press.lesson is not None
        rounds = rounds_of(press.lesson.room(minutes)["steps"], press.scenario.quarters())  # as a room has them
        turns = len(press.scenario.quarters())
        say = speaker("ru")
        for step, round_ in zip(press.steps, rounds, strict=True):
            # `turnWords` of the pages, which are made of the same two messages.
            told = say("Quarter {n} of {all}", n=round_.turn + 1, all=turns)
            told += " · " + say("part {n} of {all}", n=round_.part, all=round_.parts) if round_.parts > 1 else ""
            assert press.numbered(step, "ru") == told
            assert told in press.one("guide", "ru").html
            assert press.one("sheets", "ru").html.count(f"<span>{told} ·") == 5
            assert f"{told}: {step.title.get('ru')}" in press.one("run-sheet", "ru").html
    parts = files("multivector.classroom").joinpath("pages", "static", "first.js").read_text("utf-8")
    assert 'say("Quarter {n} of {all}"' in parts
    assert 'say("part {n} of {all}"' in parts
