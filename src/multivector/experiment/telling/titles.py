"""What numbers are called: parameters, stocks, fields of entries, and the groups in which a ledger shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from multivector.language import Speaker

KINDS = {
    "actor": "actor “{name}”", "mechanism": "mechanism “{name}”", "corridor": "corridor “{name}”",
    "sanction": "measures “{name}”", "event": "event “{name}”", "move": "move “{name}”",
    "doctrine": "doctrine “{name}”", "red line": "red line “{name}”", "path": "path “{name}”",
    "uncertainty": "uncertain number: {name}",
    "lever": "lever: {name}", "bloc": "bloc “{name}”", "vote": "vote “{name}”",
    "rule": "rule “{name}”",
}  # fmt: skip
"""What entries are called in a sentence."""
PATHS = {
    "oil_price": "price of oil", "rouble": "roubles a dollar", "world_food_prices": "world food prices",
    "world_goods_prices": "world prices of goods", "embargo_discount": "discount on refused oil",
    "embargo_refused": "oil that is refused",
}  # fmt: skip
"""What paths by quarter are called."""
UNITS = (
    "log odds", "log odds a quarter", "a quarter", "share kept a quarter", "US$ a barrel", "US$ of 2021 a barrel",
    "RUB per US$", "quarters", "Mt/yr", "log cost", "standard deviations over states", "1 (-1 hostile to 1 allied)",
)  # fmt: skip
"""Units of numbers that worlds differ in, beside those of outcomes."""
SILENT = ("sectors", "value", "values", "then", "stocks", "effects")
"""Parts of a path that say nothing to a reader."""
_QUARTER = re.compile(r"\d{4}-Q[1-4]")

STOCKS = {
    "relation": "relations", "displeasure": "displeasure", "grievance": "lasting displeasure",
    "obligation": "what is owed for help", "threat": "perceived threat",
    "rung": "rung on the ladder of secondary measures", "evidence": "unused cases of evasion",
    "belief": "belief that evasion is let pass", "enforcement": "effort to enforce others' sanctions",
    "announced": "announced effort to enforce others' sanctions", "border-capacity": "capacity of customs",
    "payment-checks": "strictness of banks' checks", "capability": "own defence",
    "arms-dependence": "dependence on arms of one supplier",
    "training-dependence": "dependence on the alliance's training",
    "csto-goodwill": "goodwill in the alliance", "leverage": "what a power would lose",
    "investment": "foreign investment", "finance-access": "access to foreign finance",
    "technology-access": "access to foreign technology", "approval": "approval", "legitimacy": "legitimacy",
    "regime": "security of the government", "reform": "domestic reform", "status": "standing among states",
    "neutrality": "trust in even-handedness", "unrest": "unrest", "exchange-rate": "price of foreign money",
    "rouble": "shock to the rouble", "bank-exposure": "bank assets owned from Russia",
    "bank-strain": "flight of depositors", "newcomers": "newcomers", "fund": "national fund",
    "energy-dependence": "home energy from abroad", "own-power": "own power plants",
    "energy-shortage": "shortage of energy", "nuclear-plant": "contracts for a nuclear plant",
    "prices": "administered prices", "corridor-capacity": "capacity of a corridor", "oil-contract": "oil contracts",
    "trade-cost": "extra cost of trade", "coverage": "trade covered by measures", "withdrawal": "measures taken back",
    "rent-tolerance": "tolerance of rents", "vote-cost": "forgiven cost of votes",
    "adaptation": "replacement of what is closed", "vote-pledge": "promised votes",
    "media-exposure": "news from Russian channels", "leaning": "turn of the public to sovereignty",
    "credibility": "credibility of announcements", "exemption": "exemption from measures",
}  # fmt: skip
"""Titles of stocks, short enough for a line."""

NUMBERS = {
    "sanctions.coverage_scale": "coverage of sanctions",
    "sanctions.self_sanctioning_decay": "how long company exits last",
    "evasion.share_focus": "evasion through Kazakhstan in the base year",
    "evasion.share_others": "evasion through others in the base year",
    "evasion.slack": "what intermediaries carry at once", "evasion.entry": "entry of intermediaries",
    "evasion.premium_cap": "premium beyond which entry grows no faster",
    "evasion.ceiling_focus": "most that can go through Kazakhstan",
    "evasion.ceiling_others": "most that can go through others", "evasion.cost_focus": "cost of the detour",
    "evasion.margin": "margin of intermediaries", "evasion.diversion": "what enforcement diverts to others",
    "evidence.intercept": "how often a quiet quarter brings up a case of evasion",
    "evidence.on_record": "cases of evasion by the size of re-export",
    "evidence.on_belief": "cases of evasion by what a sender believes",
    "evidence.on_enforcement": "cases of evasion prevented by effort",
    "ladder.act_probability": "how likely others hold a sender's step to be once it has a case",
    "coercion.on_displeasure": "coercion by displeasure", "coercion.on_leverage": "coercion by what is at risk",
    "coercion.on_own_cost": "coercion held back by its own cost",
    "coercion.halt.intercept": "how often Russia stops the pipeline",
    "coercion.transit-delay.intercept": "how often Russia delays transit",
    "opinion.on_income": "what incomes do to approval", "opinion.on_inflation": "what prices do to approval",
    "utility.precision": "how surely actors take the best", "utility.per_step": "worth of a step of a stock",
    "utility.effort": "what any move costs in attention", "utility.discount": "weight of a later quarter",
    "risk.high": "weight of the worst futures", "weights.high": "what a high weight is",
    "weights.very_high": "what a very high weight is", "steps.factor": "size of every arrow of the catalogue",
    "oil.saved": "part of an oil windfall that is saved", "oil.hazard.weather": "outages of the pipeline by weather",
    "oil.severity.weather": "size of an outage by weather", "oil.embargo.speed": "how fast refused barrels find buyers",
    "routes.squeeze": "delay where the northern route is short", "routes.wariness": "wariness of the northern route",
    "prices.speed": "how fast shops pass on costs", "prices.food_share": "world food prices in the basket",
    "contagion.on_rouble": "what the rouble does to the tenge", "contagion.on_oil": "what oil does to the tenge",
    "contagion.rouble_priced": "imports priced in roubles", "trade.theta_route": "how easily routes are switched",
    "trade.theta_short": "how easily trade moves within a year",
    "trade.theta_long": "how easily trade moves in the end",
    "isolation.most": "what the sanctioned power can replace", "mediation.first-party": "first party of a mediation",
    "mediation.second-party": "second party of a mediation", "growth.source.TUR": "investment from Türkiye",
    "votes.absent.TUR": "how often Türkiye misses votes",
}  # fmt: skip
"""Titles of the parameters that worlds differ in and answers hang on; others go by their section and name."""

SECTIONS = {
    "votes of states": ("un", "votes", "alignment"),
    "trade between economies": (
        "trade", "world", "prior", "elasticity", "tariff", "distance", "membership", "customs", "published",
    ),
    "economies, prices and money": (
        "gdp", "population", "macro", "fx", "price", "prices", "growth", "contagion", "fdi", "national_fund", "paths",
    ),
    "oil, gas and power": ("oil", "crude", "gas", "energy", "uranium", "cpc"),
    "corridors and transit": ("corridors", "titr", "northern", "routes"),
    "sanctions and their evasion": (
        "sanctions", "sanction", "evasion", "evidence", "ladder", "isolation", "declared",
    ),
    "relations, pressure and leverage": ("relation", "leverage", "coercion", "use", "actors"),
    "security and alliances": (
        "security", "alliance", "arms", "cinc", "csto", "exercise", "milex", "mediation", "emergency",
    ),
    "public, government and unrest": ("opinion", "poll", "persuasion", "crisis"),
    "moves, offers and events": ("moves", "offers", "events", "calendar"),
    "how much and how long things change": ("stocks", "steps", "step"),
    "what actors want and how they choose": ("doctrines", "utility", "weights", "weight", "risk", "decision"),
    "bounds of red lines": ("red_lines",),
}  # fmt: skip
"""Groups of the ledger, and the sections of files that stand in each."""
GROUPS = tuple(SECTIONS)
REST = "all others"
"""What stands in no group."""
_GROUP = {section: group for group, sections in SECTIONS.items() for section in sections}

FIELDS = {
    "turn": "quarter", "start": "begins", "end": "ends", "capacity": "capacity", "doctrine": "doctrine",
    "slots": "moves a quarter", "precision": "how surely the best is taken", "foresight": "foresight",
    "horizon": "how far ahead is looked", "risk": "weight of the worst futures", "value": "value", "chance": "chance",
    "cooldown": "pause before it is repeated",
    "cost": "cost", "delay": "delay", "weight": "weight", "above": "upper bound",
    "below": "lower bound", "turns": "quarters played", "order": "order of play", "senders": "senders",
    "self_sanctioning": "company exits beyond the law", "wedge": "cost where covered", "coverage": "coverage",
    "vote_shift": "shift of votes",
    "vote_shift.0": "shift of votes, first axis", "vote_shift.1": "shift of votes, second axis",
    "beliefs.sanctions-last": "belief that sanctions last", "beliefs.partners-stay": "belief that partners stay",
    "beliefs.alliance-helps": "belief that the alliance helps", "sectors": "sectors", "values": "values",
    "parameters": "parameters", "calendar": "calendar", "decision": "how moves are chosen", "rule": "rule",
    "then": "what follows", "positions": "positions of states", "names": "whom it names", "measure": "measure",
    "enabled": "in force", "on": "in force", "cause": "cause", "unit": "unit", "confidence": "confidence",
    "low": "lower end of the range", "high": "upper end of the range", "days": "days on the way", "targets": "at whom",
    "by": "by whom", "benchmark": "world that outcomes are measured against", "focus": "focus actor",
    "steps": "size of the effect", "amount": "size of the effect",
}  # fmt: skip
"""What fields of entries are called."""


def group(id: str) -> str:
    """The group of the ledger in which a number stands; ``all others`` where it has none.

    Examples
    --------
    >>> group("un.state.AU.y"), group("stocks.relation.persistence"), group("nowhere.x")
    ('votes of states', 'how much and how long things change', 'all others')
    """
    return _GROUP.get(id.partition(".")[0], REST)


def parameter(say: Speaker, id: str) -> str:
    """What a parameter is called; by its id where it has no title.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> parameter(speaker(), "evidence.intercept"), parameter(speaker(), "stocks.belief.base")
    ('how often a quiet quarter brings up a case of evasion', 'belief that evasion is let pass: in quiet years')
    >>> parameter(speaker("ru"), "steps.reform")
    'реформы внутри страны: один шаг'
    >>> parameter(speaker(), "crisis.floor")
    'public, government and unrest (crisis.floor)'
    """
    if id in NUMBERS:
        return say(NUMBERS[id])
    section, _, rest = id.partition(".")
    name, _, last = rest.rpartition(".")
    if section == "stocks" and (stock := name.partition("_")[0]) in STOCKS and last in ("base", "persistence"):
        if last == "base":
            return say("{stock}: in quiet years", stock=say(STOCKS[stock]))
        return say("{stock}: share kept a quarter", stock=say(STOCKS[stock]))
    if section == "steps" and (stock := rest.replace("_", "-")) in STOCKS:
        return say("{stock}: one step", stock=say(STOCKS[stock]))
    return f"{say(group(id))} ({id})"


def number(say: Speaker, path: str, called: Mapping[str, str]) -> str:
    """What any number of a scenario is called, by its path as `--set` takes it.

    Parameters
    ----------
    called : what actors (by code) and entries (``corridor middle``) are called, in English.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> called = {"KAZ": "Kazakhstan", "RUS": "Russia", "corridor middle": "Middle Corridor"}
    >>> number(speaker(), "actors.KAZ.relations.RUS", called), number(speaker(), "corridors.middle.capacity", called)
    ('relations: Kazakhstan and Russia', 'corridor “Middle Corridor”: capacity')
    >>> number(speaker(), "evasion.entry", called)
    'entry of intermediaries'
    """
    section, *rest = path.removeprefix("alignment.").split(".")
    if section == "actors" and len(rest) == 3 and rest[1] == "relations":
        names = (say(called.get(code, code)) for code in (rest[0], rest[2]))
        return say("relations: {one} and {other}", **dict(zip(("one", "other"), names, strict=True)))
    if section == "actors" and len(rest) > 1:
        return f"{say(called.get(rest[0], rest[0]))}: {field(say, '.'.join(rest[1:]))}"
    for kind, pattern in KINDS.items():
        if section == f"{kind.replace(' ', '_')}s" and len(rest) > 1:
            label = f"{kind} {rest[0]}"
            what = say(pattern, name=say(called.get(label) or PATHS.get(rest[0]) or rest[0].replace("_", " ")))
            return f"{what}: {field(say, '.'.join(rest[1:]))}"
    return parameter(say, path)


def field(say: Speaker, path: str) -> str:
    """What a field of an entry is called: its parts in words where they have any.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> field(speaker(), "capacity"), field(speaker(), "sectors.machinery.coverage.values.2024-Q1")
    ('capacity', 'machinery, coverage, Q1 2024')
    >>> field(speaker(), "stocks.belief"), field(speaker(), "mystery")
    ('belief that evasion is let pass', 'mystery')
    """
    if path in FIELDS:
        return say(FIELDS[path])
    parts = [part for part in path.split(".") if part not in SILENT and not part.isdecimal()]
    told = [
        say.quarter(part) if _QUARTER.fullmatch(part) else say(FIELDS.get(part) or STOCKS.get(part) or part)
        for part in parts
    ]
    return ", ".join(told) or path
