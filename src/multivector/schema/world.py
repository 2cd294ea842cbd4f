"""Corridors, sanctions, blocs, votes, rules and events: what the actors find in the world."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from multivector.schema.base import Code, Codes, Id, Item, Model, Number, Quarter, Sector, Share, Sign
from multivector.schema.effects import Condition, Effect
from multivector.schema.quantity import Profile, Quantity


class Leg(Model):
    """One leg of a corridor: places are free names, `owner` is the actor who could close it."""

    from_: str = Field(alias="from")
    to: str
    owner: Code | None = None
    mode: Literal["pipeline", "rail", "road", "sea", "river", "air", "port"] | None = None


class Corridor(Item):
    """A way out: `kind` oil or goods.

    `legs` form a chain; `crosses` are the states whose ground it crosses. `capacity` and `base_flow` share a unit (Mt a
    year for oil), `fee` and `cost` share one (USD a tonne), `days` is the whole way. A goods corridor serves `sectors`
    on `pairs` of economies that its legs join, both ways. Its share of that trade in the base world is a parameter,
    ``corridors.share.PAIR.CORRIDOR``; without one it carries nothing.
    """

    kind: Literal["oil", "goods"]
    legs: tuple[Leg, ...] = ()
    crosses: Codes = ()
    capacity: Quantity | None = None
    base_flow: Quantity | None = None
    fee: Quantity | None = None
    cost: Quantity | None = None
    days: Quantity | None = None
    sectors: tuple[Sector, ...] = ()
    pairs: tuple[tuple[Code, Code], ...] = ()


class SectorMeasure(Model):
    """What a package does to one sector: `coverage`, share of the trade it covers (a number or by quarter), and
    `wedge`, the log-point cost on the covered trade that still moves."""

    coverage: Profile
    wedge: Quantity


class Secondary(Model):
    """Whom the senders watch for evasion."""

    watches: Codes


class Sanction(Item):
    """A package of sanctions by `senders` on `target`, by sector, from `start` until before `end` (none = open).

    `self_sanctioning` is a wedge on uncovered lines: firms that leave beyond the law.
    """

    senders: Codes
    target: Code
    sectors: dict[Sector, SectorMeasure] = Field(default_factory=dict)
    start: Quarter
    end: Quarter | None = None
    self_sanctioning: Quantity | None = None
    secondary: Secondary | None = None


class Bloc(Item):
    """A standing group of states: a customs union, an alliance, a forum. Codes need not be actors of the scenario."""

    kind: Literal["customs-union", "alliance", "coalition", "forum", "organisation"]
    members: Codes
    duty_shares: dict[Code, Share] = Field(default_factory=dict)


class TallyItem(Model):
    """A text that no estimate exists for: like an older text (`like`), moved to meet the announced tally
    (yes-no-abstain) of all other voters."""

    from_: Literal["tally"] = Field(alias="from")
    like: str
    tally: Annotated[str, Field(pattern=r"^\d{1,3}-\d{1,3}-\d{1,3}$")]


class PointItem(Model):
    """A text with an estimated direction `b` and two thresholds: `c` (no to abstain), `d` (abstain to yes)."""

    b: tuple[Number, Number]
    c: Number
    d: Number


class VoteItem(Model):
    """How a text divides the voters: `from: tally` with `like` and `tally`, or `b`, `c`, `d`."""

    tally: TallyItem | None = None
    point: PointItem | None = None

    @model_validator(mode="before")
    @classmethod
    def _form(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "point" in value or isinstance(value.get("tally"), dict | TallyItem):
            return value
        return {"tally": value} if {"from", "like", "tally"} & set(value) else {"point": value}


class Vote(Item):
    """A scheduled text: the state it names, how it divides, and the declared positions of the powers (-1 to 1)."""

    turn: Quarter
    issue: Id
    names: Code | None = None
    item: VoteItem
    positions: dict[Code, Sign] = Field(default_factory=dict)


class Rule(Item):
    """When `when` holds, `then` happens, with probability `chance`. A rule may not script a fact to be explained."""

    when: Condition
    then: tuple[Effect, ...] = Field(min_length=1)
    chance: Share = 1.0


class Alignment(Model):
    """Blocs, votes and rules."""

    blocs: dict[Id, Bloc] = Field(default_factory=dict)
    votes: dict[Id, Vote] = Field(default_factory=dict)
    rules: dict[Id, Rule] = Field(default_factory=dict)


class Event(Item):
    """Something that happens in a quarter, from outside the model.

    `then` is a list of effects; a single effect may be written into the event itself. `cause` is what lay behind it:
    only *deliberate* answers to displeasure, and a stop of the Caspian pipeline is felt as a threat as far as its cause
    lets people suspect an order (`oil.suspected`; a deliberate one in full). `opens: crisis` opens a severe crisis at
    home in that quarter, with up to three decisions inside it. `opens: territorial-claim` (of the actor `by`) and
    `opens: unplanned-rupture` (of a `bloc`) say that this has come, from that quarter on: red lines and conditions may
    ask for it, nothing else in the world raises it, and what it changes stands in `then`.
    """

    turn: Quarter
    then: tuple[Effect, ...] = Field(min_length=1)
    cause: Literal["weather", "legal", "third-party", "deliberate", "none"] = "none"
    opens: Literal["crisis", "territorial-claim", "unplanned-rupture"] | None = None
    by: str | None = None
    bloc: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _inline(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "then" in value:
            return value
        inner = {key: item for key, item in value.items() if key in Effect.model_fields}
        outer = {key: item for key, item in value.items() if key not in inner}
        return {**outer, "then": [inner]} if inner else outer
