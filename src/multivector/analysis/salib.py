"""SALib, of the extra `discovery`: imported when it is used, and missed in one clear message."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from multivector.errors import RunFailed

MISSING = "needs the package SALib: pip install 'multivector[discovery]'"


def part(name: str) -> Any:
    """A module of SALib.

    Raises
    ------
    RunFailed
        It is not installed.

    Examples
    --------
    >>> callable(part("SALib.sample.sobol").sample)
    True
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise RunFailed(f"sensitivity {MISSING} ({error})") from error


def problem(names: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    """What SALib calls a problem: numbers between 0 and 1, which move alone or in groups."""
    out: dict[str, Any] = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    # SALib takes one group of everything for no groups; groups of one are no groups either.
    if len(set(groups)) < len(groups):
        out["groups"] = list(groups)
    return out
