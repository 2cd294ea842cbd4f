"""SALib, of the extra `discovery`: imported when it is used, and missed in one clear message."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from multivector.errors import RunFailed
from multivector.results.recorded import Array

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


def members(names: Sequence[str], classes: Mapping[str, str]) -> tuple[list[str], Array]:
    """Classes, and which indices belong to each: ``[class, index]`` of 0 and 1. One class alone says nothing.

    Examples
    --------
    >>> kinds, share = members(["a", "b"], {"a": "data", "b": "assumed"})
    >>> kinds, share.tolist()
    (['data', 'assumed'], [[1.0, 0.0], [0.0, 1.0]])
    """
    kinds = list(dict.fromkeys(classes.values()))
    kinds = kinds if len(kinds) > 1 else []
    share = [[float(classes.get(name) == kind) for name in names] for kind in kinds]
    return kinds, np.array(share, float).reshape(len(kinds), len(names))


def problem(names: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    """What SALib calls a problem: numbers between 0 and 1, which move alone or in groups."""
    out: dict[str, Any] = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    # SALib takes one group of everything for no groups; groups of one are no groups either.
    if len(set(groups)) < len(groups):
        out["groups"] = list(groups)
    return out
