"""The pages of the mechanisms: complete, and true to the numbers, files, switches and systems that they name."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from multivector.outcomes.registry import SHIPPED, build
from multivector.scenario import load
from multivector.schema.switches import SWITCHES

ROOT = Path(__file__).parent.parent
SOURCE, FOLDER = ROOT / "src" / "multivector", ROOT / "docs" / "mechanisms"
PAGES = sorted(page.stem for page in FOLDER.glob("*.md") if page.stem != "README")
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")
TEXT = {page: (FOLDER / f"{page}.md").read_text(encoding="utf-8") for page in PAGES}
MECHANISMS = sorted(path.stem for path in (SOURCE / "mechanisms").glob("*.py") if path.stem != "__init__")
PARAMETERS = load("after-2022").parameters
OUTCOMES = build({**SHIPPED, "store": ("stored",)})
FAMILIES = {id.split(".")[0] for id in PARAMETERS}

NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
ROW = re.compile(rf"^\| `([\w.-]+)`[^|]*\| ({NUMBER}) \(({NUMBER}) to ({NUMBER})\) \| ([^|]*) \| (\w+)(?::| \|)", re.M)
INLINE = re.compile(rf"`([\w-]+\.[\w.-]+)` ({NUMBER})(?: [a-z ]+)? \(({NUMBER}) to ({NUMBER})")
PARTS = ("says", "leave", "dispute")
"""Words that every page has in the headings of its parts, beside the code, the tests and the parameters."""


def rows_of(text: str) -> list[list[str]]:
    """Cells of the index's rows that name a page."""
    lines = [line for line in text.splitlines() if line.startswith("|") and "](" in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


ROWS = rows_of(INDEX)


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def shown(text: str) -> list[tuple[str, str, str, str]]:
    """Parameters with value and range, as a page has them in tables and in sentences."""
    found = [(m[1], m[2], m[3], m[4]) for m in ROW.finditer(text)]
    return found + [(m[1], m[2], m[3], m[4]) for m in INLINE.finditer(text)]


@pytest.mark.parametrize("module", MECHANISMS)
def test_every_mechanism_has_a_page_of_its_name_or_is_named_in_the_head_of_one(module: str) -> None:
    heads = {
        page: text[: text.index("**What it says.**")] if module not in PAGES else text for page, text in TEXT.items()
    }
    naming = [page for page, head in heads.items() if f"mechanisms/{module}.py" in head]
    assert module in naming or (module not in PAGES and naming), f"no page for mechanisms/{module}.py"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_all_its_parts(page: str) -> None:
    text = TEXT[page]
    marks = (
        " ".join(re.findall(r"\*\*([^*]+)\*\*", text)).lower().replace("left out", "leave").replace("leaves", "leave")
    )
    assert [part for part in PARTS if part not in marks] == []
    assert len(text.splitlines()) <= 120
    assert "tests/" in text


@pytest.mark.parametrize("page", [p for p in PAGES if "| parameter |" in TEXT[p]])
def test_parameters_shown_are_those_of_the_worlds(page: str) -> None:
    found = shown(TEXT[page])
    starts = [line for line in TEXT[page].splitlines() if line.startswith("| `")]
    assert len(ROW.findall(TEXT[page])) == len(starts) > 0, "a row of the table of parameters is not read"
    for id, value, low, high in found:
        quantity = PARAMETERS[id]
        told = (quantity.value, quantity.low, quantity.high)
        assert told == (float(value), float(low), float(high)), id
    for match in ROW.finditer(TEXT[page]):
        quantity = PARAMETERS[match[1]]
        assert match[6] == quantity.confidence, match[1]
        assert match[5].strip() == ("" if quantity.unit == "1" else quantity.unit), match[1]


def test_most_pages_have_parameters_and_a_wrong_number_would_be_seen() -> None:
    without = {page for page in PAGES if "| parameter |" not in TEXT[page]}
    assert without == {"red-lines"}
    assert shown("| `trade.theta_short` th | 0.9 (0.5 to 1.2) |  | literature: x |") == [
        ("trade.theta_short", "0.9", "0.5", "1.2")
    ]
    assert shown("`declared.erosion` 0.5 (0.1 to 1.0, assumed)") == [("declared.erosion", "0.5", "0.1", "1.0")]


def known(name: str) -> bool:
    """Whether a dotted name is a parameter or an outcome, or a pattern that fits some."""
    return any(fnmatchcase(id, name) for id in (*PARAMETERS, *OUTCOMES))


@pytest.mark.parametrize("page", PAGES)
def test_dotted_names_of_a_page_exist(page: str) -> None:
    dotted = re.findall(r"`([a-z_-]+\.[A-Za-z0-9_.*-]+)`", TEXT[page])
    mine = [name for name in dotted if name.split(".")[0] in FAMILIES]
    unknown = [name for name in mine if not known(name)]
    assert unknown == []


@pytest.mark.parametrize("page", [*PAGES, "README"])
def test_files_and_pages_named_exist(page: str) -> None:
    text = TEXT.get(page, INDEX)
    for name in re.findall(r"`((?:[\w-]+/)+[\w-]+\.(?:py|yaml|csv))`", text):
        assert any((base / name).is_file() for base in (ROOT, SOURCE, ROOT / "src")), name
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (FOLDER / target).is_file(), target


def test_the_index_has_every_page_once_and_nothing_else() -> None:
    assert sorted(re.findall(r"\]\(([\w-]+)\.md\)", " ".join(row[1] for row in ROWS))) == PAGES
    assert {len(row) for row in ROWS} == {5}


def test_the_index_has_every_mechanism_switch_and_system() -> None:
    code = [name for row in ROWS for name in named(row[2])]
    assert [m for m in MECHANISMS if f"mechanisms/{m}.py" not in code] == []
    assert {name for row in ROWS for name in named(row[4])} == set(SWITCHES)
    marked = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        marked |= set(re.findall(r"mark\.system\(\"(S\d+)\"\)", path.read_text(encoding="utf-8")))
    assert len(marked) > 20
    assert marked <= set(re.findall(r"S\d+", " ".join(row[0] for row in ROWS)))


@pytest.mark.parametrize("row", ROWS, ids=[re.findall(r"\w[\w-]*", row[1])[0] for row in ROWS])
def test_a_row_of_the_index_agrees_with_its_page(row: list[str]) -> None:
    page = re.findall(r"\]\(([\w-]+)\.md\)", row[1])[0]
    for name in (*named(row[2]), *named(row[3])):
        assert (SOURCE / name).is_file() or (ROOT / name).is_file(), name
    assert named(row[3]), "a row without a test"
    for switch in named(row[4]):
        assert f"`{switch}`" in TEXT[page] or switch in TEXT[page], switch
