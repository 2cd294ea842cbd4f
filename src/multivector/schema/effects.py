"""Effects and conditions: closed structures, never expressions. Moves, events and rules are made of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from multivector.schema.base import Model, Number, Quarters, Share

Who = Annotated[str, Field(pattern=r"^(by|target|all|[a-z]+(-[a-z]+)?|[A-Z][A-Z0-9]{1,5})$")]
"""An actor's code, ``by`` (who makes the move), ``target``, a population group, or ``all``."""


class Effect(Model):
    """One change of one stock.

    `stock` is a name of the registry; the index fields it needs (`of`, `toward`, `corridor`, `exporter`, `importer`,
    `sector`) must be given and no other. Actors are codes, or `by` and `target` of the move. For *relation*,
    *displeasure* a missing `toward` is the focus actor; a missing `sector` is every sector. `approval` takes a
    population group in `of`. Either `steps` (in steps of that stock: 1 is one arrow, 0.3 a very small one) or `amount`
    (in the stock's unit), never both. The change comes `delay` quarters later, and is undone after `turns` turns when
    that is given. `chance` (rules and events only) is the probability that it happens.
    """

    stock: str
    of: Who | None = None
    toward: Who | None = None
    corridor: str | None = None
    exporter: Who | None = None
    importer: Who | None = None
    sector: str | None = None
    steps: Number | None = None
    amount: Number | None = None
    delay: Quarters = 0
    turns: Annotated[int, Field(ge=1, le=400)] | None = None
    chance: Share | None = None


class Condition(Model):
    """A question with the answer yes or no.

    Either one of `all`, `any`, `none` with a list of conditions, or a leaf: a `measure` (a stock or a measure), what it
    is of, and a comparison (`above`, `below`, `equal`, `at_least`, `at_most`; two of them make a range). Measures that
    are themselves yes or no, such as *event-active*, need no comparison.
    """

    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    none: tuple[Condition, ...] | None = None
    measure: str | None = None
    of: Who | None = None
    toward: Who | None = None
    by: Who | None = None
    move: str | None = None
    corridor: str | None = None
    exporter: Who | None = None
    importer: Who | None = None
    sector: str | None = None
    event: str | None = None
    vote: str | None = None
    bloc: str | None = None
    sanction: str | None = None
    within: Quarters | None = None
    above: Number | None = None
    below: Number | None = None
    equal: Number | None = None
    at_least: Number | None = None
    at_most: Number | None = None


INDEX_FIELDS: tuple[str, ...] = ("of", "toward", "corridor", "exporter", "importer", "sector")
"""Fields of an effect that say which element of a stock is meant."""

COMPARISONS: tuple[str, ...] = ("above", "below", "equal", "at_least", "at_most")
"""Fields of a condition that compare."""
