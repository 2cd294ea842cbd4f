"""Pages of the reference that are made from the schema, the shipped worlds and the dictionary of outcomes.

Sphinx reads a page of `docs/reference/`; where it says ``<!-- made: NAME -->``, the part NAME is put in its place. So
nothing is written by hand twice, and nothing generated lies in the tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from multivector.outcomes.entry import Outcome
from multivector.outcomes.registry import SHIPPED, build
from multivector.scenario import load
from multivector.scenario.find import shipped_names
from multivector.schema.document import Scenario
from multivector.schema.editor import editor_schema
from multivector.schema.stocks import STOCKS
from multivector.schema.turn import PHASES

_YES_OR_NO = {"true", "false", "yes", "no", "on", "off"}
MARK = re.compile(r"<!-- made: ([a-z-]+) -->")


@cache
def _world() -> Scenario:
    return load("after-2022")


def _cell(text: object) -> str:
    return str(text if text is not None else "").replace("|", "\\|").replace("\n", " ")


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    heads = list(head)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(map(_cell, row)) + " |" for row in rows)])


def _moves() -> str:
    out = []
    moves = sorted(_world().moves.values(), key=lambda m: (m.code, m.id))
    for kind in ("trade", "diplomatic", "security", "domestic"):
        chosen = [m for m in moves if m.kind == kind]
        rows = [
            (m.code, f"`{m.id}`", m.title.en if m.title else "", ", ".join(m.by),
             ", ".join(m.targets), "asks for an answer" if m.answer else "", m.precedent or m.source)
            for m in chosen
        ]  # fmt: skip
        out += [
            f"## {kind.capitalize()}: {len(chosen)}",
            _table(("code", "id", "move", "by", "toward", "", "precedent or source"), rows),
        ]
    return "\n\n".join(out)


def _doctrines() -> str:
    rows = [
        (f"`{d.id}`", d.title.en if d.title else "", ", ".join(d.for_),
         ", ".join(f"{k} {v}" for k, v in d.weights.items()), f"{d.horizon} quarters", d.risk, d.source)
        for d in sorted(_world().doctrines.values(), key=lambda d: (d.for_, d.id))
    ]  # fmt: skip
    return _table(("id", "doctrine", "for", "weights", "horizon", "aversion to risk", "source"), rows)


def _outcomes() -> str:
    groups: dict[str, list[Outcome]] = {}
    for one in build({**SHIPPED, "store": ("stored",)}).values():
        groups.setdefault(one.group, []).append(one)
    out = []
    for group, members in groups.items():
        rows = [(f"`{o.id}`", o.unit, o.direction, o.definition, o.source) for o in members]
        out += [f"## {group}", _table(("id", "unit", "better", "what it is", "source"), rows)]
    return "\n\n".join(out)


def _worlds() -> str:
    rows = []
    for name in shipped_names():
        if name.startswith("base/"):
            continue
        world = load(name)
        rows.append((
            f"`{name}`", world.title.en if world.title else "", world.question.en if world.question else "",
            ", ".join(world.extends), f"{world.quarters()[0]} to {world.quarters()[-1]}",
        ))  # fmt: skip
    return _table(("id", "world", "question", "extends", "quarters"), rows)


def _stocks() -> str:
    rows = [(f"`{name}`", f"{s.unit}, {s.low:g} to {s.high:g}", s.doc) for name, s in STOCKS.items()]
    return _table(("stock", "unit", "what it is"), rows)


def _phases() -> str:
    return _table(("phase", "what happens"), [(p.name, p.doc) for p in PHASES])


def _type(field: dict[str, Any]) -> str:
    """A field's type in words."""
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if set(field.get("enum", ("",))) <= _YES_OR_NO:
        return "yes or no"
    if field.get("type") == "string" and field.get("pattern", "").startswith("^[-+]?("):
        return "number"  # written with quotes
    if "enum" in field:
        return " or ".join(f"`{v}`" for v in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    for key in ("anyOf", "oneOf"):
        if key in field:
            kinds = [_type(f) for f in field[key] if f.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
    kind = field.get("type", "")
    if kind == "array":
        return f"list of {_type(field.get('items', {})) or 'values'}"
    if kind == "object" and (field.get("patternProperties") or field.get("additionalProperties")):
        inner = next(iter(field.get("patternProperties", {}).values()), field.get("additionalProperties"))
        return f"mapping to {_type(inner) or 'values'}" if isinstance(inner, dict) else "mapping"
    if isinstance(kind, list):
        return "text"  # whatever YAML makes of a word
    return {"string": "text", "integer": "whole number", "boolean": "yes or no"}.get(kind, kind)


def _record(name: str, model: dict[str, Any]) -> str:
    about = model.get("description", "").split("\n\nExamples\n---")[0]
    parts = [f"({name.lower()})=\n## {name}", about]
    fields = model.get("properties", {})
    if fields:
        needed = set(model.get("required", ()))
        parts.append(_table(("field", "", "type"), [
            (f"`{field}`", "needed" if field in needed else "", _type(spec)) for field, spec in fields.items()
        ]))  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _fields() -> str:
    made = editor_schema()
    models = made.pop("$defs")
    return "\n\n".join([_record("Scenario", made), *(_record(n, m) for n, m in sorted(models.items()))])


def _glossary() -> str:
    from multivector.classroom.lesson.lessons import common
    from multivector.classroom.lesson.words import word

    shared = common()
    table = _table(("", "English", "Русский", "Қазақша"),
                   ((n, term.en, term.ru, term.kk) for n, term in enumerate(shared.glossary, 1)))  # fmt: skip
    return f"{table}\n\n{word('words', 'unsigned')}"


PARTS: dict[str, Callable[[], str]] = {
    "moves": _moves, "doctrines": _doctrines, "outcomes": _outcomes, "worlds": _worlds, "stocks": _stocks,
    "phases": _phases, "scenario-fields": _fields, "glossary": _glossary,
}  # fmt: skip


def put_in(app: object, name: str, source: list[str]) -> None:  # noqa: ARG001 (Sphinx's signature)
    """Put the made parts in where a page asks for them."""
    source[0] = MARK.sub(lambda m: PARTS[m[1]](), source[0])


def setup(app: Any) -> dict[str, bool]:
    """Sphinx's way in."""
    app.connect("source-read", put_in)
    return {"parallel_read_safe": True}
