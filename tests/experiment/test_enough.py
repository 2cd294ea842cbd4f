"""How much is enough: chances and costs along one number, by hand and on the command line."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

import multivector as mv
from multivector.analysis.enough import HELD, along, enough, held, points_of, rows_of, sentence, windows
from multivector.analysis.occurrences import Occurrence
from multivector.analysis.reading import Histories
from multivector.errors import BadInput
from multivector.outcomes import OUTCOMES
from multivector.results.store import open_result
from results_helper import call

PATH = "actors.KAZ.stocks.enforcement"
LIGHT = ("--set", "calendar.turns=6", "--set", "decision.rule=random")
QUARTERS = tuple(f"{2022 + k // 4}-Q{k % 4 + 1}" for k in range(8))


def world(income: float, comes: list[int], lasting: float = 0.0) -> Histories:
    """Histories of eight quarters: in those named rung 3 comes in the third and takes some income from then on."""
    rng = np.random.default_rng(1)
    luck = 0.01 * rng.standard_normal((len(QUARTERS), 100))
    rung = np.zeros((len(QUARTERS), 100))
    rung[2:, comes] = 3.0
    series = np.stack([income + luck - lasting * (rung > 0.0), rung])
    names = ("real_income", "rung.USA")
    dictionary = {id: OUTCOMES[id] for id in names}
    return Histories({}, {}, dictionary, QUARTERS, np.arange(100), series, names, {}, ("", None), "made")


def test_spans_by_hand() -> None:
    starts = np.zeros((5, 3), bool)
    starts[2, 0] = starts[1, 1] = True
    since = np.logical_or.accumulate(starts, axis=0)
    hits, risks = windows(Occurrence("e", "e", starts, since, frozenset()), 2)
    # Spans begin in quarters 0 to 3; those after it came do not count. Flip tried: counting these too; failed.
    assert risks.tolist() == [3.0, 2.0, 4.0]
    assert hits.tolist() == [2.0, 2.0, 0.0]


def test_what_a_step_costs_saves_and_must_be_worth() -> None:
    # The step costs 0.1% of income everywhere; in 20 histories it spares an event that takes 0.2% for six quarters.
    made = [world(1.0, list(range(30)), 0.002), world(0.999, list(range(10)), 0.002)]
    found = enough(made, PATH, [0.1, 0.5], event="rung-3", within=4)
    (step,) = found["steps"]
    # 0.1% over 8 quarters is 0.2% of a year's income; of the spared 20% each keeps 0.2% for 6, 0.3% of it.
    assert step["price"] == pytest.approx(0.8 * 0.2)
    assert step["left"] == pytest.approx(0.2 * (0.3 - 0.2))
    assert step["spared"] == pytest.approx(0.2)
    assert step["must_be_worth"] == pytest.approx((0.16 - 0.02) / 0.2)
    assert step["must_be_worth_low"] < step["must_be_worth"] < step["must_be_worth_high"]
    assert [row["events"] for row in found["rows"]] == [0.3, 0.1]
    assert found["rows"][1]["income"] == pytest.approx(-(0.16 - 0.02))
    assert found["rows"][0]["verdict"] == "higher"
    assert (found["nothing_above"], found["surely_below"]) == (None, 0.1)


def test_the_best_point_goes_by_what_an_event_is_worth_and_the_order_of_points_does_not_matter() -> None:
    made = [world(0.998, []), world(1.0, list(range(30))), world(0.999, list(range(5)))]
    values = [0.9, 0.1, 0.5]
    plain = enough(made, PATH, values, event="rung-3")
    assert plain["best"] == {"value": 0.1, "low": 0.1, "high": 0.1}
    # From 0.1 to 0.5 costs 0.2% for 25 of 100; then 0.2% for 5 of 100: worth 0.8% and 4% each.
    assert enough(made, PATH, values, event="rung-3", worth=2.0)["best"]["value"] == 0.5
    assert enough(made, PATH, values, event="rung-3", worth=9.0)["best"]["value"] == 0.9
    assert [row["value"] for row in rows_of(plain)] == [0.1, 0.5, 0.9]


def test_where_more_buys_nothing_is_said_and_what_too_few_histories_cannot_tell() -> None:
    made = [world(1.0, list(range(60))), world(0.999, []), world(0.998, [])]
    found = enough(made, PATH, [0.1, 0.5, 0.9], event="rung-3", within=1)
    # None of 100 leaves up to 3.7% (Wilson) of 8 spans of one quarter each.
    assert found["rows"][2]["high"] == pytest.approx(0.0370 / 8, rel=1e-2)
    assert found["nothing_above"] == 0.5
    assert sentence(found).startswith("Above 0.5 you pay for nothing: ")
    assert "up to 0.1 it is surely higher" in sentence(found)
    # Within four quarters the same nought may hide more than a point.
    assert enough(made, PATH, [0.1, 0.5, 0.9], event="rung-3")["rows"][1]["verdict"] == "cannot tell"


def test_what_can_be_held_and_what_varies() -> None:
    assert held([f"{PATH}=0.1"]) == dict([HELD.format(stock="enforcement").split("=")])
    with pytest.raises(BadInput, match="--hold"):
        held(["trade.theta_short=1"])
    assert along([{PATH: "0.1"}, {PATH: "0.5"}]) == (PATH, [0.1, 0.5])
    for points in ([{"KAZ.doctrine": "hedge"}], [{PATH: "0.1", "x": "2"}]):
        with pytest.raises(BadInput, match="--risk"):
            along(points)


def test_the_command_and_python_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ("sweep", "secondary-threatened", "--vary", f"{PATH}=0.1,0.4", "--hold", "-n", "12", "--workers", "1",
            *LIGHT, "--out", str(tmp_path), "--risk", "rung.USA>=1")  # fmt: skip
    picture = tmp_path / "enough.svg"
    table = tmp_path / "enough.csv"
    code, page, _ = call(capsys, *args, "--chart", str(picture), "--csv", str(table))
    assert code == 0
    assert max(map(len, page.splitlines())) <= 80 or "kept in" in max(page.splitlines(), key=len)
    for words in ("HOW MUCH IS ENOUGH", "WHO BEARS IT", "must be worth", "RESTS ON"):
        assert words in page
    assert picture.read_text("utf-8").startswith("<svg")
    told = json.loads(call(capsys, *args, "--json")[1])
    # The table for a spreadsheet has what the page has, each number under its unit.
    with table.open(encoding="utf-8-sig") as stream:
        lines = list(csv.DictReader(stream))
    of = {
        "risk_chance [probability]": "chance", "risk_low [probability]": "low", "risk_high [probability]": "high",
        "risk_income_low [% of a year's income]": "income_low", "risk_price_high [% of a year's income]": "price_high",
        "risk_must_be_worth [% of a year's income]": "must_be_worth", "risk_events [number]": "events",
    }  # fmt: skip
    rows = rows_of(told["enough"])
    assert [float(line[PATH]) for line in lines] == [row["value"] for row in rows] == [0.1, 0.4]
    for head, key in of.items():
        asked = [math.nan if row[key] is None else row[key] for row in rows]
        assert [float(line[head] or "nan") for line in lines] == pytest.approx(asked, nan_ok=True)
    # Effort is held: in all quarters and histories it is what the point says.
    effort = [point["outcomes"]["enforcement"]["mean"] for point in told["points"]]
    assert effort == pytest.approx([0.1, 0.4], abs=1e-4)
    assert told["enough"]["n"] == 12
    kept = points_of(open_result(next(tmp_path.glob("*-sweep-*")), kind="sweep"))
    made = mv.sweep(
        "secondary-threatened", {PATH: [0.1, 0.4]}, replicates=12,
        overrides={"calendar.turns": 6, "decision.rule": "random", "steps.enforcement": "0.000001"},
    )  # fmt: skip
    found = made.enough("rung.USA>=1")
    again = enough(kept, PATH, [0.1, 0.4], event="rung.USA>=1")
    for key in ("rows", "steps", "best", "bears"):
        assert found[key] == again[key]


def test_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ("sweep", "after-2022", "--out", str(tmp_path))
    for more, said in (
        (("--vary", "KAZ=hedge,west-pivot", "--risk", "rung-3"), "numbers"),
        (("--vary", f"{PATH}=0.1,0.2", "--risk", "Rung!"), "--event"),
        (("--vary", f"{PATH}=0.1,0.2", "--risk", "rung-3", "-n", "9000"), "at most 10,000"),
        (("--vary", f"{PATH}=0.1,0.2", "--chart", "a.svg"), "--chart goes with --risk"),
        (("--vary", "trade.theta_short=0.8,0.9", "--hold"), "--vary actors.CODE.stocks.NAME"),
    ):
        code, _, err = call(capsys, *common, *more)
        assert (code, said in err) == (2, True), err
    assert not list(tmp_path.iterdir())
