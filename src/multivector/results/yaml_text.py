"""A resolved scenario as YAML text with a comment on where each value came from; any YAML reader reads it back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_TRAPS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
WIDTH = 110
"""A value that fits into so many characters is written on one line."""

Origin = Callable[[str], str]


def yaml_text(data: Mapping[str, Any], *, origin: Origin | None = None) -> str:
    """Write nested data as YAML.

    Parameters
    ----------
    data
        Mappings with text keys, sequences, text, numbers, booleans, None.
    origin
        From the path of an entry of a section (``events.cpc-storm``) to the place where it was set, or nothing.

    Examples
    --------
    >>> print(yaml_text({"id": "x", "events": {"NO": {"turn": "2022-Q1"}}}, origin=lambda path: "a.yaml:3"), end="")
    id: "x"  # a.yaml:3
    events:
      "NO": {"turn": "2022-Q1"}  # a.yaml:3
    """
    lines: list[str] = []
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            lines.append(f"{_key(key)}:")
            for inner, item in value.items():
                _entry(lines, inner, item, 2, _comment(origin, f"{key}.{inner}"))
        else:
            _entry(lines, key, value, 0, _comment(origin, key))
    return "\n".join(lines) + "\n"


def _comment(origin: Origin | None, path: str) -> str:
    place = origin(path) if origin is not None else ""
    return f"  # {place}" if place else ""


def _entry(lines: list[str], key: str, value: Any, depth: int, comment: str) -> None:
    nested = isinstance(value, dict | list | tuple) and bool(value)
    # A long value need not be written out to know that it is too long: every entry takes four characters at least.
    flat = None if nested and 4 * len(value) > WIDTH else _flow(value)
    if flat is not None and (not nested or len(flat) + depth <= WIDTH):
        lines.append(f"{' ' * depth}{_key(key)}: {flat}{comment}")
    else:
        lines.append(f"{' ' * depth}{_key(key)}:{comment}")
        _below(lines, value, depth + 2)


def _below(lines: list[str], value: Mapping[str, Any] | Sequence[Any], depth: int) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            _entry(lines, key, item, depth, "")
    else:
        lines += [f"{' ' * depth}- {_flow(item)}" for item in value]


def _flow(value: Any) -> str:
    """Any value on one line: JSON is YAML. Single numbers and words, of which there are thousands, without detours."""
    if isinstance(value, str):
        return _quoted(value)
    if type(value) is float and isfinite(value):
        return repr(value)
    return _encode(value)


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_quoted = json.encoder.encode_basestring


@cache
def _key(key: str) -> str:
    return key if _PLAIN.match(key) and key.lower() not in _TRAPS else _flow(key)
