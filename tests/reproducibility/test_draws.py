"""Who draws what: nothing that is added moves a draw, look-ahead never sees one, and no order of anything matters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from multivector.world.choosing.policies import Choice, HoldPolicy, Policy, ScriptPolicy
from multivector.world.model import DiplomacyModel, padded
from multivector.world.quarter.draws import Draws
from multivector.world.setup import Setup
from reproducibility.histories import (
    SEED,
    TURNS,
    Recorded,
    arrays,
    differences,
    played,
    setup,
    unlike,
    unlike_choices,
    world,
)

IDS = [4, 67]
DATA = Path(__file__).parent.parent / "data"


def drawn(model: DiplomacyModel) -> dict[str, np.ndarray]:
    """Every uniform that a model has read, by the name of its stream."""
    return dict(model.draws._cache)


@pytest.mark.parametrize("turn", [0, 1, 3])
def test_other_luck_from_a_turn_on_leaves_all_choices_up_to_it(turn: int) -> None:
    straight = played(IDS)
    ids = padded(np.array(IDS))
    other = played(IDS, draws=Draws(SEED, ids, TURNS, surprise=(turn, 99)))
    for t in range(turn + 1):
        assert differences(straight.states[t], other.states[t], 1, 1) == []
        assert unlike_choices(straight.choices[t], other.choices[t], 1, 1) == []
    assert differences(straight.states[turn + 1], other.states[turn + 1], 1, 1)


def test_an_added_uncertainty_changes_nothing() -> None:
    extra = setup(
        "after-2022", uncertainties='{trade.theta_short: {low: 0.5, high: 1.2, confidence: assumed, source: "test"}}'
    )
    assert unlike(played(IDS), played(IDS, on=extra), 1, 1) == []


def test_an_added_event_moves_no_draw_and_nothing_before_it() -> None:
    scenario = world()
    event = scenario.events["cpc-storm"].model_copy(update={"id": "second-storm", "turn": "2022-Q3"})
    more = Setup(scenario.model_copy(update={"events": {**scenario.events, "second-storm": event}}))
    straight, other = played(IDS), played(IDS, on=more)
    mine, yours = drawn(straight.model), drawn(other.model)
    assert len(mine) > 100
    # A stream is read when something may be drawn from it (an offer answered), so each may have a few of its own.
    shared = mine.keys() & yours.keys()
    assert len(shared) > 0.9 * len(mine)
    assert all(np.array_equal(mine[name], yours[name]) for name in shared)
    # Nor does anybody know beforehand: what stocks are worth later, and the scale of choices, are the same.
    assert (more.terminal, more.scales) == (setup().terminal, setup().scales)
    assert [x for x in unlike(straight, other, 1, 1) if x.startswith(("0:", "1:"))] == []
    assert differences(straight.states[3], other.states[3], 1, 1)


def test_an_actor_without_trade_changes_no_other_number() -> None:
    bigger = setup(str(DATA / "with-uzbekistan.yaml"))
    straight, other = played(IDS), played(IDS, on=bigger)
    layout, more = setup().layout, bigger.layout
    assert set(more.actors) - set(layout.actors) == {"UZB"}
    keys = [more.keys.index(k) for k in layout.keys]
    actors = [more.actors.index(a) for a in layout.actors]
    powers = [more.powers.index(a) for a in layout.powers]
    waiting = [more.waiting[k] for k in layout.waiting]
    rows = {"stocks": keys, "pending": waiting, "ln_income": actors, "losses": powers, "reverse": powers}
    for a, b in zip(straight.states, other.states, strict=True):
        theirs = dict(arrays(b))
        for path, mine in arrays(a):
            name = path.strip(".")
            value = (
                theirs[path][:, actors]
                if name == "votes"
                else theirs[path][rows[name]]
                if name in rows
                else theirs[path]
            )
            assert np.array_equal(mine, value, equal_nan=True), (a.turn, name)
    for these, those in zip(straight.choices, other.choices, strict=True):
        assert unlike_choices(these, [c for c in those if c.actor != "UZB"], 1, 1) == []


def test_actors_may_stand_in_any_order_in_the_file(tmp_path: Path) -> None:
    fragment = Path(__file__).parents[2] / "scenarios" / "base" / "actors.yaml"
    data = yaml.safe_load(fragment.read_text(encoding="utf-8"))
    data["actors"] = dict(reversed(list(data["actors"].items())))
    base = fragment.parents[1] / "base-2021.yaml"
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "actors.yaml").write_text(
        yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    (tmp_path / "base-2021.yaml").write_text(base.read_text(encoding="utf-8"), encoding="utf-8")
    after = fragment.parents[1] / "after-2022.yaml"
    (tmp_path / "after-2022.yaml").write_text(after.read_text(encoding="utf-8"), encoding="utf-8")
    mirrored = setup(str(tmp_path / "after-2022.yaml"))
    assert tmp_path.name in str(mirrored.scenario.provenance("actors.KAZ.doctrine"))
    assert unlike(played(IDS, 3), played(IDS, 3, on=mirrored), 1, 1) == []


DIGEST = """
import hashlib
from reproducibility.histories import arrays, played
history = played([4, 67], 2)
found = hashlib.sha256()
for state in history.states:
    for path, value in arrays(state):
        found.update(path.encode() + value[..., 1].tobytes())
for choices in history.choices:
    for choice in choices:
        for path, value in arrays(choice):
            found.update(path.encode() + value[..., 1].tobytes())
print(found.hexdigest())
"""


def test_the_seed_of_hashes_does_not_matter() -> None:
    found = set()
    for seed in ("0", "4711"):
        paths = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
        env = {**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": paths}
        done = subprocess.run(
            [sys.executable, "-c", DIGEST], env=env, capture_output=True, text=True, check=True, timeout=120
        )
        found.add(done.stdout.strip())
    assert len(found) == 1


MANY = range(64)


def firsts(policies: dict[str, Policy], rest: tuple[str, ...], order: str) -> list[Choice]:
    """First-turn choices of some actors in 64 histories, where the others follow `policies`."""
    on = setup("after-2022", order=order)
    model = DiplomacyModel(on, list(MANY), seed=SEED, policies=policies)
    return [c for c in Recorded(model).run(1).choices[0] if c.actor in rest]


@pytest.mark.parametrize("order", ["simultaneous", "sequential"])
def test_only_in_sequence_does_anybody_see_what_others_do_this_turn(order: str) -> None:
    """Senders act, or follow an empty script, which nobody expects: together, nobody else decides differently in any
    history; in sequence, some do.
    """
    # Flip tried: `moved` handed to who decides at the same time too; failed.
    rest = ("RUS", "CHN", "KAZ")
    free, held = (firsts(p, rest, order) for p in ({}, {"EU": ScriptPolicy({}), "USA": ScriptPolicy({})}))
    unlike = [k for k in MANY if unlike_choices(free, held, k, k)]
    assert (unlike == []) == (order == "simultaneous")
    if order == "sequential":
        assert len(unlike) > 32
        assert sum((c.chosen[:64] != d.chosen[:64]).sum() for c, d in zip(free, held, strict=False)) > 0


def test_simultaneous_order_runs() -> None:
    free = played(IDS, 3, on=setup("after-2022", order="simultaneous"))
    assert free.model.state.turn == 3
    assert not free.model.state.failed.any()


def test_in_sequence_later_actors_see_what_was_done() -> None:
    def play(policy: object) -> list:  # type: ignore[type-arg]
        model = DiplomacyModel(setup(), IDS, seed=SEED, policies={"RUS": policy})  # type: ignore[dict-item]
        return [c for c in Recorded(model).run(1).choices[0] if c.actor == "KAZ"]

    menu = setup().layout.catalogue
    move = next(
        menu.entries[i]
        for i in menu.menu["RUS"]
        if menu.entries[i].impulses and not menu.entries[i].is_offer and menu.entries[i].target == "KAZ"
    )
    script = ScriptPolicy({"2022-Q1": [f"{move.move.id}@KAZ"]})
    assert unlike_choices(play(script), play(HoldPolicy()), 1, 1)
