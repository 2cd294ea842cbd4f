"""A comparison of histories made by hand: rows, survival, parting, inputs, limits, several worlds.

Flips tried (each fails a test here): B less A as A less B, in a row's means and in its tails; survived as lost; the
last year as all quarters; better and worse; the pairs joined by position instead of by replicate.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from histories_helper import TEXT, made
from multivector.analysis.comparing.comparison import compare_histories, compare_several, flat
from multivector.analysis.comparing.inputs import Inputs, different
from multivector.analysis.comparing.parting import median_pair, parts_at
from multivector.errors import BadInput
from multivector.results.store import json_bytes

RNG = np.random.default_rng(11)
LUCK = 1.0 + 0.02 * RNG.normal(size=(4, 200))
NEVER = np.full(200, -1)
FORMS = ("{{2022-Q1: 0.2, 2022-Q3: {later}}}", "{{values: {{2022-Q1: 0.2, 2022-Q3: {later}}}, unit: share}}")
"""How coverage may be written: bare, and with what a number says of itself."""


def pair(shift: float, **b: object) -> tuple[object, object]:
    one = made({"real_income": LUCK, "exposure": LUCK})
    return one, made({"real_income": LUCK + shift, "exposure": LUCK + 10 * shift}, id="b", **b)  # type: ignore[arg-type]


def test_differences_are_b_less_a_with_a_mark_for_the_focus_actor() -> None:
    found = compare_histories(*pair(0.01), outcomes=("real_income", "exposure"))  # type: ignore[arg-type]
    income = found["real_income"]
    assert (income.verdict, income.mark, income.n) == ("higher", "better", 200)
    assert income.difference == pytest.approx(0.01)
    assert [tail[0] for tail in income.tails] == pytest.approx([0.01, 0.01])
    assert (income.b_better[0], income.a_better[0]) == (1.0, 0.0)  # type: ignore[index]
    # Of exposure less is better, and 0.1 of it is just what matters.
    exposure = found["exposure"]
    assert exposure.mark == ("worse" if exposure.verdict == "higher" else "")
    assert exposure.a_better[0] == 1.0  # type: ignore[index]
    with pytest.raises(KeyError):
        found["rent"]


def test_the_end_is_the_mean_of_the_last_year() -> None:
    quarters = tuple(f"202{y}-Q{q}" for y in (2, 3) for q in (1, 2, 3, 4))
    early, late = np.zeros((8, 200)), np.zeros((8, 200))
    early[:4], late[4:] = 1.0, 1.0
    a = made({"real_income": np.zeros((8, 200))}, quarters=quarters)
    for series, expected in ((early, 0.0), (late, 1.0)):
        b = made({"real_income": series}, quarters=quarters, id="b")
        assert compare_histories(a, b, outcomes=("real_income",))["real_income"].difference == expected


def test_pairs_are_joined_by_replicate() -> None:
    a = made({"real_income": LUCK[:, :3]}, ids=[0, 1, 3], replicates=4)
    b = made({"real_income": LUCK[:, 1:3] + 0.5}, ids=[1, 3], replicates=4, id="b")
    found = compare_histories(a, b, outcomes=("real_income",))
    assert found["real_income"].difference == pytest.approx(0.5)
    assert found["real_income"].n == 2
    assert found.left_out == (0, 2)


def test_survival_counts_pairs_and_names_the_line() -> None:
    some, more = NEVER.copy(), NEVER.copy()
    some[:20], more[10:70] = 2, 1
    a, b = (
        made({"real_income": LUCK}, first={"prices": some}),
        made({"real_income": LUCK}, id="b", first={"prices": more}),
    )
    found = compare_histories(a, b, outcomes=("real_income",)).survival
    assert (found.only_a, found.only_b, found.neither, found.both) == (50, 10, 10, 130)
    assert (found.a[0], found.b[0], found.difference) == (0.9, 0.7, pytest.approx(-0.2))
    assert found.verdict == "lower"
    assert found.lines[0].id == "prices"
    assert found.lines[0].difference == pytest.approx(0.2)


def test_parting_is_the_first_quarter_off_zero() -> None:
    later = LUCK + np.array([[0.0], [0.0], [0.004], [0.01]]) * (1.0 + RNG.normal(size=200))
    assert parts_at(LUCK, later) == 2
    assert parts_at(LUCK, LUCK) is None
    a, b = made({"real_income": LUCK}), made({"real_income": later}, id="b")
    assert compare_histories(a, b, outcomes=("real_income",))["real_income"].parts == "2022-Q3"


def test_looks_at_pure_luck_rarely_find_a_parting() -> None:
    rng = np.random.default_rng(12)
    found = sum(parts_at(np.zeros((16, 50)), rng.normal(size=(16, 50))) is not None for _ in range(400))
    # 5% of the runs at most, not 5% of their sixteen quarters (which would be more than half of the runs).
    assert found / 400 < 0.09


def test_the_median_pair_is_told_by_its_replicate() -> None:
    gaps = np.zeros((4, 5)) + np.array([5.0, -1.0, 2.0, 9.0, 1.0])
    a = made({"real_income": np.zeros((4, 5))}, ids=[3, 5, 7, 9, 11], replicates=12)
    b = made({"real_income": gaps}, ids=[3, 5, 7, 9, 11], replicates=12, id="b")
    assert compare_histories(a, b, outcomes=("real_income",)).median == 7
    assert median_pair(np.zeros(2), np.full(2, np.nan)) is None


def test_joint_intervals_are_wider_and_hold_for_all() -> None:
    a, b = pair(0.001)
    apart = compare_histories(a, b, outcomes=("real_income", "exposure"))  # type: ignore[arg-type]
    joint = compare_histories(a, b, outcomes=("real_income", "exposure"), joint=True)  # type: ignore[arg-type]
    # Two outcomes and survival: 1 - 0.05 / 3.
    assert joint.level == pytest.approx(1 - 0.05 / 3)
    assert joint.survival.high - joint.survival.low > apart.survival.high - apart.survival.low


def test_inputs_are_told_in_words_with_what_is_inherited() -> None:
    a = made({"real_income": LUCK}, text=TEXT.format(id="a", doctrine="hedge", theta=4.0))
    changed = TEXT.format(id="b", doctrine="west-pivot", theta=5.0).replace("base.yaml:9", "mine/other.yaml:9")
    b = made({"real_income": LUCK}, id="b", text=changed)
    lines = Inputs(a, b).lines
    assert set(lines) == {
        "KAZ: doctrine hedge -> west-pivot",
        "parameter trade.theta: 4.0 -> 5.0 (inherited: A base.yaml, B other.yaml)",
    }
    assert Inputs(a, a).lines == ()


def test_limits_follow_from_the_worlds() -> None:
    a, b = pair(0.01)
    said = " ".join(compare_histories(a, b, outcomes=("real_income",)).limits)  # type: ignore[arg-type]
    assert "1 assumed parameters stand at their best values" in said
    assert "No world here has sanctions" in said
    assert "RUS sphere" in said
    assert "KAZ" not in said
    package = TEXT + "sanctions:\n  eu:\n    sectors:\n      metals:\n        coverage: {form}\n"
    forms = [(form.format(later=later), later < 0.2) for form in FORMS for later in (0.3, 0.1)]
    for form, lifted in (*forms, ("0.2", False)):
        one = made({"real_income": LUCK}, text=package.format(id="a", doctrine="hedge", theta=4.0, form=form))
        assert ("end or shrink" not in " ".join(Inputs(one, one).limits())) == lifted


def test_different_benchmarks_are_a_limit_and_not_a_list_of_differences() -> None:
    one, other = (made({"real_income": LUCK}, id=id) for id in "ab")
    worlds = []
    for each, name, theta in ((one, "x", 4.0), (other, "y", 5.0)):
        beside = TEXT.format(id=name, doctrine="hedge", theta=theta)
        values = {**vars(each), "facts": {**each.facts, "benchmark": name}, "texts": (each.texts[0], beside)}
        worlds.append(type(each)(**{n: values[n] for n in each.__dataclass_fields__}))
    inputs = Inputs(worlds[0], worlds[1])
    assert not any("trade.theta" in line for line in inputs.lines)
    assert "different benchmarks (x and y)" in " ".join(inputs.limits())
    values = {**vars(worlds[1]), "facts": worlds[0].facts}
    same = type(one)(**{n: values[n] for n in one.__dataclass_fields__})
    assert "benchmark: parameter trade.theta: 4.0 -> 5.0" in Inputs(worlds[0], same).lines
    assert "different benchmarks" not in " ".join(Inputs(worlds[0], same).limits())


def test_cutting_down_to_what_differs_loses_no_difference() -> None:
    one = TEXT.format(id="a", doctrine="hedge", theta=4.0)
    assert different(one, one) == ("", "")
    other = one.replace('"sphere"', '"empire"') + "  trade.new:\n    value: 1\n"
    left, right = different(one, other)
    assert "sphere" in left
    assert "KAZ" not in left
    assert "trade.new" in right
    assert "trade.theta" not in right
    # Lists are told by position: they stay whole.
    listed = 'sources:\n  - "x"\n  - "y"'
    assert different(listed, listed.replace("x", "z")) == (listed, listed.replace("x", "z"))


def test_an_unknown_outcome_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match='did you mean "real_income"'):
        compare_histories(*pair(0.0), outcomes=("real_incme",))  # type: ignore[arg-type]


def test_outcomes_of_one_world_alone_are_named() -> None:
    a = made({"real_income": LUCK})
    b = made({"real_income": LUCK, "rent": LUCK}, id="b")
    assert compare_histories(a, b).missing == ("rent",)


def test_everything_is_plain_data_and_a_table() -> None:
    pytest.importorskip("pandas")
    found = compare_histories(*pair(0.01), outcomes=("real_income", "exposure"))  # type: ignore[arg-type]
    data = json.loads(json_bytes(found.plain()))
    assert data["rows"][0]["verdict"] == "higher"
    frame = found.frame()
    assert list(frame["id"]) == ["real_income", "exposure"]
    assert frame["difference"][0] == found["real_income"].difference
    assert "difference_at_5%_low" in frame.columns
    assert set(flat(found.rows[0])) == set(frame.columns)


def test_several_worlds_are_compared_with_the_first_and_ranked() -> None:
    lost = NEVER.copy()
    lost[:50] = 1
    worlds = [
        made({"real_income": LUCK, "exposure": LUCK}, first={"prices": NEVER}),
        made({"real_income": LUCK + 0.01, "exposure": LUCK}, id="b", first={"prices": lost}),
        made({"real_income": LUCK - 0.01, "exposure": LUCK - 0.5}, id="c", first={"prices": NEVER}),
    ]
    found = compare_several(worlds, outcomes=("real_income", "exposure"))
    assert [(c.a, c.b) for c in found.against] == [("A", "B"), ("A", "C")]
    assert found.ranked["real_income"].rank == (2, 1, 3)
    assert found.ranked["exposure"].rank[2] == 1
    assert found.ranked["survival"].rank == (1, 3, 1)
    assert found.n == 200


def test_one_pair_tells_nothing_and_does_not_fail() -> None:
    found = compare_histories(made({"real_income": np.ones(1)}), made({"real_income": np.ones(1)}, id="b"))
    assert found["real_income"].verdict == "cannot tell"
    assert json.loads(json_bytes(found.plain()))["rows"][0]["low"] is None


def test_results_that_keep_one_quarter_say_so() -> None:
    from multivector.cli.printout.compare import comparison

    a, b = made({"real_income": LUCK}), made({"real_income": LUCK + 0.01}, id="b")
    last = []
    for each in (a, b):
        values = {**vars(each), "quarters": each.quarters[-1:], "series": each.series[:, -1:]}
        last.append(type(each)(**{name: values[name] for name in each.__dataclass_fields__}))
    page = " ".join(" ".join(comparison(compare_histories(*last, outcomes=("real_income",)).plain(), 80)).split())
    assert "values of 2022-Q4, the only quarter" in page
    assert "--record outcomes --force" in page
    whole = " ".join(" ".join(comparison(compare_histories(a, b, outcomes=("real_income",)).plain(), 80)).split())
    assert "last year, to 2022-Q4" in whole


def test_what_was_played_again_is_printed_within_the_width() -> None:
    from multivector.cli.printout.compare import comparison

    found = compare_histories(*pair(0.01), outcomes=("real_income",))  # type: ignore[arg-type]
    move = {"quarter": "2022-Q2", "actor": "KAZ", "slot": 2, "a": "Visit Moscow (RUS)", "b": "do nothing more"}
    channel = {
        "title": "trade costs: measures, routes, duties, habits",
        "difference": -0.31,
        "low": -0.4,
        "high": -0.22,
    }
    row = {
        "id": "real_income", "title": "real income", "verdict": "higher", "stands": 8,
        "falls": [{"trial": "evasion.share_others = 0.03", "verdict": "no difference that matters"}],
    }  # fmt: skip
    found.more.update(
        parting={"n": 64, "share": 0.5, "replicate": 7, "median": move, "often": [{"actor": "KAZ", "share": 0.5}]},
        through={"n": 64, "margin": 0.3, "rows": [channel], "words": "In log points."},
        stability={"n": 200, "trials": ["x"] * 9, "rows": [row], "words": "Numbers are moved."},
    )
    lines = list(comparison(found.plain(), 80))
    page = " ".join(" ".join(lines).split())
    assert max(len(line) for line in lines) <= 80
    assert 'KAZ chooses in slot 2 under A "Visit Moscow (RUS)", under B "do nothing more"' in page
    assert "-0.31 pt [-0.40, -0.22]" in page
    assert "higher, stands in 8 of 9; no difference with evasion.share_others = 0.03" in page


def test_a_frame_without_pandas_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    found = compare_histories(*pair(0.01), outcomes=("real_income",))  # type: ignore[arg-type]
    with pytest.raises(ImportError, match=r"frame\(\) needs pandas, .*: pip install pandas .*plain\(\)"):
        found.frame()
