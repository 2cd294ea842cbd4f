"""Arrays of expressions, and what takes the place of NumPy while code of the engine is run on them.

An array of the engine has the lane as its last axis, and no operation mixes lanes. So its functions can be run on
arrays with a single lane that holds expressions (`Symbols`); what comes out is the arithmetic of a lane, without
Python, temporary arrays or copies. A question about all lanes at once (`if wrong.any()`) is answered as if another
lane of the batch said yes: since the bits of a lane may not depend on the lanes beside it, what follows has to be right
for this lane as well.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np

from multivector.compiled.terms import Term, number, select, term, truth, whole


def asked(values: Any) -> bool:
    """Whether anything holds in any lane: yes, where it is not known."""
    terms = [truth(x) for x in np.asarray(values, dtype=object).reshape(-1)]
    return any(not t.fixed or t.args for t in terms)


class Places(np.ndarray):
    """Places of an array at which a mask may hold, as `nonzero` gives them: all, with the mask."""

    mask: Any = None


class Symbols(np.ndarray):
    """An array of expressions with one lane."""

    __array_priority__ = 1e6

    def __array_wrap__(self, out: Any, *_: Any) -> Any:
        return symbols(out) if isinstance(out, np.ndarray) else out

    def __setitem__(self, at: Any, value: Any) -> None:
        masks = [part.mask for part in (at if isinstance(at, tuple) else (at,)) if isinstance(part, Places)]
        if masks:
            # Places of `nonzero`: what is put there counts where the mask holds.
            plain = tuple(np.asarray(part) if isinstance(part, Places) else part for part in at)
            value = on_each(select, masks[0], value, np.asarray(self)[plain])
            at = plain
        np.asarray(self)[at] = np.asarray(value, dtype=object)

    def any(self, axis: int | None = None, **_: Any) -> Any:  # type: ignore[override]
        """Whether any holds, as `asked` says where all lanes are meant."""
        if axis is None:
            return asked(self)
        if axis in (-1, self.ndim - 1):
            return np.array([asked(x) for x in np.asarray(self).reshape(-1)]).reshape(self.shape[:-1])
        return folded("or", self, axis)

    def all(self, axis: int | None = None, **_: Any) -> Any:  # type: ignore[override]
        """Whether all hold; not, where it is not known."""
        return not asked(each("not", self)) if axis is None else folded("and", self, axis)

    def sum(self, axis: int | None = None, out: Any = None, **_: Any) -> Any:  # type: ignore[override]
        """The sum along an axis, one after the other."""
        found = folded("add", self, axis)
        if out is None:
            return found
        out[...] = found
        return out

    def max(self, axis: int | None = None, **_: Any) -> Any:  # type: ignore[override]
        """The largest along an axis."""
        return folded("max", self, axis)

    def min(self, axis: int | None = None, **_: Any) -> Any:  # type: ignore[override]
        """The smallest along an axis."""
        return folded("min", self, axis)

    def argmax(self, axis: int | None = None, **_: Any) -> Any:  # type: ignore[override]
        """The first of the largest along an axis."""
        parts = np.moveaxis(np.asarray(self), axis or 0, 0)
        best, at = parts[0], np.zeros(parts[0].shape, dtype=object)
        for k, part in enumerate(parts[1:], 1):
            better = each("lt", best, part)
            best, at = on_each(select, better, part, best), on_each(select, better, float(k), at)
        return symbols(at)

    def copy(self, *_: Any) -> Any:
        """A copy."""
        return symbols(np.array(self, dtype=object))

    def astype(self, *_: Any, **__: Any) -> Any:
        """Numbers."""
        return on_each(number, self)


for _name, _op, _swap in (("lt", "lt", 0), ("le", "le", 0), ("gt", "lt", 1), ("ge", "le", 1), ("eq", "eq", 0)):

    def _compare(a: Any, b: Any, op: str = _op, swapped: int = _swap) -> Any:
        return each(op, b, a) if swapped else each(op, a, b)

    setattr(Symbols, f"__{_name}__", _compare)
setattr(Symbols, "__ne__", lambda a, b: each("ne", a, b))  # noqa: B010


def symbols(array: Any) -> Any:
    """An array of expressions, or of numbers among them."""
    return np.asarray(array, dtype=object).view(Symbols)


def on_each(function: Callable[..., Any], *arrays: Any) -> Any:
    """Element by element, broadcast."""
    plain = [np.asarray(a, dtype=object) for a in arrays]
    return symbols(np.frompyfunc(function, len(plain), 1)(*plain))


def each(op: str, *arrays: Any) -> Any:
    """An operation, element by element."""
    return on_each(lambda *x: term(op, *x), *arrays)


def folded(op: str, array: Any, axis: int | None) -> Any:
    """An operation along an axis, one after the other."""
    parts = np.moveaxis(np.asarray(array, dtype=object), axis or 0, 0)
    # An array of its own, as NumPy gives, where there is only one part too: it may be added to in place.
    out = parts[0].copy()
    for part in parts[1:]:
        out = each(op, out, part)
    return symbols(out)


def symbolic(*things: Any) -> bool:
    """Whether any of some things is made of expressions."""
    return any(isinstance(x, Symbols | Term | _Order) or (isinstance(x, list | tuple) and symbolic(*x)) for x in things)


def _einsum(spec: str, *operands: Any) -> Any:
    """Sums of products with the trailing axes left open, term after term."""
    left, out = spec.replace("...", "").split("->")
    names, arrays = left.split(","), [np.asarray(a, dtype=object) for a in operands]
    size = {ch: n for name, a in zip(names, arrays, strict=True) for ch, n in zip(name, a.shape, strict=False)}
    tail = np.broadcast_shapes(*(a.shape[len(name) :] for name, a in zip(names, arrays, strict=True)))
    summed = [ch for ch in size if ch not in out]
    result = np.empty([size[ch] for ch in out] + list(tail), dtype=object)
    for kept in product(*(range(size[ch]) for ch in out)):
        total: Any = 0.0
        for gone in product(*(range(size[ch]) for ch in summed)):
            at = dict(zip(out, kept, strict=True)) | dict(zip(summed, gone, strict=True))
            part: Any = 1.0
            for name, a in zip(names, arrays, strict=True):
                part = each("mul", part, a[tuple(at[ch] for ch in name)])
            total = each("add", total, part)
        result[kept] = total
    return symbols(result)


def _nonzero(mask: Any) -> tuple[Any, ...]:
    """All places, with the mask: what is put there is chosen by it."""
    terms = np.asarray(on_each(truth, mask))
    out = []
    for at in np.nonzero(np.ones(terms.shape, bool)):
        places = at.view(Places)
        places.mask = terms.reshape(-1)
        out.append(places)
    return tuple(out)


class _Order:
    """How to sort columns: neighbours that change places, as `argsort` finds them (equal ones stay as they are)."""

    def __init__(self, values: Any) -> None:
        self.shape = self.wide = np.shape(values)
        columns = np.asarray(values, dtype=object).reshape(self.shape[0], -1).T
        self._swaps = [_sorting(list(column)) for column in columns]

    def known(self) -> list[list[tuple[int, int, Term]]]:
        """Of each column, which neighbours change places, and when."""
        return self._swaps

    def spread(self, shape: Any) -> _Order:
        """The same order on more axes."""
        new = copy(self)
        new.wide = tuple(shape)
        return new


def _sorting(column: list[Any]) -> list[tuple[int, int, Term]]:
    """Neighbours compared until all are in order, in rounds (odd and even places in turn): a stable sort."""
    found = []
    for start in range(len(column)):
        for i in range(start % 2, len(column) - 1, 2):
            swap = term("lt", column[i + 1], column[i])
            found.append((i, i + 1, swap))
            column[i], column[i + 1] = select(swap, column[i + 1], column[i]), select(swap, column[i], column[i + 1])
    return found


def _taken(array: Any, order: Any) -> Any:
    """`take_along_axis` with the order of symbols, along the first axis; the order may lack axes of the array."""
    values = np.array(np.broadcast_to(np.asarray(array, dtype=object), order.wide), dtype=object)
    flat = values.reshape(len(values), -1)
    of = np.broadcast_to(np.arange(int(np.prod(order.shape[1:]))).reshape(order.shape[1:]), order.wide[1:]).reshape(-1)
    known = order.known()
    for column in range(flat.shape[1]):
        for i, j, swap in known[of[column]]:
            a, b = flat[i, column], flat[j, column]
            flat[i, column], flat[j, column] = select(swap, b, a), select(swap, a, b)
    return symbols(values)


class _Add:
    """`np.add`, whose `reduceat` sums expressions."""

    def __call__(self, *args: Any, **how: Any) -> Any:
        return np.add(*args, **how)

    @staticmethod
    def reduceat(array: Any, starts: Any, axis: int = 0) -> Any:
        if not symbolic(array):
            return np.add.reduceat(array, starts, axis=axis)
        parts, ends = np.moveaxis(np.asarray(array), axis, 0), [*starts[1:], array.shape[axis]]
        sums = [np.asarray(folded("add", parts[a:b], 0)) for a, b in zip(starts, ends, strict=True)]
        return symbols(np.moveaxis(np.stack(sums), 0, axis))


class StandIn(ModuleType):
    """NumPy, but for what has to know expressions."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def _broadcast_to(array: Any, shape: Any) -> Any:
    if isinstance(array, _Order):
        return array.spread(shape)
    return symbols(np.broadcast_to(np.asarray(array, dtype=object), shape))


def _filled(real: Callable[..., Any], value: float) -> Callable[..., Any]:
    def fill(shape: Any, dtype: Any = np.float64, **_: Any) -> Any:
        if dtype is bool and np.ndim(shape) and len(shape) > 1 and shape[-1] == 1:
            return symbols(np.full(shape, whole(bool(value)), dtype=object))
        if dtype not in (np.float64, float):
            return real(shape, dtype)
        out = np.empty(shape, dtype=object)
        out[...] = whole(value)
        return symbols(out)

    return fill


def _like(fill: Callable[..., Any], real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, **_: real(a) if isinstance(a, np.ndarray) and a.dtype.kind in "iu" else fill(np.shape(a))


def stand_in() -> Any:
    """What takes the place of `numpy` in modules that are traced."""
    new: Any = StandIn("numpy")

    def put(name: str, symbolic_one: Callable[..., Any]) -> None:
        real = getattr(np, name)

        def called(*args: Any, out: Any = None, **how: Any) -> Any:
            if not symbolic(*args, out):
                return real(*args, **how) if out is None else real(*args, out=out, **how)
            found = symbolic_one(*args, **how)
            if out is None:
                return found
            out[...] = found
            return out

        setattr(new, name, called)

    for name, op in (
        ("exp", "exp"), ("log", "log"), ("sqrt", "sqrt"), ("abs", "abs"), ("minimum", "min"), ("maximum", "max"),
        ("logical_not", "not"), ("multiply", "mul"), ("divide", "div"), ("subtract", "sub"),
    ):  # fmt: skip
        put(name, lambda *a, op=op: each(op, *a))
    put("negative", lambda a: each("sub", 0.0, a))
    put("log1p", lambda a: each("log", each("add", a, 1.0)))
    put("expm1", lambda a: each("sub", each("exp", a), 1.0))
    put("where", lambda m, a, b: on_each(select, m, a, b))
    put("clip", lambda a, low, high: each("min", each("max", a, low), high))
    put("isfinite", lambda a: each("eq", each("sub", a, a), 0.0))
    put("einsum", _einsum)
    put("stack", lambda a, axis=0: symbols(np.stack([np.asarray(x, dtype=object) for x in a], axis)))
    put("concatenate", lambda a, axis=0: symbols(np.concatenate([np.asarray(x, dtype=object) for x in a], axis)))
    put("moveaxis", lambda a, x, y: symbols(np.moveaxis(np.asarray(a), x, y)))
    put("repeat", lambda a, n, axis=None: symbols(np.repeat(np.asarray(a), n, axis)))
    put("broadcast_to", _broadcast_to)
    put("nonzero", _nonzero)
    put("argsort", lambda a, **_: _Order(a))
    put("take_along_axis", lambda a, order, **_: _taken(a, order))
    put("array", lambda a, *_, **__: symbols(np.array(a, dtype=object)))
    for name in ("asarray", "ascontiguousarray"):
        put(name, lambda a, *_, **__: a if isinstance(a, Symbols) else symbols(a))
    new.broadcast_arrays = lambda *a: (
        [symbols(x) for x in np.broadcast_arrays(*(np.asarray(y, dtype=object) for y in a))]
        if symbolic(*a) else np.broadcast_arrays(*a)
    )  # fmt: skip
    real_full = np.full
    new.full = lambda shape, value, dtype=None: (
        real_full(shape, value, dtype)
        if dtype is not None or isinstance(value, bool | int)
        else symbols(np.array(np.broadcast_to(np.asarray(value, dtype=object), shape)))
    )
    for name, value in (("zeros", 0.0), ("ones", 1.0), ("empty", 0.0)):
        fill = _filled(getattr(np, name), value)
        setattr(new, name, fill)
        setattr(new, f"{name}_like", _like(fill, getattr(np, f"{name}_like")))
    new.add = _Add()
    return new


@contextmanager
def standing_in(*packages: str) -> Iterator[None]:
    """Trace what the modules of some packages do with `np`."""
    mine = [m for n, m in list(sys.modules.items()) if n.startswith(packages) and getattr(m, "np", None) is np]
    new = stand_in()
    for module in mine:
        module.np = new  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in mine:
            module.np = np  # type: ignore[attr-defined]
