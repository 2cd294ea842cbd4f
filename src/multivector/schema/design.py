"""Calendar, decisions, uncertainties and red lines: how a scenario is played and judged."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from multivector.schema.base import (
    Code,
    Codes,
    Confidence,
    Item,
    Model,
    Number,
    Positive,
    Quarter,
    quarter_index,
    quarter_name,
)


class Calendar(Model):
    """The quarters that are played: the first one, and how many.

    Examples
    --------
    >>> Calendar(start="2022-Q4", turns=2).quarters()
    ['2022-Q4', '2023-Q1']
    """

    start: Quarter = "2022-Q1"
    turns: Annotated[int, Field(ge=1, le=200)] = 16

    def quarters(self) -> list[str]:
        """Return the names of all turns."""
        first = quarter_index(self.start)
        return [quarter_name(first + turn) for turn in range(self.turns)]


class Slots(Model):
    """How many moves an actor makes a turn at most: the focus actor, and any other."""

    focus: Annotated[int, Field(ge=0, le=10)] = 3
    others: Annotated[int, Field(ge=0, le=10)] = 2


RULES: tuple[str, ...] = ("logit", "qre", "hold", "random", "scripted")
"""Ways to choose that are built in; an installed package may add others, and none of it may be written in a file."""

_RULE = r"^[a-z][a-z0-9-]{0,39}$"
RuleName = Annotated[
    str,
    Field(pattern=_RULE),
    WithJsonSchema({"anyOf": [{"enum": list(RULES)}, {"type": "string", "pattern": _RULE}]}),
]


EntryId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,5}:[a-z][a-z0-9-]*>[A-Z][A-Z0-9]{1,5}$")]
"""An offer on a menu: who makes it, the move, and who answers."""
VoteCast = Literal["no", "abstain", "yes", "absent"]


class Decision(Model):
    """How the actors choose; one word is short for `rule`.

    `logit` weighs the menu and expects of the others what they were likely to do last turn; `qre` expects what would be
    their replies to each other now; `hold` does nothing, `random` picks any feasible entry, `scripted` follows
    `script`: actor -> quarter -> list of entries, each ``move`` or ``move@TARGET`` (actors without a script weigh). An
    installed package may add rules. `actors` gives single actors a rule of their own. `depth: deep` evaluates every
    entry on twice the futures. `slots` is for actors that have none of their own. `answers` gives answers to offers by
    quarter and entry (``CHN:summit-with-china>KAZ: true``), and `votes` casts votes by text and actor, in place of
    those that would be drawn: so a game that people played is a world that can be run again.
    """

    rule: RuleName = "logit"
    actors: dict[Code, RuleName] = Field(default_factory=dict)
    depth: Literal["default", "deep"] = "default"
    slots: Slots = Slots()
    script: dict[Code, dict[Quarter, tuple[str, ...]]] = Field(default_factory=dict)
    answers: dict[Quarter, dict[EntryId, bool]] = Field(default_factory=dict)
    votes: dict[str, dict[Code, VoteCast]] = Field(default_factory=dict)

    def rule_of(self, actor: str) -> str:
        """The rule by which an actor chooses.

        Examples
        --------
        >>> decision = Decision(rule="scripted", actors={"RUS": "random"}, script={"KAZ": {}})
        >>> [decision.rule_of(actor) for actor in ("CHN", "KAZ", "RUS")]
        ['logit', 'scripted', 'random']
        """
        rule = self.actors.get(actor, self.rule)
        return "logit" if rule == "scripted" and actor not in self.script else rule


class Uncertainty(Model):
    """A number that is not known: its range and how it is spread over it."""

    low: Number
    high: Number
    distribution: Literal["uniform", "loguniform", "triangular", "normal"] = "uniform"
    confidence: Confidence | None = None
    source: str | None = None
    note: str | None = None


class Family(Model):
    """What the plain numbers of a family have in common: unit, date, confidence, and the range that a sweep covers.

    A number that stands alone in an entry (a doctrine's `risk`, a move's `cost`) has no room for all this. `ledger`
    names families by pattern, ``doctrines.*.risk``, each part a name or with stars; the longest pattern that fits
    counts, and what a number says of itself counts before it, then its entry's `source` and `turn`. The range is
    `each_way` around the value, or from the value over `times` to the value times it, or the value alone: `exact` is a
    rule, a record, or a choice of the question. Nothing in a run reads this section.
    """

    unit: str | None = None
    date: str | None = None
    confidence: Confidence | None = None
    source: str | None = None
    each_way: Positive | None = None
    times: Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)] | None = None
    exact: bool = False
    note: str | None = None


class OutcomeView(Model):
    """How one outcome is judged here: its `weight` in the composite (only parts of it have one; 1 unless given), and
    the smallest difference that matters (`margin`, in the outcome's unit)."""

    weight: Positive | None = None
    margin: Positive | None = None
    source: str | None = None
    note: str | None = None


def _words(value: Any) -> Any:
    """One word is short for a list of one."""
    return [value] if isinstance(value, str) else value


class Expectation(Model):
    """What a scenario is expected to show, so that a test can hold the model against it.

    Either `outcome`, an id of the dictionary of outcomes, or `moves`: how often a history has them made, by the actors
    of `by` (by anybody if not said). It goes `up`, `down` or stays the `same` (within the outcome's margin) against
    another world on the same draws: `against`, or the benchmark if not said. `set` changes values of this world for the
    comparison and `against_set` of the other one, as ``--set`` does. `from` and `until` name the first and the last
    quarter that count (all if not said).

    `statistic` is what is compared over the histories: the `mean`, or the `spread` (variance). With `lead_over`, values
    are taken, in both worlds, less those of the same world with these further settings: what one doctrine has over
    another. With `given`, only histories of this world count in which one of these moves took effect. `histories` is
    how many of each world it takes at least to tell. Besides the dictionary, `climb.1` to `climb.4` are outcomes here:
    the chance, summed over sanctioners, that one of them chooses in a quarter to step up onto that rung.

    `because` says whose expectation it is. `finding` says, with the number, what the model shows instead where it
    contradicts: it is kept to be reported, and nothing is tuned.
    """

    outcome: str | None = None
    moves: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    by: Codes = ()
    direction: Literal["up", "down", "same"]
    against: str | None = None
    set_: dict[str, str] = Field(default_factory=dict, alias="set")
    against_set: dict[str, str] = Field(default_factory=dict)
    from_: Quarter | None = Field(default=None, alias="from")
    until: Quarter | None = None
    statistic: Literal["mean", "spread"] = "mean"
    lead_over: dict[str, str] = Field(default_factory=dict)
    given: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    histories: Annotated[int, Field(ge=2, le=10_000)] | None = None
    because: Annotated[str, Field(min_length=1)]
    finding: str | None = None

    @property
    def what(self) -> str:
        """What is compared, in a few words."""
        who = f" by {', '.join(self.by)}" if self.by else ""
        told = [self.outcome or f"{', '.join(self.moves)}{who}"]
        told += ["spread"] if self.statistic == "spread" else []
        told += [f"lead over {', '.join(self.lead_over.values())}"] if self.lead_over else []
        told += [f"given {', '.join(self.given)}"] if self.given else []
        return ", ".join(told)


class RedLine(Item):
    """A bound that the focus actor does not want crossed: `measure` below or above a number for `quarters` in a row.

    `owner` says whose line it is: stated by the government, chosen by the author, from the literature.
    """

    measure: str
    of: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] | None = None
    toward: Code | None = None
    corridor: str | None = None
    bloc: str | None = None
    below: Number | None = None
    above: Number | None = None
    quarters: Annotated[int, Field(ge=1, le=80)] = 1
    owner: Literal["stated", "author", "literature"]
    reason: str | None = None
    enabled: bool = True
