"""How fast seats may be taken from one address: as fast as a class does it, and no faster."""

from __future__ import annotations

import time
from collections.abc import Callable

AT_ONCE, EACH = 6, 0.3
"""Seats that may be taken from one address at once, and seconds for each one after them."""
LONGEST = 20.0
"""Seconds that a join waits for its turn at most; one that would wait longer is refused."""


class Pace:
    """Turns of those who come from one address: some at once, the others one after another.

    A class behind one hotspot shows one address, so many joins from one are no sign of harm. Forty people who tap
    within twenty seconds hardly wait; if all forty tap together, the last one waits for ten seconds and nobody is
    refused. A script that knows the code takes seats no faster than that, which leaves the teacher time to see it and
    to lock the room. Kept in memory for as long as somebody waits, and nowhere else.

    Parameters
    ----------
    at_once, each, longest : as `AT_ONCE`, `EACH` and `LONGEST`.
    clock : seconds from anywhere.
    """

    def __init__(
        self, at_once: int = AT_ONCE, each: float = EACH, longest: float = LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.at_once, self.each, self.longest, self.clock = at_once, each, longest, clock
        self._due: dict[str, float] = {}

    def turn(self, who: str) -> float | None:
        """Seconds until an address may go on, which takes that turn; None, and no turn, if that is too long.

        Examples
        --------
        >>> pace = Pace(at_once=2, each=0.5, longest=0.8, clock=lambda: 100.0)
        >>> [pace.turn("192.168.1.20") for _ in range(4)], pace.turn("192.168.1.21")
        ([0.0, 0.0, 0.5, None], 0.0)
        """
        now = self.clock()
        self._due = {one: due for one, due in self._due.items() if due > now}
        due = self._due.get(who, now)
        wait = max(0.0, due - now - (self.at_once - 1) * self.each)
        if wait > self.longest:
            return None
        self._due[who] = due + self.each
        return wait
