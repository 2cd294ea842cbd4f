"""What a set-up found, remembered on this machine: it depends on the scenario and the code alone.

Nothing rests on the memory: a run without it computes the same numbers, bit for bit, and takes longer.
`MULTIVECTOR_CACHE` names another folder, or ``off``.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from multivector.data.locate import shipped_root
from multivector.decisions.terminal import TerminalValues
from multivector.hashing import digest, package_digest
from multivector.schema import Scenario

MODEL = ("data", "schema", "mechanisms", "outcomes", "decisions", "world")
Gradient = dict[str, tuple[float, ...]]
"""By stock: what one unit of it adds to the loss of the focus actor from losing each power, as a share of income."""
Found = tuple[dict[str, TerminalValues], dict[str, float], Gradient]


def folder() -> Path | None:
    """Where set-ups are remembered; None where that is switched off."""
    named = os.environ.get("MULTIVECTOR_CACHE")
    if named:
        return None if named == "off" else Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "multivector" if base else None


@lru_cache(maxsize=1)
def _code() -> str:
    return digest([package_digest(MODEL), package_digest([shipped_root() / "figures"], suffixes=(".csv",))])


def name_of(scenario: Scenario) -> str:
    """Name under which a scenario's set-up is remembered: its content, the code and NumPy."""
    return digest({"scenario": scenario.canonical(), "code": _code(), "numpy": np.__version__})


def recall(scenario: Scenario) -> Found | None:
    """Terminal values, scales and the losses' gradient of a scenario, if they are remembered and readable."""
    kept = _read(name_of(scenario))
    try:
        terminal = {
            a: TerminalValues(
                _profiles(t["profiles"]), t["discount"], t["horizon"], {n: _profiles(p) for n, p in t["parts"].items()}
            )
            for a, t in kept["terminal"].items()
        }
        return terminal, {a: float(s) for a, s in kept["scales"].items()}, _profiles(kept["gradient"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _read(name: str) -> Any:
    """What is kept under a name; None where nothing is, or nothing readable."""
    where = folder()
    if where is None:
        return None
    try:
        return json.loads((where / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def remembered(subject: str, on: Any, work: Callable[[], Any]) -> Any:
    """What `work` gives (as JSON knows it), from memory where it is there; it depends on `on` and the code alone."""
    name = digest({"subject": subject, "on": on, "code": _code()})
    kept = _read(name)
    if kept is None:
        kept = work()
        _write(name, kept)
    return kept


def _profiles(kept: Mapping[str, list[float]]) -> dict[str, tuple[float, ...]]:
    return {key: tuple(profile) for key, profile in kept.items()}


def remember(
    scenario: Scenario, terminal: Mapping[str, TerminalValues], scales: Mapping[str, float], gradient: Gradient
) -> None:
    """Keep what was found; a full or read-only disk is no reason to stop."""
    kept = {
        "terminal": {
            a: {"profiles": t.profiles, "discount": t.discount, "horizon": t.horizon, "parts": t.parts}
            for a, t in terminal.items()
        },
        "scales": dict(scales),
        "gradient": gradient,
    }
    _write(name_of(scenario), kept)


def _write(name: str, kept: Any) -> None:
    where = folder()
    if where is None:
        return
    with contextlib.suppress(OSError):
        where.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=where, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(kept, file)
        os.replace(part, where / f"{name}.json")
