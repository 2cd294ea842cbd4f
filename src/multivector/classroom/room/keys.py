"""Codes and tokens. The only chance of the classroom that is not a keyed draw: nobody may guess it."""

from __future__ import annotations

import hashlib
import hmac
import os

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""31 signs without look-alikes: no I, L, O, 0, 1."""


def room_code(length: int = 5) -> str:
    """A room code: 28 million of them, for a room that is open for an hour.

    Examples
    --------
    >>> len(room_code()), set(room_code(50)) <= set(ALPHABET)
    (5, True)
    """
    out = ""
    while len(out) < length:
        # Bytes beyond the last whole round of the alphabet would favour its first signs.
        out += "".join(ALPHABET[b % 31] for b in os.urandom(length) if b < 248)
    return out[:length]


def token() -> str:
    """A token of 32 random bytes."""
    return os.urandom(32).hex()


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
