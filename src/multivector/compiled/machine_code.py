"""Expressions as machine code: eight lanes in each register, by the compiler that Numba brings (llvmlite).

exp and log are polynomials after Cody and Waite's reduction (fdlibm's for log), within one unit of the last place of
NumPy's. Products and sums may be joined (fused multiply-add), which is the only freedom that the compiler has. exp and
log are called, not put in their place each time, and nothing is searched for what is equal, which `terms` has done: so
a kernel is compiled in a tenth of the time, and runs as fast.
"""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from multivector.compiled.terms import Term

WIDE, WHOLE, MASK, LANES = "<8 x double>", "<8 x i64>", "<8 x i1>", 8
_ROOT_HALF = int(np.float64(math.sqrt(0.5)).view(np.int64))
_LN2 = (6.93147180369123816490e-01, 1.90821492927058770002e-10)
_LOG = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip


def constant(x: float) -> str:
    """A number in all lanes."""
    bits = struct.unpack("<Q", struct.pack("<d", x))[0]
    return "<" + ", ".join([f"double 0x{bits:016X}"] * LANES) + ">"


def _whole(x: int) -> str:
    return "<" + ", ".join([f"i64 {x}"] * LANES) + ">"


class Lines:
    """Instructions, each with a name of its own."""

    def __init__(self) -> None:
        self.text: list[str] = []

    def add(self, instruction: str) -> str:
        """Put an instruction; its name."""
        name = f"%t{len(self.text)}"
        self.text.append(f"  {name} = {instruction}")
        return name

    def op(self, name: str, a: str, b: str) -> str:
        """An operation on two."""
        return self.add(f"{name} {WIDE} {a}, {b}")

    def fma(self, a: str, b: str, c: str) -> str:
        """a b + c, rounded once."""
        return self.add(f"call {WIDE} @llvm.fma.v8f64({WIDE} {a}, {WIDE} {b}, {WIDE} {c})")

    def bounded(self, x: str, compare: str, limit: float) -> str:
        """x where it compares so with a limit, else the limit."""
        mask = self.add(f"fcmp {compare} {WIDE} {x}, {constant(limit)}")
        return self.add(f"select {MASK} {mask}, {WIDE} {x}, {WIDE} {constant(limit)}")

    def polynomial(self, factors: list[float], x: str) -> str:
        """A polynomial by Horner's rule, the constant first."""
        out = constant(factors[-1])
        for c in reversed(factors[:-1]):
            out = self.fma(out, x, constant(c))
        return out

    def function(self, name: str, result: str) -> str:
        """All instructions as a function of x."""
        body = "\n".join(self.text)
        return f"define internal {WIDE} @{name}({WIDE} %x) noinline {{\n{body}\n  ret {WIDE} {result}\n}}\n"


def _exp() -> str:
    do, magic = Lines(), constant(6755399441055744.0)
    x = do.bounded(do.bounded("%x", "ogt", -708.0), "olt", 709.0)
    shifted = do.fma(x, constant(1.0 / math.log(2.0)), magic)
    minus = do.add(f"fneg {WIDE} {do.op('fsub', shifted, magic)}")
    rest = do.fma(minus, constant(_LN2[1]), do.fma(minus, constant(_LN2[0]), x))
    out = do.polynomial([1.0 / math.factorial(k) for k in range(14)], rest)
    power = do.add(f"add {WHOLE} {do.add(f'bitcast {WIDE} {shifted} to {WHOLE}')}, {_whole(1023)}")
    power = do.add(f"shl {WHOLE} {power}, {_whole(52)}")
    return do.function("exp8", do.op("fmul", out, do.add(f"bitcast {WHOLE} {power} to {WIDE}")))


def _log() -> str:
    do = Lines()
    bits = do.add(f"bitcast {WIDE} %x to {WHOLE}")
    power = do.add(f"ashr {WHOLE} {do.add(f'sub {WHOLE} {bits}, {_whole(_ROOT_HALF)}')}, {_whole(52)}")
    taken = do.add(f"sub {WHOLE} {bits}, {do.add(f'shl {WHOLE} {power}, {_whole(52)}')}")
    f = do.op("fsub", do.add(f"bitcast {WHOLE} {taken} to {WIDE}"), constant(1.0))
    k = do.add(f"sitofp {WHOLE} {power} to {WIDE}")
    s = do.op("fdiv", f, do.op("fadd", f, constant(2.0)))
    z = do.op("fmul", s, s)
    tail = do.op("fmul", z, do.polynomial(list(_LOG), z))
    half = do.op("fmul", do.op("fmul", f, f), constant(0.5))
    inner = do.op("fmul", s, do.op("fadd", half, tail))
    small = do.op("fsub", do.op("fsub", half, do.fma(k, constant(_LN2[1]), inner)), f)
    out = do.fma(k, constant(_LN2[0]), do.add(f"fneg {WIDE} {small}"))
    sound = do.add(f"fcmp ogt {WIDE} %x, {constant(0.0)}")
    return do.function("log8", do.add(f"select {MASK} {sound}, {WIDE} {out}, {WIDE} {constant(math.nan)}"))


def needed(results: Sequence[Term]) -> list[Term]:
    """The expressions that some results rest on, each after what it needs."""
    seen: dict[int, Term] = {}
    todo = list(results)
    while todo:
        t = todo.pop()
        if t.number not in seen:
            seen[t.number] = t
            todo += [] if t.fixed or t.op == "leaf" else t.args
    return [seen[k] for k in sorted(seen)]


def _instruction(t: Term, at: dict[int, str]) -> list[str]:
    n, a = at[t.number], [at[x.number] for x in t.args]
    if t.op in ("add", "sub", "mul", "div"):
        return [f"  {n} = f{t.op} contract nsz {WIDE} {a[0]}, {a[1]}"]
    if t.op in ("min", "max"):
        compare = "olt" if t.op == "min" else "ogt"
        return [
            f"  {n}c = fcmp {compare} {WIDE} {a[0]}, {a[1]}",
            f"  {n} = select {MASK} {n}c, {WIDE} {a[0]}, {WIDE} {a[1]}",
        ]
    if t.op in ("lt", "le", "eq", "ne"):
        compare = {"lt": "olt", "le": "ole", "eq": "oeq", "ne": "une"}[t.op]
        return [f"  {n} = fcmp {compare} {WIDE} {a[0]}, {a[1]}"]
    if t.op in ("and", "or"):
        return [f"  {n} = {t.op} {MASK} {a[0]}, {a[1]}"]
    if t.op == "not":
        return [f"  {n} = xor {MASK} {a[0]}, <{', '.join(['i1 true'] * LANES)}>"]
    if t.op == "select":
        return [f"  {n} = select {MASK} {a[0]}, {WIDE} {a[1]}, {WIDE} {a[2]}"]
    called = {"exp": "exp8", "log": "log8", "sqrt": "llvm.sqrt.v8f64", "abs": "llvm.fabs.v8f64"}[t.op]
    return [f"  {n} = call {WIDE} @{called}({WIDE} {a[0]})"]


def _address(name: str, row: int) -> list[str]:
    return [
        f"  %p{name} = getelementptr ptr, ptr %rows, i64 {row}",
        f"  %b{name} = load ptr, ptr %p{name}",
        f"  %a{name} = getelementptr double, ptr %b{name}, i64 %lane",
    ]


@dataclass(frozen=True)
class Part:
    """What is worked out at once.

    Attributes
    ----------
    results : what to fill rows with.
    rows : the row that each is put in.
    place : leaf -> number of the row that it is read from.
    """

    results: Sequence[Term]
    rows: Sequence[int]
    place: Mapping[int, int]


@dataclass(frozen=True)
class Again:
    """What is worked out again and again, in eight lanes at a time until they have all ended.

    Attributes
    ----------
    part : what a repetition works out.
    going : which of its results, and of those before the first repetition, says that a lane has not ended.
    most : the largest number of repetitions.
    """

    part: Part
    going: int
    most: int


def _body(part: Part, name: str) -> list[str]:
    """Instructions for eight lanes."""
    body: list[str] = []
    at: dict[int, str] = {}
    for t in needed(part.results):
        if t.op == "const":
            at[t.number] = constant(t.args)
        elif t.op == "true":
            at[t.number] = "<" + ", ".join([f"i1 {str(t.args).lower()}"] * LANES) + ">"
        else:
            at[t.number] = f"%{name}n{t.number}"
            if t.op == "leaf":
                body += _address(f"{name}l{t.number}", part.place[t.args])
                body.append(f"  {at[t.number]} = load {WIDE}, ptr %a{name}l{t.number}, align 8")
            else:
                body += _instruction(t, at)
    for j, (t, row) in enumerate(zip(part.results, part.rows, strict=True)):
        value = at[t.number]
        if t.truth:
            body.append(f"  %{name}f{j} = uitofp {MASK} {value} to {WIDE}")
            value = f"%{name}f{j}"
        body += [*_address(f"{name}o{j}", row), f"  store {WIDE} {value}, ptr %a{name}o{j}, align 8"]
    return body


def _going(part: Part, again: Again, name: str) -> list[str]:
    """Whether any of eight lanes has not ended, as it has just been put in its row."""
    return [
        *_address(f"{name}g", part.rows[again.going]),
        f"  %{name}still = load {WIDE}, ptr %a{name}g, align 8",
        f"  %{name}mask = fcmp one {WIDE} %{name}still, {constant(0.0)}",
        f"  %{name}any = call i1 @llvm.vector.reduce.or.v8i1({MASK} %{name}mask)",
    ]


def source_of(first: Part, again: Again | None = None) -> str:
    """A function in LLVM's language that fills a row for each result, eight lanes at a time."""
    repeated = [] if again is None else [
        "again:",
        "  %step = phi i64 [0, %loop], [%one, %again]",
        *_body(again.part, "r"),
        *_going(again.part, again, "r"),
        f"  %one = add i64 %step, 1\n  %under = icmp slt i64 %one, {again.most}",
        "  %go = and i1 %under, %rany",
        "  br i1 %go, label %again, label %end",
    ]  # fmt: skip
    on = ["  br label %end"] if again is None else [*_going(first, again, ""), "  br i1 %any, label %again, label %end"]
    return "\n".join(
        [
            f"declare {WIDE} @llvm.fma.v8f64({WIDE}, {WIDE}, {WIDE})",
            f"declare {WIDE} @llvm.sqrt.v8f64({WIDE})",
            f"declare {WIDE} @llvm.fabs.v8f64({WIDE})",
            f"declare i1 @llvm.vector.reduce.or.v8i1({MASK})",
            _exp(),
            _log(),
            "define void @kernel(ptr noalias %rows, i64 %lanes) {\nentry:\n  br label %loop\nloop:",
            "  %lane = phi i64 [0, %entry], [%next, %end]",
            *_body(first, ""),
            *on,
            *repeated,
            f"end:\n  %next = add i64 %lane, {LANES}\n  %more = icmp slt i64 %next, %lanes",
            "  br i1 %more, label %loop, label %over\nover:\n  ret void\n}\n",
        ]
    )


def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=f"{features},-prefer-256-bit", opt=2
    )


def processor() -> str:
    """What machine code is made for: this processor and its features."""
    return f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def compiled(source: str) -> bytes:
    """Machine code of a source, as an object file."""
    module, machine = llvm.parse_assembly(source), _machine()
    options = llvm.create_pipeline_tuning_options(speed_level=0)
    options.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return bytes(machine.emit_object(module))


class Code:
    """Machine code in the memory of this process, ready to be called with addresses of rows and a number of lanes."""

    def __init__(self, made: bytes) -> None:
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(made))
        self._engine.finalize_object()
        self._call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(
            self._engine.get_function_address("kernel")
        )

    def __call__(self, rows: Any, lanes: int) -> None:
        """Fill the rows: addresses of those that are read, then of those that are filled; lanes are a multiple of 8."""
        self._call(rows.ctypes.data, lanes)
