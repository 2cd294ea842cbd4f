"""The layout of a world: everything about a scenario that does not change while it runs.

Labels and positions of actors, nodes, corridors, capacities, entries and hazards; the base economy; the dated packages
as arrays by turn. Numbers that replicates may differ in stay in `Params`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from multivector.data.added import AddedEconomy, added_from_figures
from multivector.data.base_world import BaseWorld, base_world
from multivector.data.figures import Figures, load_figures
from multivector.data.nodes import CORE
from multivector.decisions.catalogue import Catalogue, compile_catalogue, compile_effects
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import (
    GOODS,
    Impulse,
    displeasure_key,
    grievance_key,
    relation_key,
    trade_cost_key,
)
from multivector.mechanisms.routes import RoutedCells
from multivector.schema import Economy, Event, Scenario
from multivector.schema.base import GROUPS, quarter_index
from multivector.schema.switches import SWITCHES
from multivector.world.layout.overland import Overland, overland, slots
from multivector.world.layout.packages import REST, active_turns, routed_cells

CAUSES = ("weather", "legal", "third-party")
"""Causes of a stop of the Caspian pipeline that nobody ordered."""

PROMISE = (Impulse("reform", 1.0, True, delay=4), Impulse("rent-tolerance", -1.0, True))
"""What a promise of reform in a crisis does: the reform comes a year later."""

Named = tuple[tuple[str, tuple[Impulse, ...]], ...]
"""Impulses by name: hazards, or the events of one turn."""


@dataclass(frozen=True)
class Opened:
    """What an event opens for good: the kind, whose claim or which bloc, and the turn (negative: before the first)."""

    kind: str
    by: str | None
    bloc: str | None
    turn: int


@dataclass(frozen=True)
class Layout:
    """Labels, positions and constants of one scenario's world."""

    scenario: Scenario
    figures: Figures
    base: BaseWorld
    actors: tuple[str, ...]
    focus: str
    powers: tuple[str, ...]
    nodes: tuple[str, ...]
    sectors: tuple[str, ...]
    target: str | None
    senders: tuple[str, ...]
    watchers: tuple[str, ...]
    oil_routes: tuple[str, ...]
    catalogue: Catalogue
    hazards: Named
    events: dict[int, Named]
    keys: tuple[str, ...]
    cells: RoutedCells
    evasion_cells: int
    overland: tuple[Overland, ...]
    carriers: tuple[str, ...]
    active: Array
    depth: int
    waiting: dict[str, int]
    crises: frozenset[int]
    opened: tuple[Opened, ...]
    stops_dated_until: int
    suspected: dict[str, tuple[Impulse, ...]]
    ordered: frozenset[str]
    node: dict[str, int] = field(default_factory=dict)

    @property
    def turns(self) -> int:
        """Number of turns."""
        return self.scenario.calendar.turns

    def switched(self, mechanism: str) -> bool:
        """Whether a mechanism is on (the default) in this scenario.

        Raises
        ------
        KeyError
            For a name that is no switch.
        """
        if mechanism not in SWITCHES:
            raise KeyError(mechanism)
        return self.scenario.mechanisms.get(mechanism, True)


def build_layout(scenario: Scenario) -> Layout:
    """Lay out the world of a scenario."""
    figures = load_figures()
    actors = tuple(sorted(scenario.actors))
    focus = scenario.focus
    trading = tuple(a for a in actors if scenario.actors[a].trade == "figures")
    base = _economies(figures, scenario, trading)
    nodes = tuple(base.nodes)
    node = {n: i for i, n in enumerate(nodes)}
    packages = [scenario.sanctions[s] for s in sorted(scenario.sanctions)]
    target = packages[0].target if packages else ("RUS" if "RUS" in actors else None)
    senders = tuple(sorted({s for p in packages for s in p.senders if s in node}))
    catalogue = compile_catalogue(scenario, actors)
    powers = tuple(a for a in actors if a != focus)
    watchers = tuple(a for a in powers if a in senders and _watches(scenario, a, focus))
    hazards = _hazards(focus, target, watchers, node)
    suspected = _suspected(scenario, target or "RUS")
    events = _events(scenario, suspected)
    by_land, carriers = overland(scenario, nodes), slots(scenario)
    cells, evasion = routed_cells(nodes, tuple(base.sectors), senders, target, focus, by_land, carriers)
    keys = _keys(scenario, actors, focus, catalogue, hazards, events, senders)
    late = _late(scenario, catalogue, hazards, events)
    return Layout(
        scenario=scenario, figures=figures, base=base, actors=actors, focus=focus, powers=powers, nodes=nodes,
        sectors=tuple(base.sectors), target=target, senders=senders, watchers=watchers,
        oil_routes=tuple(c for c in scenario.corridors if scenario.corridors[c].kind == "oil"), catalogue=catalogue,
        hazards=hazards, events=events, keys=keys, cells=cells, evasion_cells=evasion, overland=by_land,
        carriers=carriers, active=active_turns(scenario),
        depth=_depth(scenario, late), waiting={key: row for row, key in enumerate(_waiting(late))},
        crises=_crises(scenario),
        opened=_opened(scenario),
        stops_dated_until=_stops_dated_until(scenario), suspected=suspected, ordered=_ordered(scenario), node=node,
    )  # fmt: skip


def _late(scenario: Scenario, catalogue: Catalogue, hazards: Named, events: dict[int, Named]) -> list[Impulse]:
    """Impulses that come later or are undone later."""
    lists = [imp for e in catalogue.entries for imp in (e.impulses, e.refusal)]
    lists += [imp for group in (hazards, *events.values()) for _, imp in group]
    lists += _rules(scenario)
    return [i for imp in (PROMISE, *lists) for i in imp if i.delay or i.turns is not None]


def _waiting(late: list[Impulse]) -> list[str]:
    """The coordinates for which an impulse may wait, in their order."""
    return sorted({i.key for i in late})


def _depth(scenario: Scenario, late: list[Impulse]) -> int:
    """Length of the queue of impulses: the furthest quarter in which one arrives or is undone, and this one.

    What would come after the last turn never comes, and takes no place.
    """
    reach = [q for i in late for q in (i.delay, i.delay + (i.turns or 0))]
    return max(0, *(q for q in reach if q <= scenario.calendar.turns)) + 1


def _rules(scenario: Scenario) -> list[tuple[Impulse, ...]]:
    """What each rule of the scenario does."""
    return [
        compile_effects(r.then, f"alignment.rules.{r.id}.then", by=None, target=None, focus=scenario.focus)
        for r in scenario.alignment.rules.values()
    ]


def _economies(figures: Figures, scenario: Scenario, trading: tuple[str, ...]) -> BaseWorld:
    """The base world of the economies that trade; those beyond the core are carved out of the rest of the world."""
    extra = {a: _added(figures, a, scenario.actors[a].economy) for a in trading if a not in CORE}
    return base_world(figures, nodes=tuple(c for c in CORE if c in trading), extra=extra)


def _added(figures: Figures, code: str, economy: Economy | None) -> AddedEconomy:
    if economy is None:
        return added_from_figures(figures, code)
    sold, bought = economy.exports_total, economy.imports_total
    return AddedEconomy(
        gdp=economy.gdp.value,
        exports={partner: q.value for partner, q in economy.exports.items()},
        imports={partner: q.value for partner, q in economy.imports.items()},
        exports_total=None if sold is None else sold.value,
        imports_total=None if bought is None else bought.value,
        like=economy.like,
        confidence="assumed",
    )


def _watches(scenario: Scenario, sender: str, focus: str) -> bool:
    return any(
        sender in p.senders and p.secondary is not None and focus in p.secondary.watches
        for p in scenario.sanctions.values()
    )


def _hazards(focus: str, target: str | None, watchers: tuple[str, ...], node: dict[str, int]) -> Named:
    """Hazards and what each would do, in the order of the futures of a look-ahead."""
    coercer = target or "RUS"
    out: list[tuple[str, tuple[Impulse, ...]]] = [
        ("halt", (
            Impulse("corridor-capacity:CPC", -1.0, False, turns=1, scale="oil.severity.deliberate"),
            *_taken_for_an_order(coercer),
        )),
        ("farm-ban", (
            Impulse(trade_cost_key(focus, coercer, "agrifood"), 1.0, False, turns=2, scale="coercion.farm-ban.cost"),
        )),
        ("transit-delay", tuple(
            Impulse(trade_cost_key(focus, n, s), 1.0, False, turns=2, scale="coercion.transit-delay.cost")
            for n in ("EU", REST) if n in node for s in GOODS
        )),
        # By one whole: times the share of home energy that would be missing.
        ("energy-cut", (
            Impulse("prices", 1.0, True, scale="coercion.energy-cut.prices"),
            Impulse("energy-shortage", 1.0, False),
        )),
        ("rhetoric", (Impulse(f"threat:{coercer}", 1.0, True, scale="coercion.rhetoric.threat"),)),
        ("outage", (Impulse("corridor-capacity:CPC", -1.0, False, turns=1, scale="oil.severity.weather"),)),
        ("case-found", tuple(Impulse(f"rung:{w}", 1.0, False, scale="ladder.act_probability") for w in watchers)),
        ("crisis", (
            Impulse("legitimacy", -1.0, True, scale="crisis.legitimacy_loss"),
            Impulse("regime", -2.0, True),
            Impulse("unrest", 1.0, True),
        )),
    ]  # fmt: skip
    return tuple(out)


def _taken_for_an_order(coercer: str, scale: str | None = None) -> tuple[Impulse, ...]:
    """What a stop of the pipeline does to minds where it is taken for an order of the coercer's."""
    return (
        Impulse(f"threat:{coercer}", 1.0, True, scale=scale),
        Impulse("approval:sovereignty-minded", 1.0, True, scale=scale),
        Impulse("approval:russia-friendly", -1.0, True, scale=scale),
    )


def _suspected(scenario: Scenario, coercer: str) -> dict[str, tuple[Impulse, ...]]:
    """By cause of a stop, what it does to minds: in full where it was ordered, else as far as an order is suspected.

    Where nobody may stop the pipeline on purpose, nobody is suspected of it.
    """
    if coercer not in scenario.actors or not all(scenario.mechanisms.get(s, True) for s in ("coercion", "halt")):
        return {}
    doubted = {c: _taken_for_an_order(coercer, f"oil.suspected.{c}") for c in CAUSES}
    return {**doubted, "deliberate": _taken_for_an_order(coercer)}


def _stops_pipeline(event: Event) -> bool:
    """Whether a dated event shuts the Caspian pipeline, at least in part."""
    return any(
        each.stock == "corridor-capacity" and each.corridor == "CPC" and (each.amount or each.steps or 0.0) < 0.0
        for each in event.then
    )


def _ordered(scenario: Scenario) -> frozenset[str]:
    """Dated stops of the pipeline that somebody ordered: acts of pressure, beside those that are drawn."""
    return frozenset(id for id, e in scenario.events.items() if e.cause == "deliberate" and _stops_pipeline(e))


def _events(scenario: Scenario, suspected: dict[str, tuple[Impulse, ...]]) -> dict[int, Named]:
    start = quarter_index(scenario.calendar.start)
    found: dict[int, list[tuple[str, tuple[Impulse, ...]]]] = {}
    for id in sorted(scenario.events):
        event = scenario.events[id]
        turn = quarter_index(event.turn) - start
        if 0 <= turn < scenario.calendar.turns:
            does = compile_effects(event.then, f"events.{id}.then", by=None, target=None, focus=scenario.focus)
            felt = suspected.get(event.cause, ()) if _stops_pipeline(event) else ()
            found.setdefault(turn, []).append((id, (*does, *felt)))
    return {t: tuple(v) for t, v in sorted(found.items())}


def _crises(scenario: Scenario) -> frozenset[int]:
    """Turns in which an event opens a crisis at home."""
    start = quarter_index(scenario.calendar.start)
    return frozenset(quarter_index(e.turn) - start for e in scenario.events.values() if e.opens == "crisis")


def _opened(scenario: Scenario) -> tuple[Opened, ...]:
    """What events open for good, with its turn."""
    start = quarter_index(scenario.calendar.start)
    return tuple(
        Opened(e.opens, e.by, e.bloc, quarter_index(e.turn) - start)
        for _, e in sorted(scenario.events.items())
        if e.opens is not None and e.opens != "crisis"
    )


def _stops_dated_until(scenario: Scenario) -> int:
    """Last turn with a dated stop of the Caspian pipeline that nobody ordered; -1 without any."""
    start = quarter_index(scenario.calendar.start)
    dated = [
        quarter_index(e.turn) - start for e in scenario.events.values() if e.cause in CAUSES and _stops_pipeline(e)
    ]
    return max([-1, *dated])


def _keys(
    scenario: Scenario,
    actors: tuple[str, ...],
    focus: str,
    catalogue: Catalogue,
    hazards: Named,
    events: dict[int, Named],
    senders: tuple[str, ...],
) -> tuple[str, ...]:
    """All coordinates, in a fixed order: the ones every world has, then those that only effects name."""
    powers = [a for a in actors if a != focus]
    core = [relation_key(a, b) for i, a in enumerate(actors) for b in actors[i + 1 :]]
    core += [displeasure_key(p, focus) for p in powers]
    core += [grievance_key(p, focus) for p in powers]
    core += [f"adaptation:{p}" for p in powers]
    for stock in (
        "obligation",
        "threat",
        "rung",
        "evidence",
        "belief",
        "leverage",
        "investment",
        "vote-cost",
        "vote-pledge",
        "exemption",
        "energy-dependence",
    ):
        core += [f"{stock}:{p}" for p in powers]
    core += [f"approval:{g}" for g in GROUPS]
    core += [
        "enforcement", "announced", "border-capacity", "payment-checks", "capability", "arms-dependence",
        "training-dependence", "csto-goodwill", "finance-access", "technology-access", "legitimacy", "regime", "reform",
        "status", "neutrality", "unrest", "exchange-rate", "rouble", "bank-exposure", "bank-strain", "newcomers",
        "fund", "own-power", "energy-shortage", "nuclear-plant", "prices", "rent-tolerance", "credibility",
        "media-exposure", "leaning",
    ]  # fmt: skip
    core += [f"corridor-capacity:{c}" for c in sorted(scenario.corridors)]
    core += [f"oil-contract:{c}" for c in sorted(scenario.corridors) if scenario.corridors[c].kind == "oil"]
    core += [f"coverage:{s}:{g}" for s in senders for g in GOODS]
    core += [f"withdrawal:{s}" for s in (*powers, *senders)]
    rules = [i.key for impulses in _rules(scenario) for i in impulses]
    named = catalogue.keys() + [i.key for _, imp in hazards for i in imp] + rules
    named += [i.key for group in events.values() for _, imp in group for i in imp]
    known = dict.fromkeys(core)
    return (*known, *(k for k in sorted(dict.fromkeys(named)) if k not in known))
