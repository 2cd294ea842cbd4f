"""What every test shares: one thread for BLAS (before NumPy is loaded), one Hypothesis profile, one
memory of set-ups that is not the user's."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Both workers and all processes that tests start remember set-ups in one place, in this tree: `make clean` empties it.
os.environ.setdefault("MULTIVECTOR_CACHE", str(ROOT / ".pytest_cache" / "set-ups"))
# Hundreds of processes are started: none of them should have to compile the package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# No deadline: a shared machine is slow at times, and a slow example is not a wrong one. In CI the examples are the same
# every time, so that a red run can be repeated.
settings.register_profile("default", max_examples=50, deadline=None, print_blob=True)
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


LONGEST = (
    "test_docs", "test_class", "test_keeping", "test_expectations", "test_crash", "test_shelf", "test_wall",
    "test_report", "test_sweep", "test_random_scenarios", "test_fuzzed_files", "test_interface", "test_browser",
    "test_stops", "test_sweep_blocks", "test_items", "test_workers", "test_doctrines", "test_visible",
    "test_paper_print", "test_languages", "test_paper", "test_spare", "test_game", "test_hedging", "test_lookahead",
    "test_ensembles", "test_notebook", "test_search", "test_compare", "test_server", "test_map", "test_projects",
    "test_tournament", "test_run", "test_documentation", "test_quantal", "test_injects", "test_robust",
    "test_snapshots", "test_signals", "test_steps",
)  # fmt: skip
"""Files that take longest, longest first: played together by file, the last of them decides when all are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that short ones fill what is left of each processor's time."""
    rank = {name: k for k, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONGEST)))


def settle() -> None:
    """Set aside what stays, after collection and after each file: who looks for circles of objects, as is done before
    each block of histories, need not look through it again, which takes a third of a second."""
    gc.collect()
    gc.freeze()


def pytest_collection_finish() -> None:
    settle()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Let go of the worlds that a file's tests have played: a few hundred histories in memory are dear."""
    yield
    module = getattr(item, "module", None)
    if module is None or (nextitem is not None and getattr(nextitem, "module", None) is module):
        return
    for value in list(vars(module).values()):
        if hasattr(value, "cache_clear") and getattr(value, "__module__", None) == module.__name__:
            value.cache_clear()
    settle()


@pytest.fixture(scope="session", autouse=True)
def one_process() -> Iterator[None]:
    """Whoever does not say how many processes should play gets one: several tests run side by side as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("multivector.experiment.ensembles.crew.cores", lambda: 1)
        yield
