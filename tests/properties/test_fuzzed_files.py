"""Whatever stands in a scenario file, `check` answers: fine, or messages. It never crashes, hangs or eats memory."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("resource", reason="the limit of memory is that of Unix")

from hypothesis import HealthCheck, given, seed, settings

import fuzzing
import json_schema
from multivector.scenario.nodes import to_data
from multivector.scenario.reader import parse
from multivector.schema.editor import editor_schema

CASES = 10_000
WHOLE = 500
"""Cases in which a world of full size stands behind the file, and is merged and checked again with most of them."""


@pytest.mark.slow
def test_mutated_files_are_answered() -> None:
    """As `python tests/fuzzing.py --cases 200000`, with fewer cases."""
    assert fuzzing.fuzz(CASES, 0) >= CASES


@pytest.mark.slow
def test_mutated_files_over_a_whole_world_are_answered() -> None:
    assert fuzzing.fuzz(WHOLE, 1, "after-2022") >= WHOLE


def test_seeds_are_valid_files_of_every_section() -> None:
    text = b"\n".join(fuzzing.seeds()).decode()
    assert len(fuzzing.seeds()) > 200
    for section in (
        "parameters",
        "moves",
        "doctrines",
        "corridors",
        "sanctions",
        "events",
        "red_lines",
        "actors",
        "paths",
    ):
        assert f"\n{section}:\n" in f"\n{text}"


@pytest.mark.slow
def test_what_check_takes_the_json_schema_takes() -> None:
    """Editors must not underline what is right: every mutated file that `check` finds fine fits the schema."""
    schema = editor_schema()
    accepted: list[object] = []

    @seed(2)
    @settings(max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(fuzzing.cases())
    def fits(text: bytes) -> None:
        if checker.check(text)[0] == 0:
            node = parse(text.decode("utf-8-sig"), "a.yaml")
            assert node is not None
            accepted.append(to_data(node, free=True))
            assert list(json_schema.problems(accepted[-1], schema, schema)) == []

    with fuzzing.Checker() as checker:
        fits()
    assert len(accepted) > 50


def test_mutations_change_files_and_break_many() -> None:
    """A fuzzer that breaks nothing tries nothing; one that breaks all never comes past the reader."""
    text = fuzzing.seeds()[0]
    changed = {
        operation: fuzzing.mutate(text, [(operation, 500, 400)], fuzzing.seeds()[1]) for operation in fuzzing.OPERATIONS
    }
    assert all(made != text for made in changed.values())
    with fuzzing.Checker() as checker:
        codes = [checker.check(made)[0] for made in changed.values()]
    assert codes.count(2) >= 3


@pytest.mark.parametrize(
    ("deed", "phrase"),
    [
        ("time.sleep(60)", "exit code -1: no answer"),
        ("os._exit(139)", "exit code -2: the process ended with 139"),
        ("b'x' * (8 << 30)", "exit code -2"),
        ("print(json.dumps([1, '', 'internal error: KeyError']), flush=True)", "exit code 1: internal error"),
        ("print(json.dumps([2, '', 'Traceback (most recent call last)']), flush=True)", "a traceback"),
        ("print(json.dumps([2, '', '']), flush=True)", "no message"),
        ("print(json.dumps([0, '', '']), flush=True)", "no word of success"),
    ],
)
def test_what_goes_wrong_is_seen(deed: str, phrase: str, tmp_path: Path) -> None:
    """The fuzzer fails when the program does: a worker that misbehaves at the second case is caught."""
    worker = tmp_path / "worker.py"
    worker.write_text(
        "import json, os, resource, struct, sys, time\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "def read():\n    sys.stdin.buffer.read(struct.unpack('>I', sys.stdin.buffer.read(4))[0])\n"
        "read()\nprint(json.dumps([0, ': fine (', '']), flush=True)\n"
        f"read()\n{deed}\n",
        encoding="utf-8",
    )
    with fuzzing.Checker(worker) as checker:
        assert fuzzing.verdict(*checker.check(b"id: a\n")).startswith(phrase)
