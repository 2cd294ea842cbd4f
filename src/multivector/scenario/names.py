"""The nearest name, in the words of a hint."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MAX_LISTED = 12
MAX_SEARCHED = 500
CLOSE = 0.6
"""Likeness from which a name may be what was meant: words that share an ending (prestige, unrest) are less alike."""


def nearest(name: str, known: Iterable[str], cutoff: float = CLOSE) -> str | None:
    """Return the known name most like `name`, or None if nothing is like it.

    Examples
    --------
    >>> nearest("theta_shrt", ["theta_short", "theta_long"])
    'theta_short'
    """
    options = list(known)[:MAX_SEARCHED]
    exact = {option.lower().replace("_", "-"): option for option in options}
    same = exact.get(name[:100].lower().replace("_", "-"))
    if same:
        return same
    found = get_close_matches(name[:100], options, n=1, cutoff=cutoff)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str], cutoff: float = CLOSE) -> str:
    """Return a hint with the nearest name, or nothing."""
    found = nearest(name, known, cutoff)
    return f'did you mean "{found}"?' if found else ""


def listed(known: Iterable[str]) -> str:
    """Return names as a phrase, shortened where they are many.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b or c'
    """
    names = list(known)
    if len(names) > MAX_LISTED:
        return f"{', '.join(names[:MAX_LISTED])}, … ({len(names)} in all)"
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)
