"""Actors, their moves and their doctrines."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from multivector.schema.base import (
    Code,
    Codes,
    GoalName,
    Id,
    Item,
    Model,
    Number,
    Positive,
    Quarters,
    Share,
    Sign,
    Text,
    Weight,
)
from multivector.schema.effects import Condition, Effect
from multivector.schema.quantity import Quantity


def _cost(value: Any) -> Any:
    """A bare number is a cost to whoever makes the move."""
    return {"by": value} if isinstance(value, str | int | float) else value


def _words(value: Any) -> Any:
    """One word is short for a list of one."""
    return [value] if isinstance(value, str) else value


Who = Annotated[str, Field(pattern=r"^(by|target|[A-Z][A-Z0-9]{1,5})$")]
Belief = Literal["alliance-helps", "partners-stay", "sanctions-last"]
Whos = Annotated[tuple[Who, ...], BeforeValidator(_words)]


class Economy(Model):
    """What is known of the economy of an actor that the shipped figures do not have; all in US$ bn a year.

    `exports` and `imports` are goods to and from the economies named; one that is not named gets the share that this
    economy has in the income of the rest of the world. `exports_total` and `imports_total` are all goods (in
    proportion to income if not said). `like` is the economy whose trade with the rest of the world gives the sectors.
    """

    gdp: Quantity
    exports: dict[Code, Quantity] = Field(default_factory=dict)
    imports: dict[Code, Quantity] = Field(default_factory=dict)
    exports_total: Quantity | None = None
    imports_total: Quantity | None = None
    like: Code = "EU"


class Actor(Model):
    """A state or bloc that acts.

    `doctrine` names an entry of `doctrines`; `weights` override single weights of it. `trade: figures` reads the
    actor's economy from the figures, or from `economy` where the figures have none (an added actor); `none` leaves it
    out of the trade block. `point` is its place in the space of votes, in standard deviations over states, where the
    figures have none. `relations` gives relations with others at the start, -1 to 1. `stocks` gives other starting
    values by stock name. `slots` is how many moves it makes a turn at most.
    """

    name: Text | None = None
    doctrine: Id | None = None
    weights: dict[GoalName, Weight] = Field(default_factory=dict)
    trade: Literal["figures", "none"] = "figures"
    economy: Economy | None = None
    point: tuple[Number, Number] | None = None
    relations: dict[Code, Sign] = Field(default_factory=dict)
    stocks: dict[str, Number] = Field(default_factory=dict)
    slots: Annotated[int, Field(ge=0, le=10)] | None = None
    source: str | None = None
    note: str | None = None


class Move(Item):
    """What an actor may do in a turn.

    `by` may make it, toward one of `targets` (none = no target). With `answer` it is an offer: nothing happens until
    the target agrees; if it refuses, `on_refusal` happens instead. With `drawn` outsiders decide (talks hosted or
    mediated, a regional summit): `effects` happen where it comes about, `on_refusal` where it does not. Moves of one
    `group` exclude each other within a turn (tighten, relax). Offers of one `contest` are rivals: of those open to one
    side in a quarter at most one is taken. It is on the menu while `when` holds, and rests for
    `cooldown` quarters after use. `effects` happen at once or later. `cost` is in utility units (1 = 1% of base real
    income a quarter), by code or `by`.
    `engages` and `insures` say toward which powers the move counts as engaging or as insuring, for the hedge ratio;
    `pleases` and `displeases` say who likes it. `official_reason` and `read_as` are what players are shown: motives are
    never stated as facts. `passes` names, by code, the parameter with the probability that the move comes through where
    others have a veto: the slot is spent either way. `needs` lists what must exist (a corridor, a bloc, a sanction,
    another move, by id). `switch` names the mechanism that its effects belong to: where that is off, the move may be
    made and nothing follows. `dated` marks what a scenario may write down with its dates instead: under
    `senders: dated` nobody plays it, or it would count twice. `loyalty` marks an offer of which the acceptance draws
    the other side into a conflict; a refusal displeases the more, the more is owed.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,4}[a-z]?$")] | None = None
    kind: Literal["trade", "diplomatic", "security", "domestic"]
    by: Codes
    targets: Codes = ()
    answer: bool = False
    drawn: Literal["venue", "mediation", "summit"] | None = None
    group: Id | None = None
    contest: Id | None = None
    when: Condition | None = None
    effects: tuple[Effect, ...] = ()
    on_refusal: tuple[Effect, ...] = ()
    cost: Annotated[dict[Who, Number], BeforeValidator(_cost)] = Field(default_factory=dict)
    cooldown: Quarters = 0
    passes: dict[Who, str] = Field(default_factory=dict)
    needs: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    switch: Id | None = None
    dated: bool = False
    loyalty: bool = False
    official_reason: Text | None = None
    read_as: Text | None = None
    precedent: str | None = None
    engages: Whos = ()
    insures: Whos = ()
    pleases: Whos = ()
    displeases: Whos = ()


class StrategicAim(Model):
    """One entry of a power's list of aims: a measure, of what, and how much it matters (negative: unwelcome)."""

    measure: str
    of: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] | None = None
    toward: Code | None = None
    by: Code | None = None
    move: str | None = None
    within: Quarters | None = None
    corridor: str | None = None
    exporter: Code | None = None
    importer: Code | None = None
    sector: str | None = None
    event: str | None = None
    vote: str | None = None
    bloc: str | None = None
    sanction: str | None = None
    weight: Weight
    sign: Literal["+", "-"] = "+"
    title: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _stock(cls, value: Any) -> Any:
        if isinstance(value, dict) and "stock" in value and "measure" not in value:
            return {("measure" if key == "stock" else key): item for key, item in value.items()}
        return value


class Doctrine(Item):
    """A named policy: what an actor wants, how far it looks, what it believes.

    `weights` are words (none, low, medium, high, very high) or numbers. `strategic` is the signed list behind the
    weight of that name. `risk` is the aversion to bad futures, 0 to 1 or a word. `horizon` is in quarters. `precision`
    scales how surely the best entry is chosen. `foresight` scales what stocks are worth after this quarter: at 0 the
    actor weighs this quarter alone. `pressure` is the weight of each power's ask in a vote, `vote_shift`
    moves the voting point along the two axes. `beliefs` are probabilities that the actor goes by where it weighs its
    moves, whatever is true: `alliance-helps` (help comes in a crisis at home; for the focus actor), `partners-stay`
    (within the horizon no power leaves: what relations and investment are worth later fades with it), `sanctions-last`
    (within the horizon measures stand: so does what coverage and rungs are worth later). What is not said is taken for
    certain, help for as likely as it is.
    """

    for_: Codes = Field(alias="for")
    weights: dict[GoalName, Weight] = Field(default_factory=dict)
    strategic: tuple[StrategicAim, ...] = ()
    risk: Weight = "medium"
    horizon: Annotated[int, Field(ge=1, le=80)] = 4
    precision: Positive = 1.0
    foresight: Positive = 1.0
    pressure: dict[Code, Positive] = Field(default_factory=dict)
    vote_shift: tuple[Number, Number] = (0.0, 0.0)
    beliefs: dict[Belief, Share] = Field(default_factory=dict)
