"""Expressions of numbers: what a lane's arithmetic is, kept in place of its result.

Equal expressions are one object, and what is known beforehand is worked out, so that what is compiled from them does
nothing twice. Leaves are numbers of rows that a kernel reads.
"""

from __future__ import annotations

import math
from collections.abc import Callable
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
        """Whether its value is known beforehand."""
        return self.op in ("const", "true")

    @property
    def truth(self) -> bool:
        """Whether it is a truth, not a number."""
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
        return whole(yes if mask.args else no)
    if yes.truth and no.truth:
        return term("or", term("and", mask, yes), term("and", term("not", mask), no))
    return made("select", (mask, number(yes), number(no))) if yes is not no else whole(yes)
