"""What the documents show is tried: scenario blocks pass the checks, commands of the README exist and run."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from multivector.cli import _run
from multivector.experiment.histories.arms import Arms
from multivector.scenario import load
from multivector.scenario.starter import starter

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    ROOT / "README.md",
    *(
        p
        for folder in (".", "tutorials", "how-to", "explanation")
        for p in sorted((ROOT / "docs" / folder).glob("*.md"))
    ),
]


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
ALONE = {line.split()[1]: (name, line) for name, line in reversed(COMMANDS)}.values()
"""The first command of each verb: these run as the reader's do, in processes of their own."""


def multivector(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "multivector", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def here(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The same in this process, which has its imports done."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = _run(list(arguments))
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


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
    done = here("check", f"{found.group(1)}.yaml", cwd=room)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("name", "line"), COMMANDS, ids=[f"{n}: {c}" for n, c in COMMANDS])
def test_commands_of_the_documents_run(
    name: str, line: str, room: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    arguments = shlex.split(line)[1:]
    if any("results/RESULT" in a for a in arguments):
        request.getfixturevalue("results")
    if arguments[0] == "run":
        # Fewer and shorter histories than the reader's: what is tried is the command.
        arguments = [a if a not in ("200", "1000") else "8" for a in arguments] + [
            "--set",
            "calendar.turns=6",
            "--quiet",
        ]
    if arguments[0] in ("compare", "sweep") and "-n" in arguments:
        arguments[arguments.index("-n") + 1] = "8"
    # What happens in 2025 needs the quarters around it; nobody weighs what to do.
    if arguments[0] == "compare" and any(a.startswith("coalition-") for a in arguments):
        worlds = [a for a in arguments[1:] if a.startswith(("after-", "coalition-"))]
        few = "+decision.rule=random+calendar.start=2024-Q4+calendar.turns=3"
        arguments = [f"{a}{few}" if a in worlds else a for a in arguments]
    elif arguments[0] == "compare":
        worlds = [a for a in arguments[1:] if a.startswith(("after-", "secondary-", "cpc-", "cautious-"))]
        arguments = [f"{a}+calendar.turns=4" if a in worlds else a for a in arguments]
    if arguments[0] == "signals":
        arguments = [{"1000": "16", "4000": "16"}.get(a, a) for a in arguments]
        arguments[1] += "+calendar.turns=8+decision.rule=random"
    if arguments[0] == "projects":
        # The shock of twelve worlds comes in 2025.
        arguments = [*arguments, *shlex.split("-n 4 --set decision.rule=hold"),
                     *shlex.split("--set calendar.start=2024-Q4 --set calendar.turns=3")]  # fmt: skip
    if arguments[0] == "robust":
        arguments += shlex.split("--futures 4 -n 2 --set calendar.turns=2 --set decision.rule=random --quiet")
        arguments += ["--doctrines", "hedge,west-pivot"]
    if arguments[0] == "sensitivity":
        many = ["-N", "8"] if "sobol" in arguments else ["-r", "3"]
        few = ["--over", "literature"] if "all" in arguments else []
        arguments = ["data" if a == "all" else a for a in arguments] + few
        arguments += [*many, "-n", "1", "--set", "calendar.turns=2", "--set", "decision.rule=random", "--quiet"]
    if arguments[0] == "sweep":
        arguments = ["sobol:2" if a.startswith("sobol:") else a for a in arguments]
        # Of many values that are listed, the first two.
        arguments = [",".join(a.split(",")[:2]) if "=" in a else a for a in arguments]
        arguments += ["--set", "calendar.turns=2", "--quiet"]
    if arguments[0] in ("tournament", "search"):
        arguments = ["4" if a in ("100", "64", "16") else a for a in arguments]
        arguments += shlex.split("--set calendar.turns=4 --set decision.rule=random")
        if arguments[0] == "tournament" and "--doctrines" not in arguments:
            arguments += ["--doctrines", "hedge,west-pivot"]
    played = multivector if (name, line) in ALONE else here
    # `new` writes over nothing: it gets an empty folder.
    done = played(*arguments, cwd=tmp_path if arguments[0] == "new" else room)
    assert done.returncode == 0, done.stdout + done.stderr


def test_outputs_on_pages_are_of_this_model() -> None:
    """Each output says which model made it; what has changed on the screen besides, `docs/answers.py --check` says."""
    spec = importlib.util.spec_from_file_location("answers", ROOT / "docs" / "answers.py")
    assert spec is not None
    assert spec.loader is not None
    answers = importlib.util.module_from_spec(spec)
    sys.modules["answers"] = answers
    spec.loader.exec_module(answers)
    found = {answer.name: answer.model for page in answers.PAGES for answer in answers.answers(page.read_text("utf-8"))}
    assert len(found) >= 9
    assert set(found.values()) == {Arms(load("after-2022"), None).model[:8]}, f"python docs/answers.py: {found}"


@pytest.fixture(scope="module")
def results(room: Path) -> Path:
    """The room with a stored result in it: the RESULT of the documents."""
    few = ("--set", "calendar.turns=2", "--set", "decision.rule=random")
    done = here("run", "after-2022", "-n", "8", *few, "--quiet", cwd=room)
    assert done.returncode == 0, done.stderr
    (room / done.stdout.strip()).rename(room / "results" / "RESULT")
    return room


@pytest.mark.slow
@pytest.mark.parametrize("text", [text for p in DOCUMENTS for text in blocks(p, "sql")])
def test_sql_of_the_documents_runs(text: str, results: Path) -> None:
    """By DuckDB, in a process of its own; the means are those that pandas finds."""
    import pandas as pd

    code = "import duckdb, json, sys; r = duckdb.sql(sys.argv[1]); print(json.dumps([r.columns, r.fetchall()]))"
    done = subprocess.run(
        [sys.executable, "-c", code, text], cwd=results, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    names, rows = json.loads(done.stdout)
    key = names[0]
    outcomes = pd.read_parquet(results / "results" / "RESULT" / "outcomes.parquet")
    if key == "turn":
        outcomes = outcomes[outcomes["outcome"] == "real_income"]
    means = outcomes.groupby(key, observed=True)["value"].mean().to_dict()
    assert {row[0]: row[names.index("mean")] for row in rows} == pytest.approx(means)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
@pytest.mark.parametrize("text", [text for p in DOCUMENTS for text in blocks(p, "r")])
def test_r_of_the_documents_runs(text: str, room: Path) -> None:
    """On a result of tables; the means are those that pandas finds."""
    import pandas as pd

    few = ("--set", "calendar.turns=2", "--set", "decision.rule=random", "--format", "csv")
    done = here("run", "after-2022", "-n", "8", "--seed", "1", *few, "--quiet", cwd=room)
    assert done.returncode == 0, done.stderr
    where = done.stdout.strip()
    shown = subprocess.run(
        ["Rscript", "-e", text.replace("results/RESULT", where)],
        cwd=room, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    outcomes = pd.read_csv(room / where / "outcomes.csv").query("outcome == 'real_income'")
    means = outcomes.groupby("turn")["value"].mean()
    found = {line.split()[0]: float(line.split()[1]) for line in shown.stdout.splitlines()[1:]}
    assert found == pytest.approx(means.to_dict(), rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("text", [text for p in DOCUMENTS for text in blocks(p, "python")])
def test_python_of_the_documents_runs(text: str, results: Path) -> None:
    few, said = text.replace("replicates=100", "replicates=4"), io.StringIO()
    with contextlib.chdir(results), contextlib.redirect_stdout(said):
        exec(compile(few, "block", "exec"), {"__name__": "__main__"})
    assert said.getvalue().strip()
