"""A strategy simulation of multi-vector diplomacy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multivector.analysis.search import Searched, search
    from multivector.analysis.sweep import Swept, sweep
    from multivector.analysis.tournament import Tournament, tournament
    from multivector.api import Result, compare, run

__all__ = [
    "Result",
    "Searched",
    "Swept",
    "Tournament",
    "__version__",
    "compare",
    "run",
    "search",
    "sweep",
    "tournament",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # The interface needs NumPy and the readers; whoever only asks for the version should not wait for them.
    if name in ("run", "compare", "Result"):
        from multivector import api

        return getattr(api, name)
    if name in ("sweep", "Swept"):
        from multivector.analysis import sweep as module

        return getattr(module, name)
    if name in ("tournament", "Tournament"):
        from multivector.analysis import tournament as contest

        return getattr(contest, name)
    if name in ("search", "Searched"):
        from multivector.analysis import search as exploring

        return getattr(exploring, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
