"""S19, an added actor: Türkiye, with figures, and an economy of an author's own, work everywhere without code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from multivector.scenario import check, load
from multivector.world.layout.layout import build_layout
from multivector.world.said import OPTIONS
from multivector.world.watching.observed import labels_of
from playing import World, assert_clearly_more, layout_of
from results_helper import call

pytestmark = pytest.mark.system("S19")
REPLICATES, TURNS = 200, 8
YES = OPTIONS["yes"]

OWN = """
id: with-own
extends: after-2022
actors:
  UZB:
    name: Uzbekistan
    doctrine: neighbour
    relations: {KAZ: 0.5, RUS: 0.3}
    stocks: {threat: 0.0}
    point: [-0.98, 1.78]
    economy:
      gdp: {value: %s, unit: US$ bn/yr, source: World Bank 2021, confidence: data}
%s
doctrines:
  - {id: neighbour, for: [UZB], weights: {income: medium}, source: a test}
moves:
  - {id: sovereignty-assurance, by: [CHN, EU, USA, UZB]}
"""


# ---- on against off


def test_a_second_supplier_of_arms_erodes_the_first_and_is_noticed() -> None:
    # Flips tried: arms-dependence +1, and displeasure -0.3, in buy-arms-turkey; failed both times.
    move = {0: ("KAZ:buy-arms-turkey>TUR",), 4: ("KAZ:buy-arms-turkey>TUR",)}
    on = World.of("turkey-added").play(TURNS, move)
    off = World.of("after-2022").play(TURNS)
    assert_clearly_more(off.stock("arms-dependence")[4:], on.stock("arms-dependence")[4:])
    assert_clearly_more(on.stock("displeasure:RUS>KAZ")[0], off.stock("displeasure:RUS>KAZ")[0])
    assert_clearly_more(on.stock("capability")[4:], off.stock("capability")[4:])


def test_with_diversification_off_arms_of_a_second_supplier_change_nothing() -> None:
    # Flip tried: the move's switch left out of turkey-added; failed.
    off = {"mechanisms.diversification": "false"}
    bought, none = (
        World.of("turkey-added", overrides=off).play(TURNS, script)
        for script in ({0: ("KAZ:buy-arms-turkey>TUR",)}, {})
    )
    at = bought.engine.layout.catalogue.index["KAZ:buy-arms-turkey>TUR"]
    assert bought.past[0].happened.accepted[at].all()
    for one, other in zip(bought.past, none.past, strict=True):
        assert np.array_equal(one.closed.stocks, other.closed.stocks)
        assert np.array_equal(one.closed.ln_income, other.closed.ln_income)
        assert all(np.array_equal(rate, other.happened.rates[name]) for name, rate in one.happened.rates.items())


def test_its_works_widen_the_middle_corridor() -> None:
    # Flip tried: corridor-capacity -1 in joint-caspian-works; failed.
    on = World.of("turkey-added").play(TURNS, {0: ("TUR:joint-caspian-works>KAZ",)})
    off = World.of("turkey-added").play(TURNS)
    assert (on.stock("corridor-capacity:middle")[6:] > off.stock("corridor-capacity:middle")[6:]).all()


# ---- everywhere


def test_it_trades_with_everybody_and_the_accounts_of_the_others_stay() -> None:
    grown, plain = layout_of("turkey-added").base, layout_of("after-2022").base
    t = grown.index("TUR")
    assert grown.nodes == ("CHN", "EU", "KAZ", "RUS", "TUR", "USA", "ROW")
    assert grown.goods[t, grown.index("RUS")] == pytest.approx(5.8)
    assert grown.gdp.sum() == pytest.approx(plain.gdp.sum())
    for a in plain.nodes[:-1]:
        for b in plain.nodes[:-1]:
            at, of = (grown.index(a), grown.index(b)), (plain.index(a), plain.index(b))
            assert grown.goods[at] == pytest.approx(plain.goods[of]), (a, b)
    assert (grown.lam > 0.0).all()
    assert np.abs(grown.D.sum()) < 1e-6


def test_it_has_a_menu_answers_votes_is_measured_and_holds_a_leg() -> None:
    layout = layout_of("turkey-added")
    labels = labels_of(layout)
    assert {e.move.id for e in layout.catalogue.entries if e.actor == "TUR"} >= {
        "summit-with-turkey", "sovereignty-assurance", "joint-caspian-works", "lend-to-a-rival-route",
    }  # fmt: skip
    assert "KAZ:explain-the-vote>TUR" in layout.catalogue.index
    for label in ("power", "actor"):
        assert "TUR" in labels[label]
    assert {"KAZ.TUR", "TUR.KAZ"} <= set(labels["flow"])
    owners = {leg.owner for leg in layout.scenario.corridors["aktau-baku"].legs}
    assert "TUR" in owners


@pytest.mark.slow
def test_it_acts_answers_and_votes_in_every_history() -> None:
    from multivector.experiment.histories.arms import Arms
    from multivector.experiment.histories.replicates import Experiment

    scenario = load("turkey-added", overrides={"calendar.turns": "4"})
    (block,) = Experiment(Arms(scenario, None)).blocks(range(REPLICATES), "full")
    record = block.record  # type: ignore[union-attr]
    assert {v["cast"]["TUR"].shape for v in record.votes.values()} == {(REPLICATES,)}
    # Its point and its votes of 2014-2019 on such texts make a yes likely; nothing here says so.
    assert (record.votes["ES-11/1"]["cast"]["TUR"] == 2).mean() > 0.75
    assert (np.asarray(record.plays["actor"]) == "TUR").sum() > REPLICATES
    for id in ("loss.TUR", "reverse_loss.TUR", "goodwill.TUR", "influence.TUR", "customs.KAZ.TUR", "real_income.TUR"):
        assert np.isfinite(record.outcomes[id]).all(), id


def test_describe_and_explain_speak_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "describe", "turkey-added", "--no-parameters")
    assert code == 0
    assert "TUR Türkiye: middle-power" in out
    code, out, _ = call(capsys, "explain", "turkey-added", "--turn", "2022-Q1", "--actor", "TUR")
    assert code == 0
    assert "TUR" in out
    assert "Chosen: " in out


@pytest.mark.parametrize("doctrine", ["middle-power", "kinship-first"])
def test_both_its_doctrines_are_its_own(doctrine: str) -> None:
    scenario = load("turkey-added", overrides={"actors.TUR.doctrine": doctrine})
    assert scenario.doctrines[doctrine].for_ == ("TUR",)
    assert scenario.doctrines[doctrine].strategic


# ---- an economy of one's own


def _own(folder: Path, gdp: str, more: str = "") -> str:
    file = folder / "with-own.yaml"
    file.write_text(OWN % (gdp, more), encoding="utf-8")
    return str(file)


def test_an_author_gives_an_economy_and_a_place_in_the_votes(tmp_path: Path) -> None:
    sold = "      exports: {RUS: {value: 2.1, unit: US$ bn/yr, source: a test, confidence: data}}\n"
    layout = build_layout(load(_own(tmp_path, "69.2", sold), overrides={"decision.rule": "hold"}))
    assert layout.base.gdp[layout.node["UZB"]] == pytest.approx(69.2)
    assert layout.base.goods[layout.node["UZB"], layout.node["RUS"]] == pytest.approx(2.1)
    world = World.of(_own(tmp_path, "69.2", sold)).play(2)
    assert np.isfinite(world.income("UZB")).all()


def test_a_tiny_newcomer_moves_nothing_but_itself(tmp_path: Path) -> None:
    with_it = World.of(_own(tmp_path, "0.001")).play(3)
    without = World.of("after-2022").play(3)
    for actor in ("CHN", "EU", "KAZ", "RUS", "USA"):
        assert np.abs(with_it.income(actor) - without.income(actor)).max() < 1e-5, actor
    assert np.abs(with_it.stock("displeasure:RUS>KAZ") - without.stock("displeasure:RUS>KAZ")).max() < 1e-5


def test_who_trades_without_an_economy_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bare.yaml"
    bare = "id: bare\nextends: after-2022\nactors: {ARM: {doctrine: d}}\ndoctrines: [{id: d, for: [ARM]}]\n"
    file.write_text(bare, encoding="utf-8")
    (problem,) = check(file).problems
    assert "found no figures gdp.2021.ARM" in problem.found
    assert "trade: none" in problem.allowed
    file.write_text(bare.replace("doctrine: d", "doctrine: d, trade: none"), encoding="utf-8")
    assert not check(file).problems


def test_ukraine_is_added_as_the_how_to_page_does_it(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "add-an-actor.md").read_text(encoding="utf-8")
    file = tmp_path / "ukraine-added.yaml"
    file.write_text(page.split("## Ukraine")[1].split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    world = World.of(str(file)).play(2)
    layout = world.engine.layout
    assert layout.base.goods[layout.node["UKR"], layout.node["KAZ"]] == pytest.approx(0.45)
    # Nobody told it how to vote: that comes from where its votes until 2019 place it.
    cast = world.past[0].happened.votes["ES-11/1"]
    yes = {a: (cast[layout.actors.index(a)] == YES).mean() for a in ("UKR", "KAZ", "RUS")}
    assert yes["UKR"] > 0.9
    assert yes["UKR"] > yes["KAZ"] > yes["RUS"]
    assert world.engine.layout.catalogue.index.keys() >= {"UKR:sovereignty-assurance>KAZ", "UKR:envoy-warning>KAZ"}
