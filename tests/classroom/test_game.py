"""The game of a room on the engine: who may do what, what is played when nobody says anything, and what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from multivector.classroom.playing import staff
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Refused, Settings
from multivector.classroom.room import export
from multivector.classroom.room.desk import Desk
from multivector.classroom.showing import debrief, views
from multivector.experiment.ensembles.again import verify
from multivector.experiment.histories.arms import prepare
from multivector.experiment.histories.replicates import Block, Experiment
from multivector.results.store import open_result
from rooms_helper import arms_of, lesson, seated

TIGHTEN, RELAX, VISIT = "KAZ:set-enforcement-tighten", "KAZ:set-enforcement-relax", "KAZ:reassurance-visit-china>CHN"


@pytest.fixture
def game(tmp_path: Path) -> Game:
    """Two worlds of twelve; world A is full, world B is played by machines."""
    game = Game(Settings("TESTS", 7, 24, 2), arms_of(tmp_path))
    seated(game, 12)
    act(game, "teacher", {"do": "start"})
    return game


def refused(game: Game, who: str, **message: object) -> str:
    """The code of a refusal."""
    with pytest.raises(Refused) as found:
        act(game, who, message)
    return found.value.code


def end(game: Game, away: tuple[str, ...] = ()) -> None:
    act(game, "server", {"do": "end", "away": list(away)})


def test_ministries_propose_in_their_domain_and_the_head_confirms(game: Game) -> None:
    act(game, "A-KAZ-economy", {"do": "propose", "entry": TIGHTEN})
    assert refused(game, "A-KAZ-foreign", do="propose", entry=TIGHTEN) == "not-your-domain"
    assert refused(game, "A-KAZ-economy", do="confirm", entries=[TIGHTEN]) == "not-head"
    assert refused(game, "A-KAZ-head", do="confirm", entries=[TIGHTEN, RELAX]) == "not-feasible"
    assert refused(game, "A-KAZ-head", do="confirm", entries=["RUS:hard-rhetoric>KAZ"]) == "unknown"
    assert refused(game, "A-RUS-head", do="confirm", entries=["RUS:hard-rhetoric>KAZ"] * 3) == "no-more-slots"
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [TIGHTEN], "done": True})
    end(game)
    assert game.worlds.made(0, 0)["KAZ"] == [TIGHTEN]


def test_a_silent_head_is_passed_over_and_a_silent_delegation_plays_its_doctrine(game: Game) -> None:
    act(game, "A-KAZ-economy", {"do": "propose", "entry": TIGHTEN})
    end(game)
    assert game.worlds.made(0, 0)["KAZ"] == [TIGHTEN]
    assert game.made[0]["A", "KAZ"] == "people"
    assert game.made[0]["A", "RUS"] == "doctrine"
    assert game.worlds.made(0, 0)["RUS"] == game.worlds.made(1, 0)["RUS"] != []


def test_an_offer_needs_a_yes_and_no_answer_is_no(game: Game) -> None:
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [VISIT], "done": True})
    assert game.offers_to(("A", "CHN")) == [VISIT]
    assert game.offers_to(("B", "CHN")) != [VISIT]
    assert refused(game, "A-CHN-commerce", do="answer", offer=VISIT, yes=True) == "not-head"
    end(game)
    assert game.worlds.stories[0].turns[0].answers[VISIT] == "refused"


def test_a_yes_is_a_deal_and_stands(game: Game) -> None:
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [VISIT]})
    act(game, "A-CHN-head", {"do": "answer", "offer": VISIT, "yes": True})
    assert refused(game, "A-KAZ-head", do="confirm", entries=[TIGHTEN]) == "not-now"
    end(game)
    assert game.worlds.stories[0].turns[0].answers[VISIT] == "accepted"


def test_votes_are_cast_as_people_say_and_drawn_where_they_say_nothing(game: Game) -> None:
    assert refused(game, "A-KAZ-economy", do="vote", text="ES-11/1", vote="yes") == "not-head"
    act(game, "A-KAZ-foreign", {"do": "vote", "text": "ES-11/1", "vote": "absent"})
    end(game)
    told = dict(zip(game.actors, game.worlds.stories[0].turns[0].votes["ES-11/1"], strict=True))
    other = dict(zip(game.actors, game.worlds.stories[1].turns[0].votes["ES-11/1"], strict=True))
    assert told.pop("KAZ") == 3
    assert other.pop("KAZ") in (0, 1, 2, 3)
    assert told == other


def test_two_objections_put_the_next_proposal_in_place(game: Game) -> None:
    act(game, "A-KAZ-energy", {"do": "propose", "entry": "KAZ:ship-oil-via-baku"})
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [TIGHTEN]})
    act(game, "A-KAZ-foreign", {"do": "object", "entry": TIGHTEN})
    assert game.table(("A", "KAZ")).confirmed == [TIGHTEN]
    act(game, "A-KAZ-economy", {"do": "object", "entry": TIGHTEN})
    assert game.table(("A", "KAZ")).confirmed == ["KAZ:ship-oil-via-baku"]
    assert refused(game, "A-KAZ-economy", do="object", entry="KAZ:ship-oil-via-baku") == "no-more-slots"
    assert refused(game, "A-KAZ-head", do="confirm", entries=[TIGHTEN]) == "not-feasible"


def test_congress_alone_stops_an_exemption_and_nothing_else(tmp_path: Path) -> None:
    game = Game(Settings("TESTS", 7, 24, 1), arms_of(tmp_path))
    seated(game, 24)
    act(game, "teacher", {"do": "start"})
    waiver, minerals = "USA:carve-out>KAZ", "USA:minerals-agreement>KAZ"
    act(game, "A-USA-head", {"do": "confirm", "entries": [minerals, waiver]})
    act(game, "A-USA-commerce", {"do": "object", "entry": minerals})
    act(game, "A-USA-congress", {"do": "object", "entry": waiver})
    assert game.table(("A", "USA")).confirmed == [minerals]
    assert refused(game, "A-USA-head", do="confirm", entries=[waiver]) == "not-feasible"


def test_a_doubted_fact_reaches_the_teacher_with_its_source(game: Game) -> None:
    act(game, "A-KAZ-foreign", {"do": "doubt", "fact": "fact-KAZ"})
    act(game, "A-KAZ-head", {"do": "doubt", "fact": "fact-KAZ"})
    act(game, "A-KAZ-head", {"do": "doubt", "fact": "fact-KAZ"})
    assert refused(game, "A-KAZ-head", do="doubt", fact="fact-RUS") == "unknown"
    told = views.teacher_view(game, "en", views.Clock(), {}, [])["doubts"]
    assert told == [{"id": "fact-KAZ", "text": "only-for-KAZ-all", "source": "S", "general": False, "count": 2}]


def test_what_people_think_is_shown_of_eight_and_more(game: Game) -> None:
    options = [{"id": "a", "text": {"en": "So"}}, {"id": "b", "text": {"en": "Otherwise"}}]
    game.lesson["survey"] = [
        *game.lesson["survey"],
        {"id": "view", "text": {"en": "What do you think?"}, "options": options},
    ]
    act(game, "teacher", {"do": "survey", "open": "before"})
    seats = list(game.people)
    for k, seat in enumerate(seats[:8]):
        few = k < 7
        act(game, seat, {"do": "survey", "when": "before", "answers": {"q1": "a", "view": "b"}})
        told = debrief.survey(game, "en")
        assert [q["id"] for q in told["questions"]] == ["q1"]
        assert (told["views"] == []) == few
        assert (b"view" not in export.survey(game)) == few
    assert told["views"][0]["options"] == [
        {"text": "So", "before": 0, "after": 0},
        {"text": "Otherwise", "before": 8, "after": 0},
    ]


def test_a_bot_takes_over_and_hands_back(game: Game) -> None:
    act(game, "teacher", {"do": "bot", "world": "A", "actor": "KAZ", "on": True})
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [TIGHTEN], "done": True})
    end(game)
    assert game.made[0]["A", "KAZ"] == "machine"
    assert game.worlds.made(0, 0)["KAZ"] == game.worlds.made(1, 0)["KAZ"]
    act(game, "teacher", {"do": "bot", "world": "A", "actor": "KAZ", "on": False})
    act(game, "teacher", {"do": "start"})
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [TIGHTEN], "done": True})
    end(game)
    assert game.worlds.made(0, 1)["KAZ"] == [TIGHTEN]


def test_codes_from_paper_are_read_and_a_wrong_one_plays_nothing(game: Game) -> None:
    from multivector.classroom.lesson.codes import PASS, line
    from multivector.classroom.playing.typed import codes

    sheet, nothing = line("K", [codes(game)[TIGHTEN], PASS]), line("R", [PASS])
    for wrong in (line("K", [codes(game)[TIGHTEN], "M99"]), f"{sheet[:-1]}{(int(sheet[-1]) + 1) % 10}", sheet[:-2]):
        assert refused(game, "teacher", do="moves", world="B", codes=f"{wrong}; {nothing}") == "unknown", wrong
    typed = f"{sheet.lower()}; {nothing}"
    assert act(game, "teacher", {"do": "moves", "world": "B", "codes": typed}) == {"KAZ": [TIGHTEN], "RUS": []}
    end(game)
    assert game.worlds.made(1, 0)["KAZ"] == [TIGHTEN]
    assert game.worlds.made(1, 0)["RUS"] == []


def test_machines_through_a_room_are_the_run_of_the_command_line(tmp_path: Path) -> None:
    arms = arms_of(tmp_path)
    game = Game(Settings("TESTS", 7, 24, 2), arms)
    for _ in range(game.turns):
        act(game, "teacher", {"do": "start"})
        end(game)
    assert export.arms_of(game, "B").digest(seed=7, replicates=1) == arms.digest(seed=7, replicates=1)
    (block,) = Experiment(arms, seed=7, alone=True).blocks([0], "outcomes")
    assert isinstance(block, Block)
    for id in ("real_income", "goodwill_floor", "composite", "income_vs_benchmark"):
        here = [float(row[id][1]) for row in game.worlds.watch.outcomes]
        assert here == np.asarray(block.record.outcomes[id])[:, 0].tolist(), id


@pytest.mark.slow
def test_a_game_with_an_event_put_in_is_a_result_that_can_be_verified(tmp_path: Path, game: Game) -> None:
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [TIGHTEN, VISIT]})
    act(game, "A-CHN-head", {"do": "answer", "offer": VISIT, "yes": True})
    act(game, "A-KAZ-foreign", {"do": "vote", "text": "ES-11/1", "vote": "yes"})
    act(game, "teacher", {"do": "inject", "id": "outage"})
    end(game)
    before = [float(x) for x in game.worlds.watch.outcomes[0]["real_income"]]
    act(game, "teacher", {"do": "start"})
    assert [float(x) for x in game.worlds.watch.outcomes[0]["real_income"]] == before
    end(game)
    assert "outage" in game.scenario.events
    act(game, "teacher", {"do": "finish"})
    assert (
        game.worlds.watch.outcomes[1]["oil.exported"].max() < 0.9 < game.worlds.watch.outcomes[0]["oil.exported"].min()
    )
    for k, world in enumerate(game.world_ids):
        name = export.save(export.arms_of(game, world), 7, str(tmp_path / "results"))
        stored = open_result(tmp_path / "results" / name)
        assert verify(stored).fine
        outcomes = stored.table("outcomes")
        assert outcomes is not None
        rows = outcomes["value"][outcomes["outcome"].plain() == "real_income"]
        assert [float(v) for v in rows] == [float(r["real_income"][k]) for r in game.worlds.watch.outcomes]


def test_a_forecast_knows_neither_the_rooms_luck_nor_what_others_have_confirmed(game: Game) -> None:
    place = staff.place_of(game.scenario, 7, game.worlds.openings[0], 0)
    outcomes = game.worlds.watch.observer.dictionary
    found = staff.futures(place, "KAZ", [TIGHTEN])
    before = staff.told_forecast(place, [TIGHTEN], found, outcomes)
    act(game, "A-RUS-head", {"do": "confirm", "entries": ["RUS:stop-corridor>KAZ"], "done": True})
    place = staff.place_of(game.scenario, 7, game.worlds.openings[0], 0)
    # Played in two parts, as by the office's two workers, it is the same to the bit.
    parts = staff.joined([staff.futures(place, "KAZ", [TIGHTEN], r) for r in (range(75), range(75, staff.FUTURES))])
    assert all(np.array_equal(found[g], parts[g]) for g in found)
    assert before == staff.told_forecast(place, [TIGHTEN], parts, outcomes)
    fan = before["candidates"][0]["gauges"][0]
    assert fan["low"][0] < fan["middle"][0] < fan["high"][0]
    end(game)
    here = float(game.worlds.watch.outcomes[0]["real_income"][1])
    assert not any(here == x for name in ("low", "middle", "high") for x in fan[name])


def test_a_changed_past_move_is_paired_with_what_was_played(game: Game) -> None:
    act(game, "A-KAZ-head", {"do": "confirm", "entries": [TIGHTEN], "done": True})
    end(game)
    place = staff.place_of(game.scenario, 7, game.worlds.openings[0], 0)

    def whatif(entries: list[str]) -> dict[str, Any]:
        found = staff.pasts(place, game.worlds.past[0][0], "KAZ", entries)
        return staff.told_whatif(place, found, game.worlds.watch.observer.dictionary)

    same = whatif([TIGHTEN])
    assert all(g["difference"] == 0.0 for g in same["gauges"])
    other = whatif([RELAX])
    assert any(g["difference"] != 0.0 and g["low"] <= g["difference"] <= g["high"] for g in other["gauges"])


def test_the_log_alone_gives_the_same_game_again(tmp_path: Path) -> None:
    desk, _ = Desk.create(tmp_path / "classes", Settings("TESTS", 7, 24, 2), arms_of(tmp_path))
    desk.join({"nickname": "saiga", "language": "kk", "seat": "A-KAZ-head"})
    desk.do("teacher", {"do": "start", "n": 1})
    desk.do("A-KAZ-head", {"do": "confirm", "entries": [TIGHTEN], "done": True, "n": 1})
    desk.end_turn([])
    desk.do("teacher", {"do": "start", "n": 2})
    desk.do("A-KAZ-head", {"do": "propose", "entry": VISIT, "n": 2})
    desk.do("teacher", {"do": "pause"})
    desk.store.close()
    other, _ = Desk.resume(tmp_path / "classes" / "TESTS")
    assert other.game.turn == 1
    assert other.game.phase == "playing"
    assert not other.running
    assert 0.0 < other.left < 330.0
    assert [p.entry for p in other.game.table(("A", "KAZ")).proposals] == [VISIT]
    assert other.game.worlds.model.state.stocks.tolist() == desk.game.worlds.model.state.stocks.tolist()


def test_a_machine_plays_the_doctrine_that_its_delegation_tapped(game: Game, tmp_path: Path) -> None:
    """Moves, answers and votes are those of a world in which the actor has that doctrine; the rest is as it was."""
    for seat in ("A-KAZ-head", "A-KAZ-economy"):
        act(game, seat, {"do": "doctrine", "id": "bandwagon-russia"})
    act(game, "A-KAZ-foreign", {"do": "doctrine", "id": "west-pivot"})
    act(game, "teacher", {"do": "bot", "world": "A", "actor": "KAZ", "on": True})
    other = Game(Settings("TESTS", 7, 12, 1), prepare(lesson(tmp_path), order="simultaneous",
                                                     doctrines={"KAZ": "bandwagon-russia"}))  # fmt: skip
    act(other, "teacher", {"do": "start"})

    for _ in range(2):
        for world in (game, other):
            if world.phase == "between":
                act(world, "teacher", {"do": "start"})
        assert game.moves_of(("A", "KAZ")) == other.worlds.by_doctrine[0]["KAZ"]
        assert game.moves_of(("B", "KAZ")) == game.worlds.by_doctrine[1]["KAZ"] != game.moves_of(("A", "KAZ"))
        end(other)
        # In world A everybody else does what machines do there.
        for actor in ("RUS", "CHN", "EU", "USA"):
            act(game, "teacher", {"do": "bot", "world": "A", "actor": actor, "on": True})
        end(game)
        assert game.worlds.made(0, -1) == other.worlds.made(0, -1)
        assert game.worlds.stories[0].turns[-1].answers == other.worlds.stories[0].turns[-1].answers
        assert game.worlds.stories[0].turns[-1].votes == other.worlds.stories[0].turns[-1].votes
        assert game.made[-1]["A", "KAZ"] == "machine"

    # A delegation that says nothing is played by it too, and its world is an ordinary result.
    act(game, "teacher", {"do": "bot", "world": "A", "actor": "KAZ", "on": False})
    act(game, "teacher", {"do": "start"})
    wanted = game.machine(("A", "KAZ"))
    end(game)
    assert (game.worlds.made(0, 2)["KAZ"], game.made[2]["A", "KAZ"]) == (wanted, "doctrine")
    name = export.save(export.arms_of(game, "A"), 7, str(tmp_path / "results"))
    stored = open_result(tmp_path / "results" / name)
    assert verify(stored).fine
    outcomes = stored.table("outcomes")
    assert outcomes is not None
    rows = outcomes["value"][outcomes["outcome"].plain() == "real_income"]
    assert [float(v) for v in rows] == [float(r["real_income"][0]) for r in game.worlds.watch.outcomes]


def test_the_largest_room_has_a_name_for_everybody(tmp_path: Path) -> None:
    """150 seats, 50 words: while a seat is free, the lobby offers a name that `join` takes."""
    game = Game(Settings("TESTS", 7, 150, 30), arms_of(tmp_path))
    assert len(game.seats) == 150
    for seat in game.seats:
        name = views.lobby(game)["nicknames"][-1]["id"]
        act(game, "server", {"do": "join", "nickname": name, "language": "kk", "seat": seat, "token": f"t-{seat}"})
    assert len({person.nickname for person in game.people.values()}) == 150


def test_a_ballot_and_the_wall_quote_the_text(game: Game) -> None:
    ballots = views.seat_view(game, game.people["A-KAZ-head"], views.Clock(), [])["ballots"]
    titles = {b["id"]: b["title"] for b in ballots}
    assert titles["ES-11/1"] == "ES-11/1 “Aggression against Ukraine”"
    end(game)
    wall = views.projector_view(game, "kk", views.Clock(), {})["worlds"][0]["votes"]
    assert "ES-11/1 «Украинаға қарсы агрессия»" in [v["title"] for v in wall]
