"""S2: votes are moves with costs; abstention emerges for a hedger; a statement pleases some and costs with others."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import World, assert_clearly_more, layout_of

pytestmark = pytest.mark.system("S2")

LANES = 256
WAR, RIGHTS = ("ES-11/1", "ES-11/2"), "ES-11/3"
NO, ABSTAIN, YES = 0, 1, 2
POWERS = ("CHN", "EU", "RUS", "USA")


@cache
def held(doctrine: str = "hedge", on: bool = True, *entries: str) -> World:
    overrides = {"actors.KAZ.doctrine": doctrine, "mechanisms.votes": str(on).lower()}
    return World.of("after-2022", lanes=LANES, overrides=overrides).play(2, {0: entries})


def odds(doctrine: str, text: str) -> np.ndarray:
    return {t: o[:, 0] for q in held(doctrine).past for t, o in q.happened.vote_odds.items()}[text]


def test_votes_cost_with_those_whom_they_disappoint() -> None:
    # Flip tried: hurt subtracted in vote(); failed.
    on, off = held(), held(on=False)
    assert not off.past[0].happened.votes
    for power in ("EU", "USA", "RUS"):
        assert_clearly_more(on.stock(f"displeasure:{power}>KAZ"), off.stock(f"displeasure:{power}>KAZ"))
    for power in ("EU", "USA"):
        assert_clearly_more(off.stock("relation:" + "~".join(sorted(("KAZ", power)))),
                            on.stock("relation:" + "~".join(sorted(("KAZ", power)))))  # fmt: skip


def test_abstention_is_the_vote_that_nobody_resents_most() -> None:
    """Of the votes cast on one text, abstention has the smallest displeasure of the power that it displeases most."""
    # Flip tried: hurt subtracted in vote(); failed.
    world = World.of("after-2022", lanes=LANES, overrides={"actors.KAZ.doctrine": "equal-distance"}).play(2)
    cast = world.past[1].happened.votes[RIGHTS][world.engine.layout.actors.index("KAZ")]
    d = [world.engine.table.index[f"displeasure:{v}>KAZ"] for v in POWERS]
    gain = world.past[1].closed.stocks[d] - world.engine.table.persistence[d] * world.past[1].opened.stocks[d]
    worst = gain.max(axis=0)
    by_vote = {v: worst[cast == v].mean() for v in (NO, ABSTAIN, YES)}
    assert by_vote[ABSTAIN] < by_vote[NO]
    assert by_vote[ABSTAIN] < by_vote[YES]


@pytest.mark.parametrize("text", WAR)
def test_abstention_on_war_emerges_for_a_hedger_and_not_for_a_turn_to_the_west(text: str) -> None:
    # Flip tried: asks subtracted in _ballot; failed.
    hedge, west, east = (odds(d, text) for d in ("hedge", "west-pivot", "bandwagon-russia"))
    assert hedge[ABSTAIN] > 0.4
    assert hedge[ABSTAIN] > hedge[NO] + 0.3
    assert west[ABSTAIN] < 0.1
    assert east[ABSTAIN] > hedge[ABSTAIN]


def test_a_human_rights_text_that_names_a_neighbour_gets_a_no() -> None:
    # Flip tried: the norm taken with the other sign; failed.
    assert odds("hedge", RIGHTS)[NO] > 0.6
    assert odds("hedge", RIGHTS)[NO] > odds("hedge", WAR[0])[NO] + 0.5


def test_nothing_about_kazakhstans_own_vote_enters_the_text() -> None:
    """The cut points are solved without it: its recorded vote is a prediction."""
    votes = layout_of("after-2022").scenario.alignment.votes
    assert all(v.item.tally is not None and "KAZ" not in v.positions for v in votes.values())


def test_a_statement_pleases_some_and_costs_with_others() -> None:
    # Flip tried: relation of territorial-integrity-statement -1; failed.
    said, none = held("hedge", True, "KAZ:territorial-integrity-statement"), held()
    for power in ("EU", "USA"):
        pair = "relation:" + "~".join(sorted(("KAZ", power)))
        assert_clearly_more(said.stock(pair), none.stock(pair))
    pressed = [w.rate("rhetoric")[1] for w in (said, none)]
    assert_clearly_more(*pressed)
