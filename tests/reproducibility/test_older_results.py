"""A result made before an update still opens: one that an older model made, kept as it was written."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from multivector.analysis.reading import open_histories
from multivector.cli.run import page
from multivector.results.store import open_result
from results_helper import call

KEPT = Path(__file__).parent.parent / "data" / "result-of-an-older-model.tar.xz"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("older")
    with tarfile.open(KEPT) as kept:
        kept.extractall(out, filter="data")
    (folder,) = out.iterdir()
    return folder


def test_it_opens_whole_and_prints(older: Path) -> None:
    stored = open_result(older)
    assert stored.changed_files() == []
    assert stored.manifest["digests"]["model"].startswith("cdacd36f")
    told = "\n".join(page(stored, True, 80))
    for words in ("after-2022", "3 histories", "WHAT CAME OUT", "real income"):
        assert words in told
    world = open_histories(stored)
    assert world.of("real_income").shape == (2, 3)
    assert world.of("real_income")[0, 0] == 1.0576898632364262


def test_it_is_compared_with_its_own_kind_and_with_nothing_newer(
    older: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, _ = call(capsys, "compare", str(older), str(older), "--quiet")
    assert code == 0
    assert "B real_income: no difference that matters (0%)" in told or "B real_income: cannot tell (0%)" in told
    code, _, err = call(
        capsys, "compare", str(older), "after-2022+calendar.turns=2+decision.rule=random", "--out", str(tmp_path)
    )
    assert code == 3
    assert "different versions of the model" in err


def test_what_has_to_be_played_again_says_what_still_opens(older: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for args in (("explain", str(older), "--turn", "2022-Q1"), ("verify", str(older))):
        code, _, err = call(capsys, *args)
        assert code == 2
        assert "found a result of model cdacd36f" in err
        assert "its tables, summary and `multivector compare`" in err
        assert "Traceback" not in err
