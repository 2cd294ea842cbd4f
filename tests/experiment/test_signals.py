"""Early warnings: a planted indicator is found, noise is not, and what is printed is what was worked out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import multivector as mv
from multivector.analysis.occurrences import occurrences
from multivector.analysis.reading import Histories
from multivector.analysis.signals import NOTHING, OPEN, WARNS, Target, signals
from multivector.errors import BadInput
from multivector.outcomes import Outcome
from results_helper import call, sure_of

TURNS, COUNT = 16, 320
EVENT = "event>=1"


def outcome(id: str, unit: str = "index") -> Outcome:
    return Outcome(id, id, unit, "none", 0.02, "test", "made by hand", "none", "turn")


def world(series: dict[str, Any], level: str = "outcomes") -> Histories:
    """Histories made by hand: ``[turn, replicate]`` by outcome."""
    values = np.stack([np.asarray(each, float) for each in series.values()])
    quarters = tuple(f"{2022 + t // 4}-Q{t % 4 + 1}" for t in range(values.shape[1]))
    head = dict.fromkeys(("scenario", "doctrine", "order", "seed", "first", "last", "version", "digest"))
    dictionary = {id: outcome(id, "probability" if id.startswith("odds") else "index") for id in series}
    return Histories(
        {"level": level}, head, dictionary, quarters, np.arange(values.shape[2]), values, tuple(series), {},
        ("", None), "by hand",
    )  # fmt: skip


def walks(rng: np.random.Generator, count: int = 12) -> dict[str, Any]:
    """Outcomes that wander, and know nothing of the event."""
    return {f"walk-{k}": rng.normal(size=(TURNS, COUNT)).cumsum(axis=0) for k in range(count)}


def calendar(rng: np.random.Generator) -> Any:
    """An event that comes in a fifth of the histories, most of all late: everything that rises seems to foretell it."""
    when = np.minimum((TURNS * np.sqrt(rng.uniform(size=COUNT))).astype(int), TURNS - 1)
    happens = rng.uniform(size=COUNT) < 0.3
    return (np.arange(TURNS)[:, None] == when) & happens


def planted(rng: np.random.Generator, ahead: int = 3) -> tuple[Any, Any]:
    """The event, and an outcome that rises so many quarters before it, and for nothing in a tenth of the others."""
    event = calendar(rng)
    early = np.zeros_like(event)
    early[:-ahead] = event[ahead:]
    early |= rng.uniform(size=early.shape) < 0.02
    return event, early + 0.1 * rng.normal(size=early.shape)


def test_a_planted_indicator_is_found_with_its_lead_and_its_rates() -> None:
    for seed in range(50):
        rng = np.random.default_rng(seed)
        event, sign = planted(rng)
        rise = np.arange(16.0)[:, None] + 0.0 * event
        series = {"event": event, **walks(rng, 6), "sign": sign, "rise": rise}
        told = signals(world(series), events=[EVENT])["events"][0]
        row = next(each for each in told["rows"] if each["outcome"] == "sign")
        assert (row["outcome"], row["above"], row["verdict"]) == ("sign", True, WARNS), seed
        # Noise now and then stands a quarter before the sign.
        assert 3.0 <= row["lead"][0] <= 4.0, seed
        assert 0.0 < row["threshold"] < 1.1, seed
        assert row["hit"]["value"] > 0.8 > 0.4 > row["false"]["value"], seed
        assert row["ratio"]["low"] > 1.0, seed
        assert told["left_out"] == ["event"], seed


def test_a_fall_is_found_as_well_as_a_rise_and_a_change_as_well_as_a_level() -> None:
    rng = np.random.default_rng(1)
    event, sign = planted(rng)
    level = rng.normal(size=(1, COUNT)) * 20.0
    found = signals(world({"event": event, "low": -sign}), events=[EVENT])["events"][0]["rows"][0]
    assert (found["above"], found["verdict"]) == (False, WARNS)
    series = {"event": event, "step": level + sign.cumsum(axis=0)}
    found = signals(world(series), events=[EVENT])["events"][0]["rows"][0]
    assert (found["change"], found["verdict"]) == (True, WARNS)


def test_noise_and_the_calendar_are_told_from_a_warning() -> None:
    wrong = 0
    for seed in range(60):
        rng = np.random.default_rng(1000 + seed)
        series = {"event": calendar(rng), **walks(rng), "rise": np.arange(16.0)[:, None] + rng.normal(size=(16, COUNT))}
        told = signals(world(series), events=[EVENT])["events"][0]
        assert told["tried"] > 20, seed
        assert told["verdict"] in (WARNS, NOTHING), seed
        wrong += told["verdict"] == WARNS
    # One in twenty is what the test allows; nine or more of sixty would come once in five hundred.
    assert wrong <= 8


def test_an_indicator_that_comes_too_late_is_none() -> None:
    rng = np.random.default_rng(3)
    event, sign = planted(rng, ahead=1)
    told = signals(world({"event": event, "sign": sign}), events=[EVENT], lead=2)["events"][0]
    assert told["verdict"] == NOTHING
    assert signals(world({"event": event, "sign": sign}), events=[EVENT], lead=1)["events"][0]["verdict"] == WARNS


def test_odds_of_the_model_stand_apart_and_few_events_say_nothing() -> None:
    rng = np.random.default_rng(4)
    event, sign = planted(rng)
    rows = signals(world({"event": event, **walks(rng, 4), "odds": sign}), events=[EVENT])["events"][0]["rows"]
    assert [row["odds"] for row in rows] == sorted(row["odds"] for row in rows)
    assert next(row for row in rows if row["outcome"] == "odds")["odds"] is True
    event[:, 20:] = False
    told = signals(world({"event": event, "sign": sign}), events=[EVENT])["events"][0]
    assert (told["verdict"], told["rows"]) == (OPEN, [])


def test_what_counts_and_what_follows_by_hand() -> None:
    starts = np.zeros((8, 1), bool)
    starts[5] = True
    target = Target(starts, np.logical_or.accumulate(starts, axis=0), lead=2, within=2)
    # Quarters 0-3: what follows was seen to the end. 4 is one before the event: too late for a warning.
    assert target.counts[:, 0].tolist() == [True, True, True, True, False, False, False, False]
    assert target.follows[:, 0].tolist() == [False, False, True, True, False, False, False, False]
    warns = np.zeros((8, 1), bool)
    warns[2] = True
    assert target.first_warning(warns)[5, 0] == 3
    assert target.first_warning(~warns)[5, 0] == 2


def test_an_oil_corridor_stops_where_the_main_one_falls_and_again() -> None:
    main = np.full((8, 2), 50.0)
    main[3, 0] = main[6, 0] = 30.0
    other = np.full((8, 2), 10.0)
    other[5, 1] = 1.0
    made = world({"oil.main": main, "oil.other": other, "oil.exported": main})
    for id in ("oil.main", "oil.other"):
        made.dictionary[id] = outcome(id, "Mt a year")  # type: ignore[index]
    stop = occurrences(made, ["stop"])[0]
    assert np.argwhere(stop.starts).tolist() == [[3, 0], [6, 0]]
    assert stop.own == {"oil.main", "oil.other", "oil.exported"}


def test_too_short_or_unknown_is_refused_with_what_would_help() -> None:
    short = world({"event": np.zeros((3, 20))}, level="summary")
    with pytest.raises(BadInput, match="--record outcomes"):
        signals(short)
    with pytest.raises(BadInput, match=r"(?s)nothing.*none<1"):
        occurrences(world({"event": np.zeros((8, 20))}), ["nothing", "none<1"])


SMALL = "after-2022+calendar.turns=9+decision.rule=random"


def test_the_command_and_python_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ("signals", SMALL, "-n", "64", "--out", str(tmp_path / "r"), "--event", "oil.exported<0.999", "--event",
            "red-lines", "--csv", str(tmp_path / "t.csv"))  # fmt: skip
    code, said, _ = call(capsys, *args, "--json")
    told = json.loads(said)
    assert code == 0
    folder = told.pop("folder")
    from multivector.results.store import json_bytes

    found = mv.signals(folder, events=["oil.exported<0.999", "red-lines"])
    assert json.loads(json_bytes(found.summary)) == told
    in_memory = mv.signals(SMALL, events=["oil.exported<0.999", "red-lines"], replicates=64)
    assert [e["base"] for e in in_memory.summary["events"]] == [e["base"] for e in told["events"]]
    with (tmp_path / "t.csv").open(encoding="utf-8-sig") as stream:
        heads = next(csv.reader(stream))
    assert {"hit [share]", "threshold [unit of the indicator]", "lead [quarters]"} <= set(heads)
    assert len(found.frame()) == sum(max(1, len(event["rows"])) for event in told["events"])
    code, page, _ = call(capsys, "signals", folder, "--event", "oil.exported<0.999")
    assert code == 0
    assert max(len(line) for line in page.splitlines() if not line.startswith("read from")) <= 80
    assert "OIL EXPORTED" in page
    assert len(sure_of(page)) == 1
    code, said, _ = call(capsys, "signals", folder, "-q")
    assert [line.partition(":")[0] for line in said.splitlines()] == ["rung-3", "stop", "unrest", "red-lines"]
    code, _, err = call(capsys, "signals", folder, "--event", "no such", "--event", "not-a-line")
    assert (code, err.count("allowed")) == (2, 1)
