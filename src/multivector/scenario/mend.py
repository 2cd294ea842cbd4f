"""What is left of a scenario of which the schema refused parts, so that the other checks find what else is wrong."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from multivector.scenario.words import details
from multivector.schema.document import Scenario

Keys = tuple[str, ...]

_MENDED = frozenset({"actors", "alignment", "doctrines", "events", "moves", "red_lines", "sanctions"})
"""Sections whose entries stay, less what was refused in them; entries of others go as a whole."""
_STAND_INS = ("2022-Q1", "KAZ")
"""Where a quarter or a code was refused: any will do, since nothing is said of what stands there."""
_ROUNDS = 4


def what_is_left(data: dict[str, Any], error: ValidationError) -> tuple[Scenario | None, frozenset[Keys]]:
    """Return the scenario without what the schema refused, and the paths that were mended in entries that stay.

    A refused value gives way to a stand-in or goes; an entry goes where that does not help.

    Parameters
    ----------
    data : dict
        What the schema was given; it is changed.
    error : ValidationError
        What the schema raised for it.

    Returns
    -------
    tuple
        The scenario, None if nothing of use is left; paths as the checks have them.
    """
    mended: set[Keys] = set()
    for left in reversed(range(_ROUNDS)):
        for detail in details(error):
            keys = tuple(str(part) for part in detail["loc"])
            depth = 3 if keys and keys[0] == "alignment" else 2
            if left and (_fill(data, keys, depth, detail) or _mend(data, keys, depth, detail)):
                # A bare number is refused as the value of its quantity, and missed as the quantity.
                mended |= {keys, keys[:-1]} if keys[-1] == "value" else {keys}
            else:
                _drop(data, keys[:depth])
                if keys[:1] == ("calendar",):  # which quarters are played is not known then
                    mended.add(keys)
        try:
            return Scenario.model_validate(data), frozenset(mended)
        except ValidationError as more:
            error = more
    return None, frozenset(mended)


def _mend(data: Any, keys: Keys, depth: int, detail: ErrorDetails) -> bool:
    """Put a stand-in where a value was refused, or take it (or the list around it) out of its record."""
    if len(keys) <= depth or keys[0] not in _MENDED or detail["type"] == "missing" or keys[-1] == "[key]":
        return False
    way: list[tuple[Any, Any]] = []
    for key in keys:  # parts that the file does not have (``then.0`` of an inline effect) are passed over
        if isinstance(data, dict) and key in data:
            way.append((data, key))
        elif isinstance(data, list) and key.isdecimal() and int(key) < len(data):
            way.append((data, int(key)))
        else:
            continue
        data = data[way[-1][1]]
    stand_in = _stand_in(detail)
    if stand_in is not None and way and not isinstance(data, dict | list):
        holder, last = way[-1]
        holder[last] = stand_in
        return True
    for number in range(len(way) - 1, depth - 1, -1):
        holder, last = way[number]
        if isinstance(holder, dict):
            del holder[last]
            return True
    return False


def _fill(data: Any, keys: Keys, depth: int, detail: ErrorDetails) -> bool:
    """Put nought where a record cannot be without a value that is missing, or was taken out of it."""
    if len(keys) <= depth or keys[0] not in _MENDED or detail["type"] != "missing":
        return False
    for key in keys[:-1]:
        if isinstance(data, list) and key.isdecimal() and int(key) < len(data):
            data = data[int(key)]
        else:
            data = data.get(key) if isinstance(data, dict) else None
    if not isinstance(data, dict):
        return False
    data[keys[-1]] = "0"
    return True


def _stand_in(detail: ErrorDetails) -> str | None:
    context = detail.get("ctx", {})
    if detail["type"] == "literal_error":
        return str(context["expected"]).split("'")[1]
    if detail["type"] == "string_pattern_mismatch":
        return next((text for text in _STAND_INS if re.search(str(context["pattern"]), text)), None)
    return None


def _drop(data: Any, keys: Keys) -> None:
    for key in keys[:-1]:
        if not isinstance(data, dict) or not isinstance(data.get(key), dict):
            break
        data = data[key]
    else:
        key = keys[-1] if keys else ""
    if isinstance(data, dict):
        data.pop(key, None)
