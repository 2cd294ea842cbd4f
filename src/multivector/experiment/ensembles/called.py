"""What a call from Python asks for, as the commands take it: values as text, the call as a line, where it is kept."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.keeping import Keep
from multivector.results.files import FORMATS


def set_text(value: object) -> str:
    """A value as ``--set`` takes it: text as it stands, anything else as YAML.

    Examples
    --------
    >>> import numpy as np
    >>> set_text("hedge"), set_text(0.5), set_text(None), set_text((1, 2)), set_text(np.float64(0.1))
    ('hedge', '0.5', 'null', '[1, 2]', '0.1')
    """
    return value if isinstance(value, str) else json.dumps(_plain(value), ensure_ascii=False)


def set_texts(changes: Mapping[str, object] | None) -> dict[str, str]:
    """Changes by path as ``--set`` takes them."""
    return {path: set_text(value) for path, value in (changes or {}).items()}


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's, tuples as lists, all the way down."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value.tolist() if hasattr(value, "tolist") else str(value) if isinstance(value, Path) else value


def called(verb: Callable[..., object], *given: object, **said: object) -> str:
    """A call as the line that a result remembers; what was not said, or said as it is anyway, is left out.

    Parameters
    ----------
    verb : the function.
    given : arguments in order.
    said : further arguments by name.

    Examples
    --------
    >>> def sweep(scenario, *, seed=0, order=None): ...
    >>> called(sweep, "after-2022", seed=3, order=None)
    "multivector.sweep('after-2022', seed=3)"
    """
    usual = {name: each.default for name, each in inspect.signature(verb).parameters.items()}
    plain = {name: _plain(value) for name, value in said.items()}
    named = [f"{name}={value!r}" for name, value in plain.items() if value and value != usual[name]]
    return f"multivector.{verb.__name__}({', '.join([*(repr(_plain(each)) for each in given), *named])})"


def whole(counts: Mapping[str, tuple[object, int]]) -> list[Problem]:
    """What is wrong with whole numbers: name to what was given and the least that it may be.

    Examples
    --------
    >>> [problem.message for problem in whole({"seed": (0, 0), "replicates": (2.5, 1)})]
    ['found 2.5; allowed: 1 or more']
    """
    return [
        Problem(name, 0, 0, "", f"found {value}", f"{least} or more")
        for name, (value, least) in counts.items()
        if not isinstance(value, Integral) or int(value) < least
    ]


def asked(
    command: str,
    *,
    counts: Mapping[str, tuple[object, int]],
    workers: int | None,
    out: str | Path | None,
    form: str,
    resume: bool,
    force: bool,
    more: Sequence[Problem] = (),
) -> Keep | None:
    """Where and how a call wants its result kept; None for in memory alone.

    Parameters
    ----------
    command : the call, as of `called`.
    counts : of what there must be how many, as of `whole`.
    workers, out, form, resume, force : arguments of the call.
    more : what is wrong besides.

    Raises
    ------
    BadInput
        All that is wrong, at once.

    Examples
    --------
    >>> how = {"workers": 1, "form": "csv", "resume": True, "force": False}
    >>> asked("multivector.run('after-2022')", counts={}, out=None, **how)
    Traceback (most recent call last):
    multivector.errors.BadInput: out: found resume or force without a folder; allowed: a folder of results
    """
    problems = whole(counts)
    if workers is not None and whole({"workers": (workers, 1)}):
        problems.append(Problem("workers", 0, 0, "", f"found {workers}", "1 or more, or None for all processors"))
    if out is None and (resume or force):
        problems.append(Problem("out", 0, 0, "", "found resume or force without a folder", "a folder of results"))
    problems += more
    if form not in FORMATS:
        problems.append(Problem("form", 0, 0, "", f'found "{form}"', " or ".join(FORMATS)))
    if problems:
        raise BadInput(problems)
    return None if out is None else Keep(Path(out), form, command, workers=workers, resume=resume, force=force)
