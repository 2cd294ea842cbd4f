"""Votes in the world: on their date, by everybody; those that asked otherwise mind, half as much if told why."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.mechanisms import votes
from playing import Draws, Luck, Quarter, World

LANES = 8
TEXTS = ("ES-11/1", "ES-11/2", "ES-11/3")


class Ballot(Luck):
    """Nature at rest, and the focus actor's uniform in every vote chosen: 0 is no, one half the middle, 1 yes."""

    def __init__(self, lanes: int, u: float) -> None:
        super().__init__(lanes)
        self.u = u

    def uniform(self, name: str, turn: int) -> np.ndarray:
        if name.startswith("votes/cast/") and name.endswith("/KAZ"):
            return np.full(len(self.ids), self.u)
        return super().uniform(name, turn)


def first(draws: Draws, *entries: str) -> tuple[World, Quarter]:
    world = World.of("after-2022", lanes=LANES, draws=draws)
    return world, world.quarter(*entries)


def rise(u: float, key: str, *entries: str) -> float:
    """A stock after the first quarter, in which the focus actor casts both its votes at `u`."""
    world, seen = first(Ballot(LANES, u), *entries)
    d = world.engine.table.index[key]
    return float(seen.closed.stocks[d, 0])


def test_texts_are_voted_on_in_their_quarter_by_every_actor() -> None:
    world = World.of("after-2022", lanes=LANES, draws=Luck(LANES)).play(3)
    assert [sorted(q.happened.votes) for q in world.past] == [["ES-11/1", "ES-11/2"], ["ES-11/3"], []]
    assert np.isnan(world.past[0].closed.votes[world.engine.text["ES-11/3"]]).all()
    assert [
        text for text in world.engine.text if not np.isnan(world.state.votes[world.engine.text[text]]).any()
    ] == list(TEXTS)
    assert sorted({b.id for b in world.engine.ballots if b.turn > 2}) == [
        "77/229",
        "77/284",
        "ES-11/4",
        "ES-11/5",
        "ES-11/6",
    ]
    assert World.of("base-2021", lanes=LANES, draws=Luck(LANES)).play(1).past[0].happened.votes == {}


def test_the_state_that_a_text_names_votes_no_and_odds_are_probabilities() -> None:
    world = World.of("after-2022", lanes=64).play(2)
    actors = world.engine.layout.actors
    for q in world.past:
        for text, cast in q.happened.votes.items():
            assert (cast[actors.index("RUS")] == votes.NO).all(), text
            odds = q.happened.vote_odds[text]
            assert odds.sum(axis=0) == pytest.approx(1.0)
            assert (odds >= 0.0).all()


def test_votes_come_as_often_as_their_odds_say() -> None:
    # Flip tried: the cumulative sum in votes.cast taken from the other end; failed.
    world = World.of("after-2022").play(2)
    k = world.engine.layout.actors.index("KAZ")
    for q in world.past:
        for text, cast in q.happened.votes.items():
            odds = q.happened.vote_odds[text].mean(axis=1)
            for option in range(odds.size):
                error = np.sqrt(odds[option] * (1.0 - odds[option]) / cast.shape[1])
                assert abs((cast[k] == option).mean() - odds[option]) <= 4.0 * error + 1e-12, (text, option)


def test_the_further_from_what_was_asked_the_more_displeasure_and_the_less_relation() -> None:
    # Flips tried: `hurt` subtracted from displeasure; added to the relation. Failed both times.
    no, yes = 1e-9, 1.0 - 0.02
    for power, wanted, unwanted in (("RUS", no, yes), ("EU", yes, no), ("USA", yes, no)):
        pair = (
            "relation:KAZ~RUS"
            if power == "RUS"
            else f"relation:{power}~KAZ"
            if power == "EU"
            else f"relation:KAZ~{power}"
        )
        assert rise(wanted, f"displeasure:{power}>KAZ") == pytest.approx(0.0, abs=1e-12), power
        assert rise(0.5, f"displeasure:{power}>KAZ") > 0.0, power
        assert rise(unwanted, f"displeasure:{power}>KAZ") > rise(0.5, f"displeasure:{power}>KAZ"), power
        assert rise(wanted, pair) > rise(0.5, pair) > rise(unwanted, pair), power


def test_two_outright_votes_against_cost_what_the_parameters_say() -> None:
    world, seen = first(Ballot(LANES, 0.98))
    p = world.engine.p
    scale, stake, keep = (p[k][0] for k in ("votes.displeasure", "votes.stake", "stocks.displeasure.persistence"))
    k = world.engine.layout.actors.index("KAZ")
    assert all((cast[k] == votes.YES).all() for cast in seen.happened.votes.values())
    found = seen.closed.stocks[world.engine.table.index["displeasure:RUS>KAZ"]]
    assert found == pytest.approx(2 * scale * stake * 2.0 * keep)


def test_an_explanation_takes_away_half_of_it_with_its_audience_only() -> None:
    # Flip tried: `1 - clip` replaced by `1 + clip` in relief; failed.
    explained = "KAZ:explain-the-vote>RUS"
    assert rise(0.98, "displeasure:RUS>KAZ", explained) == pytest.approx(0.5 * rise(0.98, "displeasure:RUS>KAZ"))
    assert rise(1e-9, "displeasure:EU>KAZ", explained) == rise(1e-9, "displeasure:EU>KAZ") > 0.0
    world, seen = first(Ballot(LANES, 0.98), explained)
    assert (seen.closed.stocks[world.engine.table.index["vote-cost:RUS"]] == 0.0).all()


def test_a_power_without_a_declared_position_minds_nothing_and_neutral_china_little() -> None:
    rus, chn = (rise(0.98, f"displeasure:{v}>KAZ") for v in ("RUS", "CHN"))
    assert 0.0 < chn < rus
