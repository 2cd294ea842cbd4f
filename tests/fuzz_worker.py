"""A process that checks files on demand, as `multivector check` does, under a limit of memory.

It reads cases from its input (four bytes of length, then the file) and answers each with the exit code and what was
printed, as a line of JSON. It is started once: a new process for each of thousands of cases would take hours.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import struct
import sys
from pathlib import Path

MEMORY = 1 << 30
"""Bytes of address space: a file of a few kilobytes has no business with more."""


def main(folder: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from multivector.cli import _run

    path = Path(folder) / "case.yaml"
    channel, sys.stdout = sys.stdout, io.StringIO()
    while head := sys.stdin.buffer.read(4):
        path.write_bytes(sys.stdin.buffer.read(struct.unpack(">I", head)[0]))
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = _run(["check", str(path)])
        channel.write(json.dumps([code, out.getvalue(), err.getvalue()]) + "\n")
        channel.flush()


if __name__ == "__main__":
    main(sys.argv[1])
