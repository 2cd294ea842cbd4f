"""What the shipped scenarios are expected to show, read from their files: 200 histories of each world, the same draws.

An expectation with a `finding` is one that the model contradicts. It must go on failing: when it begins to hold, the
finding is out of date and this test says so. `docs/findings.md` lists them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from multivector.data.locate import shipped_root, shipped_scenarios
from multivector.errors import BadInput
from multivector.experiment.studies.expectations import Readings, Trial, readings
from multivector.scenario import load
from multivector.scenario.find import find
from multivector.schema import Expectation

pytestmark = pytest.mark.slow
REPLICATES = 200
FOURTEEN = (
    "reexport-ladder", "cpc-closed", "middle-corridor", "january-2022", "isolation-deepens", "settlement-and-lifting",
    "coalition-splits", "chinas-pull", "fuel-price-unrest", "mediator", "eaeu-pressure", "placebo-2014-2019",
    "turkey-added", "oil-slump",
)  # fmt: skip


PLAYED: dict[object, Readings] = {}


@cache
def trial(name: str) -> Trial:
    """A judge that shares the worlds already played with those of the other scenarios."""
    return Trial(name, REPLICATES, _played=PLAYED)  # type: ignore[arg-type]


def seen(name: str, **changed: str) -> Readings:
    """A world over its own calendar, which is played once whoever asks."""
    calendar = load(name).calendar
    years = {"calendar.start": calendar.start, "calendar.turns": str(calendar.turns)}
    return trial(name)._readings(find(name), {**changed, **years}, None)


def _expectations() -> list[object]:
    found: list[object] = []
    for path in shipped_scenarios():
        for number, each in enumerate(load(path.stem).expect):
            marks = [pytest.mark.xfail(strict=True, reason=each.finding)] if each.finding else []
            found.append(pytest.param(path.stem, number, id=f"{path.stem}-{number}-{each.what}", marks=marks))
    return found


@pytest.mark.parametrize(("name", "number"), _expectations())
def test_the_model_shows_what_the_file_expects(name: str, number: int) -> None:
    # Flips tried: the pipeline's closure as an opening, dearer fuel as cheaper fuel, a blocked measure that pleases
    # (displeasure and approval), enforcement that brings intermediaries in (`exit_rate` in evasion.py: re-export and
    # rent, not rungs); the expectations resting on each failed. Effort that widens the detour at once (economy.py),
    # what it drives out left as it is, passes here.
    verdict = trial(name).judge(load(name), load(name).expect[number])
    assert verdict.holds, str(verdict)


def test_each_of_the_fourteen_expects_something() -> None:
    for name in FOURTEEN:
        assert load(name).expect, name
        assert load(name).question is not None, name
    told = (shipped_root().parent / "docs" / "findings.md").read_text(encoding="utf-8")
    for name in FOURTEEN:
        for each in load(name).expect:
            assert each.finding is None or f"`{name}`" in told, (name, each.what)


def test_when_measures_end_the_opportunist_loses_most() -> None:
    def lost(**changed: str) -> np.ndarray:
        without, still = (
            seen(n, **changed).outcomes["rent"][10:].mean(axis=0) for n in ("settlement-and-lifting", "after-2022")
        )
        return np.asarray(still - without)

    assert load("settlement-and-lifting").actors["KAZ"].doctrine == load("after-2022").actors["KAZ"].doctrine == "hedge"
    gap = lost(**{"actors.KAZ.doctrine": "opportunist"}) - lost()
    assert gap.mean() > 3.0 * gap.std(ddof=1) / np.sqrt(len(gap))


def test_the_placebo_abstains_on_territory_and_votes_no_on_rights() -> None:
    from multivector.world.model import DiplomacyModel
    from multivector.world.setup import Setup
    from multivector.world.watching.recorder import Recorder

    model = DiplomacyModel(Setup(load("placebo-2014-2019", overrides={"decision.rule": "hold"})), range(REPLICATES))
    recorder = Recorder(model, "summary")
    model.observers.append(recorder)
    model.run()
    cast = {text: np.bincount(v["cast"]["KAZ"], minlength=4).argmax() for text, v in recorder.record().votes.items()}
    assert cast == {"68/262": 1, "71/205": 0, "73/194": 1, "74/168": 0}


def test_in_the_placebo_hardly_any_history_sees_a_listing() -> None:
    outcomes = seen("placebo-2014-2019").outcomes
    listed = np.maximum(outcomes["rung.EU"], outcomes["rung.USA"]).max(axis=0) >= 2.0
    assert listed.mean() < 0.05
    assert outcomes["reexport"].max() < 2.0


def test_an_author_s_own_file_is_judged_the_same_way(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "mine.yaml"
    file.write_text(
        "id: mine\nextends: base-2021\nbenchmark: base-2021\ncalendar: {start: 2021-Q1, turns: 2}\nevents:\n"
        "  - {id: shut, turn: 2021-Q1, stock: corridor-capacity, corridor: CPC, amount: -1, turns: 2, source: mine}\n"
        "expect:\n  - {outcome: oil.exported, direction: down, because: mine}\n"
        "  - {outcome: oil.exported, direction: up, because: not mine}\n"
        "  - {outcome: oil.exported, direction: same, against: mine, because: mine}\n"
        "  - {outcome: no.such, direction: same, because: mine}\n",
        encoding="utf-8",
    )
    mine = Trial(file, 8)
    scenario = mine.scenario()
    assert [mine.judge(scenario, each).holds for each in scenario.expect[:3]] == [True, False, True]
    assert "as expected" in str(mine.judge(scenario, scenario.expect[0]))
    with pytest.raises(BadInput, match="unknown outcome"):
        mine.judge(scenario, scenario.expect[3])
    lonely = Expectation(outcome="rent", direction="up", because="x")
    with pytest.raises(BadInput, match="nothing to compare"):
        Trial("base-2021", 8).judge(load("base-2021"), lonely)


# ---- what an expectation may compare besides means

TALKS = """id: talks
extends: base-2021
calendar: {start: 2021-Q1, turns: 4}
decision: {rule: scripted, script: {KAZ: {2021-Q1: [host-talks-venue]}, RUS: {}, CHN: {}, EU: {}, USA: {}}}
mechanisms: {coercion: false, crisis: false, currency-shocks: false, oil-price-shocks: false, outages: false}
expect:
"""
SILENT = '{decision.script: "{KAZ: {}, RUS: {}, CHN: {}, EU: {}, USA: {}}"}'
JUDGED = (
    f"statistic: spread, direction: up, against_set: {SILENT}",
    f"lead_over: {SILENT}, direction: same",
    f"lead_over: {SILENT}, direction: up, against_set: {SILENT}, histories: 96",
    f"given: host-talks-venue, direction: up, against_set: {SILENT}",
    f"direction: up, against_set: {SILENT}",
)


def test_spreads_leads_and_conditions_are_worked_out_by_hand(tmp_path) -> None:  # type: ignore[no-untyped-def]
    # Flips tried: the mean left in the spread (x * x); `given` ignored; the lead added; each failed.
    file = tmp_path / "talks.yaml"
    lines = "".join(f"  - {{outcome: status, against: talks, because: mine, {each}}}\n" for each in JUDGED)
    file.write_text(TALKS + lines, encoding="utf-8")
    mine = Trial(file, 64)
    scenario = mine.scenario()
    spread, same, lead, given, whole = (mine.judge(scenario, each) for each in scenario.expect)
    hosts = readings(load(file), range(64))
    status, came = hosts.outcomes["status"].mean(axis=0), hosts.took["KAZ", "host-talks-venue"].sum(axis=0) > 0.5
    assert 0.1 < came.mean() < 0.9
    assert spread.here == pytest.approx(np.var(status))
    assert spread.there == pytest.approx(0.0, abs=1e-20)
    assert spread.holds
    assert given.here == pytest.approx(status[came].mean())
    assert given.gap == pytest.approx(whole.gap / came.mean())
    assert same.gap == 0.0
    assert same.holds
    more = readings(load(file), range(96)).outcomes["status"].mean(axis=0)
    assert lead.here == pytest.approx(more.mean() - status[~came].mean())
    assert lead.there == 0.0


def test_the_chance_of_a_step_has_the_mean_of_the_steps() -> None:
    # Flips tried: the rung after the quarter for the one before; the odds of *stop* for those of the step; both failed.
    found = seen("after-2022")
    for onto in (1, 2):
        steps = sum(
            found.took[sender, "ladder-step-up"] * (np.round(found.outcomes[f"rung.{sender}"]) == onto)
            for sender in ("EU", "USA")
        )
        assert steps.sum() > 5
        gap = (steps - found.outcomes[f"climb.{onto}"]).sum(axis=0)
        assert abs(gap.mean()) < 4.0 * gap.std(ddof=1) / np.sqrt(len(gap))
        assert found.outcomes[f"climb.{onto}"].sum() > 0.3 * steps.sum()
