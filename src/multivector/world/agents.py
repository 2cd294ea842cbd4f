"""Mesa, imported without the parts of it that the world does not use.

`import mesa` loads pandas, SciPy, networkx, asyncio and its spaces, which takes most of a second. While Mesa is
imported, those parts are deferred: the first use of one loads it as usual.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import mesa

__all__ = ["mesa"]
_LATER = ("asyncio", "pandas", "mesa.discrete_space", "mesa.experimental", "mesa.space")


_IMPORT_SYSTEM = frozenset(
    {"__path__", "__file__", "__cached__", "__wrapped__", "__signature__", "__warningregistry__"}
)
"""Names that the import system and `inspect` look for in every module; asking for them is no use of it."""


class _Deferred(ModuleType):
    """A module that runs its code when something in it is first asked for."""

    def __getattr__(self, name: str) -> Any:
        loader = self.__dict__.pop("_deferred", None)
        if loader is None:
            raise AttributeError(name)
        if name in _IMPORT_SYSTEM:
            self.__dict__["_deferred"] = loader
            raise AttributeError(name)
        loader.exec_module(self)
        return getattr(self, name)


class _LaterLoader(Loader):
    """Makes the module and leaves its code for later."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Deferred(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["_deferred"] = self.loader


class _Later(MetaPathFinder):
    """Finds the modules of `_LATER` and defers them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _LATER:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _LaterLoader(spec.loader)
        return spec


def _import_mesa() -> ModuleType:
    if "mesa" in sys.modules:
        return sys.modules["mesa"]
    finder = _Later()
    sys.meta_path.insert(0, finder)
    try:
        with _lean_inspection():
            return import_module("mesa")
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def _lean_inspection() -> Iterator[None]:
    """Let Mesa learn the name of its own module without reading the source of every caller, a twentieth of a second."""
    stack, module = inspect.stack, inspect.getmodule
    inspect.stack = lambda *_: [(sys._getframe(1),), (sys._getframe(2),)]
    inspect.getmodule = lambda frame, *_: sys.modules.get(frame.f_globals["__name__"])
    try:
        yield
    finally:
        inspect.stack, inspect.getmodule = stack, module


if not TYPE_CHECKING:
    mesa = _import_mesa()
