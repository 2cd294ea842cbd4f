"""The rules of the project that no linter knows: on the code as it stands, and on samples that must be caught."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import source_rules as rules

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "multivector"
LANES = ("mechanisms", "outcomes", "decisions", "world")
DRAWING = (*LANES, "randomness.py")

REFUSAL = "def check_it(x) -> None:\n if x.max() > 1: raise E(float(x.max()))"

# rule, where it holds, files it does not hold for, code it must catch, code it must let pass
TABLE: list[tuple[rules.Rule, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = [
    (
        rules.no_products_over_axes,
        LANES,
        (),
        (
            "c = a @ b",
            "a @= b",
            "np.einsum('ij,j->i', a, b)",
            "np.einsum('ij...,j->i...', a, b)",
            "np.einsum('i...,i...->', a, b)",
            "np.einsum(how, a, b)",
            "a.dot(b)",
            "np.tensordot(a, b)",
            "from numpy import dot",
        ),
        (
            "c = (a * b).sum(axis=0)",
            "np.einsum('ij...,j...->i...', a, b)",
            "@decorated\ndef f(): ...",
            "dot = 1",
            "spec.inner",
        ),
    ),
    (
        rules.no_powers_of_arrays,
        LANES,
        (),
        ("x ** 2", "2 ** x", "x **= 2", "np.power(x, 2)", "pow(x, 2)", "np.float_power(x, a)"),
        ("10 ** -3", "2 ** 10", "np.exp(b * np.log(a))", "x * x", "f(**options)"),
    ),
    (
        rules.reductions_name_an_axis,
        LANES,
        (),
        (
            "x.sum()",
            "np.sum(x)",
            "x.sum(axis=-1)",
            "x.mean(-1)",
            "x.max(axis=(0, 1))",
            "np.add.reduce(x)",
            "np.sort(x)",
        ),
        (
            "x.sum(axis=0)",
            "np.sum(x, axis=-2)",
            "np.sum(x, 0)",
            "x.mean(1)",
            "sum(w)",
            "done.all()",
            "max(1, 2)",
            REFUSAL,
        ),
    ),
    (
        rules.numbers_stay_arrays,
        ("mechanisms",),
        (),
        ("float(theta)", "x[0].item()"),
        ("float('inf')", "np.asarray(x, dtype=float)"),
    ),
    (
        rules.no_iteration_over_sets,
        DRAWING,
        (),
        ("for a in {'KAZ', 'RUS'}: f(a)", "[f(a) for a in set(actors)]", "for a in list(frozenset(b)): f(a)"),
        ("for a in sorted(set(actors)): f(a)", "for a in actors: f(a)", "found = a in {1, 2}"),
    ),
    (
        rules.no_views_where_draws_are_made,
        DRAWING,
        (),
        ("def f(p):\n for k in p.keys(): stream(k)", "def draw(p):\n return [v for k, v in p.items()]"),
        ("def f(p):\n for k in sorted(p): stream(k)", "def g(p):\n return [v for k, v in p.items()]"),
    ),
    (
        rules.no_generators,
        ("",),
        ("randomness.py",),
        ("import random", "np.random.default_rng(1)", "from numpy import random", "from numpy.random import PCG64"),
        ("from multivector.randomness import Stream", "random = 1"),
    ),
    (
        rules.no_clock,
        (*LANES, "scenario", "schema", "data", "hashing.py", "randomness.py"),
        (),
        ("import time", "datetime.now()", "date.today()", "from time import sleep"),
        ("from datetime import date", "world.time"),
    ),
]
IDS = [row[0].__name__ for row in TABLE]


def modules(*places: str, leaving_out: tuple[str, ...] = ()) -> Iterator[Path]:
    """The project's modules in the named packages or files; an empty name is all of them."""
    for place in places:
        path = PACKAGE / place
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        yield from (p for p in found if p.name not in leaving_out)


def broken(rule: rules.Rule, paths: Iterator[Path]) -> list[str]:
    """`file:line: what is wrong` for every place that breaks the rule."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in paths
        for line, what in rule(ast.parse(path.read_text(encoding="utf-8")))
    ]


@pytest.mark.parametrize(("rule", "places", "leaving_out", "_bad", "_good"), TABLE, ids=IDS)
def test_the_code_keeps_the_rule(rule, places, leaving_out, _bad, _good):
    found = broken(rule, modules(*places, leaving_out=leaving_out))
    assert not found, "\n".join([rule.__doc__ or "", *found])


@pytest.mark.parametrize(("rule", "_places", "_out", "bad", "good"), TABLE, ids=IDS)
def test_the_rule_fires_and_only_then(rule, _places, _out, bad, good):
    assert [text for text in bad if not list(rule(ast.parse(text)))] == []
    assert [text for text in good if list(rule(ast.parse(text)))] == []


def test_every_test_checks_something():
    found = broken(rules.tests_assert, iter(sorted((ROOT / "tests").rglob("test_*.py"))))
    assert not found, "\n".join(found)


def test_a_test_without_a_check_is_found():
    empty = "def test_a():\n    run()\n"
    constant = "def test_b():\n    assert True\n"
    helped = "def helper(x):\n    assert x\ndef test_c():\n    helper(1)\n"
    raising = "def test_d():\n    with pytest.raises(E):\n        f()\n"
    found = [bool(list(rules.tests_assert(ast.parse(text)))) for text in (empty, constant, helped, raising)]
    assert found == [True, True, False, False]


def declared_imports() -> set[str]:
    """Top-level names that the declared runtime dependencies bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[^\w-]", text, maxsplit=1)[0].lower() for text in project["dependencies"]}
    brings = {"pyyaml": "yaml", "vl-convert-python": "vl_convert"}
    # pydantic pins pydantic-core to one version, Jinja MarkupSafe: the two are one library.
    return {brings.get(name, name.replace("-", "_")) for name in names} | {"pydantic_core", "markupsafe"}


def declared_extras() -> set[str]:
    """Top-level names that the extras bring; where they may be imported the import contracts say."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    return {re.split(r"[^\w-]", text, maxsplit=1)[0] for texts in extras.values() for text in texts}


def test_the_code_imports_only_what_it_declares():
    allowed = declared_imports() | declared_extras() | set(sys.stdlib_module_names) | {"multivector"}
    found = []
    for path in modules(""):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            found += [f"{path.relative_to(ROOT)}: {name}" for name in names if name.split(".")[0] not in allowed]
    assert found == []


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, multivector; print(*sorted({'mesa', 'scipy', 'pandas', 'pyarrow', 'networkx'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []


def repository_files() -> list[Path]:
    """What git tracks or would track; without git (an unpacked archive) what stands beside the tests."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    tops = ("src", "tests", "scenarios", "docs", "benchmarks", "results")
    inside = [
        p for top in tops for p in sorted((ROOT / top).rglob("*")) if p.is_file() and "__pycache__" not in p.parts
    ]
    return inside + [p for p in sorted(ROOT.iterdir()) if p.is_file()]


# Put together here so that this file does not hold what it looks for.
MACHINE_FOLDERS = "|".join(("home", "root", "tmp", "Users", "work", "mnt", "opt", "private", "scratch"))
MACHINE_PATH = re.compile(rf"(?<![\w.:/*~}})-])/(?:{MACHINE_FOLDERS})/\w|[A-Z]:\\\\?Users|file:" + "//")
HOST = re.compile("|".join(("files.python" + "hosted", "py" + r"pi\.org", "--index" + "-url", "local" + "host:")))


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""  # a picture or a table in binary form


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in repository_files()
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_folder_of_one_machine():
    samples = [
        f"see /{'home'}/ann/x",
        f"cd /{'tmp'}/x",
        "https://example.org/home/page",
        "src/home/x",
        "#!/usr/bin/env bash",
    ]
    assert [bool(MACHINE_PATH.search(text)) for text in samples] == [True, True, False, False, False]
    assert lines_with(MACHINE_PATH) == []


def test_no_file_names_a_package_host():
    assert lines_with(HOST) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_hold_hashes_and_no_addresses(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9][\w.-]*==\S+", text, flags=re.MULTILINE)
    hashed = re.findall(r"^[a-z0-9][\w.-]*==.*\\\n\s+--hash=sha256:[0-9a-f]{64}", text, flags=re.MULTILINE)
    assert len(pinned) == len(hashed) > 10
    assert "http:" not in text
    assert "https:" not in text


def test_locks_hold_every_declared_dependency():
    locked = set(re.findall(r"^([a-z0-9][\w.-]*)==", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE))
    wanted = {
        name.replace("_", "-").replace("yaml", "pyyaml").replace("vl-convert", "vl-convert-python")
        for name in declared_imports()
    } | {"hatchling"}
    assert wanted - locked == set()


def test_the_scripts_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_file_of_the_largest_houses_has_its_room_on_the_architecture_page():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text[text.index("are the largest houses") : text.index("## Lanes")]
    rows = [row for row in table.splitlines() if row.startswith("| `")]
    told = {row.split("`")[1].rstrip("/"): set(re.findall(r"`(\w+)`", row)) for row in rows}
    source = ROOT / "src/multivector"
    found: dict[str, set[str]] = {}
    for house in ("world", "experiment", "analysis", "api", "classroom", "cli"):
        for path in (source / house).rglob("*.py"):
            if path.stem != "__init__":
                found.setdefault(path.parent.relative_to(source).as_posix(), set()).add(path.stem)
    assert told == found
