"""What the documents show is tried: scenario blocks pass the checks, commands of the README exist and run."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from commands_shown import DOCUMENTS, FEW, blocks, bounded, commands, mentioned, unmarked
from experiment.clusters import cluster
from multivector.classroom.room.desk import Desk
from multivector.cli import _run, cli
from multivector.cli.serve import room_of
from multivector.data.locate import shipped_root
from multivector.experiment.histories.arms import Arms
from multivector.scenario import load
from multivector.scenario.starter import starter

ROOT = Path(__file__).parent.parent
SCENARIOS = [(p.name, text) for p in DOCUMENTS for text in blocks(p, "yaml") if re.search(r"^id: ", text, flags=re.M)]
COMMANDS = {bounded(line.text): line for line in reversed(commands())}
"""What is run, and the first line that asks for it: lines that come to the same are run once."""
ORDER = [(line.page, line.text, arguments) for arguments, line in reversed(COMMANDS.items())]
ALONE = {arguments[0]: arguments for _, _, arguments in reversed(ORDER)}.values()
"""The first command of each verb: these run as the reader's do, in processes of their own."""
SERVED = [(page, text, arguments) for page, text, arguments in ORDER if arguments[0] == "serve"]
RUN = [each for each in ORDER if each not in SERVED]
ASKED = ("worlds", "seats", "press", "secretariat", "turns", "minutes", "plan")
"""What a room may be asked for, and is not."""
TYPED = {"play": "K M01+ M24r M06 8\n"}
"""What is typed into a dialogue, which then ends as a terminal that is closed."""


def multivector(*arguments: str, cwd: Path, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "multivector", *arguments],
        cwd=cwd,
        input=typed or "",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def here(*arguments: str, cwd: Path, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    """The same in this process, which has its imports done."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(typed or "")
    try:
        with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = _run(list(arguments))
    finally:
        sys.stdin = before
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every scenario of the documents, by its id, the one that `new` writes, and a class's session."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "my-world.yaml").write_text(starter("my-world", "after-2022", load("after-2022")), encoding="utf-8")
    for _, text in SCENARIOS:
        found = re.search(r"^id: (\S+)", text, flags=re.M)
        assert found is not None
        (folder / f"{found.group(1)}.yaml").write_text(text, encoding="utf-8")
    arms, settings = room_of("lesson-after-2022", {**dict.fromkeys(ASKED), "lang": "en", "seed": 0})
    Desk.create(folder / "classes", replace(settings, code="K7M4Q"), arms)[0].store.close()
    return folder


@pytest.fixture(scope="module")
def results(room: Path) -> Path:
    """The room with stored results in it: the RESULT of the documents, and what they call otherwise."""
    folders = [_made(room, "after-2022", "--doctrine", f"KAZ={doctrine}") for doctrine in ("hedge", "west-pivot")]
    folders[0].rename(room / "results" / "RESULT")
    folders[1].rename(room / "results" / "OTHER")
    names = {
        word
        for line in commands()
        for word in line.text.split()
        if re.fullmatch(r"(?:[\w-]+/)*(?:RESULT|results/[\w-]+)", word)
    }
    for k, name in enumerate(sorted(names - {"results/RESULT"})):
        # Two results of one page are of two worlds.
        shutil.copytree(room / "results" / ("RESULT" if k % 2 else "OTHER"), room / name)
    (room / "scenarios").symlink_to(ROOT / "scenarios")
    lines = (shipped_root() / "validation" / "facts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (room / "facts-of-2023.csv").write_text("".join(lines[:3]), encoding="utf-8")
    return room


def _made(room: Path, *world: str) -> Path:
    done = here("run", *world, "-n", "8", *FEW, "--quiet", cwd=room)
    assert done.returncode == 0, done.stderr
    return room / done.stdout.strip()


def test_the_documents_show_scenarios_and_commands() -> None:
    assert len(SCENARIOS) >= 10
    assert len(commands()) >= 100
    assert len(SERVED) >= 5


@pytest.mark.parametrize("path", DOCUMENTS, ids=[str(p.relative_to(ROOT)) for p in DOCUMENTS])
def test_no_page_holds_a_command_that_nothing_runs(path: Path) -> None:
    """A line of `multivector` or of Python stands in a block of `sh` or `python`, all of which are run below."""
    assert unmarked(path.read_text(encoding="utf-8")) == []


def test_a_line_that_nothing_runs_is_found() -> None:
    page = """A page.

```text
multivector run after-2022
```

```
import multivector as mv
```

    multivector explain RESULT

```sh
multivector check a.yaml
```
"""
    assert unmarked(page) == [
        "multivector run after-2022",
        "import multivector as mv",
        "    multivector explain RESULT",
    ]


def test_commands_in_sentences_have_verbs_and_options_that_there_are() -> None:
    """They are not run: what they name must be there."""
    wrong, seen = [], 0
    for path in DOCUMENTS:
        for text in mentioned(path):
            words = [w for w in shlex.split(text.replace("…", "X"))[1:] if w != "..."]
            if not words or not re.fullmatch(r"[a-z][a-z-]*", words[0]):
                continue
            verb = cli.get_command(click.Context(cli), words[0])
            known = set() if verb is None else {name for p in verb.params for name in (*p.opts, *p.secondary_opts)}
            asked = {w for w in words[1:] if re.match(r"--?[a-z]", w)} - {"--help"}
            wrong += [f"{path.name}: {text}"] * (verb is None or not asked <= known)
            seen += 1
    assert seen > 60
    assert wrong == []


@pytest.mark.parametrize("text", [text for _, text in SCENARIOS], ids=[name for name, _ in SCENARIOS])
def test_scenarios_of_the_documents_pass_the_checks(text: str, room: Path) -> None:
    found = re.search(r"^id: (\S+)", text, flags=re.M)
    assert found is not None
    done = here("check", f"{found.group(1)}.yaml", cwd=room)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [a for _, _, a in RUN], ids=[f"{page}: {text}" for page, text, _ in RUN])
def test_commands_of_the_documents_run(
    arguments: tuple[str, ...], results: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # `new` writes over nothing, and shares are not played where the whole is there: these get an empty folder.
    place, asked = (tmp_path if arguments[0] in ("new", "merge") else results), list(arguments)
    if "--cluster" in asked:
        asked[asked.index("--cluster") + 1] = request.getfixturevalue("scheduler")
    if arguments[0] == "merge":
        # The shell's part: the shares that the line before has played, and the other half of them.
        share = next((text, a) for _, text, a in RUN if "--shard" in a)[1]
        assert here(*share, cwd=place).returncode == 0
        assert here(*(each.replace("1/2", "2/2") for each in share), cwd=place).returncode == 0
        asked = ["merge", *sorted(str(p.relative_to(place)) for p in place.glob("results/*.shard-*"))]
    if arguments[0] == "paper-turn" and not (place / arguments[1]).is_dir():
        begun = here("play", "lesson-after-2022", "--paper", cwd=place, typed="")
        assert begun.returncode == 0, begun.stderr
    if arguments[0] == "-m":
        done = subprocess.run(
            [sys.executable, *asked], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
        )
    elif arguments in ALONE:
        done = multivector(*asked, cwd=place, typed=TYPED.get(arguments[0]))
    else:
        done = here(*asked, cwd=place, typed=TYPED.get(arguments[0]))
    assert done.returncode == 0, done.stdout + done.stderr
    if arguments[0] == "play":
        assert "Tighten customs control of re-exports" in done.stdout


@pytest.mark.slow
def test_rooms_of_the_documents_open_and_answer(room: Path) -> None:
    """All lines of `serve`: each is started, asked over HTTP for the joining page, and stopped by Ctrl-C. The room that
    is resumed comes last."""
    if not (room / "games" / "K7M4Q").is_dir():
        assert here("play", "--from", "classes/K7M4Q", cwd=room).returncode == 0
    order = sorted(SERVED, key=lambda each: "--resume" in each[2])
    free = iter(range(8765 + 400, 8765 + 500))
    for batch in (order[:-1], order[-1:]):
        begun = [_served(a, next(free), room) for _, _, a in batch]
        try:
            for (_, text, _), process in zip(batch, begun, strict=True):
                _answers(process, text)
        finally:
            for process in begun:
                process.send_signal(signal.SIGINT)
            left = [process.wait(timeout=60) for process in begun]
        assert set(left) <= {0, 130}, left


def _served(arguments: tuple[str, ...], port: int, room: Path) -> subprocess.Popen[str]:
    """A room on a port of its own, so that several can be open; what it prints first is where it is."""
    asked = [*arguments, "--no-browser", "--json", "--port", str(port)]
    return subprocess.Popen(
        [sys.executable, "-m", "multivector", *asked],
        cwd=room,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _answers(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdout is not None
    said = ""
    while not said.endswith("}\n"):
        line = process.stdout.readline()
        assert line, f"{text}: {said}{process.stderr.read() if process.stderr else ''}"
        said += line
    told = json.loads(said)
    port = re.search(r":(\d+)/", told["address"])
    assert port is not None
    with urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/?code={told['code']}", timeout=60) as answer:
        assert answer.status == 200
        assert "<html" in answer.read().decode("utf-8")
    assert told["resumed"] == ("--resume" in text)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    with cluster(tmp_path, 1) as (address, _):
        yield address


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
