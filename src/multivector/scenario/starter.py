"""The text of a new scenario file: valid as it stands, with examples from its parent that only need uncommenting."""

from __future__ import annotations

import json

from multivector.schema.document import Scenario

EXAMPLES = '# Take the "# " away from what you need, and change it.'
"""The line under which every commented line is an example."""


def starter(name: str, parent: str, world: Scenario, question: str | None = None) -> str:
    """Write a scenario file that extends `parent` and says where to go on.

    Parameters
    ----------
    name : str
        The id.
    parent : str
        What it extends, as `extends` names it.
    world : Scenario
        The parent, resolved: the examples name its actors, doctrines, corridors and numbers.
    question : str, optional
        What the scenario asks.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> text = starter("half-shut", "after-2022", load("after-2022"), "How much survives?")
    >>> [line for line in text.splitlines() if line.startswith(("id", "question", "extends"))]
    ['id: half-shut', 'question: "How much survives?"', 'extends: after-2022']
    """
    asked = question or f"What changes against {parent}, and why?"
    lines = [
        "# yaml-language-server: $schema=schema.json",
        f"# What differs from {parent}; the rest comes from there, with its sources.",
        f"id: {_word(name)}",
        f"title: {_text(name)}",
        f"question: {_text(asked)}",
        "# Where what you write here comes from: texts, figures, your own assumption.",
        'sources: ["my own assumption"]',
        f"extends: {_word(parent)}",
        "# This world runs beside yours on the same draws: a difference between them is due to what you write here.",
        f"benchmark: {_word(parent)}",
        "",
        EXAMPLES,
        *(f"# {line}" for line in _examples(world)),
    ]
    return "\n".join(lines) + "\n"


def _examples(world: Scenario) -> list[str]:
    """Every kind of change that a first scenario is likely to make, with names that exist in this world."""
    quarters = world.quarters()
    lines = ["calendar: " + f"{{start: {quarters[0]}, turns: {len(quarters)}}}"]
    now = world.actors[world.focus].doctrine if world.focus in world.actors else None
    others = [name for name, each in world.doctrines.items() if world.focus in each.for_ and name != now]
    if others:
        lines += ["actors:", f"  {world.focus}: {{doctrine: {others[0]}}}"]
    numbers = [name for name, each in world.parameters.items() if each.low is not None and each.low < each.value]
    if numbers:
        quantity = world.parameters[numbers[0]]
        # The low end of its range: a value that its source still allows.
        lines += ["parameters:", f"  {numbers[0]}: {quantity.low:g}"]
    oil = [name for name, each in world.corridors.items() if each.kind == "oil"]
    effect = (
        f"stock: corridor-capacity, corridor: {_word(oil[0])}, amount: -0.5" if oil else "stock: fund, amount: -0.05"
    )
    lines += [
        "events:",
        "  - id: my-event",
        f"    turn: {quarters[min(1, len(quarters) - 1)]}",
        '    title: "What happens, in words"',
        f"    then: [{{{effect}, turns: 4}}]",
        "    cause: legal",
        '    source: "my own assumption"',
    ]
    return lines


def _text(text: str) -> str:
    """A text in double quotes: JSON's escapes are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _word(name: str) -> str:
    """A name, in quotes where YAML would read something else: every word is text to the reader, but not to editors."""
    plain = name[0].isalpha() and all(c.isalnum() or c in "-_/." for c in name)
    return name if plain and name.lower() not in ("null", "true", "false", "yes", "no", "on", "off") else _text(name)
