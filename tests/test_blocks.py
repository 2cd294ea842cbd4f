"""Every block of the documents is run or compared with what there is; what can be neither is named, with the reason."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from commands_shown import BLOCK, COMMAND, DOCUMENTS, ROOT, blocks
from multivector.language import lexicon, speaker
from multivector.scenario.policies import GROUP
from test_docs import TYPED

README = ROOT / "README.md"
TRIED = {
    "sh": "tests/test_docs.py runs them, lines of `make` and of the set-up are compared here",
    "python": "tests/test_docs.py runs them",
    "sql": "tests/test_docs.py runs them, by DuckDB",
    "r": "tests/test_docs.py runs them, where R is installed",
    "yaml": "tests/test_docs.py checks them as scenarios",
    "json": "tests/classroom/test_protocol.py compares them with a room's messages",
    "toml": "here",
    "powershell": "not run: there is no Windows; here compared, line by line, with what is run on Linux",
    "text": "docs/answers.py makes them anew; what is typed into a dialogue is compared here",
    "": "the tree of packages, compared here",
    "{toctree}": "tests/test_documentation.py builds the pages",
    "{eval-rst}": "tests/test_documentation.py builds the pages",
}
"""Kinds of blocks and where they are tried."""


class Block(NamedTuple):
    """A block, its page, and the line before it."""

    page: Path
    kind: str
    text: str
    before: str


def every() -> list[Block]:
    """All blocks of the documents."""
    out = []
    for page in DOCUMENTS:
        whole = page.read_text(encoding="utf-8")
        for found in BLOCK.finditer(whole):
            before = whole[: found.start()].rstrip().rpartition("\n")[2]
            out.append(Block(page, found[2], found[3], before))
    return out


def lines(kind: str) -> list[str]:
    """The commands of the README's blocks of a kind, without comments; chained ones apart."""
    texts = (re.split(r"\s+#\s", line)[0] for text in blocks(README, kind) for line in text.splitlines())
    return [part.strip() for text in texts for part in text.split(" && ") if part.strip()]


def of_setup() -> list[str]:
    """The lines that set up, run and check without make."""
    return [line for line in lines("sh") if line.startswith(("python3 ", ".venv/"))]


def planned(target: str, folder: Path) -> list[str]:
    """What `make` would do where nothing is set up, in the words of the README."""
    done = subprocess.run(
        ["make", "-n", f"VENV={folder / 'none'}", target],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    said = done.stdout.replace("\\\n", "").replace(str(folder / "none"), ".venv")
    said = said.replace(" --disable-pip-version-check -q", "")
    kept = [line.strip() for line in said.splitlines() if line.startswith((".venv/bin/", "python3 -m"))]
    return list(dict.fromkeys(kept))


def test_every_kind_of_block_is_tried_somewhere() -> None:
    # Tried: a block of `bash`; failed.
    assert {block.kind for block in every()} == set(TRIED)


def test_blocks_are_what_those_who_try_them_look_for() -> None:
    """Scenarios have an id, answers name their command, lines of a shell are commands or the set-up."""
    # Tried: `make lint` in a block of the README, a yaml block without an id, text without its command; each failed.
    loose = [b for b in every() if b.kind == "yaml" and not re.search(r"^id: ", b.text, flags=re.M)]
    loose += [b for b in every() if b.kind == "text" and not b.before.startswith("<!-- answer") and b.text[:2] != "> "]
    loose += [b for b in every() if b.kind == "" and b.page.name != "architecture.md"]
    assert [(b.page.name, b.text[:60]) for b in loose] == []
    known = {*of_setup(), "make run", "make test"}
    shell = [line.strip() for b in every() if b.kind == "sh" for line in b.text.splitlines() if line.strip()]
    other = [line for line in shell if not COMMAND.match(line)]
    assert [line for line in other if not {p.strip() for p in re.split(r"\s+#\s", line)[0].split("&&")} <= known] == []


def test_the_set_up_without_make_is_what_make_does(tmp_path: Path) -> None:
    # Tried: `--no-deps` left out of the README, another lock in the Makefile; each failed.
    told, run, check = of_setup(), planned("run", tmp_path), planned("test", tmp_path)
    assert told[: len(run)] == run
    # A test needs the editable install too, which the README has done by then; how tests are shared out is make's.
    checks = [re.sub(r"(/pytest) .*", r"\1", line) for line in check if line not in run]
    assert sorted(told[len(run) :]) == sorted(checks)


def test_powershell_has_the_same_commands() -> None:
    # Tried: one lock named like the other, a line left out; each failed.
    shown = [line.replace("\\", "/").replace(".venv/Scripts/", ".venv/bin/") for line in lines("powershell")]
    assert [line.replace("py -3 ", "python3 ") for line in shown] == of_setup()
    assert all("&&" not in text for text in blocks(README, "powershell")), "older shells of Windows know none"


@pytest.mark.slow
def test_what_the_set_up_names_is_there(tmp_path: Path) -> None:
    """Each line but those that run everything: installers say what they would do, programs say their version."""
    home = Path(sys.executable).parent
    seen = 0
    for line in of_setup():
        words = line.removeprefix("python3 ").split()
        name = Path(words[0]).name
        if line.startswith("python3 -m venv"):
            call = [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")]
        elif name == "python":
            call = [sys.executable, *words[1:], "--dry-run", "--disable-pip-version-check"]
        else:
            call = [str(home / name), *words[1:-1], "--help"]
        done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, (line, done.stdout + done.stderr)
        seen += 1
    assert seen >= 9
    assert (tmp_path / ".venv" / "bin" / "activate").is_file()
    assert (tmp_path / ".venv" / "bin" / "Activate.ps1").is_file()
    for text in ("source .venv/bin/activate", r".venv\Scripts\Activate.ps1"):
        assert f"`{text}`" in README.read_text(encoding="utf-8")


def test_the_lexicon_of_a_school_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tried: a term in the block that there is not; it is refused.
    page = ROOT / "docs" / "languages.md"
    (text,) = blocks(page, "toml")
    (tmp_path / "school.toml").write_text(text, encoding="utf-8")
    before = {lang: dict(lexicon.terms(lang)) for lang in ("ru", "kk")}
    asked = re.search(r"`(MULTIVECTOR_LEXICON)=(\S+) multivector", page.read_text(encoding="utf-8"))
    assert asked is not None
    monkeypatch.setenv(asked[1], str(tmp_path / asked[2]))
    ((term, words),) = tomllib.loads(text).items()
    assert words
    assert lexicon.terms("ru") == {**before["ru"], term: words["ru"]}
    assert lexicon.terms("ru") != before["ru"]
    assert lexicon.terms("kk") == before["kk"]
    assert words["ru"] in speaker("ru")("{war}", **lexicon.terms("ru"))


def test_the_package_of_a_rule_names_the_rule_of_its_page() -> None:
    # Tried: another group of entry points; failed.
    page = ROOT / "docs" / "how-to" / "add-a-policy.md"
    (text,) = blocks(page, "toml")
    ((group, offered),) = tomllib.loads(text)["project"]["entry-points"].items()
    assert group == GROUP
    code = {ast.get_docstring(tree).partition(".py:")[0]: tree for tree in map(ast.parse, blocks(page, "python"))}  # type: ignore[union-attr]
    for where in offered.values():
        module, _, function = where.partition(":")
        assert function in [node.name for node in code[module].body if isinstance(node, ast.FunctionDef)]


def test_what_is_typed_on_the_page_is_typed_in_the_test() -> None:
    """`play` is run with the same line, and says the titles of its moves."""
    shown = [block for block in every() if block.kind == "text" and block.text.startswith("> ")]
    assert [block.text.splitlines()[0].removeprefix("> ") + "\n" for block in shown] == [TYPED["play"]]


def test_the_tree_of_packages_has_what_there_is() -> None:
    # Tried: `decisions/` left out of the page; failed.
    (tree,) = (block.text for block in every() if block.kind == "")
    inner = re.findall(r"^  (?! )((?:\S+(?:/|\.py) +)+)", tree, flags=re.M)
    named = {word.strip("/") for each in inner for word in each.split()}
    there = {p.name for p in (ROOT / "src" / "multivector").iterdir() if p.name not in ("__pycache__", "py.typed")}
    assert there - {"__init__.py", "__main__.py"} == named
    assert [name for name in re.findall(r"^(\S+)/", tree, flags=re.M) if not (ROOT / name).is_dir()] == []
