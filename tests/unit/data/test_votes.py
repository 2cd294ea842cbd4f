from __future__ import annotations

import numpy as np
import pytest

from multivector.data.figures import load_figures
from multivector.data.votes import VoteData, load_votes


@pytest.fixture(scope="module")
def votes() -> VoteData:
    return load_votes(load_figures())


def test_points_of_states_and_actors_agree(votes: VoteData) -> None:
    assert len(votes.states) == len(votes.state_points) == 193
    assert list(votes.states) == sorted(votes.states)
    for actor, state in (("KAZ", "KZ"), ("RUS", "RU"), ("CHN", "CN"), ("USA", "US"), ("TUR", "TR")):
        assert np.array_equal(votes.points[actor], votes.state_points[votes.states.index(state)])
    assert np.abs(votes.state_points.mean(axis=0)).max() < 0.01


def test_items_separate_those_for_from_those_against(votes: VoteData) -> None:
    def log_odds_no(text: str, actor: str) -> float:
        item = votes.items[text]
        return item.c - float(votes.points[actor] @ np.array(item.b))

    for text, item in votes.items.items():
        assert item.d > 0.0
        assert log_odds_no(text, "RUS") > 0.0 > log_odds_no(text, "EU")
        assert item.date == votes.recorded[text].date
    assert votes.items["68/262"].title == "territorial integrity of Ukraine"


def test_the_point_model_expects_tallies_near_the_recorded_ones(votes: VoteData) -> None:
    for text, item in votes.items.items():
        u = votes.state_points @ np.array(item.b)
        no = float((1.0 / (1.0 + np.exp(u - item.c))).sum())
        assert abs(no - votes.recorded[text].tally["no"]) < 10.0


def test_counts_add_up_to_the_roll_calls(votes: VoteData) -> None:
    roll_calls = {slug: actors["RUS"].sum() for slug, actors in votes.counts.items()}
    for slug, actors in votes.counts.items():
        assert {int(row.sum()) for row in actors.values()} == {int(roll_calls[slug])}
    assert votes.counts["us_embargo_on_cuba"]["USA"].tolist() == [6, 1, 0, 0]
    assert votes.named["crimea_russia"] == "Crimea / Russia"


def test_recorded_votes_of_2022(votes: VoteData) -> None:
    first = votes.recorded["ES-11/1"]
    assert first.tally == {"no": 5, "abstain": 35, "yes": 141}
    assert (first.choices["KAZ"], first.choices["RUS"], first.choices["EU"]) == ("abstain", "no", "yes")
    assert votes.recorded["ES-11/3"].choices["KAZ"] == "no"
    assert len(votes.recorded) == 18
