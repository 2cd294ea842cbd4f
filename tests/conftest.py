"""What every test shares: one thread for BLAS (before NumPy is loaded), one Hypothesis profile, one
memory of set-ups that is not the user's."""

from __future__ import annotations

import gc
import os
import sys
import time
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
    "test_docs", "test_crash", "test_class", "test_wall", "test_expectations", "test_keeping", "test_report",
    "test_fast", "test_shelf", "test_interface", "test_random_scenarios", "test_browser", "test_sweep",
    "test_fuzzed_files", "test_stops", "test_items", "test_sweep_blocks", "test_paper", "test_languages",
    "test_visible", "test_doctrines", "test_workers", "test_hedging", "test_game", "test_several", "test_server",
    "test_ensembles", "test_report_pages", "test_lookahead", "test_spare", "test_paper_print", "test_map",
    "test_tournament", "test_out_of_room", "test_narrowed", "test_documentation", "test_search",
    "test_s15_diversification",
    "test_notebook", "test_compare", "test_projects", "test_injects", "test_quantal", "test_run", "test_reader",
    "test_robust", "test_steps", "test_signals", "test_snapshots", "test_wheel", "test_typed", "test_handed",
    "test_refused",
)  # fmt: skip
"""Files that take longest, longest first: played together by file, the last of them decides when all are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that short ones fill what is left of each processor's time."""
    rank = {name: k for k, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONGEST)))


SELDOM = 50_000
"""Objects made before the young ones are looked through for circles: tests make many, and hardly one in a circle."""
OFTEN = 1.0
"""Seconds after which what a file's tests have made so far is set aside too, before its end."""


class Settled:
    """What stays is set aside, so that who looks for circles of objects need not look through it again. That is done
    before each block of histories: with all that a session has made it takes up to a third of a second."""

    at, within = 0.0, False

    def settle(self, *, within: bool = False) -> None:
        """After collection, after each file, and now and then within one: what was set aside there may be idle now."""
        if self.within and not within:
            gc.unfreeze()
        gc.collect()
        gc.freeze()
        self.at, self.within = time.monotonic(), within


settled = Settled()


def pytest_collection_finish() -> None:
    gc.set_threshold(SELDOM, 20, 20)
    settled.settle()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Let go of the worlds that a file's tests have played: a few hundred histories in memory are dear."""
    yield
    module = getattr(item, "module", None)
    if module is None:
        return
    if nextitem is not None and getattr(nextitem, "module", None) is module:
        if time.monotonic() - settled.at > OFTEN:
            settled.settle(within=True)
        return
    for value in list(vars(module).values()):
        if hasattr(value, "cache_clear") and getattr(value, "__module__", None) == module.__name__:
            value.cache_clear()
    settled.settle()


@pytest.fixture(scope="session", autouse=True)
def one_process() -> Iterator[None]:
    """Whoever does not say how many processes should play gets one: several tests run side by side as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("multivector.experiment.ensembles.crew.cores", lambda: 1)
        yield
