"""Kernels of a world: made once, remembered where set-ups are remembered, and in this process.

They depend on the world, the code, the compiler, the processor and on which numbers replicates differ in; all that is
in their name. Nothing rests on the memory: without it they are made again. It keeps the `MOST` that were used last.
The folder holds machine code that is run: it is as trusted as the installed package.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pickle
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from multivector.errors import BadInput, Problem, RunFailed
from multivector.hashing import digest, fingerprint, package_digest
from multivector.world.layout.memory import folder, name_of

if TYPE_CHECKING:
    from multivector.compiled.kernels import Kernels
    from multivector.mechanisms.common import Array
    from multivector.world.setup import Setup

    World = tuple[Setup, Mapping[str, Array] | None]

MOST = 32
"""Worlds whose kernels are remembered, about 0.7 MB each."""
_here: dict[str, Kernels] = {}


def code() -> str:
    """Version of what compiles the engine."""
    return package_digest(["compiled"])


def needed() -> None:
    """Make sure that the compiler is there.

    Raises
    ------
    BadInput
        The extra `fast` is not installed.
    """
    if importlib.util.find_spec("llvmlite") is None:
        found = "found no compiler (the package llvmlite) on this machine"
        raise BadInput([Problem("--fast", 0, 0, "", found, "an installed llvmlite", 'pip install "multivector[fast]"')])


def versions() -> dict[str, str]:
    """The compiler's version: bits depend on it."""
    return {"llvmlite": metadata.version("llvmlite")}


@cache
def machine() -> dict[str, str]:
    """The processor that code is made for: bits depend on it."""
    from multivector.compiled.machine_code import processor

    return {"processor": processor()}


def kernels(worlds: Sequence[World], told: Callable[[], None] | None = None) -> list[Kernels]:
    """Kernels of some worlds, those that are to be made side by side.

    Parameters
    ----------
    worlds : set-ups, each with examples of numbers that replicates differ in (or None), `trial.LANES` of each.
    told : called if any have to be made: that takes some seconds.

    Raises
    ------
    BadInput
        The extra `fast` is not installed.
    RunFailed
        The process that makes them ended without.
    """
    needed()
    from multivector.compiled.trial import made

    names = [_name(*world) for world in worlds]
    missing = {name: world for name, world in zip(names, worlds, strict=True) if _recalled(name) is None}
    if missing and told is not None:
        told()
    under_way = {name: made(*world) for name, world in missing.items()}
    for name, process in under_way.items():
        assert process.stdout is not None
        found = process.stdout.read()
        if process.wait() != 0:
            raise RunFailed("the turn could not be compiled; without --fast the run needs no compiler")
        _here[name] = pickle.loads(found)
        _remember(name, found)
    return [_here[name] for name in names]


def _name(setup: Setup, overrides: Mapping[str, Array] | None) -> str:
    given = None if not overrides else fingerprint(overrides)
    facts = {"world": name_of(setup.scenario), "code": code(), **versions(), **machine(), "given": given}
    return digest(facts)


def _file(name: str) -> Path | None:
    where = folder()
    return None if where is None else where / "compiled" / f"{name}.bin"


def _recalled(name: str) -> Kernels | None:
    file = _file(name)
    if name not in _here and file is not None:
        with contextlib.suppress(OSError, zlib.error, pickle.UnpicklingError, EOFError, AttributeError, ValueError):
            _here[name] = pickle.loads(zlib.decompress(file.read_bytes()))
            os.utime(file)
    return _here.get(name)


def _remember(name: str, found: bytes) -> None:
    """Keep kernels; a full or read-only disk is no reason to stop."""
    file = _file(name)
    if file is None:
        return
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(handle, "wb") as out:
            out.write(zlib.compress(found))
        os.replace(part, file)
        by_age = sorted(file.parent.glob("*.bin"), key=lambda each: each.stat().st_mtime)
        for old in by_age[:-MOST]:
            old.unlink()
