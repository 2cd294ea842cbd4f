"""Where the shipped files are: in a checkout beside `src`, in a wheel inside the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from multivector.errors import BadInput, Problem

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def shipped_root() -> Path:
    """Return the folder of the shipped scenarios and figures.

    Returns
    -------
    Path
        The installed folder if the package was built into a wheel, else ``scenarios/`` of the checkout.

    Raises
    ------
    BadInput
        Neither exists: the installation is damaged.

    Examples
    --------
    >>> (shipped_root() / "base").is_dir()
    True
    """
    for folder in (_PACKAGE / "_shipped" / "scenarios", _PACKAGE.parent.parent / "scenarios"):
        if folder.is_dir():
            return folder
    raise BadInput([Problem(str(_PACKAGE), 0, 0, "", "found no shipped scenarios", "", "install the package again")])


def shipped_scenarios() -> list[Path]:
    """Return the shipped worlds (not the fragments they are made of), sorted by name.

    Examples
    --------
    >>> all(path.suffix == ".yaml" for path in shipped_scenarios())
    True
    """
    return sorted(shipped_root().glob("*.yaml"))


def shipped_fragments() -> list[Path]:
    """Return the shipped fragments (``base/*.yaml``), sorted by name."""
    return sorted((shipped_root() / "base").glob("*.yaml"))
