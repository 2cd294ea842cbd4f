"""How a world is named: a scenario, with changes after plus signs."""

from __future__ import annotations

import re

_CHANGE = re.compile(r"\+(?=[A-Za-z_][\w./-]*=)")
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,4}\Z")


def split(world: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Name of the scenario, values that are changed, and doctrines by actor.

    A change of a code in capitals is a doctrine, everything else a path as ``--set`` takes it.

    Examples
    --------
    >>> split("after-2022+KAZ=west-pivot+evidence.intercept=-2")
    ('after-2022', {'evidence.intercept': '-2'}, {'KAZ': 'west-pivot'})
    """
    name, *changes = _CHANGE.split(world)
    pairs = [(path, value) for path, _, value in (change.partition("=") for change in changes)]
    doctrines = {path: value for path, value in pairs if _CODE.match(path)}
    return name, {path: value for path, value in pairs if path not in doctrines}, doctrines
