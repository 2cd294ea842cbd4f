from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from multivector.data.figures import CONFIDENCES, FigureError, Figures, UnknownFigureError, load_figures
from multivector.data.locate import shipped_root
from multivector.data.votes import load_votes
from multivector.experiment.shipped.facts import past, shipped_facts
from multivector.world.quarter.ballots import EARLIER

THEMES = {
    "trade", "gdp", "energy", "corridors", "memberships", "votes", "polls", "security", "investment", "macro",
    "priors", "measures",
}  # fmt: skip


@pytest.fixture(scope="module")
def figures() -> Figures:
    return load_figures()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(shipped_root() / "figures", tmp_path / "figures")
    return tmp_path


def test_every_figure_says_unit_date_source_and_confidence(figures: Figures) -> None:
    for figure in figures.values():
        assert figure.unit
        assert re.fullmatch(r"undated|\d{4}(-\d{2}(-\d{2})?|-Q[1-4])?(/\d{4})?", figure.date), figure
        assert figure.source in figures.sources
        assert figure.confidence in CONFIDENCES
        if figure.confidence == "assumed":
            assert figure.low is not None


def test_all_themes_are_there_and_every_source_is_used(figures: Figures) -> None:
    assert {figure.file.removesuffix(".csv") for figure in figures.values()} == THEMES
    named = {figure.source for figure in figures.values()} | {fact.source for fact in shipped_facts()}
    assert set(figures.sources) == named | {source for series in past().values() for source in series.sources}
    assert all(source.title and source.licence for source in figures.sources.values())


def test_outcomes_after_2022_are_not_carried(figures: Figures) -> None:
    # Roll calls are predicted, and nothing is fitted to them: norms come from the texts of 2014-2019.
    allowed = ("oil.capacity", "oil.embargo_discount", "titr.", "sanction.", "elasticity.", "published.", "arms.import",
               "un.vote.", "un.tally.")  # fmt: skip
    later = [f.id for f in figures.values() if f.date[:4].isdigit() and int(f.date[:4]) > 2022]
    assert [key for key in later if not key.startswith(allowed)] == []
    assert all(load_votes(figures).recorded[text].date < "2020" for kind in EARLIER.values() for text in kind)


def test_a_missing_figure_names_the_nearest(figures: Figures) -> None:
    with pytest.raises(
        UnknownFigureError, match=r"no figure 'gdp\.2021\.KAS'; the nearest is 'gdp\.2021\.KAZ' \(gdp\.csv:\d+"
    ):
        figures.value("gdp.2021.KAS")


def test_where_names_line_and_source(figures: Figures) -> None:
    figure = figures["oil.exports_value.2021.KAZ"]
    lines = (shipped_root() / "figures" / figure.file).read_text(encoding="utf-8").splitlines()
    assert lines[figure.line - 1].startswith("oil.exports_value.2021.KAZ,31.09,")
    assert "Bureau of National Statistics" in figures.where(figure.id)


def test_select_takes_whole_parts_only(figures: Figures) -> None:
    assert "crude.destination.2021.RUS.EU" in figures.select("crude")
    assert list(figures.select("gdp.2021.KA")) == []
    assert list(figures.select("gdp.2021.KAZ")) == ["gdp.2021.KAZ"]


def test_with_values_changes_a_copy_only(figures: Figures) -> None:
    other = figures.with_values({"gdp.2021.KAZ": 200.0})
    assert (other.value("gdp.2021.KAZ"), figures.value("gdp.2021.KAZ")) == (200.0, 197.1)
    with pytest.raises(UnknownFigureError):
        figures.with_values({"gdp.2021.XYZ": 1.0})
    with pytest.raises(FigureError, match="finite"):
        figures.with_values({"gdp.2021.KAZ": float("nan")})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a.b,x,1,2021,K,known,,,", "could not convert"),
        ("a.b,nan,1,2021,K,known,,,", "not a finite number"),
        ("a.b,1,1,2021,NOBODY,known,,,", "source 'NOBODY' is not in sources.csv"),
        ("a.b,1,1,2021,K,sure,,,", "confidence 'sure'"),
        ("a.b,1,1,2021,MODEL,assumed,,,", "low and high"),
        ("a.b,1,1,2021,K,known,2,3,", r"not in \[2, 3\]"),
        ("a.b,1,,2021,K,known,,,", "must not be empty"),
        ("a.b,1,1,2021,K,known", "6 cells"),
        ("gdp.2021.KAZ,1,1,2021,K,known,,,", r"already at gdp\.csv"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(copy: Path, row: str, message: str) -> None:
    path = copy / "figures" / "macro.csv"
    number = len(path.read_text(encoding="utf-8").splitlines()) + 1
    with path.open("a", encoding="utf-8") as stream:
        stream.write(row + "\n")
    with pytest.raises(FigureError, match=rf"^macro\.csv:{number}: .*{message}"):
        load_figures(copy)


def test_wrong_columns_and_empty_folders_are_errors(copy: Path, tmp_path: Path) -> None:
    (copy / "figures" / "zzz.csv").write_text("id,value\n", encoding="utf-8")
    with pytest.raises(FigureError, match=r"zzz\.csv:1: columns"):
        load_figures(copy)
    (tmp_path / "none").mkdir()
    with pytest.raises(FigureError, match="no figure files"):
        load_figures(tmp_path / "none")
