"""S3 and S30: the alliance in and after a crisis at home; asked or not, helped or abandoned, bound or free."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from playing import World, assert_clearly_more, reading

pytestmark = [pytest.mark.system("S3"), pytest.mark.system("S30")]

LANES = 256
FILE = str(Path(__file__).parents[1] / "data" / "january.yaml")
WARY = "approval:sovereignty-minded"


@cache
def january(turns: int = 4, **numbers: float | str) -> World:
    """A severe crisis opens in every replicate in the first quarter, on keyed draws."""
    given = {k.replace("__", "."): v for k, v in numbers.items()}
    overrides = {k: str(v).lower() for k, v in given.items() if isinstance(v, bool | str)}
    lanes = {k: np.full(LANES, v) for k, v in given.items() if not isinstance(v, bool | str)}
    return World.of(FILE, lanes=LANES, overrides=overrides, numbers=lanes).play(turns)


def help_world(sure: bool) -> World:
    """Everybody asks; help always comes, or never."""
    return january(emergency__price__asked=-1000.0, security__help_regime=1.0 if sure else 0.0)


def test_it_opens_where_an_event_says_so_and_all_three_decisions_are_made() -> None:
    world = january()
    assert (world.hazard("crisis")[0] == 1.0).all()
    for step in ("concession", "asked", "promised"):
        assert world.hazard(step)[0].mean() > 0.0, step
        assert (world.rate(step)[0] < 1.0).all(), step
    assert 0.0 < world.hazard("falls")[0].mean() < 1.0


def test_help_saves_and_binds_and_is_read_abroad_and_at_home() -> None:
    # Flips tried: regime -2 for help; help subtracted in keeps_rate; obligation subtracted; failed each time.
    helped, alone = help_world(sure=True), help_world(sure=False)
    assert (helped.hazard("help")[0] == 1.0).all()
    assert (alone.hazard("help")[0] == 0.0).all()
    assert_clearly_more(alone.rate("falls")[0], helped.rate("falls")[0])
    assert_clearly_more(helped.stock("regime")[0], alone.stock("regime")[0])
    assert_clearly_more(helped.stock("obligation:RUS"), alone.stock("obligation:RUS"))
    assert_clearly_more(alone.stock(WARY)[0], helped.stock(WARY)[0])
    assert_clearly_more(alone.stock("relation:EU~KAZ")[0], helped.stock("relation:EU~KAZ")[0])


def test_without_help_the_obligation_is_shorter_and_the_end_more_open() -> None:
    # Flip tried: obligation subtracted; failed.
    helped, alone = help_world(sure=True), help_world(sure=False)
    assert (alone.stock("obligation:RUS") == 0.0).all()
    once = helped.hazard("help")[1:].sum(axis=0) == 0.0
    owed = helped.stock("obligation:RUS")[:, once]
    assert (owed[1:] < owed[:-1]).all()
    assert alone.stock("regime")[0].var() > helped.stock("regime")[0].var()


def test_entrapment_and_abandonment_pull_apart() -> None:
    # Flip tried: `1.0 - obligation` in the risk of entrapment; failed.
    helped, alone = help_world(sure=True), help_world(sure=False)
    assert_clearly_more(reading(helped, "entrapment"), reading(alone, "entrapment"))
    assert_clearly_more(reading(alone, "abandonment"), reading(helped, "abandonment"))


def test_a_concession_makes_help_less_needed_and_calms() -> None:
    # Flip tried: concession subtracted in keeps_rate; failed.
    gave, held = january(emergency__price__concession=-1000.0), january(emergency__price__concession=1000.0)
    assert_clearly_more(held.rate("asked")[0], gave.rate("asked")[0])
    assert_clearly_more(held.rate("falls")[0], gave.rate("falls")[0])
    assert_clearly_more(held.stock("fund"), gave.stock("fund"))


def test_off_there_is_no_alliance_to_ask_or_nothing_is_decided() -> None:
    on, off = january(), january(mechanisms__alliance=False)
    assert "help" not in off.past[0].happened.hazards
    assert_clearly_more(off.rate("falls")[0], on.rate("falls")[0])
    silent = january(**{"mechanisms__crisis-decisions": False})
    assert "concession" not in silent.past[0].happened.hazards
    assert (silent.stock("fund") >= on.stock("fund")).all()


def test_a_willing_ally_is_security_and_what_is_owed_takes_it_away() -> None:
    # Flips tried: worth subtracted in national_security; obligation added in alliance_worth; failed both times.
    def security(stock: str = "csto-goodwill", by: float = 0.0, on: bool = True) -> np.ndarray:
        world = World.of("base-2021", lanes=LANES, overrides={"mechanisms.alliance": str(on).lower()})
        world.state.stocks[world.engine.table.index[stock]] += by
        return reading(world.play(2), "security")

    assert_clearly_more(security("csto-goodwill", 0.2), security())
    assert_clearly_more(security(), security("obligation:RUS", 0.5))
    for stock in ("csto-goodwill", "obligation:RUS"):
        assert np.array_equal(security(stock, 0.2, on=False), security(on=False))


def test_doctrines_decide_differently() -> None:
    """Who puts stability first asks for help more readily than who keeps the same distance to all."""
    # Flip tried: stake negative in step_rate; failed.
    first, equal = (january(actors__KAZ__doctrine=d) for d in ("regime-first", "equal-distance"))
    assert_clearly_more(first.rate("asked")[0], equal.rate("asked")[0])


def test_training_with_others_lowers_dependence_and_exercises_raise_it() -> None:
    # Flip tried: training-dependence of csto-exercise-host; failed.
    hosted, none, own = (
        World.of("base-2021", lanes=LANES).play(4, {0: p} if p else {})
        for p in (("KAZ:csto-exercise-host>RUS",), (), ("KAZ:exercise-without-powers",))
    )
    assert_clearly_more(hosted.stock("training-dependence"), none.stock("training-dependence"))
    assert_clearly_more(none.stock("training-dependence"), own.stock("training-dependence"))
    assert_clearly_more(hosted.stock("csto-goodwill"), none.stock("csto-goodwill"))
    assert_clearly_more(reading(none, "abandonment"), reading(hosted, "abandonment"))


def test_a_further_request_stands_open_while_unrest_is_severe() -> None:
    from multivector.world.choosing.deciding import allowed

    world = january(turns=1)
    menu = world.engine.layout.catalogue.menu["KAZ"]
    row = menu.index(world.engine.layout.catalogue.index["KAZ:ask-for-csto-help>RUS"])
    d = world.engine.table.index["unrest"]
    for grade in (2.0, 0.5):
        world.state.stocks[d] = grade
        assert (allowed(world.engine, world.state, "KAZ")[row] == (grade >= 2.0)).all()
