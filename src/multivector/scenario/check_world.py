"""Checks of references, dates and contradictions of a whole scenario."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from multivector.scenario.check_corridors import check_ways
from multivector.scenario.check_decision import check_decision
from multivector.scenario.check_effects import check_condition, check_effects, check_reading
from multivector.scenario.find import find_beside, shipped_names
from multivector.scenario.names import did_you_mean
from multivector.scenario.places import Keys, Places
from multivector.schema.actors import Move
from multivector.schema.base import quarter_index
from multivector.schema.design import RedLine
from multivector.schema.document import Scenario
from multivector.schema.stocks import STOCKS
from multivector.schema.switches import SWITCHES

LEFT_OUT = "left out, because --set changed the calendar"


def check_world(places: Places, scenario: Scenario) -> None:
    """Run all checks that need more than one field."""
    _actors(places, scenario)
    for name, move in scenario.moves.items():
        _move(places, ("moves", name), move)
    _doctrines(places, scenario)
    _corridors(places, scenario)
    _sanctions(places, scenario)
    _alignment(places, scenario)
    _events(places, scenario)
    _script(places, scenario)
    check_decision(places, scenario)
    _red_lines(places, scenario)
    for name in scenario.mechanisms:
        places.known(("mechanisms", name), name, SWITCHES, "switch")
    _expectations(places, scenario)


def _codes(places: Places, keys: Keys, codes: Iterable[str], also: tuple[str, ...] = ()) -> None:
    for number, code in enumerate(codes):
        places.code((*keys, str(number)), code, also)


def _actors(places: Places, scenario: Scenario) -> None:
    places.actor(("focus",), scenario.focus)
    for code, actor in scenario.actors.items():
        keys = ("actors", code)
        if actor.doctrine is not None and places.defined(
            (*keys, "doctrine"), actor.doctrine, places.names("doctrines"), "doctrine"
        ):
            doctrine = scenario.doctrines.get(actor.doctrine)
            told = places.excused(("doctrines", actor.doctrine, "for"))
            if doctrine is not None and code not in doctrine.for_ and not told:
                fitting = sorted(name for name, each in scenario.doctrines.items() if code in each.for_)
                found = f'found "{actor.doctrine}", which is not for {code}'
                places.error((*keys, "doctrine"), found, ", ".join(fitting) or "a doctrine for this actor")
        for other in actor.relations:
            places.code((*keys, "relations", other), other)
            if other == code:
                places.error((*keys, "relations", other), "found a relation with itself", "another actor")
        for stock in actor.stocks:
            places.known((*keys, "stocks", stock), stock, STOCKS, "stock")


def _move(places: Places, keys: Keys, move: Move) -> None:
    _codes(places, (*keys, "by"), move.by)
    _codes(places, (*keys, "targets"), move.targets)
    if not move.by:
        places.error((*keys, "by"), "found nobody who may make the move", places.actor_list())
    check_effects(places, (*keys, "effects"), move.effects, roles=True, chance=False)
    check_effects(places, (*keys, "on_refusal"), move.on_refusal, roles=True, chance=False)
    if move.when is not None:
        check_condition(places, (*keys, "when"), move.when, roles=True)
    if move.answer and not move.targets:
        places.error((*keys, "answer"), "found an offer without targets", "targets, or answer: false")
    if move.answer and move.drawn is not None:
        places.error((*keys, "drawn"), "found an offer whose outcome is drawn", "answer: false, or no drawn")
    if move.on_refusal and not move.answer and move.drawn is None:
        places.error((*keys, "on_refusal"), "found effects of a refusal in a move without answer", "answer: true")
    if move.answer and move.passes:
        places.error((*keys, "passes"), "found a veto on an offer", "passes, or answer: true")
    for field in ("engages", "insures", "pleases", "displeases", "cost", "passes"):
        for number, who in enumerate(getattr(move, field)):
            last = who if field in ("cost", "passes") else str(number)
            places.code((*keys, field, last), who, ("by", "target"))
    if places.whole:
        for who, id in move.passes.items():
            places.known((*keys, "passes", who), id, places.names("parameters"), "parameter")
        sections = (("corridors",), ("sanctions",), ("moves",), ("events",), ("alignment", "blocs"), ("actors",))
        things = [*STOCKS, *(name for section in sections for name in places.names(*section))]
        for number, need in enumerate(move.needs):
            places.known((*keys, "needs", str(number)), need, things, "thing")
        if move.switch is not None:
            places.known((*keys, "switch"), move.switch, SWITCHES, "switch")


def _doctrines(places: Places, scenario: Scenario) -> None:
    for name, doctrine in scenario.doctrines.items():
        keys = ("doctrines", name)
        _codes(places, (*keys, "for"), doctrine.for_)
        for number, aim in enumerate(doctrine.strategic):
            here = (*keys, "strategic", str(number))
            values = {field: value for field, value in aim if value is not None}
            check_reading(places, here, aim.measure, values, roles=False)
        for code in doctrine.pressure:
            places.code((*keys, "pressure", code), code)
        if isinstance(doctrine.risk, float) and not 0 <= doctrine.risk <= 1:
            places.error((*keys, "risk"), f"found {doctrine.risk:g}", "from 0 to 1, or a word", alone=True)


def _corridors(places: Places, scenario: Scenario) -> None:
    for name, corridor in scenario.corridors.items():
        keys = ("corridors", name)
        _codes(places, (*keys, "crosses"), corridor.crosses)
        for number, leg in enumerate(corridor.legs):
            if leg.owner is not None:
                places.code((*keys, "legs", str(number), "owner"), leg.owner)
        for number, pair in enumerate(corridor.pairs):
            _codes(places, (*keys, "pairs", str(number)), pair)
        check_ways(places, keys, corridor, scenario.parameters)


def _sanctions(places: Places, scenario: Scenario) -> None:
    for name, sanction in scenario.sanctions.items():
        keys = ("sanctions", name)
        _codes(places, (*keys, "senders"), sanction.senders)
        places.code((*keys, "target"), sanction.target)
        if sanction.secondary:
            _codes(places, (*keys, "secondary", "watches"), sanction.secondary.watches)
        if sanction.end is not None and quarter_index(sanction.end) <= quarter_index(sanction.start):
            places.error((*keys, "end"), f"found the end {sanction.end}", f"after the start {sanction.start}")
        for sector, measure in sanction.sectors.items():
            levels = [*measure.coverage.values.items(), ("", measure.coverage.constant or 0.0)]
            for quarter, level in levels:
                if not 0 <= level <= 1:
                    spot = (*keys, "sectors", sector, "coverage", quarter)
                    places.error(spot if quarter else spot[:-1], f"found {level:g}", "a share from 0 to 1", alone=True)


def _alignment(places: Places, scenario: Scenario) -> None:
    for name, bloc in scenario.alignment.blocs.items():
        _codes(places, ("alignment", "blocs", name, "members"), bloc.members)
        for code in bloc.duty_shares:
            places.code(("alignment", "blocs", name, "duty_shares", code), code)
    for name, vote in scenario.alignment.votes.items():
        keys = ("alignment", "votes", name)
        _date(places, scenario, (*keys, "turn"), vote.turn)
        if vote.names is not None:
            places.code((*keys, "names"), vote.names)
        for code in vote.positions:
            places.code((*keys, "positions", code), code)
        if vote.item.point is not None and vote.item.point.c > vote.item.point.d:
            places.error((*keys, "item", "c"), "found c above d", "c at most d: abstaining lies between no and yes")
    for name, rule in scenario.alignment.rules.items():
        keys = ("alignment", "rules", name)
        check_condition(places, (*keys, "when"), rule.when, roles=False)
        check_effects(places, (*keys, "then"), rule.then, roles=False, chance=True)


def _date(places: Places, scenario: Scenario, keys: Keys, quarter: str) -> None:
    """A date that is never played: an error where the file itself says so, a warning where a parent does.

    Where ``--set`` changed the calendar the file is not to blame: what lies outside is left out, and told.
    """
    quarters = scenario.quarters()
    if quarter in quarters or places.excused(("calendar", "start")):
        return
    found, played = f"found {quarter}, which is not played", f"{quarters[0]} to {quarters[-1]}"
    changed = [places.node(("calendar", field)).mark.file for field in ("start", "turns")]
    if any(file.startswith("--set calendar") for file in changed):
        places.warn(keys, found, played, LEFT_OUT)
    elif places.node(keys).mark.file == places.main and not places.stored:
        places.error(keys, found, played)
    else:
        places.warn(keys, found, played)


def _events(places: Places, scenario: Scenario) -> None:
    for name, event in scenario.events.items():
        keys = ("events", name)
        _date(places, scenario, (*keys, "turn"), event.turn)
        spot = (*keys, "then")
        check_effects(places, spot, event.then, roles=False, chance=True)
        for field, kind in (("by", "territorial-claim"), ("bloc", "unplanned-rupture")):
            value = getattr(event, field)
            if value is not None and event.opens != kind:
                places.error((*keys, field), f'found "{value[:60]}"', f"{field} with opens: {kind} only")
        if event.by is not None:
            places.actor((*keys, "by"), event.by)
        if event.bloc is not None:
            places.defined((*keys, "bloc"), event.bloc, places.names("alignment", "blocs"), "bloc")
        elif event.opens == "unplanned-rupture":
            places.error((*keys, "opens"), "found a rupture without a bloc", "the bloc that ends", "add bloc:")


def _script(places: Places, scenario: Scenario) -> None:
    for code, plan in scenario.decision.script.items():
        keys = ("decision", "script", code)
        places.actor(keys, code)
        for quarter, entries in plan.items():
            _date(places, scenario, (*keys, quarter), quarter)
            for number, entry in enumerate(entries):
                move, _, target = entry.partition("@")
                spot = (*keys, quarter, str(number))
                if places.defined(spot, move, places.names("moves"), "move") and target:
                    places.code(spot, target)
    for quarter, answers in scenario.decision.answers.items():
        _date(places, scenario, ("decision", "answers", quarter), quarter)
        for entry in answers:
            place = ("decision", "answers", quarter, entry)
            if places.defined(place, entry.partition(":")[2].partition(">")[0], places.names("moves"), "move"):
                places.actor(place, entry.partition(":")[0])
                places.actor(place, entry.partition(">")[2])
    for text, cast in scenario.decision.votes.items():
        places.defined(("decision", "votes", text), text, scenario.alignment.votes, "text")
        for code in cast:
            places.actor(("decision", "votes", text, code), code)


def _red_lines(places: Places, scenario: Scenario) -> None:
    alike: dict[tuple[object, ...], list[RedLine]] = {}
    for name, line in scenario.red_lines.items():
        keys = ("red_lines", name)
        values = {field: value for field, value in line if value is not None}
        check_reading(places, keys, line.measure, values, roles=False)
        if (line.below is None) == (line.above is None):
            found = "found neither below nor above" if line.below is None else "found both below and above"
            places.error(keys, found, "one of them")
        elif line.enabled:
            what = tuple(getattr(line, field) for field in ("measure", "of", "toward", "corridor", "bloc"))
            alike.setdefault(what, []).append(line)
    for lines in alike.values():
        _contradiction(places, lines)


def _expectations(places: Places, scenario: Scenario) -> None:
    # Who shortens the calendar for one run has no quarrel with what is expected of the whole.
    shortened = any(places.node(("calendar", k)).mark.file.startswith("--set") for k in ("start", "turns"))
    for number, each in enumerate(scenario.expect):
        keys = ("expect", str(number))
        if (each.outcome is None) == (not each.moves):
            found = "found both an outcome and moves" if each.moves else "found neither an outcome nor moves"
            places.error(keys, found, "one of them")
        for field, moves in (("moves", each.moves), ("given", each.given)):
            for place, move in enumerate(moves):
                places.defined((*keys, field, str(place)), move, places.names("moves"), "move")
        _codes(places, (*keys, "by"), each.by)
        if each.against is None and scenario.benchmark is None:
            places.error(keys, "found nothing to compare with", "against, or a benchmark")
        for field, quarter in (("from", each.from_), ("until", each.until)):
            if quarter is not None and not shortened:
                _date(places, scenario, (*keys, field), quarter)


def _contradiction(places: Places, lines: list[RedLine]) -> None:
    """Two lines on one measure that leave no room: below 0.6 and above 0.5, every value crosses one of them."""
    floors = [line for line in lines if line.below is not None]
    ceilings = [line for line in lines if line.above is not None]
    if not floors or not ceilings:
        return
    floor = max(floors, key=lambda line: line.below or 0.0)
    ceiling = min(ceilings, key=lambda line: line.above or 0.0)
    if (ceiling.above or 0.0) < (floor.below or 0.0):
        found = f'found a line that contradicts "{ceiling.id}": every value crosses one of them'
        places.error(("red_lines", floor.id), found, "lines with room between them")


def check_files(places: Places, scenario: Scenario, files: Iterable[str]) -> None:
    """Check what the scenario names outside itself: its benchmark and the worlds it is held against."""
    beside = [Path(file) for file in files]
    if scenario.benchmark is not None and not any(find_beside(scenario.benchmark, file) for file in beside):
        hint = did_you_mean(scenario.benchmark, shipped_names())
        found = f'found the unknown scenario "{scenario.benchmark[:60]}"'
        places.error(("benchmark",), found, "a scenario that exists", hint)
    for number, each in enumerate(scenario.expect):
        if each.against is not None and not any(find_beside(each.against, file) for file in beside):
            found = f'found the unknown scenario "{each.against[:60]}"'
            hint = did_you_mean(each.against, shipped_names())
            places.error(("expect", str(number), "against"), found, "a scenario that exists", hint)


def check_complete(places: Places, scenario: Scenario) -> None:
    """Check that a scenario can be run: it has actors, the focus among them, each with a doctrine."""
    if not places.whole:
        places.error((), "found no actors with doctrines", "a scenario that runs: extend a base world")
        return
    for code, actor in scenario.actors.items():
        if actor.doctrine is None:
            places.error(("actors", code), "found no doctrine", "the doctrine this actor follows")
