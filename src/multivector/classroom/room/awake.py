"""The machine does not go to sleep while a room is open: a laptop that sleeps takes the class with it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator

STAY, AGAIN = 0x80000001, 0x80000000
"""`SetThreadExecutionState` of Windows: the system is needed from now on; no longer."""


def keepers() -> Iterator[list[str]]:
    """Commands that hold off sleep until their input ends, as it does when this program is gone, however it went."""
    why = ["--who=multivector", "--why=a class is open", "--mode=block"]
    yield ["systemd-inhibit", "--what=idle:sleep:handle-lid-switch", *why, "cat"]
    yield ["caffeinate", "-i", "-s", "cat"]


@contextlib.contextmanager
def awake() -> Iterator[None]:
    """Ask the system not to sleep, where it can be asked; nothing happens where it cannot.

    Examples
    --------
    >>> with awake():
    ...     pass
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetThreadExecutionState(STAY)
        try:
            yield
        finally:
            ctypes.windll.kernel32.SetThreadExecutionState(AGAIN)
        return
    command = next((line for line in keepers() if shutil.which(line[0])), None)
    if command is None:
        yield
        return
    # In a session of its own: Ctrl-C is for the room alone.
    keeper = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        assert keeper.stdin is not None
        with contextlib.suppress(OSError):
            keeper.stdin.close()
        keeper.wait(5)
