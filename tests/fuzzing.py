"""Mutated scenario files: the seeds, the mutations, and the process that checks them.

``python tests/fuzzing.py --cases 200000`` tries many more than the tests do.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import selectors
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent
BROKEN = ROOT / "tests" / "broken"
PATIENCE = 2.0
"""Seconds that a case may take."""

WORDS = (
    "&a", "*a", "!!str", "!", "{", "}", "[", "]", "- ", ": ", ":", ",", "\t", "\n", "\n  ", "\n\n---\n", "...",
    "#", "'", '"', "|", ">", "?", "? ", "<<", "<<: *a", "%TAG", "%YAML 1.2\n---\n", "\x00", "\x1b[31m",
    "\u2028", "\ufeff", "\u202e", "\u00e9", "~", "null", "none", "all", "NO", "yes", "true", "12:30", "0o7",
    "0x1F", "-0", "1e400", "-1e400", ".inf", ".nan", "nan", "9" * 400, "1" * 20, "0.1", "-1", "KAZ", "RUS",
    "EU", "ZZZ", "by", "target", "2022-Q1", "2022-Q9", "9999-Q4", "0000-Q1", "id", "id: a", "value", "value: 1",
    "extends: case", "extends: world", "extends: ../x", "disable", "disable: all", "add", "steps", "amount",
    "when", "all: []", "any: [{all: []}]", "measure: turn", "stock: relation", "parameters", "moves", "actors",
    "x" * 3000, "a.b.c", "a..b", ".", "..", "/", "\\", "relation", "corridor-capacity", "sequential", "logit",
)  # fmt: skip
OPERATIONS = ("insert", "replace", "delete", "copy", "swap", "indent", "cut", "byte", "repeat", "graft")

MOST = 4
"""Mutations of a file."""

Mutation = tuple[str, int, int]
"""What is done, where, and with what (each as a part of a thousand)."""


@cache
def seeds() -> tuple[bytes, ...]:
    """Small valid files: every entry of the shipped files by itself, alone and in a whole little world."""
    found: list[str] = [path.read_text(encoding="utf-8") for path in sorted(BROKEN.glob("*parent.yaml"))]
    found.append((BROKEN / "world.yaml").read_text(encoding="utf-8"))
    for path in sorted([*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "scenarios" / "base").glob("*.yaml")]):
        found += _excerpts(path.read_text(encoding="utf-8"))
    whole = [f"extends: world\n{text}" for text in found if "extends" not in text]
    with Checker() as checker:
        return tuple(text for text in (t.encode() for t in [*found, *whole]) if checker.check(text)[0] == 0)


def _excerpts(text: str) -> list[str]:
    """Every section with each of its entries alone."""
    out = []
    for section in re.split(r"\n(?=\S)", text):
        head, _, body = section.partition("\n")
        if head.startswith(("#", "extends", "benchmark")) or not body.strip():
            continue
        entries = re.split(r"\n(?=  [-\w])", "\n" + body)
        out += [f"{head}\n{entry.strip(chr(10))}\n" for entry in entries if entry.strip() and len(entry) < 4000]
    return out


def mutate(text: bytes, mutations: list[Mutation], other: bytes) -> bytes:
    """Apply mutations one after the other; `other` is a file to take pieces from."""
    for operation, where, what in mutations:
        at = where * len(text) // 1000
        lines = text.split(b"\n")
        row = where * len(lines) // 1000
        word = WORDS[what * len(WORDS) // 1000].encode("utf-8", "surrogatepass")
        if operation == "insert":
            text = text[:at] + word + text[at:]
        elif operation == "replace":
            spans = [m.span() for m in re.finditer(rb"[\w.-]+", text)] or [(0, 0)]
            start, end = spans[where * len(spans) // 1000]
            text = text[:start] + word + text[end:]
        elif operation == "delete":
            text = text[:at] + text[at + 1 + what // 50 :]
        elif operation == "cut":
            text = text[:at]
        elif operation == "byte":
            text = text[:at] + bytes([what % 256]) + text[at + 1 :]
        elif operation == "repeat":
            text = text[:at] + text[at : at + 40] * (1 + what // 20) + text[at:]
        elif operation == "graft":
            start = what * len(other) // 1000
            text = text[:at] + other[start : start + 200] + text[at:]
        else:
            target = what * len(lines) // 1000
            if operation == "copy":
                lines.insert(target, lines[row])
            elif operation == "swap":
                lines[row], lines[target] = lines[target], lines[row]
            else:
                lines[row] = b" " * (what % 5) + (lines[row] if what % 2 else lines[row].lstrip())
            text = b"\n".join(lines)
    return text


def cases(parent: str = "") -> st.SearchStrategy[bytes]:
    """Files one to four mutations away from a valid one; with `parent`, parts of a world that extends it.

    All choices come from one draw: Hypothesis takes longer over twelve small ones than the check of the file does.
    """
    valid = [text for text in seeds() if not parent or b"extends" not in text]
    head = f"extends: {parent}\n".encode() if parent else b""

    def case(raw: bytes) -> bytes:
        first, other, count, *rest = struct.unpack(">HHB" + "BHH" * MOST, raw)
        parts = [rest[3 * number : 3 * number + 3] for number in range(1 + count % MOST)]
        mutations = [(OPERATIONS[a % len(OPERATIONS)], b % 1000, c % 1000) for a, b, c in parts]
        return head + mutate(valid[first % len(valid)], mutations, seeds()[other % len(seeds())])

    size = struct.calcsize(">HHB" + "BHH" * MOST)
    return st.binary(min_size=size, max_size=size).map(case)


class Checker:
    """The process that checks; started anew after a case that it did not survive."""

    def __init__(self, worker: Path = ROOT / "tests" / "fuzz_worker.py") -> None:
        self.worker = worker

    def __enter__(self) -> Checker:
        self.folder = Path(tempfile.mkdtemp())
        for name in ("world", "parent", "kinds-parent"):
            shutil.copy(BROKEN / f"{name}.yaml", self.folder)
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        environment = {key: value for key, value in os.environ.items() if key != "MULTIVECTOR_TRACEBACK"}
        self._process = subprocess.Popen(
            [sys.executable, str(self.worker), str(self.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        assert self._process.stdout is not None
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._process.stdout, selectors.EVENT_READ)
        # The first case pays for the imports.
        self._ask(b"id: a\n", 60.0)

    def _stop(self) -> None:
        self._ready.close()
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait()

    def check(self, text: bytes) -> tuple[int, str, str]:
        """Exit code, output and errors of `multivector check` for a file; -1 for a hang, -2 for a crash."""
        answer = self._ask(text, PATIENCE)
        if answer[0] == -1:
            # A busy machine may have slowed it: a case that hangs does so twice.
            self._again()
            answer = self._ask(text, PATIENCE)
        if answer[0] < 0:
            self._again()
        return answer

    def _again(self) -> None:
        self._stop()
        self._start()

    def _ask(self, text: bytes, patience: float) -> tuple[int, str, str]:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(struct.pack(">I", len(text)) + text)
        process.stdin.flush()
        if not self._ready.select(patience):
            return -1, "", f"no answer in {patience:g} s"
        line = process.stdout.readline()
        if not line:
            return -2, "", f"the process ended with {process.wait()}"
        code, out, err = json.loads(line)
        return code, out, err


def verdict(code: int, out: str, err: str) -> str:
    """What is wrong with an answer; nothing if it is one that a user may get."""
    if code not in (0, 2):
        return f"exit code {code}: {err[:300]}"
    if "Traceback" in out + err or "internal error" in out + err:
        return f"a traceback: {err[:300]}"
    if code == 0 and ": fine (" not in out:
        return f"no word of success: {out[:300]}"
    if code == 2 and "found" not in err:
        return f"no message: {err[:300]}"
    return ""


def fuzz(examples: int, start: int, parent: str = "") -> int:
    """Try so many cases and return how many were tried; raises AssertionError with the smallest that goes wrong."""
    tried = 0
    with Checker() as checker:

        @seed(start)
        @settings(
            max_examples=examples, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(cases(parent))
        def holds(text: bytes) -> None:
            nonlocal tried
            tried += 1
            wrong = verdict(*checker.check(text))
            assert not wrong, f"{wrong}\n{text!r}"

        holds()
    return tried


def main() -> None:
    options = argparse.ArgumentParser(description="Check many mutated scenario files.")
    options.add_argument("--cases", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=0, help="of the first round of 10,000")
    chosen = options.parse_args()
    began = time.perf_counter()
    for number, done in enumerate(range(0, chosen.cases, 10_000)):
        fuzz(min(10_000, chosen.cases - done), chosen.seed + number)
        print(f"{min(done + 10_000, chosen.cases):,} cases, {time.perf_counter() - began:.0f} s", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
