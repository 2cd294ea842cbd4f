"""Every mechanism that can be switched off shows: in the outcomes of a world, and in what `explain` says of a decision.

A case plays a shipped world twice on the same draws, with the switch on and off, everybody by the same script (where
none is given, nobody moves). What is named must differ by more than `explain` shows as a dot: outcomes in some history,
and of what `explain` reports of the first history a gauge of the quarter, or in an actor's table an option's term of
utility against doing nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from multivector.cli.explain import TINY, plain
from multivector.experiment.histories.story import Story
from multivector.mechanisms.common import Array
from multivector.schema.switches import SWITCHES
from multivector.world.choosing.policies import ScriptPolicy
from multivector.world.model import DiplomacyModel
from multivector.world.watching.recorder import Recorder
from playing import SEED, Luck, setup_of

LANES = 8
GAUGE = "gauge"
Trace = Mapping[tuple[str, str, int, int, str], float]


@dataclass(frozen=True)
class Case:
    """What a switch shows in: outcomes by id, and (actor, term) or (gauge, name) of what `explain` reports.

    `plays` are those of Kazakhstan in the first quarter; of nature, what begins with `luck` happens whenever it can and
    nothing else does (empty: the keyed draws).
    """

    outcomes: tuple[str, ...]
    explained: tuple[tuple[str, str], ...]
    plays: tuple[str, ...] = ()
    luck: tuple[str, ...] = ()
    world: str = "after-2022"
    turns: int = 2


ACTS, CRISIS, STOPS = ("coercion/",), ("security/",), ("energy/outage-",)
GUARDED = ("announce-export-ban", "un-peacekeeping", "political-reform-stall")
OPEN = ("humanitarian-aid", "territorial-integrity-statement", "newcomers-policy-welcome")

CASES: Mapping[str, Case] = {
    "aid": Case(("displeasure.RUS", "coercion.halt"), (("KAZ", "future autonomy"),), OPEN),
    "alliance": Case(("security",), (("KAZ", "security"),)),
    "coercion": Case(("coercion.probability", "coercion.count", "threat"), (("KAZ", "hazards"),), luck=ACTS),
    "crisis": Case(("crisis", "security"), (("KAZ", "regime"),)),
    "crisis-decisions": Case(("fund", "inflation"), ((GAUGE, "national fund"), ("KAZ", "regime")), luck=CRISIS),
    "currency-shocks": Case(("rouble", "exchange_rate", "inflation"), ((GAUGE, "dollar in roubles"),)),
    "customs-union": Case(("customs_receipts", "customs.KAZ.RUS"), ((GAUGE, "receipts"), ("KAZ", "income"))),
    "declared-policy": Case(("belief.EU", "displeasure.RUS"), (("KAZ", "autonomy"),), GUARDED),
    "diversification": Case(("status",), (("KAZ", "security"),), GUARDED),
    "energy-cut": Case(("coercion.energy-cut", "real_income"), (("KAZ", "hazards"),), luck=ACTS),
    "evidence": Case(("case.EU", "case.USA"), (("KAZ", "hazards"),)),
    "farm-ban": Case(("coercion.farm-ban", "customs.KAZ.RUS"), (("KAZ", "hazards"),), luck=ACTS),
    "habit": Case(("trade.EU.RUS", "customs.KAZ.EU"), (("KAZ", "future income"),)),
    "halt": Case(("coercion.halt", "oil.CPC"), (("KAZ", "hazards"),), luck=ACTS),
    "home-energy": Case(("energy_missing", "real_income"), (("KAZ", "hazards"),), luck=ACTS),
    "investment": Case(("investment", "real_income"), (("KAZ", "income"),)),
    "isolation": Case(("isolation", "coercion.probability"), (("KAZ", "hazards"),)),
    "leanings": Case(("approval.sovereignty-minded", "support.public"), (("KAZ", "future regime"),)),
    "lower-half": Case(("crisis",), (("KAZ", "regime"),)),
    "newcomers": Case(("real_income",), (("KAZ", "income"),), OPEN, turns=3),
    "oil-price-shocks": Case(("real_income", "rent"), ((GAUGE, "dollar in tenge"), ("KAZ", "income"))),
    "opinion": Case(("approval", "legitimacy"), (("KAZ", "regime"),)),
    "outages": Case(("oil.CPC",), (("KAZ", "hazards"),), luck=STOPS, world="base-2021"),
    "persuasion": Case(("leaning", "support.public"), (("KAZ", "future regime"),), luck=ACTS),
    "price-pass-through": Case(("inflation", "approval"), (("KAZ", "regime"),)),
    "reform": Case(("legitimacy",), (("KAZ", "future regime"),), GUARDED),
    "reverse-leverage": Case(("coercion.probability",), ((GAUGE, "restraint"), ("KAZ", "hazards"))),
    "rhetoric": Case(("threat", "security"), (("KAZ", "hazards"),), luck=ACTS),
    "rouble-contagion": Case(("exchange_rate", "finance_access"), ((GAUGE, "dollar in tenge"),)),
    "savings": Case(("fund",), ((GAUGE, "national fund"),)),
    "shared-history": Case(("goodwill.RUS", "goodwill.EU"), (("KAZ", "future autonomy"),)),
    "standing": Case(("coercion.probability", "displeasure.EU"), (("KAZ", "hazards"),), GUARDED),
    "structural-displeasure": Case(("grievance.RUS", "displeasure.RUS"), (("KAZ", "future autonomy"),), OPEN),
    "threat": Case(("security", "leaning"), (("KAZ", "hazards"),), luck=ACTS),
    "transit-delay": Case(("coercion.transit-delay", "customs.KAZ.EU"), (("KAZ", "hazards"),), luck=ACTS),
    "votes": Case(("support.votes", "displeasure.EU"), (("KAZ", "future autonomy"),)),
}  # fmt: skip


class Hardly(Luck):
    """Luck that makes happen what may happen, but not what is switched off: rates have a floor of 1e-12."""

    def uniform(self, name: str, turn: int) -> Array:
        return np.maximum(super().uniform(name, turn), 1e-9)


def test_every_switch_has_its_case() -> None:
    assert sorted(CASES) == sorted(SWITCHES)


@pytest.mark.parametrize("switch", sorted(CASES))
def test_a_switch_shows_in_outcomes_and_in_explain(switch: str) -> None:
    # Flip tried: no switch heeded (`switched` always true in layout.py); all cases failed but the five whose switches
    # are heeded where moves are read.
    case = CASES[switch]
    (on, told), (off, said) = (_played(case, *off) for off in ((), (switch,)))
    gaps = {id: _gap(on[id], off[id]) for id in case.outcomes}
    assert all(gap > TINY for gap in gaps.values()), gaps
    apart = _apart(told, said)
    shown = {each: apart.get(each, 0.0) for each in case.explained}
    assert all(gap > TINY for gap in shown.values()), (shown, apart)


def test_nothing_shows_where_nothing_is_switched() -> None:
    """The comparison itself invents no difference: the same world played twice."""
    case = CASES["alliance"]
    (on, told), (again, said) = _play(case, ()), _play(case, ())
    assert all(np.array_equal(on[id], again[id], equal_nan=True) for id in on)
    assert _apart(told, said) == {}


# ---- playing, and reading off


def _gap(one: Array, other: Array) -> float:
    """Largest difference; a number where the other world has none counts as any difference would."""
    only = np.isnan(one) != np.isnan(other)
    return float(np.where(only, np.inf, np.nan_to_num(np.abs(one - other))).max())


def _played(case: Case, *off: str) -> tuple[Mapping[str, Array], Trace]:
    return _kept(case.world, case.turns, case.plays, case.luck, off)


@cache
def _kept(world: str, turns: int, plays: tuple[str, ...], luck: tuple[str, ...], off: tuple[str, ...]):  # type: ignore[no-untyped-def]
    return _play(Case((), (), plays, luck, world, turns), off)


def _play(case: Case, off: tuple[str, ...]) -> tuple[Mapping[str, Array], Trace]:
    """Outcomes ``[quarter, lane]`` (or ``[lane]`` at the end) and what `explain` reports of the first history."""
    changed = (("calendar.turns", str(case.turns)), *((f"mechanisms.{switch}", "false") for switch in off))
    setup = setup_of(case.world, changed)
    scripts: dict[str, Mapping[str, tuple[str, ...]]] = {"KAZ": {setup.scenario.quarters()[0]: case.plays}}
    model = DiplomacyModel(
        setup, list(range(LANES)), seed=SEED, draws=Hardly(LANES, *case.luck) if case.luck else None,
        policies={actor: ScriptPolicy(scripts.get(actor, {})) for actor in setup.layout.actors},
    )  # fmt: skip
    story, recorder = Story(), Recorder(model, "outcomes")
    model.observers += [story, recorder]
    model.run()
    assert not model.state.failed.any()
    done = {d.pick.entry for d in story.turns[0].decisions if d.actor == "KAZ"}
    assert {f"KAZ:{move}" for move in case.plays} <= done, done
    trace: dict[tuple[str, str, int, int, str], float] = {}
    for q, turn in enumerate(story.turns):
        said = plain(turn, turn.decisions)
        trace |= {(GAUGE, name, q, 0, ""): value for name, value in said["gauges"].items()}
        for each in said["decisions"]:
            nothing = each["options"][-1]["terms"]
            for option in each["options"]:
                for term, value in option["terms"].items():
                    key = (each["actor"], term, q, each["slot"], option["entry"])
                    trace[key] = value - nothing[term]
    return recorder.record().outcomes, trace


def _apart(one: Trace, other: Trace) -> dict[tuple[str, str], float]:
    """Largest difference by actor and term (or gauge), over what is in both."""
    found: dict[tuple[str, str], float] = {}
    for key in sorted(one.keys() & other.keys()):
        gap = abs(one[key] - other[key])
        if gap > 0.0:
            found[key[:2]] = max(found.get(key[:2], 0.0), gap)
    return found
