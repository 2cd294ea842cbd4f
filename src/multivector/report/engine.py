"""The engine that draws charts, in a process of its own where one can be had.

vl-convert is a large library with a JavaScript engine: loading it takes as long as all that a page needs besides, and
its first picture as long as ten more. So it is started before anything else, beside the modules and the numbers.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any

from multivector.experiment.second import can_fork

EMPTY = '{"data": {"values": []}, "mark": "point"}'
_beside: list[Connection] = []
"""The way to the process that draws, if there is one."""
_turn = Lock()


def warm() -> None:
    """Start the engine beside other work: in a second process, or in a thread where none can be forked."""
    # Where it is loaded already it has threads of its own, which a forked process would wait for in vain.
    if _beside or "vl_convert" in sys.modules:
        return
    if not can_fork():
        Thread(target=_first, daemon=True).start()
        return
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    context.Process(target=_serve, args=(here, there), daemon=True).start()
    there.close()
    _beside.append(here)


def draw(function: str, *arguments: Any, **more: Any) -> Any:
    """What a function of vl-convert gives; the same from either process.

    Examples
    --------
    >>> draw("vegalite_to_svg", EMPTY)[:4]
    '<svg'
    """
    with _turn:
        if _beside:
            try:
                _beside[0].send((function, arguments, more))
                found = _beside[0].recv()
            except (EOFError, OSError):
                # It has ended, by whatever hand: this process can draw as well.
                _beside.clear()
            else:
                if isinstance(found, Exception):
                    raise found
                return found
    return getattr(import_module("vl_convert"), function)(*arguments, **more)


def _first() -> None:
    """Draw nothing, with the newest Vega-Lite: the one that Altair writes."""
    engine = import_module("vl_convert")
    versions: Sequence[str] = engine.get_vegalite_versions()
    engine.vegalite_to_svg(EMPTY, vl_version=versions[-1])


def _serve(parents: Connection, mine: Connection) -> None:
    # Only who asks holds the other end: its end is the end of this process, too.
    parents.close()
    # The parent is interrupted by the same key, and says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _first()
    while True:
        try:
            function, arguments, more = mine.recv()
        except EOFError:
            return
        try:
            found = getattr(import_module("vl_convert"), function)(*arguments, **more)
        except Exception as error:
            # The library's own classes of errors need not survive the way.
            found = ValueError(str(error))
        mine.send(found)
