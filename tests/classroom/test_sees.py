"""What a seat alone sees: figures with a unit and a word, of the model, for that seat and nobody else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from multivector.classroom.lesson.lessons import lesson
from multivector.classroom.lesson.seats import unseated
from multivector.classroom.lesson.words import ministries
from multivector.classroom.playing import acts
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game
from multivector.classroom.showing import sees, views
from multivector.classroom.showing.sees import hidden
from multivector.classroom.showing.views import Clock
from multivector.cli.serve import room_of
from multivector.language import LANGUAGES
from rooms_helper import seated

NAME = "lesson-after-2022"


def room(size: int, people: int | None = None, turns: int = 3) -> Game:
    """The lesson in one world, so many seats and people."""
    asked = {"worlds": 1, "seats": size, "turns": turns, "minutes": None, "plan": None, "lang": "en", "seed": 7}
    arms, settings = room_of(NAME, asked)
    game = Game(settings, arms)
    seated(game, size if people is None else people)
    return game


def quarter(game: Game) -> None:
    act(game, "teacher", {"do": "start"})
    act(game, "server", {"do": "end", "away": []})


def facts(game: Game, seat: str, language: str = "en") -> dict[str, dict[str, Any]]:
    return {f["id"]: f for f in views.brief(game, game.seats[seat], language)["facts"]}


@pytest.fixture(scope="module")
def third() -> Game:
    """A world of 24 at the beginning of its third quarter."""
    game = room(24)
    quarter(game)
    quarter(game)
    act(game, "teacher", {"do": "start"})
    return game


@pytest.mark.parametrize("size", [12, 24])
def test_every_seat_has_a_figure_that_nobody_else_of_its_delegation_has(size: int) -> None:
    game = room(size)
    act(game, "teacher", {"do": "start"})
    for seat in game.people:
        others = {i for s in game.people if s != seat and game.seats[s].actor == game.seats[seat].actor
                  for i in facts(game, s)}  # fmt: skip
        assert set(facts(game, seat)) - others, seat


def test_every_figure_has_a_unit_and_a_word_in_every_language(third: Game) -> None:
    for seat in third.people:
        for language in LANGUAGES:
            for id, fact in facts(third, seat, language).items():
                assert fact["word"] or fact["trend"], (seat, id)
                assert len(fact["text"]) > 1, (seat, id)
                # A bare number says nothing: a scale, a share, money, tonnes or a rung stands with it.
                assert not re.fullmatch(r"[−+]?[\d.,]+", fact["text"]), (seat, id, fact["text"])
                if language != "en":
                    told = fact["name"] + fact["text"] + fact["word"] + fact["trend"]
                    assert not re.search("[a-z]{2,}", told), (id, told)


def test_in_the_first_quarter_figures_have_words_too() -> None:
    game = room(24)
    act(game, "teacher", {"do": "start"})
    for seat in game.people:
        assert facts(game, seat), seat
        assert all(fact["word"] for fact in facts(game, seat).values()), seat
        assert all(fact["change"] is None for fact in facts(game, seat).values()), seat


def test_only_that_seat_receives_them(third: Game) -> None:
    told = {s: json.dumps(views.seat_view(third, p, Clock(), []), default=float) for s, p in third.people.items()}
    wall = json.dumps(views.projector_view(third, "en", Clock(), {}), default=float)
    own = {s: set(facts(third, s)) for s in third.people}
    for seat, ids in own.items():
        for id in ids:
            # A figure of a brief, not the name of an outcome by which an aim is judged.
            mark = re.compile(rf'"id": "{re.escape(id)}", "name": "[^"]*", "value"')
            assert not mark.search(wall), id
            assert {s for s in told if mark.search(told[s])} == {s for s in own if id in own[s]}, (seat, id)
    # Nobody outside a sender reads its belief, nobody abroad the true customs record.
    assert {s for s in own if "belief:EU" in own[s]} == {"A-EU-envoy"}
    assert {s for s in own if "record/now" in own[s]} == {"A-KAZ-trade"}


def test_what_the_schema_hides_is_hidden_whatever_the_table_says() -> None:
    scenario = room(5).scenario
    assert hidden(scenario, "belief:EU", "USA")
    assert hidden(scenario, "outcome/belief.EU", "USA")
    assert hidden(scenario, "outcome/enforcement", "RUS")
    assert not hidden(scenario, "belief:EU", "EU")
    assert not hidden(scenario, "outcome/isolation", "RUS")
    for actor in scenario.actors:
        for about in ministries()[actor].values():
            assert [k for k in about.get("sees", ()) if hidden(scenario, k, actor)] == [], actor


def test_the_true_record_is_a_quarter_ahead_of_mirror_statistics(third: Game) -> None:
    record = third.worlds.watch.outcomes
    true, mirror = facts(third, "A-KAZ-trade")["record/now"], facts(third, "A-EU-envoy")["record/late"]
    assert true["value"] == pytest.approx(float(record[1]["reexport"][0]), abs=1e-3)
    assert mirror["value"] == pytest.approx(float(record[0]["reexport"][0]), abs=1e-3)
    late = facts(third, "A-EU-envoy")["late/customs.EU.KAZ"]
    assert late["value"] == pytest.approx(float(record[0]["customs.EU.KAZ"][0]), abs=1e-3)
    assert late["name"].endswith("(a quarter late)")


def test_figures_are_the_models(third: Game) -> None:
    worlds, last = third.worlds, third.worlds.watch.outcomes[-1]
    isolation = facts(third, "A-RUS-head")["outcome/isolation"]
    assert isolation["value"] == pytest.approx(float(last["isolation"][0]), abs=1e-4)
    assert isolation["trend"] == "higher than a quarter ago"
    fee = facts(third, "A-KAZ-energy")["fee/CPC"]
    assert fee["text"] == "$38.0 a tonne"
    entries = worlds.setup.layout.catalogue.entries
    passes = next(e.passes for e in entries if e.actor == "EU" and e.passes)
    assert facts(third, "A-EU-council")["unanimity/EU"]["value"] == float(worlds.model.engine.p[passes][0])
    threat = facts(third, "A-KAZ-head")["threat:RUS"]
    row = worlds.model.engine.table.index["threat:RUS"]
    assert threat["value"] == pytest.approx(float(worlds.model.state.stocks[row, 0]), abs=1e-4)
    before = float(worlds.openings[-2].stocks[row, 0])
    assert threat["change"] == pytest.approx(threat["value"] - before, abs=2e-4)


def test_between_quarters_the_change_is_that_of_the_last_one() -> None:
    game = room(5)
    quarter(game)
    worlds = game.worlds
    assert worlds.opening_before() is worlds.openings[-1]
    row = worlds.model.engine.table.index["displeasure:EU>KAZ"]
    told = facts(game, "A-EU-head")["displeasure:EU>KAZ"]
    moved = float(worlds.model.state.stocks[row, 0] - worlds.openings[0].stocks[row, 0])
    assert told["change"] == pytest.approx(moved, abs=2e-4)


# ---- ministries in which nobody sits


def test_a_head_alone_reads_and_sees_for_the_whole_delegation() -> None:
    game = room(5)
    act(game, "teacher", {"do": "start"})
    for seat, person in game.people.items():
        actor = game.seats[seat].actor
        offices = ministries()["whole"][actor]
        assert acts.duties(game, game.seats[seat]) == [*offices], seat
        wanted = {k for k in sees.keys_of(actor, offices) if not k.startswith("outcome/")}
        assert wanted <= set(facts(game, seat)), (seat, wanted - set(facts(game, seat)))
        text = views.brief(game, game.seats[seat], "en")["text"]
        notes = lesson(NAME).delegations[actor].ministries
        assert all(notes[office].en in text for office in offices), seat
        titles = [ministries()[actor][office]["title"]["en"] for office in offices[1:]]
        assert all(f"{t}: {notes[o].en}" in text for t, o in zip(titles, offices[1:], strict=True)), seat
        view = views.seat_view(game, person, Clock(), [])
        codes = {e.move.code for e in game.worlds.setup.layout.catalogue.entries if e.actor == actor}
        assert set(view["seat"]["domain"]) == {code or "" for code in codes}
        assert len(view["brief"]["stands_for"]) == len(offices) - 1


def test_who_sits_down_later_takes_what_is_theirs() -> None:
    game = room(12, people=0)
    for seat, name in (("A-KAZ-head", "saiga"), ("A-KAZ-foreign", "argali")):
        act(game, "server", {"do": "join", "nickname": name, "language": "en", "seat": seat, "token": f"t-{seat}"})
    act(game, "teacher", {"do": "start"})

    def brief(seat: str) -> dict[str, Any]:
        found: dict[str, Any] = views.seat_view(game, game.people[seat], Clock(), [])["brief"]
        return found

    assert "record/now" in {f["id"] for f in brief("A-KAZ-head")["facts"]}
    assert brief("A-KAZ-foreign")["stands_for"] == []
    act(game, "server", {"do": "join", "nickname": "kulan", "language": "en", "seat": "A-KAZ-economy", "token": "t"})
    assert "record/now" in {f["id"] for f in brief("A-KAZ-economy")["facts"]}
    assert "record/now" not in {f["id"] for f in brief("A-KAZ-head")["facts"]}
    act(game, "A-KAZ-economy", {"do": "leave"})
    assert "record/now" in {f["id"] for f in brief("A-KAZ-head")["facts"]}


def test_a_divided_delegation_has_its_own_empty_ministries() -> None:
    assert unseated("KAZ", ["head", "foreign", "trade", "energy"]) == ["finance", "transport", "defence", "home"]
    assert unseated("RUS", ["head", "energy", "economy", "defence"]) == ["foreign"]
    assert unseated("EU", ["head", "trade"]) == ["envoy", "council"]
    assert unseated("CHN", ["head", "commerce"]) == []
    for actor, whole in ministries()["whole"].items():
        assert set(whole) <= set(ministries()[actor])
