"""What the documents show is tried: scenario blocks pass the checks, commands of the README exist and run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from multivector.scenario import load
from multivector.scenario.starter import starter

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs/how-to").glob("*.md"))]


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.S)


SCENARIOS = [(p.name, text) for p in DOCUMENTS for text in blocks(p, "yaml")]
COMMANDS = [
    (p.name, line.split("#")[0].strip())
    for p in DOCUMENTS
    for text in blocks(p, "sh")
    for line in text.splitlines()
    if line.strip().startswith("multivector ")
]


def multivector(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "multivector", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every scenario of the documents, by its id, and the one that `new` writes."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "my-world.yaml").write_text(starter("my-world", "after-2022", load("after-2022")), encoding="utf-8")
    for _, text in SCENARIOS:
        found = re.search(r"^id: (\S+)", text, flags=re.M)
        assert found is not None
        (folder / f"{found.group(1)}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_documents_show_scenarios_and_commands() -> None:
    assert len(SCENARIOS) >= 2
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("text", [text for _, text in SCENARIOS], ids=[name for name, _ in SCENARIOS])
def test_scenarios_of_the_documents_pass_the_checks(text: str, room: Path) -> None:
    found = re.search(r"^id: (\S+)", text, flags=re.M)
    assert found is not None
    done = multivector("check", f"{found.group(1)}.yaml", cwd=room)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("line", [line for _, line in COMMANDS], ids=[f"{n}: {c}" for n, c in COMMANDS])
def test_commands_of_the_documents_run(line: str, room: Path, tmp_path: Path) -> None:
    arguments = shlex.split(line)[1:]
    if arguments[0] == "run":
        # Fewer and shorter histories than the reader's: what is tried is the command.
        arguments = [a if a not in ("200", "1000") else "8" for a in arguments] + [
            "--set",
            "calendar.turns=6",
            "--quiet",
        ]
    if arguments[0] == "compare":
        worlds = [a for a in arguments[1:] if a.startswith(("after-", "secondary-", "cpc-"))]
        arguments = [f"{a}+calendar.turns=4" if a in worlds else a.replace("400", "8") for a in arguments]
    if arguments[0] in ("tournament", "search"):
        arguments = [a if a not in ("100", "64") else "4" for a in arguments] + ["--set", "calendar.turns=4"]
    # `new` writes over nothing: it gets an empty folder.
    done = multivector(*arguments, cwd=tmp_path if arguments[0] == "new" else room)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("text", [text for p in DOCUMENTS for text in blocks(p, "python")])
def test_python_of_the_documents_runs(text: str, room: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=room, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
