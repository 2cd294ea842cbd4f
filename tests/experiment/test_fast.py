"""Runs compiled: choices and flags of the reference, numbers to 1e-10, and said to be compiled."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import multivector as mv
from multivector.compiled import remembered, trial
from multivector.compiled.kernels import Bound, Kernels
from multivector.compiled.playing import CompiledModel
from multivector.decisions import lookahead
from multivector.errors import BadInput
from multivector.experiment.ensembles.histories import Histories
from multivector.experiment.histories.arms import prepare
from multivector.experiment.histories.replicates import Experiment
from multivector.results.store import open_result
from multivector.world.model import DiplomacyModel
from playing import whole
from results_helper import call

TURNS = {"calendar.turns": "4"}
"""The world answers a question about the turn otherwise in the first three quarters than in the fourth."""
SAME = ("recent", "played", "failed")


@cache
def experiment(name: str = "after-2022", **how: Any) -> Experiment:
    arms = prepare(name, overrides=TURNS, fast=True, **how)
    return Experiment(replace(arms, benchmark=None) if how else arms, seed=3)


def played(model: DiplomacyModel) -> DiplomacyModel:
    model.run()
    return model


def agree(fast: DiplomacyModel, plain: DiplomacyModel) -> None:
    """Choices and flags are equal, numbers agree to 1e-10."""
    for name, wanted in vars(plain.state).items():
        if isinstance(wanted, np.ndarray):
            found = getattr(fast.state, name)
            if name in SAME:
                np.testing.assert_array_equal(found, wanted)
            np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("how", [{}, {"uncertainty": "prior"}])
def test_histories_are_those_of_the_reference_in_both_arms(how: dict[str, str]) -> None:
    """All that a model's state holds, what was weighed and odds of plays included."""
    made = experiment(**how)
    for arm, setup in enumerate((made.setup, made.benchmark_setup)[: len(made.kernels)]):
        assert setup is not None
        prior = made.priors[arm]
        own = None if prior is None else prior.draw(range(64), 3)
        plain = played(DiplomacyModel(setup, range(64), seed=3, overrides=own))
        fast = CompiledModel(setup, range(64), kernels=made.kernels[arm], seed=3, overrides=own)
        agree(played(fast), plain)
        for found, wanted in zip(fast.choices, plain.choices, strict=True):
            np.testing.assert_allclose(found.value, wanted.value, rtol=1e-10, atol=1e-10)
        assert isinstance(fast.asked, Bound)
        assert fast.asked.given > 40
        assert fast.asked.missed == 0
        assert fast.asked.equilibria.given > 12 * fast.asked.equilibria.missed


@pytest.mark.slow
def test_a_history_is_the_same_to_the_bit_in_any_batch_and_in_a_worker() -> None:
    made = experiment()
    few, many = (
        played(CompiledModel(made.setup, ids, kernels=made.kernels[0], seed=3)) for ids in ([11, 12], range(40))
    )
    for name in ("stocks", "ln_income", "recent", "mixed"):
        np.testing.assert_array_equal(
            whole(getattr(few.state, name))[..., :2], whole(getattr(many.state, name))[..., 11:13]
        )
    work = Histories(made, "outcomes")
    elsewhere = pickle.loads(work.packed(range(8)))
    assert elsewhere.play(range(8)).files == work.play(range(8)).files


@pytest.mark.slow
def test_lanes_that_are_not_as_the_trial_took_them_are_played_by_numpy() -> None:
    """Kernels of the world itself, in a batch in which some replicates have numbers of their own."""
    made = experiment()
    usual = made.setup.scenario.value("evidence.intercept")
    own = {"evidence.intercept": np.where(np.arange(16) < 5, usual + 0.5, usual)}
    fast = played(CompiledModel(made.setup, range(16), kernels=made.kernels[0], seed=3, overrides=own))
    agree(fast, played(DiplomacyModel(made.setup, range(16), seed=3, overrides=own)))
    assert isinstance(fast.asked, Bound)
    covered = [mask for mask in fast.asked._sound.values() if not mask.all()]
    assert covered
    assert all(mask.tolist() == [False] * 5 + [True] * 11 for mask in covered)


@pytest.mark.slow
def test_what_no_kernel_covers_is_played_by_numpy() -> None:
    """Nothing for plays and one actor, turns never tried for another and for trade, a row that is not there for one."""
    made = experiment()
    kernels = pickle.loads(pickle.dumps(made.kernels[0].kernels))
    some = [k for k in kernels if k.actor != "EU" and k.kind != "plays"]
    for kernel in some:
        if kernel.actor == "USA":
            kernel.turns = (("gt", 99, True),)
        if kernel.kind == "respond":
            kernel.in_force = 0.5
        if kernel.actor == "RUS":
            kernel.reads[0] = ((("of", "nowhere"),), 0)
    fast = played(CompiledModel(made.setup, range(8), kernels=Kernels(some, "here"), seed=3))
    agree(fast, played(DiplomacyModel(made.setup, range(8), seed=3)))
    assert isinstance(fast.asked, Bound)
    assert 0 < fast.asked.given < fast.asked.missed


@pytest.mark.slow
def test_a_flipped_sign_in_the_engine_is_flipped_in_what_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no second implementation: kernels follow what the engine's functions do, and are checked against it."""
    made = experiment()
    noted = trial.Noted()
    played(CompiledModel(made.setup, range(trial.LANES), kernels=noted, seed=trial.SEED))
    looks = noted.looks["answer", "CHN"]
    (plain,) = trial._of_looks("answer", looks[-1:])
    usual = lookahead.logistic
    monkeypatch.setattr(lookahead, "logistic", lambda x: usual(-x))
    (flipped,) = trial._of_looks("answer", looks[-1:])
    assert not trial.agrees(plain, looks[-1:])
    one, other = plain.fill(*looks[-1])[0], flipped.fill(*looks[-1])[0]
    np.testing.assert_allclose(one, 1.0 - other, atol=1e-10)


def test_a_kernel_that_differs_from_numpy_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [np.ones((2, 8)), np.ones((3, 8)), np.zeros((3, 8))]

    class Off:
        kind = "weigh"

        def fill(self, *_: Any) -> list[Any]:
            return found

    for name in ("ready", "fresh"):
        monkeypatch.setattr(trial, name, lambda _: None)
    monkeypatch.setattr(trial, "asked_of", lambda *_: [np.ones((2, 8)), np.ones((3, 8)), np.zeros((3, 8))])
    off: Any = Off()
    assert trial.agrees(off, [(None, None)])
    found[0] = found[0] + 1e-9
    assert not trial.agrees(off, [(None, None)])
    found[0], found[2] = np.ones((2, 8)), np.full((3, 8), 0.1)
    assert not trial.agrees(off, [(None, None)])


@pytest.mark.slow
def test_a_fast_result_says_so_has_a_digest_of_its_own_and_is_verified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ("run", "after-2022", "-n", "24", "--set", "calendar.turns=4", "--seed", "3", "--out", str(tmp_path))
    code, out, err = call(capsys, *args, "--fast")
    assert code == 0
    assert "compiled" in out
    _, plain, _ = call(capsys, *args, "--quiet")
    (folder,) = (p for p in tmp_path.iterdir() if str(p) != plain.strip())
    stored, reference = open_result(folder), open_result(plain.strip())
    assert stored.manifest["engine"] == {"name": "compiled", "code": remembered.code()}
    assert "llvmlite" in stored.manifest["versions"]
    assert "processor" in stored.manifest["machine"]
    assert "engine" not in reference.manifest
    assert "llvmlite" not in reference.manifest["versions"]
    assert stored.manifest["digests"]["result"] != reference.manifest["digests"]["result"]
    assert stored.manifest["digests"]["model"] == reference.manifest["digests"]["model"]
    fast = mv.run("after-2022", 24, 3, overrides={"calendar.turns": 4}, fast=True)
    shares = [r["ensemble"]["headline"] for r in (fast.summary, stored.summary, reference.summary)]
    assert json.dumps(shares[0]) == json.dumps(shares[1])
    assert shares[0]["n"] == shares[2]["n"] == 24
    code, out, _ = call(capsys, "verify", str(folder))
    assert code == 0
    assert "equal bits" in out
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    code, _, err = call(capsys, "verify", str(folder))
    assert code == 2
    assert 'pip install "multivector[fast]"' in err


def test_without_the_extra_the_line_that_installs_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    code, out, err = call(capsys, "run", "after-2022", "-n", "9", "--fast", "--out", str(tmp_path))
    assert code == 2
    assert not out
    assert 'pip install "multivector[fast]"' in err
    assert not list(tmp_path.iterdir())
    with pytest.raises(BadInput, match="llvmlite"):
        mv.run("after-2022", 9, fast=True)


def test_kernels_are_remembered_and_the_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULTIVECTOR_CACHE", str(tmp_path))
    monkeypatch.setattr(remembered, "MOST", 2)
    monkeypatch.setattr(remembered, "_here", {})
    for k, name in enumerate("abc"):
        remembered._remember(name, pickle.dumps(Kernels([], name)))
        os.utime(tmp_path / "compiled" / f"{name}.bin", (k, k))
    remembered._remember("d", pickle.dumps(Kernels([], "d")))
    assert sorted(p.stem for p in (tmp_path / "compiled").iterdir()) == ["c", "d"]
    found = remembered._recalled("d")
    assert found is not None
    assert found.processor == "d"
    (tmp_path / "compiled" / "c.bin").write_bytes(b"damaged")
    assert remembered._recalled("c") is None
    assert remembered._recalled("a") is None
    monkeypatch.setenv("MULTIVECTOR_CACHE", "off")
    remembered._remember("e", b"")
    assert remembered._recalled("e") is None
