"""JSON Schema of scenario files, for editors: what the reader accepts, with its short forms, made from the models.

The models describe a resolved world. A file may say less (everything else comes from its parents) and may say it
shorter: lists by id with `disable`, nested parameters, bare numbers for quantities, one word for a list of one.
References between entries, ranges and dates are what `multivector check` adds; the schema finds what can be found while
typing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from multivector.schema.base import WEIGHT_WORDS
from multivector.schema.document import Scenario
from multivector.schema.effects import Effect
from multivector.schema.measures import known_measures
from multivector.schema.stocks import STOCKS

Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BY_ID = ("corridors", "sanctions", "events", "moves", "doctrines", "red_lines", "blocs", "votes", "rules")
"""Sections that a file may write as a list of entries, each with its id."""

WHOLE = ("Effect", "Condition", "StrategicAim", "Leg", "TallyItem", "PointItem", "Text")
"""Records that are never merged with a parent's: what they need must be there."""

SHORT = ("sources", "extends", "needs", "engages", "insures", "pleases", "displeases")
"""Lists that a single word is short for; so is a single code for a list of codes."""

_CODE = {"pattern": r"^[A-Z][A-Z0-9]{1,5}$", "type": "string"}
_ID = r"^[A-Za-z0-9][A-Za-z0-9_./+-]{0,79}$"
_TEXT = {"type": ["string", "number", "boolean"]}
_DIGITS = r"^[-+]?(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)([eE][-+]?\d+)?$"


def editor_schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of a scenario file.

    Returns
    -------
    dict
        Plain data, the same on every call and machine; `multivector schema` prints it.

    Examples
    --------
    >>> made = editor_schema()
    >>> made["$schema"], "moves" in made["properties"], "required" in made
    ('https://json-schema.org/draft/2020-12/schema', True, False)
    """
    made = Scenario.model_json_schema(by_alias=True)
    models: Json = made.pop("$defs")
    models = {name: _record(name, model) for name, model in models.items()}
    top = _record("Scenario", made)
    for name in BY_ID:
        home = models["Alignment"] if name in ("blocs", "votes", "rules") else top
        home["properties"][name] = _list_by_id(home["properties"][name])
    for name, change in _FORMS.items():
        models[name] = change(models[name])
    models["ParameterTree"] = _PARAMETER_TREE
    top["properties"]["parameters"] = {"$ref": "#/$defs/ParameterTree"}
    top["properties"] = {name: _or_nothing(section) for name, section in top["properties"].items()}
    top["title"] = "multivector scenario"
    return {"$schema": DIALECT, **top, "$defs": dict(sorted(models.items()))}


def _record(name: str, model: Json) -> Json:
    """A model as a file may write it: titles of fields dropped, numbers also in quotes, nothing needed unless whole."""
    made = {key: value for key, value in model.items() if key not in ("title", "required")}
    if name in WHOLE and "required" in model:
        made["required"] = model["required"]
    made["properties"] = {key: _field(name, key, field) for key, field in model["properties"].items()}
    return made


def _field(model: str, name: str, field: Json) -> Json:
    made: Json = _plain({key: value for key, value in field.items() if key not in ("title", "default")})
    word = {"anyOf": [_NUMBER, {"enum": list(WEIGHT_WORDS)}]}
    if name == "stock":
        return {"enum": list(STOCKS)}
    if name == "measure":
        options: Json = {"enum": known_measures()}
        return {"anyOf": [options, {"type": "null"}]} if "anyOf" in made else options
    if name == "weights":
        return {**made, "additionalProperties": word}
    if (model, name) in (("Doctrine", "risk"), ("StrategicAim", "weight")):
        return word
    if name == "cost" and model == "Move":
        return {"anyOf": [_NUMBER, made]}
    if made.get("items") == _CODE:
        return {"anyOf": [made, _CODE, {"const": "none"}, {"type": "null"}]}
    short = name in SHORT or (model == "Expectation" and name in ("moves", "given"))
    return {"anyOf": [made, made["items"]]} if short else made


_NUMBER: Json = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _DIGITS}]}


def _plain(node: Any) -> Any:
    """Leaves as the reader takes them: a number may stand in quotes, a text may look like a number."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    kind = node.get("type")
    if kind in ("number", "integer"):
        return {"anyOf": [node, {"type": "string", "pattern": _DIGITS}]}
    if kind == "boolean":
        return {"anyOf": [node, {"enum": ["true", "false", "yes", "no", "on", "off"]}]}
    if kind == "string" and not {"pattern", "enum", "const"} & set(node):
        return {**node, **_TEXT}
    if kind == "string" and node.get("pattern") == _ID:
        return {**node, "type": ["string", "number"]}
    made = {key: _plain(item) for key, item in node.items()}
    # A key that no pattern fits is refused by the reader too.
    return {"additionalProperties": False, **made} if "patternProperties" in made else made


def _list_by_id(section: Json) -> Json:
    """A section by id: a list, a mapping from ids, or ``{disable: …, add: …}``."""
    (entry,) = section["patternProperties"].values()
    listed = {"type": "array", "items": {"allOf": [entry], "required": ["id"]}}
    named = {"type": "object", "additionalProperties": entry}
    names = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
    edited = {
        "type": "object",
        "properties": {"disable": names, "add": {"anyOf": [listed, named, {"type": "null"}]}},
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"anyOf": [listed, edited, named, {"type": "null"}]}


def _or_nothing(section: Json) -> Json:
    """Nothing under a section means that nothing is said."""
    return section if {"type": "null"} in section.get("anyOf", ()) else {"anyOf": [section, {"type": "null"}]}


def _text(model: Json) -> Json:
    return {"anyOf": [_TEXT, model], "description": model["description"]}


def _number_or(model: Json) -> Json:
    return {"anyOf": [_NUMBER, model], "description": model["description"]}


def _profile(model: Json) -> Json:
    by_quarter = {**model["properties"]["values"], "additionalProperties": False}
    return {"anyOf": [_NUMBER, by_quarter, model], "description": model["description"]}


def _event(model: Json) -> Json:
    """A single effect may be written into the event itself."""
    inline = _record("Effect", Effect.model_json_schema(by_alias=True))["properties"]
    return {**model, "properties": {**inline, **model["properties"]}}


def _aim(model: Json) -> Json:
    """An aim may call its measure a stock."""
    properties = {**model["properties"], "stock": {"enum": list(STOCKS)}}
    needed = [name for name in model["required"] if name != "measure"]
    either = [{"required": ["measure"]}, {"required": ["stock"]}]
    return {**model, "properties": properties, "required": needed, "anyOf": either}


def _decision(model: Json) -> Json:
    """One word is short for the rule."""
    return {"anyOf": [model["properties"]["rule"], model], "description": model["description"]}


def _item(model: Json) -> Json:
    forms = [{"$ref": "#/$defs/TallyItem"}, {"$ref": "#/$defs/PointItem"}, model]
    return {"anyOf": forms, "description": model["description"]}


_FORMS: dict[str, Callable[[Json], Json]] = {
    "Text": _text, "Quantity": _number_or, "Profile": _profile, "Event": _event, "StrategicAim": _aim,
    "VoteItem": _item, "Decision": _decision,
}  # fmt: skip

_PARAMETER_TREE: Json = {
    "description": "Parameters, nested by the parts of their ids: a number, a quantity, or more parts.",
    "type": "object",
    "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Quantity"}, {"$ref": "#/$defs/ParameterTree"}]},
}
