"""NumPy code run once on symbols, so that what it computes for a lane can be compiled: for `bench_floor.py`.

An array of the engine has the lane as its last axis, and no operation mixes lanes. So its functions can be run on
arrays with a single lane that holds expressions instead of numbers (`Symbols`); what comes out is the arithmetic of a
lane, without Python, temporary arrays or copies. `standing_in` puts a stand-in for NumPy into the modules to trace.
A question that only numbers can answer (`if wrong.any()`) is taken as answered by no and kept in `doubts`: a lane in
which the answer is yes must be done by NumPy.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np

TRUTHS = {"lt", "le", "eq", "ne", "and", "or", "not", "true"}
FOLDED: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else math.nan if a == 0 or a != a else math.copysign(math.inf, a),
    "min": min,
    "max": max,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "exp": lambda a: math.exp(min(a, 709.0)),
    "log": lambda a: math.log(a) if a > 0 else -math.inf if a == 0 else math.nan,
    "sqrt": math.sqrt,
    "abs": abs,
    "not": lambda a: not a,
}


_known: dict[Any, Term] = {}


class Term:
    """One expression; equal expressions are one object."""

    __slots__ = ("args", "number", "op")

    def __init__(self, op: str, args: Any) -> None:
        self.op, self.args, self.number = op, args, len(_known)

    @property
    def fixed(self) -> bool:
        return self.op in ("const", "true")

    @property
    def truth(self) -> bool:
        return self.op in TRUTHS

    def __hash__(self) -> int:
        return self.number

    def __bool__(self) -> bool:
        if self.fixed:
            return bool(self.args)
        raise TypeError(f"whether a symbol holds is not known ({self.op})")

    def __neg__(self) -> Term:
        return term("sub", 0.0, self)

    def __abs__(self) -> Term:
        return term("abs", self)

    def __invert__(self) -> Term:
        return term("not", self)


def _operator(op: str, swapped: bool) -> Callable[[Any, Any], Term]:
    return lambda a, b: term(op, b, a) if swapped else term(op, a, b)


for _name, _op in (("add", "add"), ("sub", "sub"), ("mul", "mul"), ("truediv", "div"), ("and", "and"), ("or", "or")):
    setattr(Term, f"__{_name}__", _operator(_op, False))
    setattr(Term, f"__r{_name}__", _operator(_op, True))
for _name, _op, _swap in (
    ("lt", "lt", False), ("le", "le", False), ("gt", "lt", True), ("ge", "le", True), ("eq", "eq", False),
    ("ne", "ne", False),
):  # fmt: skip
    setattr(Term, f"__{_name}__", _operator(_op, _swap))


def made(op: str, args: Any) -> Term:
    """The expression of that name and arguments (a number for constants, a row for leaves)."""
    key = (op, args if op in ("const", "true", "leaf") else tuple(a.number for a in args))
    if key not in _known:
        _known[key] = Term(op, args)
    return _known[key]


def whole(x: Any) -> Term:
    """A number, truth or expression as an expression."""
    if isinstance(x, Term):
        return x
    return made("true", bool(x)) if isinstance(x, bool | np.bool_) else made("const", float(x) + 0.0)


def number(x: Any) -> Term:
    """The same, truths as 1 and 0."""
    x = whole(x)
    if x.op == "true":
        return made("const", 1.0 if x.args else 0.0)
    return made("select", (x, made("const", 1.0), made("const", 0.0))) if x.truth else x


def truth(x: Any) -> Term:
    """The same as a truth."""
    x = whole(x)
    return x if x.truth else made("true", bool(x.args)) if x.fixed else term("ne", x, 0.0)


def term(op: str, *given: Any) -> Term:
    """An operation on expressions, worked out where all are constants."""
    logical = op in ("and", "or", "not")
    args = tuple((truth if logical else number)(x) for x in given)
    if all(a.fixed for a in args):
        return whole(FOLDED[op](*(a.args for a in args)))
    if len(args) == 2:
        for a, b in (args, args[::-1]):
            if a.fixed and logical:
                return b if a.args == (op == "and") else a
            if a.fixed and op == "mul" and a.args in (0.0, 1.0):
                return b if a.args else a
            if a.fixed and a.args == 0.0 and op == "add":
                return b
        a, b = args
        if b.fixed and ((op == "sub" and b.args == 0.0) or (op == "div" and b.args == 1.0)):
            return a
        if op in ("min", "max") and a is b:
            return a
    return made(op, args)


def select(mask: Any, yes: Any, no: Any) -> Term:
    """`yes` where the mask holds, else `no`."""
    mask, yes, no = truth(mask), whole(yes), whole(no)
    if mask.fixed:
        return yes if mask.args else no
    if yes.truth and no.truth:
        return term("or", term("and", mask, yes), term("and", term("not", mask), no))
    return yes if yes is no else made("select", (mask, number(yes), number(no)))


doubts: list[Term] = []
"""Questions taken as answered by no: whatever makes one true makes the lane wrong."""


def asked(values: Any) -> bool:
    """Whether anything holds in any lane: known where it is constant."""
    terms = [truth(x) for x in np.asarray(values, dtype=object).reshape(-1)]
    if any(t.fixed and t.args for t in terms):
        return True
    doubts.extend(t for t in terms if not t.fixed)
    return False


class Symbols(np.ndarray):
    """An array of expressions with one lane."""

    __array_priority__ = 1e6

    def __array_wrap__(self, out: Any, *_: Any) -> Any:
        return symbols(out) if isinstance(out, np.ndarray) else out

    def any(self, axis: int | None = None, **_: Any) -> Any:
        if axis is None:
            return asked(self)
        if axis in (-1, self.ndim - 1):
            return np.array([asked(x) for x in np.asarray(self).reshape(-1)]).reshape(self.shape[:-1])
        return folded("or", self, axis)

    def all(self, axis: int | None = None, **_: Any) -> Any:
        return not asked(each("not", self)) if axis is None else folded("and", self, axis)

    def max(self, axis: int | None = None, **_: Any) -> Any:
        return folded("max", self, axis)

    def min(self, axis: int | None = None, **_: Any) -> Any:
        return folded("min", self, axis)

    def copy(self, *_: Any) -> Any:
        return symbols(np.array(self, dtype=object))

    def astype(self, *_: Any, **__: Any) -> Any:
        return on_each(number, self)


for _name, _op, _swap in (("lt", "lt", 0), ("le", "le", 0), ("gt", "lt", 1), ("ge", "le", 1), ("eq", "eq", 0)):

    def _compare(a: Any, b: Any, op: str = _op, swapped: int = _swap) -> Any:
        return each(op, b, a) if swapped else each(op, a, b)

    setattr(Symbols, f"__{_name}__", _compare)
setattr(Symbols, "__ne__", lambda a, b: each("ne", a, b))  # noqa: B010


def symbols(array: Any) -> Any:
    return np.asarray(array, dtype=object).view(Symbols)


def on_each(function: Callable[..., Any], *arrays: Any) -> Any:
    """Element by element, broadcast."""
    plain = [np.asarray(a, dtype=object) for a in arrays]
    return symbols(np.frompyfunc(function, len(plain), 1)(*plain))


def each(op: str, *arrays: Any) -> Any:
    return on_each(lambda *x: term(op, *x), *arrays)


def folded(op: str, array: Any, axis: int | None) -> Any:
    parts = np.moveaxis(np.asarray(array, dtype=object), axis or 0, 0)
    out = parts[0]
    for part in parts[1:]:
        out = each(op, out, part)
    return symbols(out)


def symbolic(*things: Any) -> bool:
    return any(isinstance(x, Symbols | Term) or (isinstance(x, list | tuple) and symbolic(*x)) for x in things)


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


def _filled(real: Callable[..., Any], value: float) -> Callable[..., Any]:
    def fill(shape: Any, dtype: Any = np.float64, **_: Any) -> Any:
        if dtype not in (np.float64, float):
            return real(shape, dtype)
        out = np.empty(shape, dtype=object)
        out[...] = whole(value)
        return symbols(out)

    return fill


def _like(fill: Callable[..., Any], real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, **_: real(a) if isinstance(a, np.ndarray) and a.dtype.kind in "iu" else fill(np.shape(a))


def stand_in() -> StandIn:
    """What takes the place of `numpy` in modules that are traced."""
    new = StandIn("numpy")

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
    put("broadcast_to", lambda a, shape: symbols(np.broadcast_to(np.asarray(a, dtype=object), shape)))
    put("array", lambda a, *_, **__: symbols(np.array(a, dtype=object)))
    for name in ("asarray", "ascontiguousarray"):
        put(name, lambda a, *_, **__: a if isinstance(a, Symbols) else symbols(a))
    new.broadcast_arrays = lambda *a: (
        [symbols(x) for x in np.broadcast_arrays(*(np.asarray(y, dtype=object) for y in a))]
        if symbolic(*a) else np.broadcast_arrays(*a)
    )  # fmt: skip
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
