"""`multivector`, with a task beside the room's that notes when the event loop was held up: started by `class_room.py`.

Each gap goes to the file named by MULTIVECTOR_STALLS as a line: when it ended (the monotonic clock, the same for all
processes), how long it was, and how much of it the loop was at work itself (processor time of its thread): on a busy
machine the rest is other programs' turn.
"""

from __future__ import annotations

import asyncio
import os
import time

EVERY, LEAST = 0.005, 0.02
"""Seconds between two looks; and of a gap that is worth a line."""


async def watching(path: str) -> None:
    """Look at the clocks again and again."""
    with open(path, "a", buffering=1, encoding="utf-8") as file:
        while True:
            wall, own = time.monotonic(), time.thread_time()
            await asyncio.sleep(EVERY)
            now = time.monotonic()
            if now - wall - EVERY > LEAST:
                print(now, now - wall - EVERY, time.thread_time() - own, file=file)


def main() -> None:
    """Run the command with rooms whose event loop is watched."""
    # Here, not above: the office's workers read this file too, and need nothing of it.
    from multivector import cli
    from multivector.classroom.room import server

    class Watched(server.Room):
        async def ticking(self) -> None:
            self.start(watching(os.environ["MULTIVECTOR_STALLS"]))
            await super().ticking()

    server.Room = Watched  # type: ignore[misc]
    cli.main()


if __name__ == "__main__":
    main()
