"""A strategy simulation of multi-vector diplomacy.

>>> import multivector as mv
>>> mv.run("after-2022", 2, overrides={"calendar.turns": 2, "decision.rule": "random"}).replicates
2
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multivector.analysis.comparing.comparison import Comparison, Several
    from multivector.analysis.doctrines.search import Searched, search
    from multivector.analysis.doctrines.tournament import Tournament, tournament
    from multivector.analysis.importance.sensitivity import Sensitivity, sensitivity
    from multivector.analysis.projects import Projects, projects
    from multivector.analysis.robustness.robust import Robust, robust
    from multivector.analysis.signals import Signals
    from multivector.analysis.sweep import Swept, sweep
    from multivector.api.comparing import compare, signals
    from multivector.api.pictures import Picture, charts
    from multivector.api.result import Result
    from multivector.api.running import merge, run, shard

__all__ = [
    "Comparison", "Picture", "Projects", "Result", "Robust", "Searched", "Sensitivity", "Several", "Signals", "Swept",
    "Tournament", "__version__", "charts", "compare", "merge", "projects", "robust", "run", "search", "sensitivity",
    "shard", "signals", "sweep", "tournament",
]  # fmt: skip
__version__ = "0.1.0"

# Where each name lives. It is imported when it is first asked for: whoever only asks for the version should not wait
# for NumPy and the readers. A new verb has its function and what that returns here, above for type checkers, and in
# `__all__`.
_HOMES = {
    "multivector.api.comparing": ("compare", "signals"),
    "multivector.api.pictures": ("Picture", "charts"),
    "multivector.api.result": ("Result",),
    "multivector.api.running": ("merge", "run", "shard"),
    "multivector.analysis.comparing.comparison": ("Comparison", "Several"),
    "multivector.analysis.projects": ("Projects", "projects"),
    "multivector.analysis.robustness.robust": ("Robust", "robust"),
    "multivector.analysis.doctrines.search": ("Searched", "search"),
    "multivector.analysis.importance.sensitivity": ("Sensitivity", "sensitivity"),
    "multivector.analysis.signals": ("Signals",),
    "multivector.analysis.sweep": ("Swept", "sweep"),
    "multivector.analysis.doctrines.tournament": ("Tournament", "tournament"),
}


if not TYPE_CHECKING:  # for type checkers a name that is not imported above is a slip

    def __getattr__(name: str) -> Any:
        for module, names in _HOMES.items():
            if name in names:
                return getattr(import_module(module), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
