"""A small validator of JSON Schema (draft 2020-12): the keywords that the shipped schema uses, and no others.

A keyword that it does not know is an error, so that nothing in the schema goes untried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

KINDS: dict[str, Callable[[Any], bool]] = {
    "null": lambda x: x is None,
    "boolean": lambda x: isinstance(x, bool),
    "string": lambda x: isinstance(x, str),
    "integer": lambda x: isinstance(x, int) and not isinstance(x, bool),
    "number": lambda x: isinstance(x, int | float) and not isinstance(x, bool),
    "array": lambda x: isinstance(x, list),
    "object": lambda x: isinstance(x, dict),
}
ANNOTATIONS = {"$schema", "$defs", "title", "description", "default"}
NUMBERS: dict[str, Callable[[float, float], bool]] = {
    "minimum": lambda x, bound: x >= bound,
    "maximum": lambda x, bound: x <= bound,
    "exclusiveMinimum": lambda x, bound: x > bound,
    "exclusiveMaximum": lambda x, bound: x < bound,
}
SIZES: dict[str, tuple[str, Callable[[int, int], bool]]] = {
    "minItems": ("array", lambda n, bound: n >= bound),
    "maxItems": ("array", lambda n, bound: n <= bound),
    "minProperties": ("object", lambda n, bound: n >= bound),
    "minLength": ("string", lambda n, bound: n >= bound),
}
INNER = {"properties", "patternProperties", "additionalProperties", "propertyNames", "items", "prefixItems"}
KNOWN = {
    *ANNOTATIONS,
    *NUMBERS,
    *SIZES,
    *INNER,
    "$ref",
    "anyOf",
    "allOf",
    "type",
    "enum",
    "const",
    "required",
    "pattern",
}


def problems(value: Any, schema: Any, root: Json, path: str = "") -> Iterator[str]:
    """Say where and how a value breaks a schema."""
    if schema is True:
        return
    if schema is False:
        yield f"{path}: nothing is allowed here"
        return
    unknown = set(schema) - KNOWN
    assert not unknown, f"the validator of the tests does not know {unknown}"
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        yield from problems(value, root["$defs"][name], root, path)
    for inner in schema.get("allOf", ()):
        yield from problems(value, inner, root, path)
    if "anyOf" in schema:
        found = [list(problems(value, inner, root, path)) for inner in schema["anyOf"]]
        if all(found):
            yield f"{path}: none of {len(found)} forms fits; nearest: {min(found, key=len)[0]}"
    yield from _leaf(value, schema, path)
    if isinstance(value, list):
        yield from _list(value, schema, root, path)
    if isinstance(value, dict):
        yield from _object(value, schema, root, path)


def _leaf(value: Any, schema: Json, path: str) -> Iterator[str]:
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if kinds and not any(KINDS[kind](value) for kind in kinds):
        yield f"{path}: {value!r} is not {' or '.join(kinds)}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is not one of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{path}: {value!r} is not {schema['const']!r}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{path}: {value!r} does not fit {schema['pattern']}"
    for word, holds in NUMBERS.items():
        if word in schema and KINDS["number"](value) and not holds(value, schema[word]):
            yield f"{path}: {value!r} is beyond {word} {schema[word]}"
    for word, (kind, fits) in SIZES.items():
        if word in schema and KINDS[kind](value) and not fits(len(value), schema[word]):
            yield f"{path}: its size {len(value)} is beyond {word} {schema[word]}"


def _list(value: list[Any], schema: Json, root: Json, path: str) -> Iterator[str]:
    first = schema.get("prefixItems", [])
    for number, item in enumerate(value):
        inner = first[number] if number < len(first) else schema.get("items", True)
        yield from problems(item, inner, root, f"{path}/{number}")


def _object(value: Json, schema: Json, root: Json, path: str) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}: {name} is missing"
    for key, item in value.items():
        here = f"{path}/{key}"
        if "propertyNames" in schema:
            yield from problems(key, schema["propertyNames"], root, here)
        inner = [schema["properties"][key]] if key in schema.get("properties", {}) else []
        inner += [each for pattern, each in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
        if not inner and "additionalProperties" in schema:
            inner = [schema["additionalProperties"]]
        for each in inner:
            yield from problems(item, each, root, here)
