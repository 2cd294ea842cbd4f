"""A quarter in parts, as in the crisis of January 2022: in a room as on paper, on one engine, with the same end."""

from __future__ import annotations

from pathlib import Path

import pytest

from multivector.classroom.lesson.codes import line
from multivector.classroom.lesson.lessons import lesson
from multivector.classroom.paper.game_on_paper import PaperGame, Start
from multivector.classroom.playing import staff
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Refused
from multivector.classroom.playing.worlds import GAUGES, Played
from multivector.classroom.room import export
from multivector.classroom.showing import views
from multivector.classroom.showing.views import Clock
from multivector.cli.serve import room_of
from multivector.experiment.ensembles.again import verify
from multivector.results.store import open_result
from rooms_helper import seated

NAME = "lesson-january-2022"
CAP, HELP, REFORM = "KAZ:set-fuel-prices-cap", "KAZ:ask-for-csto-help>RUS", "KAZ:political-reform-carry-out"
WORDS, SUMMIT = "EU:hard-rhetoric>KAZ", "KAZ:regional-summit"


def opened(seats: int = 12, seed: int = 7) -> Game:
    """The lesson in a room, as `serve` opens it."""
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": seed}
    arms, settings = room_of(NAME, asked)
    game = Game(settings, arms)
    seated(game, seats)
    return game


def round_of(game: Game, *moves: str, who: str = "A-KAZ-head", begin: bool = True) -> None:
    """One round in which one head confirms moves."""
    if begin:
        act(game, "teacher", {"do": "start"})
    act(game, who, {"do": "confirm", "entries": list(moves), "done": True})
    act(game, "server", {"do": "end", "away": []})


def refused(game: Game, who: str, **message: object) -> str:
    with pytest.raises(Refused) as found:
        act(game, who, message)
    return found.value.code


def test_the_rounds_and_their_minutes_are_those_of_the_plan() -> None:
    game, plan = opened(), lesson(NAME)
    assert [r.id for r in game.rounds] == ["before", "a", "b", "c", "feb", "spring"]
    assert [r.turn for r in game.rounds] == [0, 1, 1, 1, 1, 2]
    assert [game.minutes(k) for k in range(6)] == plan.minutes(60)


@pytest.mark.slow
def test_parts_of_a_quarter_have_their_own_moves_and_the_quarter_is_played_once(tmp_path: Path) -> None:
    game = opened()
    round_of(game)
    act(game, "teacher", {"do": "start"})
    assert game.now.id == "a"
    assert refused(game, "A-RUS-head", do="propose", entry="RUS:ask-for-loyalty>KAZ") == "not-in-this-part"
    assert game.limit(("A", "RUS")) == 1
    assert refused(game, "A-KAZ-head", do="confirm", entries=[CAP, REFORM]) == "no-more-slots"
    assert refused(game, "A-KAZ-head", do="vote", text="ES-11/1", vote="abstain") == "not-now"
    # The news of 24 February are none in January, and nobody is asked to vote yet.
    seat = views.seat_view(game, game.people["A-KAZ-head"], Clock(), [])
    assert "feb" not in str(seat["public"]["news"]).lower()
    assert seat["ballots"] == []
    assert seat["room"]["step"]["id"] == "a"
    assert seat["slots"] == 1
    round_of(game, CAP, begin=False)
    assert (game.phase, len(game.worlds.past), game.quarter) == ("between", 1, "2022-Q1")
    act(game, "teacher", {"do": "start"})
    seat = views.seat_view(game, game.people["A-EU-head"], Clock(), [])
    assert [d["entry"] for d in seat["public"]["decided"]] == [CAP]
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [HELP], "done": True})
    assert game.offers_to(("A", "RUS")) == [HELP]
    act(game, "A-RUS-head", {"do": "answer", "offer": HELP, "yes": True})
    act(game, "A-EU-head", {"do": "confirm", "entries": [WORDS], "done": True})
    act(game, "server", {"do": "end", "away": []})
    act(game, "teacher", {"do": "start"})
    _a_forecast_in_a_later_part(game)
    round_of(game, REFORM, begin=False)
    act(game, "teacher", {"do": "start"})
    assert game.now.id == "feb"
    assert game.offers_to(("A", "RUS")) == [HELP]  # still there, answered already
    act(game, "A-KAZ-head", {"do": "vote", "text": "ES-11/1", "vote": "absent"})
    act(game, "server", {"do": "end", "away": []})
    assert len(game.worlds.past) == 2
    assert game.worlds.made(0, 1)["KAZ"] == [CAP, HELP, REFORM]
    assert game.worlds.stories[0].turns[1].answers[HELP] == "accepted"
    round_of(game)
    assert game.phase == "over"
    # What people did and what doctrines added is an ordinary result.
    arms = export.arms_of(game, "A")
    name = export.save(arms, game.settings.seed, str(tmp_path))
    assert verify(open_result(tmp_path / name)).fine


def _a_forecast_in_a_later_part(game: Game) -> None:
    """It knows what all have done in the parts before, and the delegation's own answers; what follows is drawn."""
    known = game.known(("A", "KAZ"))
    assert (known.moves["KAZ"], known.moves["EU"], known.answers) == ((CAP, HELP), (WORDS,), {})
    assert game.known(("A", "RUS")).answers == {HELP: True}

    def futures(actor: str, known: Played) -> list[list[float]]:
        place = staff.place_of(game.scenario, 7, game.worlds.openings[-1], 0, known)
        found = staff.futures(place, actor, [REFORM] if actor == "KAZ" else [], range(4))
        return [found[gauge].ravel().tolist() for gauge in GAUGES]

    told = futures("KAZ", known)
    assert told != futures("KAZ", Played())
    assert told != futures("KAZ", Played({"KAZ": (CAP, HELP)}))
    russia = game.known(("A", "RUS"))
    assert futures("RUS", russia) != futures("RUS", Played(russia.moves, {HELP: False}))


@pytest.mark.slow
def test_a_crisis_ends_in_a_room_as_it_ends_on_paper(tmp_path: Path) -> None:
    plays = {"before": [], "a": [CAP], "b": [HELP], "c": [REFORM], "feb": [], "spring": []}
    paper = PaperGame.begin(tmp_path / "game", Start(NAME, 60, 7, "en", ("KAZ",), {}))
    while not paper.over:
        while paper.step is not None:
            # M00 says that no more is wanted; Kazakhstan has no move in February.
            codes = [paper.codes[e] for e in plays[paper.step.id]] or ["M00"]
            paper.enter([] if paper.limits(paper.step)["KAZ"] == 0 else [line("K", codes)])
        offers = [o.number for o in paper.offers() if o.entry.startswith("RUS")]
        paper.close(offers, {t: {"KAZ": "abstain"} for t in paper.texts()})

    game = opened(seats=4)
    while game.phase != "over":
        act(game, "teacher", {"do": "start"})
        here = game.now
        if game.limit(("A", "KAZ")):
            act(game, "A-KAZ-head", {"do": "confirm", "entries": plays[here.id], "done": True})
        if here.last:
            for offer in game.offers_to(("A", "KAZ")):
                act(game, "A-KAZ-head", {"do": "answer", "offer": offer, "yes": offer.startswith("RUS")})
            for text in game.worlds.texts():
                act(game, "A-KAZ-head", {"do": "vote", "text": text, "vote": "abstain"})
        act(game, "server", {"do": "end", "away": []})
    assert game.worlds.past[1][0].moves == paper.worlds.past[1][0].moves
    for room, sheet in zip(game.worlds.watch.outcomes, paper.worlds.watch.outcomes, strict=True):
        assert {k: float(v[0]).hex() for k, v in room.items()} == {k: float(v[0]).hex() for k, v in sheet.items()}


@pytest.mark.slow
def test_a_lesson_that_starts_after_the_worst_days_is_played_by_the_doctrines_till_then(tmp_path: Path) -> None:
    game, machines = opened(), opened(seats=0)
    act(machines, "teacher", {"do": "start", "at": "a"})
    act(game, "teacher", {"do": "start", "at": "c"})
    assert (game.now.id, len(game.worlds.past)) == ("c", 1)
    assert refused(game, "teacher", do="start", at="spring") == "not-now"
    round_of(game, SUMMIT, begin=False)
    round_of(game)
    made = game.worlds.made(0, 1)["KAZ"]
    (first, second, *_) = machines.worlds.by_part(None, "KAZ")[0]
    assert made[0] == SUMMIT
    assert made[1:] == [*first, *second] != []
    # The same on paper.
    paper = PaperGame.begin(tmp_path / "game", Start(NAME, 60, 7, "en", ("KAZ",), {}, "c"))
    while paper.step is not None and paper.step.id != "c":
        paper.enter([])
        if paper.step is None:
            paper.close()
    paper.enter([line("K", [paper.codes[SUMMIT]])])
    paper.enter([])
    assert list(paper.plays()["KAZ"]) == made


def test_every_card_of_a_lesson_can_be_put_on_the_table() -> None:
    for name in ("lesson-after-2022", NAME):
        asked = {"worlds": 1, "seats": 5, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 1}
        arms, settings = room_of(name, asked)
        game = Game(settings, arms)
        cards = [i["id"] for i in game.lesson["injects"] if "text" in i]
        for id in cards:
            act(game, "teacher", {"do": "inject", "id": id})
        told = views.room(game, "kk", Clock())["cards"]
        assert [c["id"] for c in told] == cards
        assert all(c["title"] and c["text"] and c["source"] for c in told)
        assert refused(game, "teacher", do="inject", id=cards[0]) == "unknown"


def test_a_game_that_is_ended_inside_a_quarter_ends_with_it() -> None:
    game = opened()
    act(game, "teacher", {"do": "start", "at": "a"})
    round_of(game, REFORM, begin=False)
    act(game, "teacher", {"do": "finish"})
    assert (game.phase, len(game.made)) == ("over", 2)
    assert REFORM in game.worlds.made(0, 1)["KAZ"]


def test_a_late_class_keeps_the_vote_of_its_fourth_round() -> None:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 1}
    arms, settings = room_of("lesson-after-2022", asked)
    game = Game(settings, arms)
    seated(game, 12)
    act(game, "teacher", {"do": "drop"})
    assert (game.turns, [game.minutes(k) for k in range(5)]) == (5, [7.0, 5.5, 5.5, 2.0, 4.5])
    act(game, "teacher", {"do": "start", "at": "q4"})
    assert game.limit(("A", "KAZ")) == 0
    act(game, "A-KAZ-foreign", {"do": "vote", "text": "77/229", "vote": "absent"})
    act(game, "server", {"do": "end", "away": []})
    cast = game.worlds.stories[0].turns[3].votes["77/229"]
    assert cast[game.actors.index("KAZ")] == 3
    act(game, "teacher", {"do": "drop"})
    assert (game.phase, game.turns) == ("over", 4)


def test_the_long_plan_has_a_crisis_of_its_own_and_its_cards_come_with_the_last_part() -> None:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": "90", "lang": "en", "seed": 1}
    arms, settings = room_of("lesson-after-2022", asked)
    game = Game(settings, arms)
    seated(game, 12)
    assert [(r.id, r.turn, r.part, r.parts) for r in game.rounds][2:5] == [
        ("q3a", 2, 1, 2), ("q3b", 2, 2, 2), ("q4", 3, 1, 1),
    ]  # fmt: skip
    act(game, "teacher", {"do": "start", "at": "q3a"})
    now = {i["id"]: i["now"] for i in views.teacher_view(game, "en", Clock(), {}, [])["injects"]}
    assert not now["outage"]
    assert refused(game, "A-KAZ-head", do="confirm", entries=["KAZ:humanitarian-aid"]) == "not-in-this-part"
    seat = views.seat_view(game, game.people["A-USA-head"], Clock(), [])
    assert [s["id"] for s in seat["statements"]] == ["cause"]
    assert "repair" not in str(seat["public"]["news"])
    act(game, "A-KAZ-head", {"do": "confirm", "entries": ["KAZ:build-caspian-capacity"], "done": True})
    act(game, "server", {"do": "end", "away": []})
    assert (game.phase, game.turn) == ("between", 2)
    act(game, "teacher", {"do": "start"})
    now = {i["id"]: i["now"] for i in views.teacher_view(game, "en", Clock(), {}, [])["injects"]}
    assert now["outage"]
    assert game.limit(("A", "KAZ")) == 2
    assert "cpc-repair" in {n["id"] for n in views.public(game, "A", "en")["news"]}
    act(game, "A-KAZ-head", {"do": "confirm", "entries": ["KAZ:humanitarian-aid"], "done": True})
    act(game, "server", {"do": "end", "away": []})
    assert game.turn == 3
    assert game.worlds.made(0, 2)["KAZ"][0] == "KAZ:build-caspian-capacity"
