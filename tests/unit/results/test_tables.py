"""Tables: what a recorded batch becomes, and back from files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from multivector.results.files import BOM, join, read, write_part
from multivector.results.tables import Words, flows_table, lines_table, moves_table, outcomes_table, rows, votes_table
from results_helper import record


def test_outcomes_are_tidy_and_leave_out_what_is_not_defined() -> None:
    table = outcomes_table(record(2), "KAZ")
    assert list(table) == ["point", "replicate", "turn", "actor", "outcome", "value"]
    plain = [c.plain().tolist() if isinstance(c, Words) else c.tolist() for c in table.values()]
    found = list(zip(*plain, strict=True))
    assert (0, 10, "2022-Q1", "KAZ", "real_income", 0.0) in found
    assert (0, 11, "2022-Q1", "RUS", "real_income.RUS", 0.1) in found
    assert len(found) == 6 + 3


def test_failed_replicates_have_no_rows_anywhere() -> None:
    broken = record(3, failed=(0,))
    for table in (outcomes_table(broken, "KAZ"), lines_table(broken), votes_table(broken, "KAZ"), moves_table(broken),
                  flows_table(broken)):  # fmt: skip
        assert table is not None
        assert 10 not in table["replicate"]
        assert rows(table) > 0


def test_keep_and_last_turn_restrict_rows() -> None:
    table = outcomes_table(record(3), "KAZ", keep=np.array([1]), last_only=True)
    assert set(table["replicate"].tolist()) == {11}
    turn = table["turn"]
    assert isinstance(turn, Words)
    assert set(turn.plain()) == {"2022-Q3"}


def test_lines_say_when_and_how_near() -> None:
    table = lines_table(record(2))
    first, at = table["first"], table["at"]
    assert isinstance(first, Words)
    assert isinstance(at, Words)
    assert first.plain().tolist() == ["2022-Q3", "2022-Q3"]
    assert at.plain().tolist() == ["2022-Q3", "2022-Q3"]
    np.testing.assert_allclose(table["least_margin"], [-1.0, -1.1])


def test_a_vote_has_the_probability_of_what_was_cast() -> None:
    table = votes_table(record(3), "KAZ")
    vote, actor = table["vote"], table["actor"]
    assert isinstance(vote, Words)
    assert isinstance(actor, Words)
    own = actor.plain() == "KAZ"
    assert vote.plain()[own].tolist() == ["no", "abstain", "yes"]
    assert np.asarray(table["probability"])[own].tolist() == [0.2, 0.5, 0.2]
    assert np.isnan(np.asarray(table["probability"])[~own]).all()


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_parts_join_in_order_and_read_back(tmp_path: Path, form: str) -> None:
    parts = []
    for number, size in enumerate((2, 3)):
        part = tmp_path / f"part-{number}.parquet"
        write_part(part, outcomes_table(record(size), "KAZ"))
        parts.append(part)
    path = tmp_path / f"outcomes.{form}"
    join(parts, path, form)
    table = read(path)
    expected = [outcomes_table(record(size), "KAZ") for size in (2, 3)]
    assert rows(table) == sum(rows(t) for t in expected)
    np.testing.assert_array_equal(table["value"], np.concatenate([t["value"] for t in expected]))
    turn = table["turn"]
    assert isinstance(turn, Words)
    assert turn.plain().tolist() == [w for t in expected for w in t["turn"].plain()]  # type: ignore[union-attr]
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name]
    if form == "csv":
        raw = path.read_bytes()
        assert raw.startswith(BOM)
        assert raw.count(BOM) == 1
        assert raw.decode("utf-8-sig").splitlines()[0] == '"point","replicate","turn","actor","outcome","value"'


def test_some_replicates_are_read_alone(tmp_path: Path) -> None:
    parts = []
    for number in range(3):
        batch = record(4)
        batch.replicate_ids = batch.replicate_ids + 4 * number
        parts.append(tmp_path / f"part-{number}.parquet")
        write_part(parts[-1], outcomes_table(batch, "KAZ"))
    path = tmp_path / "outcomes.parquet"
    join(parts, path, "parquet")
    whole, some = read(path), read(path, [11, 18])
    ids = np.asarray(whole["replicate"])
    assert set(np.asarray(some["replicate"]).tolist()) == {11, 18}
    np.testing.assert_array_equal(some["value"], np.asarray(whole["value"])[np.isin(ids, [11, 18])])
    assert rows(read(path, [99])) == 0


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_files_work_beside_the_model_whose_imports_are_deferred(tmp_path: Path, form: str) -> None:
    """In a program of its own: here pandas may be loaded already, in `multivector run` it is only promised."""
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
import multivector.world.model
from multivector.results.files import join, read, write_part
from multivector.results.tables import outcomes_table
from results_helper import record
out, form = Path({str(tmp_path)!r}), {form!r}
parts = [out / f"{{n}}.parquet" for n in (2, 3)]
for n, part in zip((2, 3), parts):
    write_part(part, outcomes_table(record(n), "KAZ"))
join(parts, out / f"o.{{form}}", form)
print("pandas.core" in sys.modules, len(read(out / f"o.{{form}}", [10])["value"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.returncode) == ("False 10", 0), done.stderr
