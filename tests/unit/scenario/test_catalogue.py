"""The shipped catalogue: moves with the signs that literature and record give them, doctrines, red lines, worlds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from multivector.data.figures import load_figures
from multivector.data.locate import shipped_root, shipped_scenarios
from multivector.data.votes import CHOICES, load_votes
from multivector.scenario import load
from multivector.schema.actors import Move
from multivector.schema.base import Text
from multivector.schema.document import Scenario
from multivector.schema.effects import Effect
from multivector.schema.numbers import numbers

WORLDS = tuple(path.stem for path in shipped_scenarios())
GOALS = {"income", "security", "regime", "rent", "autonomy", "strategic"}
POWERS = ("RUS", "CHN", "EU", "USA")

# Written by hand from the catalogue in words, apart from the file: stock.index sign steps [@delay]. `by` and `target`
# are those of the move; `!` means that it happens when the offer is refused. Nothing else may change.
SIGNS = {
    "set-enforcement-tighten": "enforcement+1 displeasure.RUS+1 approval.russia-friendly-0.3",
    "set-enforcement-relax": "enforcement-1 displeasure.RUS-1 approval.russia-friendly+0.3",
    "announce-export-ban": "announced+1 belief.EU-1 belief.USA-1 displeasure.RUS+1 enforcement+0.3",
    "retract-export-ban": "announced-1 belief.EU+1 belief.USA+1 displeasure.RUS-1 credibility-1",
    "bank-payment-checks": "payment-checks+2 finance-access+1 displeasure.RUS+0.3 approval.russia-friendly-1",
    "ask-bank-licence": "relation.target+0.3",
    "buy-out-sanctioned-bank": "bank-exposure-1 fund-0.3 investment.RUS-1 relation.USA+0.3",
    "newcomers-policy-welcome": "newcomers+1 prices+0.3 approval.sovereignty-minded-0.3",
    "newcomers-policy-limit": "newcomers-1 prices-0.3 approval.sovereignty-minded+0.3",
    "ship-oil-via-baku": "oil-contract.aktau-baku+1 relation.EU+0.3 displeasure.RUS+0.3",
    "build-caspian-capacity": "corridor-capacity.middle+1@8 corridor-capacity.aktau-baku+1@8 displeasure.RUS+0.3",
    "block-eaeu-measure": "displeasure.RUS+1 approval.sovereignty-minded+1",
    "restrict-transit": "corridor-capacity.northern-1 threat.by+1 relation.by-1",
    "stop-corridor": "corridor-capacity.CPC-1 relation.by/USA-1 threat.by+1 investment.EU-1 investment.USA-1"
    " approval.sovereignty-minded+1",
    "offer-parallel-trade": "rent-tolerance+1 enforcement-1 displeasure.by-1 !displeasure.by+0.3",
    "gas-and-fuel-deal": "prices-1 displeasure.by-1 approval.sovereignty-minded-0.3 energy-dependence.by+1",
    "nuclear-plant-bid-by-a-neighbour": "nuclear-plant+1 relation.by+1 energy-dependence.by+0.3@8"
    " energy-dependence.by+1@40 own-power+1@40 approval.sovereignty-minded-1 !relation.by-0.3",
    "nuclear-plant-bid-by-the-west": "nuclear-plant+1 relation.by+1 energy-dependence.by+0.3@8"
    " energy-dependence.by+1@40 own-power+1@40 !relation.by-0.3",
    "corridor-finance": "corridor-capacity.middle+1@7 relation.by+1",
    "minerals-agreement": "investment.by+1@4 leverage.by+1@4 status+1 displeasure.RUS+0.3 displeasure.CHN+0.3",
    "sanctions-package": "coverage.by.machinery+1 coverage.by.other+1",
    "ladder-step-up": "rung.by+1 evidence.by-1 belief.by-1 relation.by-1",
    "ladder-step-down": "rung.by-1 relation.by+1",
    "carve-out": "exemption.by+1 finance-access+1 relation.by+1 withdrawal.by+0.3",
    "explain-the-vote": "vote-cost.target+1",
    "territorial-integrity-statement": "relation.EU+1 relation.USA+1 grievance.RUS+1 approval.sovereignty-minded+1"
    " approval.russia-friendly-1 neutrality-0.3",
    "protest-note": "relation.target-1 approval.russia-friendly+0.3 approval.sovereignty-minded+0.3"
    " approval.pragmatic+0.3",
    "reassurance-visit-russia": "displeasure.target-2 relation.target+1 relation.EU-0.3 relation.USA-0.3",
    "reassurance-visit-china": "displeasure.target-2 relation.target+1 relation.USA-0.3",
    "reassurance-visit-eu": "displeasure.target-2 relation.target+1 relation.RUS-0.3",
    "reassurance-visit-usa": "displeasure.target-2 relation.target+1 relation.RUS-0.3 relation.CHN-0.3",
    "summit-with-russia": "relation.by+1 relation.EU-0.3 relation.USA-0.3",
    "summit-with-china": "relation.by+1 relation.USA-0.3",
    "summit-with-eu": "relation.by+1 relation.RUS-0.3",
    "summit-with-usa": "relation.by+1 relation.RUS-0.3 relation.CHN-0.3",
    "decline-bloc": "displeasure.target+1 relation.EU+0.3 relation.USA+0.3",
    "host-talks-venue": "status+1 neutrality+0.3",
    "host-talks-mediator": "neutrality+2 status+2 !neutrality-1",
    "regional-summit": "status+1",
    "ask-on-a-vote-by-the-east": "relation.by+1 vote-pledge.by+1 displeasure.EU+1 displeasure.USA+1"
    " approval.russia-friendly+0.3 approval.sovereignty-minded-0.3 !relation.by-1",
    "ask-on-a-vote-by-the-west": "relation.by+1 vote-pledge.by+1 displeasure.RUS+1 displeasure.CHN+1"
    " approval.russia-friendly-0.3 approval.sovereignty-minded+0.3 !relation.by-1",
    "language-policy-state-language": "approval.sovereignty-minded+1 approval.russia-friendly-1 displeasure.RUS+0.3"
    " media-exposure-1",
    "language-policy-russian-language": "approval.sovereignty-minded-1 approval.russia-friendly+1 displeasure.RUS-0.3"
    " media-exposure+1",
    "humanitarian-aid": "relation.EU+0.3 approval.sovereignty-minded+0.3 neutrality+0.3 displeasure.RUS+0.3",
    "envoy-warning": "belief.by-1 enforcement+1 !belief.by+0.3",
    "hard-rhetoric": "threat.by+1 approval.sovereignty-minded+1 relation.by-0.3",
    "ask-for-csto-help": "regime+1 obligation.target+2 approval.sovereignty-minded-1 relation.EU-1 relation.USA-1",
    "ask-for-loyalty": "displeasure.by-2 obligation.by-1 belief.EU+2 belief.USA+2 relation.EU-2 relation.USA-2"
    " approval.sovereignty-minded-2 !displeasure.by+1",
    "csto-exercise-host": "capability+1 training-dependence+1 csto-goodwill+1",
    "csto-exercise-skip": "csto-goodwill-1 relation.EU+0.3 relation.USA+0.3",
    "exercise-without-powers": "capability+1 training-dependence-1 status+1 displeasure.RUS+0.3",
    "sovereignty-assurance": "threat.RUS-1 relation.by+1 obligation.by+0.3",
    "buy-arms-elsewhere": "capability+1@6 arms-dependence-1@6 displeasure.RUS+0.3",
    "buy-arms-russia": "capability+1@2 arms-dependence+1@2 displeasure.target-0.3",
    "un-peacekeeping": "status+1 neutrality+1 capability+0.3",
    "border-and-counter-terror-programme": "border-capacity+1 training-dependence-1 grievance.RUS+0.3",
    "political-reform-carry-out": "reform+1@4 legitimacy+1@6 rent-tolerance-1",
    "political-reform-stall": "legitimacy-1",
    "set-fuel-prices-cap": "prices-1 fund-1 prices+0.3@4",
    "set-fuel-prices-free": "prices+1 fund+1 prices-0.3@4",
    "currency-and-fund-defence": "exchange-rate-1 fund-1",
}
TRADE_COSTS = {  # (exporter, importer, sector): sign
    "farm-import-ban-by-russia": {("target", "by", "agrifood"): 1},
    "farm-import-ban-by-kazakhstan": {("target", "by", "agrifood"): 1},
    "rail-and-terminal-investment": {("CHN", "KAZ", "all"): -1, ("KAZ", "CHN", "all"): -1},
    "border-slowdown": {("KAZ", "CHN", "all"): 1, ("CHN", "KAZ", "all"): 1},
}


@cache
def world(name: str = "after-2022") -> Scenario:
    return load(name)


def _token(effect: Effect, move: Move) -> str:
    subject = effect.of
    if effect.stock == "relation":
        others = {"KAZ", "target" if "KAZ" in move.targets else "by"}
        ends = [effect.of, effect.toward or "KAZ"]
        outside = [end for end in ends if end not in others]
        subject = "/".join(str(end) for end in (ends if len(outside) == 2 else outside))
    where = [part for part in (subject, effect.corridor, effect.sector) if part]
    size = effect.steps if effect.steps is not None else effect.amount
    return ".".join([effect.stock, *where]) + f"{size:+g}" + (f"@{effect.delay}" if effect.delay else "")


def _signature(move: Move) -> list[str]:
    happens = [_token(effect, move) for effect in move.effects]
    return sorted(happens + ["!" + _token(effect, move) for effect in move.on_refusal])


def _texts(scenario: Scenario) -> Iterator[tuple[str, Text | None]]:
    for name, move in scenario.moves.items():
        for field in ("title", "official_reason", "read_as"):
            yield f"moves.{name}.{field}", getattr(move, field)
    for name, doctrine in scenario.doctrines.items():
        yield f"doctrines.{name}", doctrine.title
        for aim in doctrine.strategic:
            yield f"doctrines.{name}.{aim.measure}", aim.title
    for name, line in scenario.red_lines.items():
        yield f"red_lines.{name}", line.title
    for code, actor in scenario.actors.items():
        yield f"actors.{code}", actor.name
    for name, event in scenario.events.items():
        yield f"events.{name}", event.title
    for name, bloc in scenario.alignment.blocs.items():
        yield f"blocs.{name}", bloc.title
    for name, vote in scenario.alignment.votes.items():
        yield f"votes.{name}", vote.title
    for name, sanction in scenario.sanctions.items():
        yield f"sanctions.{name}", sanction.title
    yield "title", scenario.title
    yield "question", scenario.question


@pytest.mark.parametrize("name", sorted(SIGNS))
def test_a_move_changes_what_the_catalogue_says_and_nothing_else(name: str) -> None:
    assert _signature(world().moves[name]) == sorted(SIGNS[name].split())


@pytest.mark.parametrize("name", sorted(TRADE_COSTS))
def test_a_move_on_trade_costs_moves_the_right_flow(name: str) -> None:
    costs = [effect for effect in world().moves[name].effects if effect.stock == "trade-cost"]
    found = {(e.exporter, e.importer, e.sector): 1 if (e.amount or 0) > 0 else -1 for e in costs}
    assert found == TRADE_COSTS[name]


def test_every_move_is_in_one_of_the_tables() -> None:
    assert set(world().moves) == set(SIGNS) | set(TRADE_COSTS)


def test_there_are_moves_of_all_kinds_and_each_says_where_it_is_from() -> None:
    moves = world().moves.values()
    assert {move.code for move in moves} == {f"M{number:02}" for number in range(1, 46)}
    assert {move.kind for move in moves} == {"trade", "diplomatic", "security", "domestic"}
    for move in moves:
        assert move.precedent, move.id
        assert move.source, move.id
        # Only loyalty asked for costs the one who grants it.
        assert set(move.cost) == ({"by", "target"} if move.code == "M34" else {"by"}), move.id
        assert 0.02 <= move.cost["by"] <= 0.3, move.id
        assert 1 <= move.cooldown <= 8, move.id
        assert "general knowledge" not in move.source.lower() or "eneral knowledge" in move.precedent, move.id


def test_each_power_has_cooperative_and_coercive_moves() -> None:
    for power in POWERS:
        own = [move for move in world().moves.values() if power in move.by and "KAZ" in move.targets]
        assert [move for move in own if move.pleases and "target" not in move.displeases], power
        assert [move for move in own if "target" in move.displeases], power


def test_who_is_displeased_agrees_with_the_effects() -> None:
    for move in world().moves.values():
        for effect in move.effects:
            if effect.stock == "displeasure" and effect.steps is not None:
                listed = move.displeases if effect.steps > 0 else move.pleases
                assert effect.of in listed, f"{move.id}: {effect.of}"
            if effect.stock == "relation" and move.by == ("KAZ",) and effect.steps is not None and effect.of != "by":
                listed = move.displeases if effect.steps < 0 else move.pleases
                assert effect.of in listed, f"{move.id}: {effect.of}"


def test_opposite_moves_mirror_each_other() -> None:
    moves = world().moves
    tighten, relax = moves["set-enforcement-tighten"], moves["set-enforcement-relax"]
    assert [(e.stock, e.steps) for e in tighten.effects] == [(e.stock, -(e.steps or 0)) for e in relax.effects]
    groups: dict[str, list[str]] = {}
    for move in moves.values():
        if move.group:
            groups.setdefault(move.group, []).append(move.code or "")
    assert all(len(codes) == 2 and len(set(codes)) == 1 for codes in groups.values()), groups


def test_only_the_ladder_moves_rungs_and_only_nature_finds_evidence() -> None:
    for move in world().moves.values():
        for effect in (*move.effects, *move.on_refusal):
            if effect.stock == "rung":
                assert move.code == "M19"
                assert effect.amount in (1, -1)
            if effect.stock == "evidence":
                assert move.id == "ladder-step-up"
                assert effect.amount == -1
    when = world().moves["ladder-step-up"].when
    assert when is not None
    assert when.all is not None
    assert any(leaf.measure == "evidence" and leaf.at_least == 0.5 for leaf in when.all)


def test_the_disputed_stop_is_called_disputed() -> None:
    read_as = world().moves["stop-corridor"].read_as
    assert read_as is not None
    for language, word in (("en", "disputed"), ("ru", "оспаривается"), ("kk", "даулы")):
        assert word in read_as.get(language)


def test_every_doctrine_is_complete() -> None:
    for name, doctrine in world().doctrines.items():
        assert set(doctrine.weights) == GOALS, name
        assert doctrine.source, name
        assert doctrine.beliefs, name
        assert doctrine.precision > 0, name
        assert doctrine.horizon >= 1, name
        assert 0 <= numbers(world())[f"doctrines.{name}.risk"] <= 1, name
        assert set(doctrine.pressure) == set(POWERS), name
        assert len(doctrine.for_) == 1, name
        # Powers want something of Kazakhstan; of its own doctrines, those named after a tie want that tie.
        named = doctrine.for_ != ("KAZ",) or name in ("west-pivot", "bandwagon-russia", "bandwagon-china")
        assert bool(doctrine.strategic) == (doctrine.weights["strategic"] != "none") == named, name
        assert all(0 <= belief <= 1 for belief in doctrine.beliefs.values()), name


def test_the_doctrines_differ_where_they_should() -> None:
    doctrines = world().doctrines
    assert Counter(d.for_[0] for d in doctrines.values()) == {"KAZ": 10, "RUS": 3, "CHN": 3, "EU": 3, "USA": 3}
    assert numbers(world())["doctrines.hedge.risk"] > numbers(world())["doctrines.west-pivot.risk"]
    assert doctrines["bandwagon-russia"].pressure["RUS"] > doctrines["hedge"].pressure["RUS"]
    assert doctrines["west-pivot"].vote_shift[0] > 0 > doctrines["bandwagon-russia"].vote_shift[0]
    assert doctrines["equal-distance"].weights["autonomy"] == "very high"


def test_a_hedger_does_not_shift_its_vote() -> None:
    assert world().doctrines["hedge"].vote_shift == (0.0, 0.0)


@pytest.mark.parametrize("name", WORLDS)
def test_a_shipped_world_loads_without_warnings_and_says_what_it_asks(name: str) -> None:
    scenario = world(name)
    assert scenario.warnings == ()
    assert scenario.sources
    assert scenario.question is not None
    assert scenario.question.en.endswith("?")
    added = ["TUR"] if name == "turkey-added" else []
    assert sorted(scenario.actors) == sorted(["CHN", "EU", "KAZ", "RUS", "USA", *added])
    assert scenario.focus == "KAZ"
    assert scenario.calendar.turns == (24 if name == "placebo-2014-2019" else 16)


@pytest.mark.parametrize("name", WORLDS)
def test_texts_are_complete_in_three_languages(name: str) -> None:
    for path, text in _texts(world(name)):
        assert text is not None, path
        assert text.en, path
        assert text.ru, path
        assert text.kk, path
        assert text.kk != text.en, path
        assert text.ru != text.en, path
        assert re.search("[а-яё]", text.ru.lower()), path
        assert re.search("[а-яәғқңөұүһі]", text.kk.lower()), path


@pytest.mark.parametrize("name", WORLDS)
def test_the_prose_takes_no_side(name: str) -> None:
    loaded = re.compile(
        r"\b(regime|puppet|vassal|hegemon|betray|aggressor|satellite)|режим|марионет|вассал|гегемон|предател|агрессор"
        r"|қуыршақ|вассал|сатқын|агрессор|\bна Украин",
        re.IGNORECASE,
    )
    for path, text in _texts(world(name)):
        if not path.startswith("votes."):
            assert text is not None, path
            assert not loaded.search(f"{text.en} {text.ru} {text.kk}"), path


@pytest.mark.parametrize("name", WORLDS)
def test_no_shipped_world_scripts_what_it_should_explain(name: str) -> None:
    scenario = world(name)
    assert not scenario.alignment.rules
    assert not scenario.decision.script
    assert scenario.decision.rule == "logit"
    for event in scenario.events.values():
        # What strikes from outside; what actors decide or feel is for the model to bring about.
        outside = {"corridor-capacity", "threat", "prices", "trade-cost", "unrest"}
        assert {effect.stock for effect in event.then} <= outside, event.id


def test_the_benchmark_differs_by_the_measures_alone() -> None:
    after, without = world("after-2022"), world("no-sanctions")
    assert after.benchmark == "no-sanctions"
    assert without.benchmark is None
    assert after.sanctions
    assert not without.sanctions
    assert after.events == without.events
    assert after.alignment == without.alignment
    assert after.moves == without.moves
    assert after.parameters == without.parameters
    changed = {name for name in after.paths if after.paths[name].values != without.paths[name].values}
    assert changed == {"embargo_discount", "embargo_refused"}
    assert set(without.paths["embargo_refused"].at(without.quarters())) == {0.0}


def test_the_measures_of_the_coalition_are_a_quarter_of_those_of_the_eu() -> None:
    after = world("after-2022")
    eu, rest = after.sanctions["eu-measures"], after.sanctions["coalition-measures"]
    for sector, measure in rest.sectors.items():
        wanted = [0.25 * share for share in eu.sectors[sector].coverage.at(after.quarters())]
        assert measure.coverage.at(after.quarters()) == pytest.approx(wanted), sector
    assert eu.secondary is not None
    assert eu.secondary.watches == ("KAZ",)
    assert rest.secondary is None


def test_the_votes_have_the_recorded_tallies_and_leave_kazakhstan_open() -> None:
    votes = world("after-2022").alignment.votes
    tallies = {name: vote.item.tally.tally for name, vote in votes.items() if vote.item.tally}
    recorded = load_votes(load_figures()).recorded
    told = {text: recorded[text].tally for text in tallies}
    assert tallies == {text: f"{t['yes']}-{t['no']}-{t['abstain']}" for text, t in told.items()}
    assert [*sorted(tallies)] == sorted(
        ["ES-11/1", "ES-11/2", "ES-11/3", "ES-11/4", "ES-11/5", "77/229", "ES-11/6", "77/284"]
    )
    for text, vote in votes.items():
        assert vote.positions == {p: CHOICES.index(recorded[text].choices[p]) - 1 for p in POWERS}, text
        assert recorded[text].date[:4] == vote.turn[:4], text
    assert all(vote.names == "RUS" and set(vote.positions) == set(POWERS) for vote in votes.values())
    assert not world("base-2021").alignment.votes


def test_the_four_stops_of_2022_are_there_with_their_causes() -> None:
    causes = {name: event.cause for name, event in world("after-2022").events.items()}
    assert causes == {
        "cpc-storm": "weather",
        "cpc-ordnance": "third-party",
        "cpc-court": "legal",
        "cpc-repair": "weather",
    }


def test_the_variants_change_what_they_are_about() -> None:
    after = world("after-2022")
    closed = world("cpc-closed").events
    assert [(e.amount, e.turns) for e in closed["cpc-closure"].then] == [(-1.0, 8)]
    threatened = world("secondary-threatened")
    assert threatened.value("evidence.intercept") > after.value("evidence.intercept")
    assert threatened.value("ladder.act_probability") > after.value("ladder.act_probability")
    built = {e.corridor: e.amount for e in world("middle-corridor").events["middle-built"].then}
    assert built["middle"] == 2.0
    days, before = world("middle-corridor").corridors["middle"].days, after.corridors["middle"].days
    assert days is not None
    assert before is not None
    assert days.value < before.value


def test_a_red_line_says_whose_it_is_and_is_not_crossed_at_the_start() -> None:
    scenario = world("base-2021")
    relations = scenario.actors["KAZ"].relations
    for line in scenario.red_lines.values():
        assert line.reason, line.id
        assert line.source, line.id
        assert line.quarters >= 1, line.id
        if line.measure == "relation":
            assert line.below is not None
            assert relations[line.of or ""] > line.below
    approval = scenario.red_lines["legitimacy"].below
    assert approval is not None
    assert scenario.value("stocks.approval.base") > approval
    assert scenario.red_lines["oil-way-out"].below == 0.6
    assert {line.of for line in scenario.red_lines.values() if line.measure == "relation"} == set(POWERS)


def test_steps_and_weights_are_assumed_and_have_ranges() -> None:
    parameters = world().parameters
    for name, quantity in parameters.items():
        if name.startswith(("steps.", "weights.")):
            assert quantity.confidence == "assumed", name
            assert quantity.low is not None, name
            assert quantity.high is not None, name
            assert quantity.low <= quantity.value <= quantity.high, name
    words = [parameters[f"weights.{word}"].value for word in ("none", "low", "medium", "high", "very_high")]
    assert words == sorted(words)
    assert words[0] == 0


def test_short_worlds_stay_short() -> None:
    for name in sorted({*WORLDS} - {"base-2021", "after-2022", "turkey-added"}):
        lines = (shipped_root() / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
        assert 10 <= len(lines) <= 40, name
