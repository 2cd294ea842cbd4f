"""`multivector serve` again and again from one process that has loaded everything: each room is a fork of it.

Each line that comes in has the arguments of `serve` as JSON; the answer is a line with the room's process and what it
printed. A room is a process of its own and can be killed as any other; what starting one costs is paid once. Nobody
plays futures or histories beside these rooms.
"""

from __future__ import annotations

import json
import os
import signal
import sys

import segno  # noqa: F401
import uvicorn  # noqa: F401

import multivector.classroom.room.server  # noqa: F401
from multivector.classroom.room.office import Office
from multivector.cli.serve import command


def room(args: list[str]) -> tuple[int, str]:
    """Open a room: its process, and what it printed."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(theirs, 1)
        command.main(args=args, standalone_mode=False)
        os._exit(0)
    os.close(theirs)
    told = ""
    with os.fdopen(ours) as stream:
        while not told.rstrip().endswith("}") and (more := stream.readline()):
            told += more
    return pid, told


def main() -> None:
    """Open a room for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who is killed is not kept
    Office.__init__.__kwdefaults__["on"] = False
    for line in sys.stdin:
        sys.stdout.write(json.dumps(room(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
