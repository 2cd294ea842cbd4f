"""How sure the advisers are, and where they erred: their estimates in many futures, and in the one that came."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from multivector.classroom.playing.acts import act
from multivector.classroom.playing.advice import Advice, Advisers, Hindsight
from multivector.classroom.playing.game import Game, Settings
from multivector.classroom.showing import views
from multivector.classroom.showing.debrief import looks, miss
from multivector.language import LANGUAGES
from rooms_helper import arms_of, seated


@pytest.fixture
def game(tmp_path: Path) -> Game:
    game = Game(Settings("ABCDE", 7, 24, 2), arms_of(tmp_path))
    seated(game, 24)
    return game


def quarter(game: Game, *moves: str) -> None:
    """One quarter, in which world A's Kazakhstan may do something of its own."""
    act(game, "teacher", {"do": "start"})
    if moves:
        act(game, "A-KAZ-head", {"do": "confirm", "entries": list(moves), "done": True})
    away = [s for s in game.seats if not (moves and s == "A-KAZ-head")]
    act(game, "server", {"do": "end", "away": away})


def test_every_estimate_lies_in_an_interval_that_is_said_in_words(game: Game) -> None:
    act(game, "teacher", {"do": "start"})
    before = game.worlds.model.state.stocks.copy()
    widths = []
    for language in LANGUAGES:
        person = game.people["A-KAZ-head"]
        person.language = language
        for entry in views.menu(game, person)["entries"]:
            told = entry["estimate"]
            assert told["low"] <= told["value"] + 1e-4
            assert told["value"] <= told["high"] + 1e-4
            assert len(re.findall(r"[+−]?\d+[.,]\d\d", told["likely"])) == 2
            widths.append(told["high"] - told["low"])
    # The model is not sure of most moves, and not equally unsure of all of them.
    assert np.median(widths) > 0.05
    assert np.quantile(widths, 0.9) > 2.0 * np.quantile(widths, 0.25)
    # Nobody's world was touched.
    assert np.array_equal(before, game.worlds.model.state.stocks)


def test_futures_are_the_same_whenever_they_are_played_and_for_worlds_that_are_alike(game: Game) -> None:
    act(game, "teacher", {"do": "start"})
    low, high = game.advice(0).between("KAZ")
    assert np.array_equal(low[:, 0], low[:, 1])
    act(game, "A-KAZ-head", {"do": "confirm", "entries": ["KAZ:political-reform-carry-out"], "done": True})
    act(game, "server", {"do": "end", "away": []})
    act(game, "teacher", {"do": "start"})
    told = {(turn, actor): game.advice(turn).between(actor) for turn in (1, 0) for actor in game.actors}
    assert not np.array_equal(*(ends for ends in told[1, "KAZ"][0].T))  # worlds that have parted
    for (turn, actor), ends in told.items():
        # By advisers who have seen no other turn and nobody else's menu.
        fresh = Advice(Advisers(game.worlds), turn).between(actor)
        assert np.array_equal(ends[0], fresh[0])
        assert np.array_equal(ends[1], fresh[1])
    assert np.array_equal(low, told[0, "KAZ"][0])
    assert np.array_equal(high, told[0, "KAZ"][1])


def test_what_is_worked_out_while_people_come_in_is_what_the_first_turn_would_have(tmp_path: Path) -> None:
    arms = arms_of(tmp_path)
    early, late, other = (Game(Settings("ABCDE", 7, 24, 2), arms) for _ in range(3))
    early.prepare()
    other.prepare()
    act(other, "teacher", {"do": "split", "size": 24, "worlds": 3, "use": True})
    for game in (early, late, other):
        seated(game, 24)
        act(game, "teacher", {"do": "start"})
        game.advise()
        assert game.worlds.count == len(game.world_ids)
        assert all(game.advice(0).known(actor) is not None for actor in game.actors)
    for actor in early.actors:
        for one in (late, other):
            for mine, theirs in zip(early.advice(0).between(actor), one.advice(0).between(actor), strict=True):
                assert np.array_equal(mine[:, 0], theirs[:, 0])
    views_of = [
        [views.menu(g, g.people["A-KAZ-head"]), g.worlds.menus["KAZ"].value[:, 0].tolist()] for g in (early, late)
    ]
    assert views_of[0] == views_of[1]


def test_an_uncertain_answer_makes_a_wide_interval(game: Game) -> None:
    act(game, "teacher", {"do": "start"})
    some = 0
    for actor in game.actors:
        menu, (low, high) = game.worlds.menus[actor], game.advice(0).between(actor)
        for m in range(len(menu.entries)):
            if 0.2 < menu.accept[m, 0] < 0.95 and menu.value[m, 0] > 0.3:  # a deal that is worth having
                assert low[m, 0] < menu.value[m, 0] < high[m, 0]
                some += 1
    assert some > 1


def test_hindsight_tells_what_was_told_and_what_came(game: Game) -> None:
    act(game, "teacher", {"do": "start"})
    menus = game.worlds.menus
    act(game, "server", {"do": "end", "away": list(game.seats)})
    catalogue = game.worlds.setup.layout.catalogue
    story, some = game.worlds.stories[0].turns[0], 0
    for actor in game.actors:
        looked = Hindsight(game.worlds, 0).look(actor)
        assert looked.entries == menus[actor].entries
        np.testing.assert_allclose(looked.told, menus[actor].value[:-1], atol=1e-12)
        for d in story.decisions:
            ended = story.answers.get(d.pick.entry)
            if d.actor != actor or ended is None:
                continue
            m = looked.entries.index(d.pick.entry)
            accepted = ended == catalogue.entries[catalogue.index[d.pick.entry]].ends[0]
            # A good offer that is accepted came to more than was told, and one that is refused to less.
            if looked.told[m, 0] > 0.5 and looked.accept[m, 0] < 0.99:
                assert (looked.came[m, 0] > looked.told[m, 0]) == accepted
                some += 1
    assert some > 1


def test_there_is_always_one_miss_and_it_is_the_largest(game: Game) -> None:
    quarter(game, "KAZ:political-reform-carry-out")
    quarter(game)
    act(game, "teacher", {"do": "finish"})
    found = looks(game)
    for world in game.world_ids:
        k, told = game.lane(world), miss(game, world, "en", found)
        assert told is not None
        gap = abs(told["came"] - told["estimated"])
        for t, turn in enumerate(game.worlds.stories[k].turns):
            for d in turn.decisions:
                one = found[t, d.actor]
                if d.pick.entry in one.entries:
                    m = one.entries.index(d.pick.entry)
                    assert abs(one.came[m, k] - one.told[m, k]) <= gap + 2e-3
        assert told["low"] <= told["estimated"] <= told["high"]


def test_no_move_is_no_miss(game: Game) -> None:
    act(game, "teacher", {"do": "start"})
    for seat in game.seats:
        if seat.endswith("-head"):
            act(game, seat, {"do": "confirm", "entries": [], "done": True})
    act(game, "server", {"do": "end", "away": []})
    assert [miss(game, w, "en", looks(game)) for w in game.world_ids] == [None, None]
