"""The registry of stocks: everything that a move, event or rule may change, and that a condition may read.

A further stock is one further entry of `STOCKS`. The names are those of scenario files; the step behind one arrow of
the catalogue of moves is a parameter, so that all of them can be swept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

IndexKind = Literal["actor", "group", "corridor", "node", "sector"]

_DYAD: dict[str, IndexKind] = {"of": "actor", "toward": "actor"}
_ACTOR: dict[str, IndexKind] = {"of": "actor"}
_FLOW: dict[str, IndexKind] = {"exporter": "node", "importer": "node", "sector": "sector"}


@dataclass(frozen=True, slots=True)
class Stock:
    """One stock of the world's state, as scenario files see it.

    Attributes
    ----------
    name : as written in files
    doc : one line, what it is and which way is up
    unit : unit of `low`, `high` and of an effect's `amount`
    low, high : bounds that the world keeps
    indices : field of an effect -> kind of thing it names; empty = one number, of the focus actor
    optional : fields that may be left out; `toward` is then the focus actor, `sector` is every sector
    step : id of the parameter that says how much one step is
    visible : ``public``, or to whom it is known: ``of`` (the actor in the index), ``focus`` (the focus actor)
    symmetric : whether a change of (a, b) also changes (b, a)
    """

    name: str
    doc: str
    unit: str
    low: float
    high: float
    indices: Mapping[str, IndexKind] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    step: str = ""
    visible: str = "public"
    symmetric: bool = False


def _stock(name: str, doc: str, unit: str, low: float, high: float, **more: object) -> Stock:
    indices = more.pop("indices", {})
    optional = tuple(key for key in ("toward", "sector") if key in indices)  # type: ignore[operator]
    step = f"steps.{name.replace('-', '_')}"
    return Stock(name, doc, unit, low, high, indices=indices, optional=optional, step=step, **more)  # type: ignore[arg-type]


_ALL: tuple[Stock, ...] = (
    _stock("relation", "how good relations are", "1", -1, 1, indices=_DYAD, symmetric=True),
    _stock("displeasure", "displeasure of one actor with another; fades", "1", 0, 5, indices=_DYAD),
    _stock("grievance", "displeasure over lasting facts (bases, exits, recognition)", "1", 0, 5, indices=_DYAD),
    _stock("obligation", "what the focus actor is expected to repay to `of`", "1", 0, 5, indices=_ACTOR),
    _stock("threat", "threat that the focus actor perceives from `of`", "1", 0, 1, indices=_ACTOR),
    _stock("rung", "rung of the ladder of secondary measures that `of` stands on", "rungs", 0, 4, indices=_ACTOR),
    _stock("evidence", "unused cases of evasion that `of` holds", "cases", 0, 20, indices=_ACTOR, visible="of"),
    _stock("belief", "how permissive `of` thinks the focus actor", "probability", 0, 1, indices=_ACTOR, visible="of"),
    _stock("enforcement", "effective effort to enforce others' sanctions", "share", 0, 1, visible="focus"),
    _stock("announced", "announced effort to enforce others' sanctions", "share", 0, 1),
    _stock("border-capacity", "capacity of customs and border services", "1", 0, 3),
    _stock("payment-checks", "strictness of bank checks on payments", "share", 0, 1),
    _stock("capability", "own defence capability", "1", 0, 5),
    _stock("arms-dependence", "share of arms and spares from the main supplier", "share", 0, 1),
    _stock("training-dependence", "dependence on the alliance for training", "share", 0, 1),
    _stock("csto-goodwill", "goodwill in the alliance", "1", 0, 1),
    _stock("leverage", "what `of` would lose without the focus actor's goods", "share of income", 0, 1, indices=_ACTOR),
    _stock("investment", "stock of foreign investment from `of`", "ratio to base", 0, 10, indices=_ACTOR),
    _stock("finance-access", "access to foreign finance and payments", "ratio to base", 0, 2),
    _stock("technology-access", "access to foreign technology", "ratio to base", 0, 2),
    _stock("approval", "approval of the government in one population group", "share", 0, 1, indices={"of": "group"}),
    _stock("legitimacy", "legitimacy of the government", "1", 0, 1),
    _stock("regime", "security of the government at home", "1", 0, 1, visible="focus"),
    _stock("reform", "progress of domestic reform", "1", 0, 1),
    _stock("status", "standing among states", "1", 0, 1),
    _stock("neutrality", "trust of others in the focus actor's even-handedness", "1", 0, 1),
    _stock("unrest", "severity of unrest", "grade", 0, 3),
    _stock("exchange-rate", "price of foreign money in own money, log against base", "log points", -3, 3),
    _stock("rouble", "shock to the price of foreign money in roubles, beyond the path; log", "log points", -3, 3),
    _stock("bank-exposure", "share of bank assets owned from Russia", "share", 0, 1),
    _stock("bank-strain", "flight of depositors from banks owned from Russia", "share", 0, 1),
    _stock("newcomers", "people who came to live and work, beyond the base", "share of the labour force", 0, 0.2),
    _stock("fund", "reserves of the national fund", "ratio to base", 0, 10),
    _stock("energy-dependence", "home energy that comes from `of`", "share", 0, 1, indices=_ACTOR),
    _stock("own-power", "power made at home beyond the base year", "share of home energy", 0, 1),
    _stock("energy-shortage", "home energy that is missing this quarter", "share", 0, 1),
    _stock("nuclear-plant", "contracts for a nuclear plant that were given", "contracts", 0, 10),
    _stock("prices", "extra growth of consumer prices from policy", "log points a quarter", -3, 3),
    _stock("corridor-capacity", "capacity of a corridor", "share of base", 0, 20, indices={"corridor": "corridor"}),
    _stock("oil-contract", "oil contracted by a corridor", "Mt a year", 0, 100, indices={"corridor": "corridor"}),
    _stock("trade-cost", "extra cost of trade between two economies", "log points", -2, 5, indices=_FLOW),
    _stock(
        "coverage", "share of trade covered by the measures of `of`", "share", 0, 1,
        indices={"of": "actor", "sector": "sector"},
    ),
    _stock("withdrawal", "share of its dated measures that `of` has taken back", "share", 0, 1, indices=_ACTOR),
    _stock("rent-tolerance", "how far re-export rents are tolerated at home", "share", 0, 1, visible="focus"),
    _stock("vote-cost", "share of the cost of votes that `of` forgives", "share", 0, 1, indices=_ACTOR),
    _stock("adaptation", "share of what is closed to `of` that it has replaced", "share", 0, 1, indices=_ACTOR),
    _stock("vote-pledge", "promise to vote as `of` asks this quarter", "promises", 0, 3, indices=_ACTOR),
    _stock("media-exposure", "share of the public's news from Russian channels", "share", 0, 1),
    _stock("leaning", "share of the public gone from Russia-friendly to sovereignty-minded", "share", -0.3, 0.3),
    _stock("credibility", "how far announcements are believed", "1", 0, 1),
    _stock("exemption", "share of the measures of `of` that spares the focus actor", "share", 0, 1, indices=_ACTOR),
)  # fmt: skip

STOCKS: Mapping[str, Stock] = MappingProxyType({stock.name: stock for stock in _ALL})
"""Every stock by name, in the order of the registry."""
