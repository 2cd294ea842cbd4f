"""Every column of every table that a result has is described, beside the tables and in the documents.

Flip tried, which fails a test here: a column taken out of `MEANING`.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import multivector as mv
from multivector.cli import cli
from multivector.results.columns import COLUMNS, MEANING
from multivector.results.files import column_names
from results_helper import SMALL, call

CHANGES = {"calendar.turns": 3, "decision.rule": "random"}
PAGE = Path(__file__).resolve().parents[3] / "docs" / "results.md"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A run with everything that can be kept, and a sweep."""
    out = tmp_path_factory.mktemp("results")
    how: Any = {"record": "full", "uncertainty": "prior", "out": out}
    run = mv.run("after-2022", 2, overrides=CHANGES, **how)
    assert run.folder is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(out)
        light = [part for path, value in CHANGES.items() for part in ("--set", f"{path}={value}")]
        vary = [
            "sweep",
            "after-2022",
            "--vary",
            "KAZ.doctrine=hedge,west-pivot",
            "-n",
            "2",
            "--workers",
            "1",
            "--quiet",
        ]
        done = CliRunner().invoke(cli, [*vary, *light])
    assert done.exit_code == 0, done.output
    return [run.folder, out / done.output.strip()]


def listed(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    with (folder / COLUMNS).open(encoding="utf-8-sig", newline="") as stream:
        return {(row["table"], row["column"]): row for row in csv.DictReader(stream)}


def test_every_column_of_every_table_is_described(folders: list[Path]) -> None:
    met = set()
    for folder in folders:
        there = {(p.stem, column) for p in folder.glob("*.parquet") for column in column_names(p)}
        assert set(listed(folder)) == there
        assert [key for key, row in listed(folder).items() if not row["meaning"]] == []
        met |= there
    assert {table for table, _ in met} == {"outcomes", "lines", "votes", "uncertain", "moves", "flows", "points"}
    stale = {(table, column) for table, column in MEANING if table and (table, column) not in met}
    assert stale == set(), "described, but no table has it"


def test_numbers_have_units(folders: list[Path]) -> None:
    """A column of numbers that are no counts and no names says in what."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    for folder in folders:
        for path in folder.glob("*.parquet"):
            for field in pq.read_schema(path):
                if str(field.type) == "double":
                    assert listed(folder)[path.stem, field.name]["unit"], (path.stem, field.name)


def test_every_outcome_of_the_table_has_a_unit_in_the_dictionary(folders: list[Path]) -> None:
    for folder in folders:
        with (folder / "dictionary.csv").open(encoding="utf-8-sig", newline="") as stream:
            units = {row["id"]: row["unit"] for row in csv.DictReader(stream)}
        import pyarrow.parquet as pq

        there = pq.read_table(folder / "outcomes.parquet", columns=["outcome"])["outcome"].unique().to_pylist()
        assert [id for id in there if not units.get(id)] == []


def test_csv_has_the_same_two_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "run", *SMALL, "-n", "2", "--format", "csv", "--out", str(tmp_path), "-q")
    folder = Path(out.strip())
    assert code == 0
    for name in ("outcomes.csv", "dictionary.csv", COLUMNS):
        assert (folder / name).read_bytes().startswith(b"\xef\xbb\xbf"), "a spreadsheet knows the encoding"
    with (folder / "outcomes.csv").open(encoding="utf-8-sig", newline="") as stream:
        names = next(csv.reader(stream))
    assert [("outcomes", name) for name in names] == [key for key in listed(folder) if key[0] == "outcomes"]


def test_the_page_describes_what_the_file_does() -> None:
    text = PAGE.read_text("utf-8")
    for (table, column), (unit, meaning) in MEANING.items():
        assert f"| {f'`{table}`' if table else 'any'} | `{column}` | {unit} | {meaning} |" in text
