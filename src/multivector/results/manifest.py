"""What made a result: versions, machine, digests. The digest names the result: equal inputs, equal name."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from multivector.hashing import digest, package_digest

FORMAT = 1
"""Version of the layout of a result folder."""

MODEL = ("mechanisms", "decisions", "outcomes", "world", "data")
"""The packages whose source makes the numbers."""

PACKAGES = ("multivector", "numpy", "mesa", "pyarrow")


@cache
def model_version(figures: Path) -> str:
    """Digest of the source of the model and of its figures.

    Parameters
    ----------
    figures
        Folder of the figures (CSV).

    Returns
    -------
    str
        64 hexadecimal characters.
    """
    return digest([package_digest(MODEL), package_digest([str(figures)], suffixes=(".csv",))])


def result_digest(
    scenario: str,
    benchmark: str | None,
    *,
    seed: int,
    replicates: int,
    model: str,
    policies: Mapping[str, Mapping[str, str]] | None = None,
    uncertainty: str | None = None,
    engine: Mapping[str, str] | None = None,
) -> str:
    """Digest of what determines the numbers of a result.

    The recording level and the file format are left out: they say how much is kept, not what happened.

    Parameters
    ----------
    scenario, benchmark
        Canonical text of the resolved scenario, and of its benchmark if it has one.
    seed, replicates
        Root seed and number of histories.
    model
        Version of the model (`model_version`).
    policies
        Rule -> package, version and digest of the source, of decision rules that installed packages add.
    uncertainty
        How uncertain numbers are drawn, or None where all histories have the scenario's own.
    engine
        What plays in place of NumPy, and its version, or None for the reference.

    Examples
    --------
    >>> a, b = (result_digest("{}", None, seed=seed, replicates=1, model="m") for seed in (0, 1))
    >>> a == result_digest("{}", None, seed=0, replicates=1, model="m"), a == b
    (True, False)
    """
    content: dict[str, Any] = {
        "scenario": scenario,
        "benchmark": benchmark,
        "seed": seed,
        "replicates": replicates,
        "model": model,
    }
    if policies:
        content["policies"] = policies
    if uncertainty is not None:
        content["uncertainty"] = uncertainty
    if engine is not None:
        content["engine"] = engine
    return digest(content)


def result_name(scenario_id: str, result: str) -> str:
    """Name of the folder of a result.

    Examples
    --------
    >>> result_name("base/after-2022", "8f3b12ca55")
    'base-after-2022-8f3b12ca'
    """
    return f"{scenario_id.replace('/', '-')}-{result[:8]}"


def versions() -> dict[str, str]:
    """Versions of Python, this package and the libraries that touch numbers or files."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        found[name] = metadata.version(name)
    return found


@cache
def machine() -> dict[str, str]:
    """What bits depend on besides versions: system, processor features that NumPy uses, the linear algebra library."""
    config: Any = np.show_config(mode="dicts")  # type: ignore[call-overload, unused-ignore]
    features = config.get("SIMD Extensions", {})
    blas = config.get("Build Dependencies", {}).get("blas", {})
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "simd": " ".join((*features.get("baseline", ()), *features.get("found", ()))),
        "blas": f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip(),
        "byteorder": sys.byteorder,
        "blas_threads": os.environ.get("OPENBLAS_NUM_THREADS", "not set"),
    }


def same_bits_promised(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two manifests have the same NumPy, processor features and linear algebra: then every bit must agree."""
    same_numpy = one["versions"].get("numpy") == other["versions"].get("numpy")
    # The last two are told of results whose look-ahead was compiled.
    same_compiler = one["versions"].get("llvmlite") == other["versions"].get("llvmlite")
    parts = ("system", "simd", "blas", "byteorder", "processor")
    same_machine = all(one["machine"].get(part) == other["machine"].get(part) for part in parts)
    return same_numpy and same_compiler and same_machine
