"""What a turn would cost if its arithmetic were compiled: the look-ahead's menus and the trade solves, on one core.

Run `python benchmarks/bench_floor.py [scenario] [--lanes 512] [--turn 9] [--repeats 9]` in an environment that has
`numba` beside the locked packages: of it the compiler, llvmlite, is used; nothing shipped needs it. The functions of
`decisions` and `mechanisms` are not written a second time: they are run once on symbols (`traced`), and what they do
to a lane is compiled (`kernels`). Each part is measured in a process of its own bound to one processor, on what the
engine really asks in that turn: the solves turn about with NumPy, the others after NumPy (which the symbols replace).
Medians, microseconds of the processor for a history. The last lines say what histories a second these parts alone
would allow, which nothing reaches while the rest costs anything. `doubtful` lanes end the tail of the hazards
elsewhere than *stop* does: NumPy sorts them, the kernel of this script leaves them out (and the comparison too).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from bench_ensemble import one_core

TURNS, STEPS, CHUNK, LANES = 16, 12, 128, 8
PACKAGES = ("multivector.decisions", "multivector.mechanisms", "multivector.world")
PLAIN = str, int, float, bool, type(None), types.FunctionType, types.MethodType, types.ModuleType, type, np.generic


class Stop(Exception):
    """Enough has been played."""


class Inputs:
    """Arrays of objects replaced by symbols (in place), and the rows that they stand for.

    Numbers in which all lanes agree are constants, but for those of what changes from turn to turn (`varies`).
    """

    def __init__(self, lanes: int) -> None:
        self.lanes, self.rows, self._done, self._keep = lanes, [], {}, []

    def array(self, values: Any, varies: bool) -> Any:
        from traced import made, symbols, whole

        if values.dtype not in (np.float64, np.bool_) or values.ndim == 0 or values.shape[-1] != self.lanes:
            return values
        flat = np.ascontiguousarray(values, np.float64).reshape(-1, self.lanes)
        out = np.empty(len(flat), dtype=object)
        for k, row in enumerate(flat):
            if not varies and (row == row[0]).all():
                out[k] = whole(row[0])
            else:
                out[k] = made("leaf", len(self.rows))
                self.rows.append(row)
        return symbols(out.reshape(*values.shape[:-1], 1))

    def of(self, thing: Any, varies: bool) -> Any:
        """The thing with symbols for numbers, all that hangs on it included."""
        if isinstance(thing, PLAIN):
            return thing
        if id(thing) not in self._done:
            self._keep.append(thing)
            self._done[id(thing)] = thing
            self._done[id(thing)] = self._replaced(thing, varies)
        return self._done[id(thing)]

    def _replaced(self, thing: Any, varies: bool) -> Any:
        if isinstance(thing, np.ndarray):
            return thing if thing.dtype == object else self.array(thing, varies)
        if isinstance(thing, tuple):
            return tuple(self.of(x, varies) for x in thing)
        if isinstance(thing, dict | list):
            for key in list(thing) if isinstance(thing, dict) else range(len(thing)):
                thing[key] = self.of(thing[key], varies)
        elif type(thing).__module__.startswith(PACKAGES) and hasattr(thing, "__dict__"):
            for name, value in list(vars(thing).items()):
                object.__setattr__(thing, name, self.of(value, varies))
        return thing


def model_of(scenario: str, lanes: int) -> Any:
    """A batch at its first turn."""
    from multivector.scenario import load
    from multivector.world.model import DiplomacyModel
    from multivector.world.setup import Setup

    return DiplomacyModel(Setup(load(scenario)), range(lanes), seed=1)


def median(work: Callable[[], object], repeats: int) -> float:
    """Median seconds of the processor."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def compared(plain: Callable[[], object], fast: Callable[[], object], lanes: int, repeats: int) -> dict[str, float]:
    """Microseconds a history of both, turn about, and the median ratio of the pairs."""
    pairs = [(median(plain, 3), median(fast, 3)) for _ in range(repeats)]
    mid = [1e6 * statistics.median(p[k] for p in pairs) / lanes for k in (0, 1)]
    return {"numpy": mid[0], "compiled": mid[1], "ratio": statistics.median(a / b for a, b in pairs)}


def apart(found: Any, wanted: Any) -> float:
    """Largest difference, relative above one."""
    return float((np.abs(found - wanted) / np.maximum(np.abs(wanted), 1.0)).max())


# ---- the look-ahead


def tail_value(values: Any, weights: Any, tail: float = 0.2) -> Any:
    """`conditional_value_at_risk` without a sort that looks at numbers: neighbours exchanged until all are in order."""
    from traced import select, symbols, term

    shape = np.broadcast_shapes(values.shape, weights.shape)
    columns = (np.broadcast_to(np.asarray(a, dtype=object), shape).reshape(shape[0], -1).T for a in (values, weights))
    out = []
    for value, weight in zip(*columns, strict=True):
        v, w, count = list(value), list(weight), shape[0]
        for start in range(count):
            for i in range(start % 2, count - 1, 2):
                swap = term("lt", v[i + 1], v[i])
                for x in (v, w):
                    x[i], x[i + 1] = select(swap, x[i + 1], x[i]), select(swap, x[i], x[i + 1])
        left, total = term("add", tail, 0.0), term("add", 0.0, 0.0)
        for a, b in zip(v, w, strict=True):
            part = term("min", left, b)
            total, left = term("add", total, term("mul", part, a)), term("sub", left, part)
        out.append(term("div", total, tail))
    return symbols(np.array(out, dtype=object).reshape(shape[1:]))


def fresh(look: Any) -> None:
    """Forget what the turn has worked out for this actor: its first slot pays for it."""
    step = look.step
    for known in (step.hazard_worth, step._by_plan, step._with_response, step._standing):
        known.clear()
    look._gains, look.response = None, step.row_response(look.plan)


def menu(scenario: str, lanes: int, turn: int, repeats: int, actor: str) -> dict[str, float]:
    """One actor's menu weighed for its first slot: rows, odds, terms, hazards with risk aversion, offers."""
    import traced
    from kernels import Kernel

    from multivector.decisions import choice, lookahead

    model, plain, caught = model_of(scenario, lanes), lookahead.Deliberation.weigh, []

    def weigh(look: Any) -> Any:
        found = plain(look)
        if model.state.turn == turn and look.actor == actor:
            caught.append(look)
            raise Stop
        return found

    lookahead.Deliberation.weigh = weigh  # type: ignore[method-assign]
    try:
        model.run()
    except Stop:
        pass
    finally:
        lookahead.Deliberation.weigh = plain  # type: ignore[method-assign]
    look = caught[0]

    def by_numpy() -> Any:
        fresh(look)
        found = look.weigh()
        return [found.value, found.accept, found.transfer, *([] if look._gains is None else [look._gains])]

    wanted = np.concatenate([np.broadcast_to(a, (len(a), lanes)) for a in by_numpy()])
    seconds = [median(by_numpy, 3) for _ in range(repeats)]
    inputs, engine = Inputs(lanes), look.step.engine
    engine.hazard_rates._known = None
    for part in (engine, look.plan, look.wants, look.objectives):
        inputs.of(part, False)
    engine.p.lanes = 1
    inputs.of(look.step, True)
    look.view, look.made = inputs.of(look.view, True), inputs.of(look.made, True)
    start = time.perf_counter()
    with traced.standing_in(*PACKAGES):
        choice.conditional_value_at_risk = tail_value
        traced.doubts.clear()
        terms = [traced.whole(x) for part in by_numpy() for x in np.asarray(part).reshape(-1)]
    doubt = traced.whole(False)
    for t in traced.doubts:
        doubt = traced.term("or", doubt, t)
    kernel = Kernel([*terms, doubt])
    built = time.perf_counter() - start
    out = np.empty((len(terms) + 1, lanes))
    rows = kernel.rows(inputs.rows, list(out))
    kernel.call(rows, lanes)
    sure = out[-1] == 0.0
    fast = [median(lambda: kernel.call(rows, lanes), 5) for _ in range(repeats)]
    return {
        "numpy": 1e6 * statistics.median(seconds) / lanes, "compiled": 1e6 * statistics.median(fast) / lanes,
        "ratio": statistics.median(a / b for a, b in zip(seconds, fast, strict=True)),
        "apart": apart(out[:-1, sure], wanted[:, sure]), "doubtful": 1.0 - float(sure.mean()),
        "operations": kernel.operations, "functions": kernel.functions, "build": built,
    }  # fmt: skip


# ---- trade


def asked_of(scenario: str, lanes: int, turn: int) -> dict[str, tuple[Any, Any]]:
    """Arguments of a turn's trade solves, by function."""
    from multivector.world.economy import economy, nearby

    model, found = model_of(scenario, lanes), {}
    for module, name in ((economy, "solve"), (nearby, "nearby_income")):
        setattr(module, name, _noting(getattr(module, name), name, found, lambda: model.state.turn == turn))
    while model.state.turn <= turn:
        model.step()
    return found


def _noting(plain: Callable[..., Any], name: str, found: dict[str, Any], now: Callable[[], bool]) -> Callable[..., Any]:
    """The function, which notes what it is asked at a time."""

    def called(*args: Any, **how: Any) -> Any:
        if now():
            found[name] = (args, how)
        return plain(*args, **how)

    return called


class Search:
    """`trade_solver.quasi_newton` compiled: a kernel for the first evaluation, one for a step; lanes end one by one."""

    def __init__(self, market: Any, deficit: Any, lanes: int, tol: float) -> None:
        import traced
        from kernels import Kernel

        from multivector.mechanisms import trade, trade_solver

        size = market.size
        inputs = Inputs(lanes)
        own = [np.zeros((k, lanes)) for k in (size, size * size, size, 1, 1)]
        u, h, z, still, count = (inputs.of(a, True) for a in own)
        inputs.of(market, True)
        h = h.reshape(size, size, 1)
        with traced.standing_in("multivector.mechanisms"):
            np_, matvec, dot = trade_solver.np, trade_solver.matvec, trade_solver.dot
            residual = market.residual(u)
            norm = np_.abs(residual).max(axis=0)
            first = [u, matvec(h, residual), norm > tol, norm, trade.real_income(market, deficit)]
            moved = np_.where(still > 0.0, trade_solver._bounded(-z), 0.0)
            after = u + moved
            residual = market.residual(after)
            norm = np_.abs(residual).max(axis=0)
            z_new, going = matvec(h, residual), (still > 0.0) & (norm > tol)
            change = z_new - z
            below = dot(moved, change)
            usable = (np_.abs(below) > 1e-300) & going
            direction = np_.where(usable, (moved - change) / below, 0.0)
            h_new = h + direction[:, None] * trade_solver.rowmat(moved, h)
            z_new = z_new + direction * dot(moved, z_new)
            step = [after, z_new, going, norm, trade.real_income(market, deficit), h_new, count + still]
        self.first, self.step = (
            Kernel([traced.whole(x) for part in parts for x in np.asarray(part).reshape(-1)]) for parts in (first, step)
        )
        # Rows side by side for some lanes at a time; a row's length is no power of two, or all would share a few places
        # of the cache.
        self.rows = np.stack(inputs.rows)
        self._part = np.zeros((len(self.rows) + size + 1, CHUNK + LANES))
        ends = np.cumsum([len(a) for a in own])
        self.u, self.h, z_at, still_at, self.count = (slice(b - len(a), b) for a, b in zip(own, ends, strict=True))
        income, norm = slice(len(self.rows), len(self.rows) + size), slice(len(self.rows) + size, None)
        read, self._still = list(self._part), self._part[still_at]
        written = [*self._part[self.u], *self._part[z_at], *self._still, *self._part[norm], *self._part[income]]
        self._at = (
            self.first.rows(read, written),
            self.step.rows(read, [*written, *self._part[self.h], *self._part[self.count]]),
        )
        self.out = np.empty((len(self._part), lanes))
        self._told = [self.u, self.h, self.count, income]
        self.income = self.out[income]

    def __call__(self, start: Any, jac_inv: Any) -> None:
        """Solve all lanes from a start."""
        lanes, part = self.out.shape[1], self._part
        self.rows[self.u], self.rows[self.h] = start, jac_inv.reshape(-1, lanes)
        for a in range(0, lanes, CHUNK):
            b = min(a + CHUNK, lanes)
            part[: len(self.rows), : b - a] = self.rows[:, a:b]
            self.first.call(self._at[0], b - a)
            for _ in range(STEPS):
                if not self._still[0, : b - a].any():
                    break
                self.step.call(self._at[1], b - a)
            for rows in self._told:
                self.out[rows, a:b] = part[rows, : b - a]


def cut_solves(scenario: str, lanes: int, turn: int, repeats: int) -> dict[str, float]:
    """The solves with a partner's trade cut, carried from the turn before."""
    from multivector.mechanisms.trade import solve, with_lanes
    from multivector.mechanisms.trade_market import Market

    (base, phi, transfer, theta), how = asked_of(scenario, lanes, turn)["solve"]
    many = phi.shape[-1]
    wide = [phi, base.beta, base.output, base.va, transfer, with_lanes(theta, 1)]
    search = Search(Market(*wide), base.deficit, many, how["tol"])
    search(how["start"], how["jac_inv"])
    wanted = solve(base, phi, transfer, theta, **how)
    out = compared(
        lambda: solve(base, phi, transfer, theta, **how), lambda: search(how["start"], how["jac_inv"]), many, repeats
    )
    assert (search.out[search.count] == wanted.iterations).all()
    away = max(apart(search.out[search.u], wanted.ln_c), apart(search.income, wanted.ln_income))
    return out | {
        "apart": away, "solves": many / lanes, "steps": float(wanted.iterations.mean()),
        "operations": search.step.operations, "functions": search.step.functions,
        "build": search.first.seconds + search.step.seconds,
    }  # fmt: skip


def rows_nearby(scenario: str, lanes: int, turn: int, repeats: int) -> dict[str, float]:
    """Real incomes of the rows that touch trade, near the solution, once a turn for all menus."""
    import traced
    from kernels import Kernel

    from multivector.mechanisms.trade_nearby import nearby_income

    args, _ = asked_of(scenario, lanes, turn)["nearby_income"]
    wanted = nearby_income(*args)
    seconds = [median(lambda: nearby_income(*args), 3) for _ in range(repeats)]
    inputs, start = Inputs(lanes), time.perf_counter()
    base, *rest = args
    symbols = [inputs.of(base, False), *(inputs.of(part, True) for part in rest)]
    with traced.standing_in("multivector.mechanisms"):
        terms = [traced.whole(x) for x in np.asarray(nearby_income(*symbols)).reshape(-1)]
    kernel = Kernel(terms)
    built = time.perf_counter() - start
    out = np.empty((len(terms), lanes))
    rows = kernel.rows(inputs.rows, list(out))
    kernel.call(rows, lanes)
    fast = [median(lambda: kernel.call(rows, lanes), 5) for _ in range(repeats)]
    return {
        "numpy": 1e6 * statistics.median(seconds) / lanes, "compiled": 1e6 * statistics.median(fast) / lanes,
        "ratio": statistics.median(a / b for a, b in zip(seconds, fast, strict=True)),
        "apart": apart(out.reshape(wanted.shape), wanted), "rows": wanted.shape[1],
        "operations": kernel.operations, "functions": kernel.functions, "build": built,
    }  # fmt: skip


# ---- the whole turn in NumPy


def turns(scenario: str, few: int, many: int, repeats: int) -> dict[str, float]:
    """What a turn costs whatever its lanes (milliseconds), and each lane more (microseconds)."""
    seconds: dict[int, float] = {}
    for _ in range(repeats):
        for lanes in (few, many):
            model = model_of(scenario, lanes)
            start = time.process_time()
            model.run()
            seconds[lanes] = min(seconds.get(lanes, np.inf), (time.process_time() - start) / TURNS)
    lane = (seconds[many] - seconds[few]) / (many - few)
    return {"calls": 1e3 * (seconds[few] - few * lane), "lane": 1e6 * lane, "rate": many / seconds[many] / TURNS}


WORK: dict[str, Callable[..., Any]] = {f.__name__: f for f in (menu, cut_solves, rows_nearby, turns)}


def measured(task: str, *args: Any) -> dict[str, float]:
    """What a process of its own finds."""
    command = [sys.executable, os.path.abspath(__file__), "--worker", json.dumps([task, *args])]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def line(name: str, found: dict[str, float]) -> str:
    rest = ", ".join(f"{k} {v:.3g}" for k, v in found.items() if k not in ("numpy", "compiled", "ratio"))
    return f"{found['numpy']:>9.2f}{found['compiled']:>10.3f}{found['ratio']:>8.1f}  {name}: {rest}"


def actors_of(scenario: str) -> Sequence[str]:
    from multivector.scenario import load
    from multivector.world.layout.layout import build_layout

    return list(build_layout(load(scenario)).actors)


def main() -> None:
    """Read the command line: the driver, or one measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scenario", nargs="?", default="after-2022")
    parser.add_argument("--lanes", type=int, default=512)
    parser.add_argument("--turn", type=int, default=9)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        one_core()
        task, *args = json.loads(chosen.worker)
        print(json.dumps(WORK[task](*args)))
        return
    name, lanes, given = chosen.scenario, chosen.lanes, (chosen.lanes, chosen.turn, chosen.repeats)
    print(f"{name}, turn {chosen.turn}, {lanes} lanes, medians of {chosen.repeats}, load {os.getloadavg()[0]:.1f}")
    whole = measured("turns", name, lanes, 2 * lanes, 3)
    print(
        f"NumPy: {whole['calls']:.1f} ms a turn for its calls, {whole['lane']:.0f} us a turn for each history more; "
        f"{whole['rate']:.0f} histories a second in batches of {2 * lanes}"
    )
    print(f"{'NumPy':>9}{'compiled':>10}{'ratio':>8}  microseconds a history")
    parts: dict[str, list[float]] = {"menus": [0.0, 0.0], "trade": [0.0, 0.0]}
    for actor in actors_of(name):
        found = measured("menu", name, *given, actor)
        print(line(f"menu of {actor}, first slot", found), flush=True)
        parts["menus"] = [a + found[k] for a, k in zip(parts["menus"], ("numpy", "compiled"), strict=True)]
    for task, title in (("cut_solves", "one solve with a partner cut"), ("rows_nearby", "rows near the solution")):
        found = measured(task, name, *given)
        print(line(title, found), flush=True)
        times = found.get("solves", 1.0)
        parts["trade"] = [a + times * found[k] for a, k in zip(parts["trade"], ("numpy", "compiled"), strict=True)]
    for part, both in parts.items():
        rates = [1e6 / TURNS / us for us in both]
        print(f"{part}: {both[0]:.1f} and {both[1]:.2f} us; alone {rates[0]:.0f} and {rates[1]:.0f} histories a second")


if __name__ == "__main__":
    main()
