"""Command lines of the documents: where they stand, and how each is run in bounded time.

What is tried is the command: its verb, its options, what it reads and writes. Where the reader's line plays a thousand
histories of sixteen quarters, the test plays a few of two.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *(p for p in sorted((ROOT / "docs").rglob("*.md")) if p.name != "odd.md")]
"""All that people read but the ODD description, which a command writes."""
COMMAND = re.compile(r"(?:\.venv/bin/)?(multivector |python -m multivector\b)")
PYTHON = re.compile(r"\s*(?:>>> |import multivector\b|from multivector\b)")
BLOCK = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ ]*$", re.S | re.M)
_ANSWER = re.compile(r"<!-- answer .*?-->\s*```text\n.*?```", re.S)
"""What a command of a page has printed: `docs/answers.py` runs it and compares."""
FEW = ("--set", "calendar.turns=2", "--set", "decision.rule=random")
"""Two quarters, in which nobody weighs what to do."""


class Line(NamedTuple):
    """A command as a page has it."""

    page: str
    text: str


def blocks(path: Path, language: str) -> list[str]:
    """The blocks of a page in a language."""
    return [found[3] for found in BLOCK.finditer(path.read_text(encoding="utf-8")) if found[2] == language]


def commands() -> list[Line]:
    """All command lines, those of `multivector` and of its modules, in the order of the pages."""
    return [
        Line(path.name, re.split(r"\s#\s", text.strip())[0].strip().removeprefix(".venv/bin/"))
        for path in DOCUMENTS
        for block in blocks(path, "sh")
        for text in block.splitlines()
        if COMMAND.match(text.strip())
    ]


def unmarked(text: str) -> list[str]:
    """Lines of a page that are commands or Python and stand in no block that tests execute."""
    text = _ANSWER.sub("", text)
    loose = [
        line
        for found in BLOCK.finditer(text)
        for line in found[3].splitlines()
        if (COMMAND.match(line.strip()) and found[2] != "sh") or (PYTHON.match(line) and found[2] != "python")
    ]
    rest = BLOCK.sub("", text).splitlines()
    indented = [line for line in rest if re.match(r" {4}|\t", line)]
    return loose + [line for line in indented if COMMAND.match(line.strip()) or PYTHON.match(line)]


def mentioned(path: Path) -> list[str]:
    """Commands that stand inside sentences, in backquotes."""
    rest = re.sub(r"<!--.*?-->", "", BLOCK.sub("", path.read_text(encoding="utf-8")), flags=re.S)
    return [" ".join(found.split()) for found in re.findall(r"`(multivector [^`]+)`", rest)]


def bounded(line: str) -> tuple[str, ...]:
    """The arguments with which a command of the pages is tried."""
    arguments = shlex.split(line)[1:]
    small = _SMALL.get(arguments[0])
    return tuple(arguments if small is None else small(arguments))


def _with(arguments: list[str], option: str, value: str, *others: str) -> list[str]:
    """An option with another value; put at the end where the line does not have it."""
    names = (option, *others)
    out = [*arguments]
    at = next((k for k, each in enumerate(out) if each in names), None)
    if at is None:
        return [*out, option, value]
    out[at + 1] = value
    return out


def _run(a: list[str]) -> list[str]:
    if "--shard" in a:
        a = _with(a, "--shard", "1/2")
    if "-n" in a or "--replicates" in a:
        a = _with(a, "-n", "8" if "--both-orders" not in a else "4", "--replicates")
    return [*a, *(FEW if "posterior" not in a else FEW[:2]), "--quiet"]


def _compare(a: list[str]) -> list[str]:
    if "-n" in a:
        a = _with(a, "-n", "8")
    # What happens in 2025 needs the quarters around it; nobody weighs what to do.
    late = "+decision.rule=random+calendar.start=2024-Q4+calendar.turns=3"
    few = late if any(each.startswith("coalition-") for each in a) else "+calendar.turns=2"
    worlds = ("after-", "secondary-", "cpc-", "cautious-", "coalition-")
    return [f"{each}{few}" if each.startswith(worlds) else each for each in a]


def _sweep(a: list[str]) -> list[str]:
    a = _with(a, "-n", "4") if "-n" in a else a
    a = ["sobol:2" if each.startswith("sobol:") else each for each in a]
    # Of many values that are listed, the first two.
    return [*(",".join(each.split(",")[:2]) if "=" in each else each for each in a), *FEW, "--quiet"]


def _signals(a: list[str]) -> list[str]:
    a = _with(a, "-n", "16")
    return [a[0], f"{a[1]}+calendar.turns=8+decision.rule=random", *a[2:]]


def _projects(a: list[str]) -> list[str]:
    # The shock of twelve worlds comes in 2025.
    a = _with(a, "-n", "2")
    named = [] if "--project" in a else ["--project", "build-caspian-capacity"]
    return [*a, *named, *shlex.split("--set decision.rule=hold --set calendar.start=2024-Q4 --set calendar.turns=3")]


def _robust(a: list[str]) -> list[str]:
    a = _with(_with(a, "--futures", "4"), "-n", "2")
    return [*a, *FEW, "--quiet", *([] if "--doctrines" in a else ["--doctrines", "hedge,west-pivot"])]


def _sensitivity(a: list[str]) -> list[str]:
    many = ["-N", "8"] if "sobol" in a else ["-r", "3"]
    # All numbers are some thousands: those that are data and those of the literature.
    few = (
        ["--over", "literature"]
        if "all" in a
        else []
        if "--over" in a
        else ["--over", "trade.theta_short", "--over", "data"]
    )
    return [*("data" if each == "all" else each for each in a), *few, *many, "-n", "1", *FEW, "--quiet"]


def _contest(a: list[str]) -> list[str]:
    a = ["4" if each in ("100", "64", "16") else each for each in a]
    if len(a) == 1 or a[1].startswith("-"):
        a = [a[0], "after-2022", "secondary-threatened", *a[1:]]
    a = a if "-n" in a or "--budget" in a else [*a, "-n", "4"]
    if a[0] == "search" and "--budget" not in a:
        a = [*a, "--budget", "4", "--population", "4", "--fresh", "4"]
    doctrines = ["--doctrines", "hedge,west-pivot"] if a[0] == "tournament" and "--doctrines" not in a else []
    return [*a, *FEW, *doctrines]


_SMALL = {
    "run": _run, "compare": _compare, "sweep": _sweep, "signals": _signals, "projects": _projects, "robust": _robust,
    "sensitivity": _sensitivity, "tournament": _contest, "search": _contest,
    "validate": lambda a: [*a, "-n", "8", "--workers", "1"],
    # A point or two of the fit, written beside the room and not over the table that is shipped.
    "-m": lambda a: [*a, *shlex.split("--points 8 --replicates 8 --enough 0 --workers 1 --out .")],
}  # fmt: skip
