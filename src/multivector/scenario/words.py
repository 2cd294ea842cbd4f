"""What the schema refuses, said in our words, with the place and the nearest name."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from multivector.errors import Problem
from multivector.scenario.limits import MAX_TOLD
from multivector.scenario.names import did_you_mean, listed
from multivector.scenario.nodes import Mapping, Node, child, shown
from multivector.schema.base import LARGEST, SECTORS
from multivector.schema.effects import Effect
from multivector.schema.trace import Mark
from multivector.schema.world import Event

_PATTERNS = {
    "(19|20|21)": "a quarter such as 2022-Q1",
    "^[A-Z][A-Z0-9]{1,5}$": "a code such as KAZ or EU",
    "^(by|target": "an actor's code, by or target",
    "^[A-Z][A-Z0-9]{1,4}[a-z]?$": "a code such as M01",
    "^[A-Za-z0-9][": "a short name of letters, digits, - and _",
    "^[a-z][a-z0-9-]{0,39}$": "a rule such as logit",
    "\\d{1,3}-": "a tally yes-no-abstain such as 141-5-35",
}
_KINDS = {
    "float_parsing": "a number", "float_type": "a number", "finite_number": "an ordinary number",
    "int_parsing": "a whole number", "int_type": "a whole number", "int_from_float": "a whole number",
    "int_parsing_size": "an ordinary whole number", "bool_parsing": "true or false", "bool_type": "true or false",
    "string_type": "a single value", "dict_type": "a mapping", "model_type": "a mapping",
    "model_attributes_type": "a mapping", "tuple_type": "a list", "list_type": "a list",
    "string_too_short": "a text that is not empty", "mapping_type": "a mapping",
}  # fmt: skip


def rewrite(error: ValidationError, root: Mapping, model: type[BaseModel]) -> list[Problem]:
    """Turn a schema error into problems with places.

    Parameters
    ----------
    error : ValidationError
        What the schema raised for the data of `root`.
    root : Mapping
        The tree the data came from.
    model : type
        The model of the whole, for the names that a misspelt key could have meant.

    Returns
    -------
    list of Problem
        In the order of the schema; one for each place and field.
    """
    problems: dict[tuple[Mark, str], Problem] = {}
    for detail in details(error)[: 2 * MAX_TOLD]:
        problem = _problem(detail, root, model)
        problems.setdefault((Mark(problem.file, problem.line, problem.column), problem.field), problem)
    return list(problems.values())


def details(error: ValidationError) -> list[ErrorDetails]:
    """What the schema refused, without lists that it finds too short because it refused what is in them."""
    found = error.errors(include_url=False, include_input=False)
    above = {each["loc"][:number] for each in found for number in range(len(each["loc"]))}
    return [each for each in found if each["type"] != "too_short" or each["loc"] not in above]


def _problem(detail: ErrorDetails, root: Mapping, model: type[BaseModel]) -> Problem:
    loc = [str(part) for part in detail["loc"]]
    bad_key = bool(loc) and loc[-1] == "[key]"
    if bad_key:
        loc.pop()
    node, parent, path = _walk(root, loc)
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        field = ".".join([*path, loc[-1]])
        return Problem(*node.mark, field, "found nothing", _missing(loc[-1]), meant(parent, path[-1]) if path else "")
    if kind == "extra_forbidden":
        options = fields_at(model, detail["loc"][:-1])
        return Problem(*_key_mark(parent, path, node), ".".join(path), f'found the unknown key "{path[-1][:60]}"',
                       listed(options), _key_hint(path[-1], options))  # fmt: skip
    allowed, hint = _allowed(kind, context, path[-1] if bad_key else shown(node).strip('"'))
    if bad_key:
        return Problem(
            *_key_mark(parent, path, node), ".".join(path), f'found the key "{path[-1][:60]}"', allowed, hint
        )
    return Problem(*node.mark, ".".join(path), f"found {shown(node)}", allowed, hint)


def _walk(root: Mapping, loc: Seq[str]) -> tuple[Node, Node, list[str]]:
    """Follow a location of the schema into the tree: the node, its parent, the path.

    Parts that the tree does not have (a bare number has no ``value``, an inline effect no ``then.0``) are skipped.
    """
    node: Node = root
    parent: Node = root
    path: list[str] = []
    for part in loc:
        below = child(node, part)
        if below is not None:
            parent, node = node, below
            path.append(part)
    return node, parent, path


def _key_mark(parent: Node, path: Seq[str], node: Node) -> Mark:
    return parent.keys.get(path[-1], node.mark) if isinstance(parent, Mapping) and path else node.mark


def meant(section: Node, name: str) -> str:
    """The id that an entry was meant to override, as a hint: one that is older than the entry, and very like it.

    Ids that the same file brings are like each other on purpose.
    """
    if not isinstance(section, Mapping) or name not in section.items or section.items[name].previous is not None:
        return ""
    file = section.items[name].mark.file
    older = [key for key, item in section.items.items() if item.previous is not None or item.mark.file != file]
    return did_you_mean(name, older, cutoff=0.8)


def _key_hint(key: str, options: list[str]) -> str:
    if " " in key:
        return "put a text with a comma or colon in quotes"
    return did_you_mean(key, options)


def _missing(name: str) -> str:
    if name.isdecimal():
        return f"at least {int(name) + 1} entries"
    return {"en": "a text in English (en)", "value": "a number as value"}.get(name, f'"{name}" is needed here')


def _allowed(kind: str, context: dict[str, Any], found: str) -> tuple[str, str]:
    """Say what would be right, and the nearest name where there is a list."""
    if kind == "literal_error":
        options = [part.strip("'") for part in str(context["expected"]).replace(" or ", ", ").split(", ")]
        hint = "" if found not in ("dual-use", "dual_use", "machinery-electronics") else 'did you mean "machinery"?'
        return listed(options), did_you_mean(found, options) or (hint if tuple(options) == SECTORS else "")
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        return next((text for start, text in _PATTERNS.items() if start in pattern), "another form"), ""
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        key = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le", "less_than": "lt"}[kind]
        bound = context[key]
        if abs(bound) >= LARGEST:
            return "a number of ordinary size", ""
        word = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}[key]
        return f"{word} {bound:g}", ""
    if kind in ("too_short", "too_long"):
        word, count = ("least", "min_length") if "min_length" in context else ("most", "max_length")
        return f"at {word} {context[count]} {'entry' if context[count] == 1 else 'entries'}", ""
    if kind == "missing_positional_argument":
        return "a list of two", ""
    if kind == "word_or_number":
        return str(context["allowed"]), ""
    return _KINDS.get(kind, "another form"), ""


def fields_at(model: type[BaseModel], loc: Seq[object]) -> list[str]:
    """Return the keys that may stand at a location of a model (none if it is no record).

    Walks the types, so that it is right for every nested record.

    Examples
    --------
    >>> from multivector.schema import Scenario
    >>> fields_at(Scenario, ("calendar",))
    ['start', 'turns']
    """
    here: Any = model
    for part in loc:
        here = _step(here, part)
        if here is None:
            return []
    here = _model_in(here)
    if here is None:
        return []
    names = [field.alias or name for name, field in here.model_fields.items()]
    # A single effect may be written into the event itself.
    return [*names, *(name for name in Effect.model_fields if name not in names)] if here is Event else names


def _step(here: Any, part: object) -> Any:
    found = _model_in(here)
    if found is not None and isinstance(part, str):
        for name, field in found.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
    return here  # a key of a mapping or a number in a list: what is inside is one type


def _model_in(kind: Any) -> type[BaseModel] | None:
    """The first model inside a type such as ``dict[str, Move]`` or ``Quantity | None``."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    for inner in getattr(kind, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
