"""The verb `compare`: what is printed, refused and written, and the same numbers from Python."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

import multivector as mv
from multivector.analysis.comparing import comparison
from multivector.analysis.reading import DICTIONARY, dictionary_of
from multivector.errors import BadInput, NotComparable
from results_helper import call, sure_of

CHANGES = {"calendar.turns": 3, "decision.rule": "random"}
COUNT = 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of small worlds, by what differs."""
    out = tmp_path_factory.mktemp("results")
    kinds = {
        "plain": {"seed": 0, "overrides": CHANGES},
        "threat": {"seed": 0, "overrides": {**CHANGES, "evidence.intercept": 1.0, "actors.EU.stocks.belief": 0.9}},
        "cheap": {"seed": 0, "overrides": {**CHANGES, "paths.oil_price.values.2022-Q1": 60}},
        "luck": {"seed": 1, "overrides": CHANGES},
        "short": {"seed": 0, "overrides": {**CHANGES, "calendar.turns": 2}},
    }
    for name, how in kinds.items():
        mv.run("after-2022", COUNT, **how).save(out).rename(out / name)  # type: ignore[arg-type]
    return out


def test_the_nine_points_are_printed_in_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "compare", str(folder / "plain"), str(folder / "threat"))
    assert (code, err) == (0, "")
    heads = re.findall(r"^(\d) ([A-Z ]+?)(?:  |$)", out, flags=re.M)
    assert heads == [
        ("1", "INPUTS THAT DIFFER"), ("2", "VERDICTS"), ("3", "HOW SURE"), ("4", "SURVIVAL"), ("5", "WHEN THEY PART"),
        ("6", "THROUGH WHAT"), ("7", "STABILITY"), ("8", "TAILS"), ("9", "WHAT CANNOT BE SAID FROM THIS"),
    ]  # fmt: skip
    assert "how often a quiet quarter brings up a case of evasion (log odds): from -3 to 1" in out.replace(
        "\n    ", " "
    )
    assert "Everything else is equal: same draws." in out
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "\x1b" not in out
    assert re.search(r"^◐ real income ", out, flags=re.M)
    assert re.search(r"^○ oil exported ", out, flags=re.M)
    assert "HOW SURE  facts on record: ● all hit" in out
    assert re.search(r"^ multivector describe after-2022 --outcome \S+$", out, flags=re.M)
    _, with_it, _ = call(capsys, "compare", str(folder / "plain"), str(folder / "threat"), "--evidence")
    assert with_it.partition("HOW SURE  facts")[0] == out.partition("HOW SURE  facts")[0]
    assert len(sure_of(with_it)) == 1 + len(comparison.SHOWN)
    assert sure_of(with_it)[:2] == ["survival", "real income"]


def test_json_has_every_figure_and_python_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(folder / "plain"), str(folder / "cheap")]
    code, out, _ = call(capsys, "compare", *names, "--json")
    assert code == 0
    told = json.loads(out)
    found = mv.compare(*names)
    from multivector.results.store import json_bytes

    assert json.loads(json_bytes(found.plain())) == told
    row = {row["id"]: row for row in told["rows"]}["real_income"]
    assert row["verdict"] == "lower"
    assert row["mark"] == "worse"
    assert row["low"] < row["difference"] < row["high"] < 0.0
    assert row["gain"] > 1.0
    assert row["n"] == COUNT
    assert len(told["inputs"]) == 1


@pytest.mark.slow
def test_results_in_memory_compare_as_those_on_disk(folder: Path) -> None:
    runs = [
        mv.run("after-2022", COUNT, overrides=o) for o in (CHANGES, {**CHANGES, "paths.oil_price.values.2022-Q1": 60})
    ]
    one, other = mv.compare(*runs), mv.compare(folder / "plain", folder / "cheap")
    assert isinstance(one, type(other))
    plain = [each.plain() for each in (one, other)]
    for each in plain:
        for world in each["worlds"]:
            world.pop("place")
    assert plain[0] == plain[1]


@pytest.mark.parametrize(("other", "reason"), [("luck", "different luck"), ("short", "different calendars")])
def test_what_cannot_be_compared_is_refused_with_code_3(
    folder: Path, capsys: pytest.CaptureFixture[str], other: str, reason: str
) -> None:
    code, out, err = call(capsys, "compare", str(folder / "plain"), str(folder / other))
    assert (code, out) == (3, "")
    assert reason in err
    assert f"multivector run {folder / other / 'scenario.yaml'}" in err
    with pytest.raises(NotComparable, match=reason):
        mv.compare(folder / "plain", folder / other)


def test_the_command_that_is_named_makes_them_comparable(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, err = call(capsys, "compare", str(folder / "plain"), str(folder / "luck"))
    named = re.findall(r"multivector (run .*)$", err, flags=re.M)
    code, out, _ = call(capsys, *named[0].split(), "--out", str(tmp_path), "-q")
    assert code == 0
    code, out, _ = call(capsys, "compare", str(folder / "plain"), out.strip(), "-q")
    assert code == 0
    assert "B real_income: no difference that matters" in out


def test_the_same_result_twice_differs_in_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "compare", str(folder / "plain"), str(folder / "plain"))
    assert code == 0
    assert "None: the same world on the same draws." in out
    assert "higher" not in out.partition("HOW SURE")[0].partition("VERDICTS")[2]


def test_the_table_opens_in_a_spreadsheet(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "table.csv"
    code, _, _ = call(capsys, "compare", str(folder / "plain"), str(folder / "cheap"), "--csv", str(table), "-q")
    assert code == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert rows[0]["id"] == "real_income"
    assert rows[0]["unit"] == "ratio to 2021"
    # Rows differ in their unit, which stands beside each of them; the page on comparing says of which columns it is.
    units = {
        id: about.unit for id, about in dictionary_of((folder / "plain" / DICTIONARY).read_text("utf-8-sig")).items()
    }
    assert [row["unit"] for row in rows] == [units[row["id"]] for row in rows]
    assert float(rows[0]["difference"]) == mv.compare(folder / "plain", folder / "cheap")["real_income"].difference
    code, _, err = call(capsys, "compare", str(folder / "plain"), str(folder / "cheap"), "--csv", "/dev/full", "-q")
    assert code == 1
    assert "cannot write the table" in err


def test_outcomes_may_be_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ("compare", str(folder / "plain"), str(folder / "cheap"))
    _, out, _ = call(capsys, *args, "--outcome", "customs.KAZ.RUS", "--json")
    assert [row["id"] for row in json.loads(out)["rows"]] == ["customs.KAZ.RUS"]
    code, _, err = call(capsys, *args, "--outcome", "real_incom")
    assert code == 2
    assert 'did you mean "real_income"' in err
    _, out, _ = call(capsys, *args, "--all", "--json")
    assert len(json.loads(out)["rows"]) > 100


def test_three_worlds_are_ranked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(folder / n) for n in ("plain", "threat", "cheap")]
    code, out, err = call(capsys, "compare", *names)
    assert (code, err) == (0, "")
    assert "B AGAINST A" in out
    assert "C AGAINST A" in out
    assert re.search(r"real income +1\S* \[", out) or re.search(r"real income +2\S* \[", out)
    assert max(len(line) for line in out.splitlines()) <= 80
    found = mv.compare(*names)
    assert found.ranked["real_income"].rank[2] == 3  # type: ignore[union-attr]
    assert len(found.frame()) == 2 * len(found.against[0].rows)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("compare", "base-2021"), "Two worlds"),
        (("compare", "base-2021", "base-2021", "base-2021", "--why"), "two worlds"),
        (("compare", "base-2021", "no-such-world"), "no-such-world"),
        (("compare", "base-2021+KAZ=nobody", "base-2021", "-n", "2"), "nobody"),
        (("compare", "base-2021", "base-2021", "-n", "1"), "1"),
    ],
)
def test_bad_input_is_code_2(
    args: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = call(capsys, *args)
    assert code == 2
    assert said in err
    assert "playing" not in err
    assert not (tmp_path / "results").exists()


def test_all_that_is_wrong_with_the_worlds_is_said_before_one_is_played(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = call(capsys, "compare", "base-2021", "no-such-world", "base-2021+KAZ=nobody")
    assert code == 2
    assert "no-such-world" in err
    assert "nobody" in err
    assert "playing" not in err


def test_python_refuses_what_the_command_refuses() -> None:
    with pytest.raises(BadInput, match="two or more"):
        mv.compare("base-2021")
    with pytest.raises(BadInput, match="found 3 worlds"):
        mv.compare("base-2021", "base-2021", "base-2021", why=2)


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "compare", "--help")
    assert code == 0
    assert "multivector compare after-2022 secondary-threatened\n" in out
    assert "Exit code 3" in out
    assert max(len(line) for line in out.splitlines()) <= 80


@pytest.mark.slow
def test_scenarios_are_run_once_and_found_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    short = "+calendar.turns=2+decision.rule=random"
    worlds = (f"after-2022{short}", f"after-2022{short}+KAZ=west-pivot")
    code, out, err = call(capsys, "compare", *worlds, "-n", "4")
    assert code == 0
    assert err.count("histories: 4 ...") == 2
    assert "Kazakhstan: doctrine “Closer to the West” in place of “Many vectors”" in out
    assert len(list((tmp_path / "results").iterdir())) == 2
    again = call(capsys, "compare", *worlds, "-n", "4")
    assert again == (0, out, "")


@pytest.mark.slow
def test_why_names_the_move_and_sums_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = (str(folder / "plain"), str(folder / "cheap"))
    code, out, err = call(capsys, "compare", *names, "--why", "6", "--json")
    assert (code, err) == (0, "")
    more = json.loads(out)["more"]
    rows = {row["id"]: row["difference"] for row in more["through"]["rows"]}
    total = rows.pop("total")
    assert sum(rows.values()) == pytest.approx(total, abs=1e-9)
    assert rows["oil"] < 0.0
    assert abs(rows["oil"]) > 0.5 * abs(total)
    assert more["through"]["n"] == more["parting"]["n"] == 6
    # Actors that choose at random choose the same in both.
    assert more["parting"]["median"] is None
    assert more["parting"]["share"] == 0.0
    _, page, _ = call(capsys, "compare", *names, "--why", "6")
    assert "oil and gas" in page
    assert max(len(line) for line in page.splitlines()) <= 80


def test_an_unwritable_folder_is_told_before_the_work_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    world = "after-2022+calendar.turns=2+decision.rule=random"
    code, out, err = call(
        capsys, "compare", world, f"{world}+KAZ=west-pivot", "-n", "2", "--out", str(tmp_path / "file" / "x")
    )
    assert (code, out) == (1, "")
    assert "cannot write the result" in err


def test_json_of_worlds_that_are_run_is_json_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = "after-2022+calendar.turns=2+decision.rule=random"
    code, out, err = call(
        capsys, "compare", world, f"{world}+order=simultaneous", "-n", "2", "--out", str(tmp_path), "--json"
    )
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [w["order"] for w in told["worlds"]] == ["sequential", "simultaneous"]
    assert told["inputs"] == ["order: sequential -> simultaneous"]
