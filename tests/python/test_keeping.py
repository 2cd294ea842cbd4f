"""Results that Python keeps: the folder of the command, read where it is stored, gone on with where it was stopped.

Flips tried, each of which fails a test here: `force` that reads what is stored, finished blocks thrown away when it is
gone on with, a share taken whatever its level, a cluster left aside, projects without the quarters of their blocks,
another question about stored futures played anew, an argument left out of the call that a result remembers, numbers
that are not finite in memory alone, shares of another level than the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import multivector as mv
from experiment.clusters import cluster
from experiment.ensembles import CHANGES, SIZE, files
from multivector.errors import BadInput, RunFailed
from multivector.experiment.ensembles import blockwise, ensemble, shelf
from multivector.experiment.ensembles.crew import carry_out
from multivector.results.store import open_result
from results_helper import call

WORLD = "base-2021"
"""It names no benchmark, and costs half."""
RUSSIA = "actors.KAZ.relations.RUS"
PAIR = ["hedge", "west-pivot"]
SET = ("--set", "calendar.turns=2", "--set", "decision.rule=random")
VERBS: dict[str, tuple[tuple[str, ...], tuple[Any, ...], dict[str, Any]]] = {
    "sweep": (
        (WORLD, "--vary", f"{RUSSIA}=0.5,0.7", "--vary", "KAZ=hedge,west-pivot", "-n", "8"),
        (WORLD, {RUSSIA: [0.5, 0.7], "KAZ": PAIR}), {"replicates": 8},
    ),
    "tournament": (
        (WORLD, "--doctrines", "hedge,west-pivot", "-n", "12"),
        (WORLD,), {"doctrines": PAIR, "replicates": 12},
    ),
    "robust": (
        (WORLD, "--futures", "4", "-n", "2", "--over", RUSSIA, "--doctrines", "hedge,west-pivot"),
        (WORLD,), {"futures": 4, "replicates": 2, "over": [RUSSIA], "doctrines": PAIR},
    ),
    "sensitivity": (
        (WORLD, "--over", RUSSIA, "-r", "4", "-n", "3"),
        (WORLD, [RUSSIA]), {"count": 4, "replicates": 3},
    ),
    "search": (
        (WORLD, "--budget", "8", "--population", "4", "-n", "3", "--fresh", "5", "--keep", "2"),
        (WORLD,), {"budget": 8, "population": 4, "replicates": 3, "fresh": 5, "keep": 2},
    ),
    "projects": (
        (WORLD, WORLD, "-n", "8", "--project", f"{RUSSIA}=0.5"),
        (WORLD, WORLD, [f"{RUSSIA}=0.5"]), {"replicates": 8},
    ),
}  # fmt: skip
"""Of each verb the words of the command, and the arguments in Python: three blocks or more."""
FRAMES = {"sweep": ("summary", "points", "outcomes", "lines"), "tournament": ("payoffs", "histories"),
          "robust": ("futures", "histories")}  # fmt: skip


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)


def python(verb: str, **how: Any) -> Any:
    _, given, named = VERBS[verb]
    return getattr(mv, verb)(*given, **named, overrides=CHANGES, **how)


def told(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    code, out, err = call(capsys, *args, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def frames(verb: str, found: Any) -> Iterator[pd.DataFrame]:
    for name in FRAMES.get(verb, (None,)):
        yield found.frame() if name is None else found.frame(name)


class Played:
    """Blocks that are played from now on, of all sweeps of an analysis; it may stop before one of them."""

    def __init__(self, patch: pytest.MonkeyPatch, most: int | None = None) -> None:
        self.count, self._most = 0, most
        for module in (shelf, blockwise):
            patch.setattr(module, "carry_out", self._carry_out)

    def _carry_out(self, *args: Any) -> Iterator[Any]:
        for block in carry_out(*args):
            if self.count == self._most:
                raise KeyboardInterrupt
            self.count += 1
            yield block


@pytest.mark.slow
@pytest.mark.parametrize(("verb", "form"), list(zip(VERBS, ("csv", "parquet") * 3, strict=True)))
def test_what_is_kept_is_the_folder_of_the_command(
    verb: str, form: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (verb, *VERBS[verb][0], *SET, "--workers", "1", "--format", form, "--out", str(tmp_path / "c"))
    theirs = told(capsys, *words)
    found = python(verb, out=tmp_path / "p", form=form)
    assert found.folder == tmp_path / "p" / Path(theirs["folder"]).name
    assert files(found.folder) == files(Path(theirs["folder"]))
    del theirs["folder"], theirs["stored"]
    assert found.summary == theirs
    # The call that the result remembers gives the same in memory; what is not shown there has no folder.
    stored = open_result(found.folder, kind=verb)
    memory = eval(stored.manifest["command"], {"multivector": mv})
    assert memory.folder is None
    assert memory.summary == found.summary
    assert memory.failures == found.failures == []
    for here, there in zip(frames(verb, memory), frames(verb, found), strict=True):
        pd.testing.assert_frame_equal(here, there, check_dtype=form == "parquet", check_exact=True)
    # What is stored is read, by either, and made again only if that is said.
    played = Played(monkeypatch)
    again = python(verb, out=tmp_path / "p", form=form)
    assert (again.folder, again.summary, played.count) == (found.folder, found.summary, 0)
    assert told(capsys, *words[:-1], str(tmp_path / "p"))["stored"] is True
    assert played.count == 0
    made = (found.folder / "manifest.json").stat().st_mtime_ns
    assert python(verb, out=tmp_path / "p", form=form, force=True).summary == found.summary
    assert played.count > 2
    assert (found.folder / "manifest.json").stat().st_mtime_ns > made


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_what_was_stopped_goes_on_with_what_is_missing(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    every = Played(monkeypatch)
    whole = python(verb, out=tmp_path / "whole")
    Played(monkeypatch, most=2)
    with pytest.raises(KeyboardInterrupt):
        python(verb, out=tmp_path / "p")
    with pytest.raises(BadInput, match=rf"found 2 of \d+ blocks of an unfinished {verb}; allowed: --resume to go on"):
        python(verb, out=tmp_path / "p")
    rest = Played(monkeypatch)
    found = python(verb, out=tmp_path / "p", resume=True)
    assert rest.count == every.count - 2 > 0
    assert files(found.folder) == files(whole.folder)
    assert [path.name for path in (tmp_path / "p").iterdir()] == [found.folder.name]
    assert capsys.readouterr() == ("", ""), "Python says nothing of it"


@pytest.mark.parametrize("verb", VERBS)
def test_all_that_is_wrong_is_said_at_once(verb: str, tmp_path: Path) -> None:
    given, named = VERBS[verb][1:]
    wrong: Any = {"replicates": 0, "seed": -1, "workers": 0, "resume": True, "form": "xlsx"}
    with pytest.raises(BadInput) as found:
        getattr(mv, verb)(*given, **(named | wrong))
    assert [problem.file for problem in found.value.problems] == ["replicates", "seed", "workers", "out", "form"]
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RunFailed, match="file"):
        python(verb, out=tmp_path / "file")
    assert (tmp_path / "file").read_text() == "no folder"


@pytest.mark.slow
def test_another_question_about_stored_futures_is_answered_from_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = python("robust", out=tmp_path)
    played = Played(monkeypatch)
    second = python("robust", out=tmp_path, fails="real_income<0.99")
    assert (played.count, second.folder) == (0, first.folder)
    assert second.summary["question"]["fails"] == "real_income<0.99"
    assert second.summary == python("robust", fails="real_income<0.99").summary != first.summary


@pytest.mark.slow
def test_how_much_is_enough_is_the_same_of_a_stored_sweep(tmp_path: Path) -> None:
    how: Any = {"replicates": 8, "overrides": {**CHANGES, "calendar.turns": 6}}
    memory, disk = (mv.sweep(WORLD, {RUSSIA: [0.2, 0.7]}, **how, **at) for at in ({}, {"out": tmp_path}))
    assert disk.enough("rung-3") == memory.enough("rung-3")


# ---- shares of a run, and clusters

N = 28
"""Histories: three blocks and a half one."""
RUN: dict[str, Any] = {"overrides": CHANGES}


def test_shares_join_to_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The shares are those of the command, and so is the result, whoever joins whose."""
    whole = mv.run(WORLD, N, **RUN, out=tmp_path / "whole")
    mine = [mv.shard(WORLD, N, (k, 3), **RUN, out=tmp_path / "p") for k in (3, 1, 2)]
    words = ("run", WORLD, *SET, "-n", str(N), "--workers", "1", "--out", str(tmp_path / "c"))
    theirs = [Path(told(capsys, *words, "--shard", f"{k}/3")["folder"]) for k in (3, 1, 2)]
    for one, other in zip(mine, theirs, strict=True):
        assert one.name == other.name
        assert share_of(one) == share_of(other)
    found = mv.merge([str(mine[0]), *theirs[1:]], out=tmp_path / "p")
    joined = told(capsys, "merge", *map(str, theirs), "--out", str(tmp_path / "c"))
    assert whole.folder is not None
    assert found.folder == tmp_path / "p" / whole.folder.name
    assert files(found.folder) == files(whole.folder) == files(Path(joined["folder"]))
    assert found.summary == whole.summary
    assert (found.seed, found.replicates, found.level) == (whole.seed, whole.replicates, whole.level)
    pd.testing.assert_frame_equal(found.frame(), whole.frame())
    assert found.arms.digest(seed=0, replicates=N) == whole.arms.digest(seed=0, replicates=N)
    assert mv.merge(mine, out=tmp_path / "csv", form="csv").summary == whole.summary


def share_of(folder: Path) -> dict[str, bytes]:
    """The files of a share; of its request all but the call, of its blocks all but how long they took."""
    found = {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    request = json.loads(found["request.json"])
    del request["command"]
    return found | {"request.json": json.dumps(request).encode()}


def test_a_share_that_is_there_is_not_played_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Played(monkeypatch, most=1)
    with pytest.raises(KeyboardInterrupt):
        mv.shard(WORLD, N, (1, 2), **RUN, out=tmp_path)
    with pytest.raises(BadInput, match="found 1 of 2 blocks of an unfinished run; allowed: --resume to go on"):
        mv.shard(WORLD, N, (1, 2), **RUN, out=tmp_path)
    played = Played(monkeypatch)
    first = mv.shard(WORLD, N, (1, 2), **RUN, out=tmp_path, resume=True)
    assert played.count == 1
    before = share_of(first)
    assert mv.shard(WORLD, N, (1, 2), **RUN, out=tmp_path) == first
    words = ("run", WORLD, *SET, "-n", str(N), "--workers", "1", "--out", str(tmp_path), "--shard", "1/2")
    assert Path(told(capsys, *words)["folder"]) == first
    assert played.count == 1
    # With other detail it is another share, and so it is if that is said.
    assert mv.shard(WORLD, N, (1, 2), **RUN, out=tmp_path, record="summary") == first
    assert played.count == 3
    assert mv.shard(WORLD, N, (1, 2), **RUN, out=tmp_path) == first
    assert mv.shard(WORLD, N, (1, 2), **RUN, out=tmp_path, force=True) == first
    assert played.count == 7
    assert share_of(first) == before


@pytest.mark.parametrize("share", [(0, 2), (3, 2), (1.5, 2), (1,), 2, "1/2", None])
def test_a_share_that_is_none_is_refused(share: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"share: found .*; allowed: \(i, n\) with i from 1 to n, such as \(3, 16\)"):
        mv.shard(WORLD, N, share, **RUN, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_join_is_refused(tmp_path: Path) -> None:
    first = mv.shard(WORLD, N, (1, 2), **RUN, out=tmp_path)
    for folders, match in (
        ([], "found none; allowed: the folders of all shards of one run"),
        (str(first), "found 1 of 2 shards; allowed: each once; missing: 2"),
        ([tmp_path], "found no blocks of a run"),
    ):
        with pytest.raises(BadInput, match=match):
            mv.merge(folders, out=tmp_path / "m")
    with pytest.raises(BadInput, match='form: found "xlsx"; allowed: parquet or csv'):
        mv.merge([first], form="xlsx")  # type: ignore[arg-type]
    wrong: Any = {"record": "everything", "workers": 0}
    with pytest.raises(BadInput) as found:
        mv.shard(WORLD, 0, (3, 2), -1, **wrong)
    assert [p.file for p in found.value.problems] == ["replicates", "seed", "workers", "share", "record"]
    with pytest.raises(BadInput, match="out: found a cluster without a folder; allowed: a folder of results"):
        mv.run(WORLD, N, **RUN, cluster="tcp://127.0.0.1:1")


@pytest.mark.slow
def test_a_cluster_plays_a_run_and_a_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    whole = mv.run(WORLD, N, **RUN, out=tmp_path / "whole")
    assert whole.folder is not None
    monkeypatch.setattr(ensemble, "on_this_machine", lambda *_: pytest.fail("played on this machine"))
    with cluster(tmp_path, 1) as (address, _):
        found = mv.run(WORLD, N, **RUN, out=tmp_path / "p", cluster=address)
        assert found.folder is not None
        assert files(found.folder) == files(whole.folder)
        few = mv.run(WORLD, 3, **RUN, out=tmp_path / "few", cluster=address)
        assert few.summary == mv.run(WORLD, 3, **RUN).summary
        shares = [mv.shard(WORLD, N, (k, 2), **RUN, out=tmp_path / "s", cluster=address) for k in (1, 2)]
    joined = mv.merge(shares, out=tmp_path / "s").folder
    assert joined is not None
    assert files(joined) == files(whole.folder)
