"""The notebook runs, in the Python that runs the tests, and shows what it shows in the repository."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

import multivector

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script that runs notebooks; what Jupyter writes goes to a folder of the test, and so does the work."""
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("PYTHONPATH", str(Path(multivector.__file__).parent.parent))
    found = importlib.util.spec_from_file_location("execute_notebooks", FOLDER / "execute.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def shown(notebook: Any) -> list[list[str]]:
    """What the cells show, as text; warnings of libraries are left out, and digests, which tell versions apart."""
    return [
        [
            re.sub("digest [0-9a-f]{8}", "digest", each["text"] if "text" in each else each["data"]["text/plain"])
            for each in cell.outputs
            if each.get("name") != "stderr"
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.slow
def test_the_kernel_is_the_python_that_runs_this(runner: ModuleType, tmp_path: Path) -> None:
    from nbclient.exceptions import CellExecutionError

    cells = ["import sys, os, multivector\nprint(sys.executable, multivector.__file__, os.getcwd(), sep='\\n')"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    book.metadata["kernelspec"] = {"name": "of-another-machine", "display_name": "x", "language": "python"}
    nbformat.write(book, tmp_path / "small.ipynb")
    assert shown(runner.execute(tmp_path / "small.ipynb", tmp_path)) == [
        [f"{sys.executable}\n{multivector.__file__}\n{tmp_path}\n"]
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), tmp_path / "wrong.ipynb")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        runner.execute(tmp_path / "wrong.ipynb", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_shows_what_it_showed(path: Path, runner: ModuleType, tmp_path: Path) -> None:
    """Every cell runs. If the model changed on purpose: python docs/notebooks/execute.py NOTEBOOK."""
    work = tmp_path / "work"
    work.mkdir()
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    assert shown(runner.execute(path, work)) == shown(stored)
    assert list(work.iterdir()) == [], "it leaves nothing behind"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_no_result_is_typed_into_the_text(path: Path) -> None:
    """Figures come from cells: the text has no per cent, no decimals, no interval; stored output is small and clean."""
    stored = nbformat.read(path, as_version=4)
    for cell in stored.cells:
        if cell.cell_type == "markdown":
            assert re.findall(r"\d[\d.]*\s*(?:%|points|per cent)(?! interval)|\d\.\d|\[\d", cell.source) == []
        else:
            assert "Traceback" not in str(cell.outputs)
            assert all(each.get("name") != "stderr" for each in cell.outputs)
    assert len(path.read_bytes()) < 50_000


def test_there_is_a_notebook() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["does-a-west-pivot-pay"]
