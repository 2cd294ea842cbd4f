"""S15 security with others, S14 reform, S17 aid, S20 sticky ties, S27 threat and assurance: each against without."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from playing import World, assert_clearly_more, reading

LANES = 256


@cache
def played(*entries: str, turns: int = 8, world: str = "after-2022") -> World:
    return World.of(world, lanes=LANES).play(turns, {0: entries} if entries else {})


@cache
def switched(name: str, on: bool, *entries: str, turns: int = 8) -> World:
    """The same plays with a mechanism on or off; both on the same draws."""
    overrides = {f"mechanisms.{name}": str(on).lower()}
    return World.of("after-2022", lanes=LANES, overrides=overrides).play(turns, {0: entries} if entries else {})


def pair(name: str, *entries: str) -> tuple[World, World]:
    return switched(name, True, *entries), switched(name, False, *entries)


# ---- S15


@pytest.mark.system("S15")
def test_own_exercises_and_other_suppliers_raise_security_and_lower_dependence() -> None:
    # Flips tried: arms-dependence of buy-arms-elsewhere, training-dependence of the exercise; failed both times.
    none = played()
    for entry, stock in (
        ("KAZ:buy-arms-elsewhere", "arms-dependence"), ("KAZ:exercise-without-powers", "training-dependence"),
        ("USA:border-and-counter-terror-programme>KAZ", "training-dependence"),
    ):  # fmt: skip
        some = played(entry)
        assert_clearly_more(none.stock(stock)[-1:], some.stock(stock)[-1:])
        assert_clearly_more(some.rate("rhetoric")[0], none.rate("rhetoric")[0])
    for entry in ("KAZ:buy-arms-elsewhere", "KAZ:exercise-without-powers"):
        assert_clearly_more(reading(played(entry), "security")[-1], reading(none, "security")[-1])
    assert_clearly_more(
        reading(none, "support.security")[-1], reading(played("KAZ:buy-arms-elsewhere"), "support.security")[-1]
    )


@pytest.mark.system("S15")
def test_what_russia_sells_comes_sooner_and_binds() -> None:
    # Flip tried: arms-dependence of buy-arms-russia; failed.
    russia, others = played("KAZ:buy-arms-russia>RUS"), played("KAZ:buy-arms-elsewhere")
    assert_clearly_more(russia.stock("capability")[3], others.stock("capability")[3])
    assert_clearly_more(russia.stock("arms-dependence")[-1], played().stock("arms-dependence")[-1])


@pytest.mark.system("S15")
def test_peacekeepers_earn_standing_and_trust_and_a_programme_lifts_the_ceiling_of_control() -> None:
    # Flips tried: neutrality of un-peacekeeping; border-capacity of the programme; failed both times.
    blue, none = played("KAZ:un-peacekeeping"), played()
    for stock in ("status", "neutrality", "capability"):
        assert_clearly_more(blue.stock(stock), none.stock(stock))
    assert_clearly_more(none.rate("halt")[1:], blue.rate("halt")[1:])
    strict = dict.fromkeys(range(5), ("KAZ:set-enforcement-tighten",))
    both = {t: (*p, "USA:border-and-counter-terror-programme>KAZ") if t == 0 else p for t, p in strict.items()}
    worlds = [World.of("after-2022", lanes=LANES).play(5, script) for script in (both, strict)]
    assert_clearly_more(*(reading(w, "enforcement")[-1] for w in worlds))


@pytest.mark.system("S15")
@pytest.mark.parametrize(
    ("entry", "more", "less"),
    [
        ("KAZ:buy-arms-elsewhere", ("capability", "displeasure:RUS>KAZ"), ("arms-dependence",)),
        ("KAZ:exercise-without-powers", ("capability", "status", "displeasure:RUS>KAZ"), ("training-dependence",)),
        ("KAZ:un-peacekeeping", ("capability", "status", "neutrality"), ()),
        ("USA:border-and-counter-terror-programme>KAZ", ("border-capacity", "grievance:RUS>KAZ"),
         ("training-dependence",)),
    ],
)  # fmt: skip
def test_with_it_on_others_help_in_security_and_russia_notices(
    entry: str, more: tuple[str, ...], less: tuple[str, ...]
) -> None:
    # Flips tried: each of these effects of each of these moves; failed every time.
    on, off = pair("diversification", entry)
    for stock in more:
        assert_clearly_more(on.stock(stock).sum(axis=0), off.stock(stock).sum(axis=0))
    for stock in less:
        assert_clearly_more(off.stock(stock).sum(axis=0), on.stock(stock).sum(axis=0))


@pytest.mark.system("S15")
def test_own_capability_is_security() -> None:
    # Flip tried: capability subtracted in national_security; failed.
    on, off = pair("diversification", "KAZ:exercise-without-powers")
    assert_clearly_more(reading(on, "security")[1:], reading(off, "security")[1:])


# ---- S14


@pytest.mark.system("S14")
def test_with_it_on_reform_costs_now_and_pays_later() -> None:
    # Flips tried: rent-tolerance +1, legitimacy -1, reform -1 in political-reform-carry-out; growth.on_reform and
    # opinion.on_reform subtracted; failed each time.
    on, off = pair("reform", "KAZ:political-reform-carry-out")
    # What it costs at home are rents: there must be some, as after a deal on parallel trade.
    dealt, kept = pair("reform", "RUS:offer-parallel-trade>KAZ", "KAZ:political-reform-carry-out")
    assert_clearly_more(kept.stock("rent-tolerance")[0], dealt.stock("rent-tolerance")[0])
    assert_clearly_more(kept.measure("rent-share")[:4], dealt.measure("rent-share")[:4])
    for stock in ("reform", "investment:EU"):
        assert_clearly_more(on.stock(stock)[-1], off.stock(stock)[-1])
    # Reform itself weighs on legitimacy before the package's own gain has come.
    assert np.array_equal(on.stock("legitimacy")[3], off.stock("legitimacy")[3])
    assert_clearly_more(on.stock("legitimacy")[5], off.stock("legitimacy")[5])
    assert_clearly_more(on.stock("legitimacy")[6:], off.stock("legitimacy")[6:], share=0.01)
    assert_clearly_more(off.rate("crisis")[7:], on.rate("crisis")[7:])
    stalled, silent = pair("reform", "KAZ:political-reform-stall")
    assert_clearly_more(silent.stock("legitimacy")[0], stalled.stock("legitimacy")[0])


@pytest.mark.system("S14")
def test_off_nothing_is_promised_in_a_crisis() -> None:
    file = str(Path(__file__).parents[1] / "data" / "january.yaml")
    on, off = (World.of(file, lanes=LANES, overrides={"mechanisms.reform": x}).play(1) for x in ("true", "false"))
    assert on.hazard("promised").mean() > 0.0
    assert (off.hazard("promised") == 0.0).all()
    assert np.array_equal(on.hazard("concession"), off.hazard("concession"))


@pytest.mark.system("S14")
def test_reform_pays_in_legitimacy_later_and_stalling_costs_it_now() -> None:
    # Flips tried: legitimacy of carrying out, and of stalling; failed both times.
    done, none, stalled = played("KAZ:political-reform-carry-out"), played(), played("KAZ:political-reform-stall")
    assert np.array_equal(done.stock("legitimacy")[0], none.stock("legitimacy")[0])
    assert_clearly_more(done.stock("legitimacy")[5:], none.stock("legitimacy")[5:])
    assert_clearly_more(none.rate("crisis")[6:], done.rate("crisis")[6:])
    assert_clearly_more(none.stock("legitimacy")[0], stalled.stock("legitimacy")[0])


# ---- S17


@pytest.mark.system("S17")
def test_aid_is_cheap_and_signals_to_all() -> None:
    # Flip tried: approval of humanitarian-aid; failed.
    aid, none = played("KAZ:humanitarian-aid"), played()
    for stock in ("relation:EU~KAZ", "approval:sovereignty-minded", "neutrality", "displeasure:RUS>KAZ"):
        assert_clearly_more(aid.stock(stock)[:2], none.stock(stock)[:2])
    catalogue = aid.engine.layout.catalogue
    cost = catalogue.entries[catalogue.index["KAZ:humanitarian-aid"]].cost
    assert cost <= min(e.cost for e in catalogue.entries if e.actor == "KAZ")


@pytest.mark.system("S17")
def test_with_it_on_everybody_hears_the_signal() -> None:
    # Flips tried: each of the four effects of humanitarian-aid; failed every time.
    on, off = pair("aid", "KAZ:humanitarian-aid")
    for stock in ("relation:EU~KAZ", "approval:sovereignty-minded", "neutrality", "displeasure:RUS>KAZ"):
        assert_clearly_more(on.stock(stock)[:2], off.stock(stock)[:2])
        assert np.array_equal(off.stock(stock), switched("aid", False).stock(stock))


# ---- S20


def quarrelled(on: bool) -> World:
    """A quarrel of one size with Russia and the United States, in a quiet world."""
    overrides = {"mechanisms.shared-history": str(on).lower()}
    world = World.of("base-2021", lanes=LANES, overrides=overrides)
    for pair_ in ("relation:KAZ~RUS", "relation:KAZ~USA"):
        world.state.stocks[world.engine.table.index[pair_]] -= 0.3
    return world.play(16)


@pytest.mark.system("S20")
def test_with_it_on_an_old_tie_survives_a_quarrel_and_off_it_fades() -> None:
    # Flips tried: base subtracted in advance_stock; on_relation negated in use_probability; failed each time.
    on, off = quarrelled(True), quarrelled(False)
    held = {v: on.stock(f"relation:KAZ~{v}")[-1] - off.stock(f"relation:KAZ~{v}")[-1] for v in ("RUS", "USA")}
    assert_clearly_more(held["RUS"], np.zeros(LANES))
    # Some ties are stickier: more history, more of it left.
    assert_clearly_more(held["RUS"], held["USA"])
    assert_clearly_more(reading(off, "influence.RUS")[-1], reading(on, "influence.RUS")[-1])


@pytest.mark.system("S20")
def test_shared_history_makes_a_tie_return_to_where_it_was() -> None:
    """A quarrel of one size with Russia and with the United States: both fade; each returns to its own initial tie."""
    # Flip tried: `base - persistence * gap` in advance_stock; failed.
    worlds = [World.of("base-2021") for _ in range(2)]
    for pair in ("relation:KAZ~RUS", "relation:KAZ~USA"):
        worlds[1].state.stocks[worlds[1].engine.table.index[pair]] -= 0.3
    for world in worlds:
        world.play(16)
    for pair in ("relation:KAZ~RUS", "relation:KAZ~USA"):
        gap = worlds[0].stock(pair) - worlds[1].stock(pair)
        assert (np.diff(gap, axis=0) < 0.0).all()
        assert (gap[-1] < 0.2).all()
    assert (worlds[1].stock("relation:KAZ~RUS")[-1] > worlds[1].stock("relation:KAZ~USA")[-1]).all()


@pytest.mark.system("S20")
def test_a_stickier_tie_forgets_a_quarrel_later_and_weaker_affinity_leaves_russia_readier_to_cut() -> None:
    # Flip tried: on_relation negated in use_probability; failed.
    def after(persistence: float) -> np.ndarray:
        world = World.of("base-2021", numbers={"stocks.relation.persistence": np.full(200, persistence)})
        world.state.stocks[world.engine.table.index["relation:KAZ~RUS"]] -= 0.3
        return world.play(8).stock("relation:KAZ~RUS")[-1]

    assert (after(0.99) < after(0.93)).all()
    friends, strangers = (
        World.of("base-2021", lanes=LANES, numbers={"actors.KAZ.relations.RUS": np.full(LANES, x)}).play(2)
        for x in (0.6, 0.0)
    )
    assert_clearly_more(reading(strangers, "influence.RUS"), reading(friends, "influence.RUS"))


# ---- S27


@pytest.mark.system("S27")
def test_rhetoric_raises_threat_and_investor_risk_and_an_assurance_lowers_both() -> None:
    # Flips tried: threat of sovereignty-assurance; growth.on_threat; failed both times.
    words, none, assured = played("RUS:hard-rhetoric>KAZ"), played(), played("CHN:sovereignty-assurance>KAZ")
    for more, less in ((words, none), (none, assured)):
        assert_clearly_more(more.stock("threat:RUS"), less.stock("threat:RUS"))
        assert_clearly_more(less.stock("investment:EU")[-1], more.stock("investment:EU")[-1])
        assert_clearly_more(reading(less, "security"), reading(more, "security"))
    assert_clearly_more(assured.stock("obligation:CHN"), none.stock("obligation:CHN"))


@pytest.mark.system("S27")
@pytest.mark.parametrize(("entry", "sign"), [("RUS:hard-rhetoric>KAZ", -1.0), ("CHN:sovereignty-assurance>KAZ", 1.0)])
def test_with_it_on_words_reach_security_investors_and_minds(entry: str, sign: float) -> None:
    # Flips tried: threats added in national_security, on_threat subtracted in risk() and in leaning_next(); threat of
    # each of the two moves; failed each time.
    (on, off), (calm, deaf) = pair("threat", entry), pair("threat")

    def moved(what: str, said: World, quiet: World) -> np.ndarray:
        series = [reading(w, what) if what == "security" else w.stock(what) for w in (said, quiet)]
        return sign * (series[0] - series[1]).sum(axis=0)

    for what in ("security", "investment:EU"):
        assert_clearly_more(moved(what, on, calm), moved(what, off, deaf))
    # A threat moves people away from the friendly side, an assurance lets them come back.
    assert_clearly_more(moved("leaning", off, deaf), moved("leaning", on, calm))
