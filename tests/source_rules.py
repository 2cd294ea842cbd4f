"""Rules of the code that no linter knows, as functions from a syntax tree to the places that break them.

Each rule takes a parsed module and yields `(line, what is wrong)`. The reasons: a replicate must come out the same to
the bit alone, in a batch of 7 and in 1000, so the lane axis (the last) enters no product and no sum, powers go through
exp and log, and nothing that draws depends on the order of a set. `test_lint_rules.py` applies the rules to the project
and shows that each one fires.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Finding = tuple[int, str]
Rule = Callable[[ast.Module], Iterator[Finding]]

PRODUCTS = frozenset(
    {"einsum", "einsum_path", "dot", "vdot", "inner", "matmul", "tensordot", "vecdot", "matvec", "vecmat"}
)
POWERS = frozenset({"power", "float_power"})
# Reductions whose value could mix lanes. any and all are left out: they only decide when a loop stops or an error is
# raised, and a converged lane is frozen.
REDUCTIONS = frozenset(
    {"sum", "prod", "mean", "average", "std", "var", "median", "quantile", "percentile", "ptp", "min", "max"}
    | {"amin", "amax", "argmin", "argmax", "argsort", "cumsum", "cumprod", "count_nonzero", "trapezoid"}
    | {f"nan{n}" for n in ("sum", "prod", "mean", "std", "var", "median", "min", "max", "quantile", "percentile")}
)
FUNCTION_ONLY_REDUCTIONS = frozenset({"sort", "diff", "gradient"})
UFUNC_REDUCTIONS = frozenset({"reduce", "accumulate", "reduceat"})
DRAW_WORDS = ("draw", "stream", "uniform", "gumbel", "lottery")
VIEWS = frozenset({"keys", "values", "items"})


def dotted(node: ast.AST) -> str:
    """`np.add.reduce` for the expression of that name; an empty string for anything that is not a chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""


def is_constant(node: ast.AST | None) -> bool:
    """Is this a literal, a signed literal, or an expression of such (`2**10`, `-1`)?"""
    if isinstance(node, ast.UnaryOp):
        return is_constant(node.operand)
    if isinstance(node, ast.BinOp):
        return is_constant(node.left) and is_constant(node.right)
    return isinstance(node, ast.Constant)


def literal_int(node: ast.AST | None) -> int | None:
    """The value of an integer literal with or without a sign, else None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = literal_int(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call, with the last word of what is called (`sum` for `np.sum(x)` and for `(a * b).sum(axis=0)`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
            yield node, name


def leaves_lanes_alone(call: ast.Call, name: str) -> bool:
    """Is this an einsum that leaves the trailing axes of every operand and of the result open (`...`)?"""
    first = call.args[0] if call.args else None
    if name != "einsum" or not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return False
    return all(term.endswith("...") for term in first.value.replace("->", ",").split(","))


def no_products_over_axes(tree: ast.Module) -> Iterator[Finding]:
    """No `@` and no contraction over lanes: their order of summation depends on the number of lanes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            yield node.lineno, "matrix product @"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("numpy"):
            names = [alias.name for alias in node.names if alias.name in PRODUCTS | POWERS]
            yield from ((node.lineno, f"import of {name}") for name in names)
    for call, name in calls(tree):
        if isinstance(call.func, ast.Attribute) and name in PRODUCTS and not leaves_lanes_alone(call, name):
            yield call.lineno, f"product {name}()"


def no_powers_of_arrays(tree: ast.Module) -> Iterator[Finding]:
    """No power but of literals: scalar and array powers differ in the last bit; write exp(b * log(a)), or x * x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not is_constant(node):
            yield node.lineno, "power **"
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Pow):
            yield node.lineno, "power **="
        elif isinstance(node, ast.Attribute) and node.attr in POWERS:
            yield node.lineno, f"power {node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "pow":
            yield node.lineno, "power pow()"


def _axis(call: ast.Call, position: int) -> ast.AST | None:
    for keyword in call.keywords:
        if keyword.arg == "axis":
            return keyword.value
    return call.args[position] if len(call.args) > position else None


def _reduction(call: ast.Call, name: str) -> int | None:
    """The position of `axis` among the arguments if this call reduces an array, else None."""
    if not isinstance(call.func, ast.Attribute):
        return None  # the builtin sum, min, max: they see sequences, not axes
    path = dotted(call.func)
    from_numpy = path.startswith(("np.", "numpy."))
    if name in UFUNC_REDUCTIONS and from_numpy:
        return 1
    if name in REDUCTIONS:
        return 1 if from_numpy else 0
    return 1 if from_numpy and name in FUNCTION_ONLY_REDUCTIONS else None


def _only_refuses(tree: ast.Module) -> set[ast.Call]:
    """The calls inside `check_...(...) -> None`: such a function raises or does nothing, so no number leaves it."""
    named = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.lstrip("_").startswith("check_"))
    silent = [f for f in named if isinstance(f.returns, ast.Constant) and f.returns.value is None]
    return {call for function in silent for call, _ in calls(function)}


def reductions_name_an_axis(tree: ast.Module) -> Iterator[Finding]:
    """A reduction names one axis as a literal, and never the last: that is the lane."""
    refusing = _only_refuses(tree)
    for call, name in calls(tree):
        position = _reduction(call, name)
        if position is None or call in refusing:
            continue
        axis = literal_int(_axis(call, position))
        if axis is None:
            yield call.lineno, f"{name}() without one literal axis"
        elif axis == -1:
            yield call.lineno, f"{name}() over the lane axis"


def numbers_stay_arrays(tree: ast.Module) -> Iterator[Finding]:
    """No float(x) and no x.item(): a number of the scenario may differ between replicates."""
    refusing = _only_refuses(tree)
    for call, name in calls(tree):
        if call in refusing:
            continue
        if isinstance(call.func, ast.Name) and name == "float" and not (call.args and is_constant(call.args[0])):
            yield call.lineno, "float() of a number that may be an array"
        elif isinstance(call.func, ast.Attribute) and name == "item":
            yield call.lineno, ".item()"


def _iterated(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension):
            yield node.iter


def _is_set(node: ast.expr) -> bool:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"set", "frozenset"}
    return called or isinstance(node, ast.Set | ast.SetComp)


def no_iteration_over_sets(tree: ast.Module) -> Iterator[Finding]:
    """The order of a set of words changes from process to process; sorted() first."""
    for node in _iterated(tree):
        wrapped = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
        inner = node.args[0] if wrapped and node.func.id in {"list", "tuple", "enumerate"} else node
        if _is_set(inner):
            yield node.lineno, "iteration over a set"


def _draws(function: ast.AST) -> bool:
    named = getattr(function, "name", "")
    return any(word in name.lower() for name in (named, *(n for _, n in calls(function))) for word in DRAW_WORDS)


def no_views_where_draws_are_made(tree: ast.Module) -> Iterator[Finding]:
    """A function that draws iterates over sorted things, not over the views of a dict."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or not _draws(function):
            continue
        for node in _iterated(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VIEWS:
                yield node.lineno, f"iteration over .{node.func.attr}() in {function.name}, which draws"


def no_generators(tree: ast.Module) -> Iterator[Finding]:
    """Random generators come from multivector.randomness alone: a draw without a name is a draw that moves others."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node) in {"np.random", "numpy.random"}:
            yield node.lineno, "numpy.random"
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = {alias.name for alias in node.names}
            if node.module in {"random", "secrets", "numpy.random"} or (node.module == "numpy" and "random" in names):
                yield node.lineno, f"import from {node.module}"
        elif isinstance(node, ast.Import):
            bad = [a.name for a in node.names if a.name in {"random", "secrets"} or a.name.startswith("numpy.random")]
            yield from ((node.lineno, f"import of {name}") for name in bad)


def no_clock(tree: ast.Module) -> Iterator[Finding]:
    """The same input gives the same output, today and tomorrow."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today", "perf_counter", "monotonic"}:
            yield node.lineno, f"clock .{node.attr}"
        elif isinstance(node, ast.Import) and any(alias.name == "time" for alias in node.names):
            yield node.lineno, "import of time"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield node.lineno, "import from time"


def _helpers_that_assert(tree: ast.Module) -> set[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {f.name for f in functions if any(isinstance(n, ast.Assert) for n in ast.walk(f))}


def tests_assert(tree: ast.Module) -> Iterator[Finding]:
    """Every test checks something, and checks more than a constant."""
    helpers = _helpers_that_assert(tree) | {"raises", "warns", "fail", "assert"}
    for test in ast.walk(tree):
        if isinstance(test, ast.Assert) and is_constant(test.test):
            yield test.lineno, "assert of a constant"
        if not isinstance(test, ast.FunctionDef) or not test.name.startswith("test"):
            continue
        own = any(isinstance(node, ast.Assert) for node in ast.walk(test))
        if not own and not any(n in helpers or n.startswith(("assert_", "check_")) for _, n in calls(test)):
            yield test.lineno, f"{test.name} asserts nothing"
