"""The verb `explain`: the options of a decision, and that they are those of the run."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from multivector.cli.common import ENGLISH
from multivector.cli.explain import _sentences, _table
from multivector.experiment.ensembles.again import arms_of
from multivector.experiment.histories.story import Decision, Option
from multivector.results.store import open_result
from results_helper import SMALL, call


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import multivector as mv

    out = tmp_path_factory.mktemp("results")
    return mv.run("after-2022", 3, overrides={"calendar.turns": 3}).save(out)


def test_the_replay_is_the_run(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moves = open_result(result).table("moves")
    assert moves is not None
    plain = {k: (c.plain() if hasattr(c, "plain") else np.asarray(c)) for k, c in moves.items()}
    for quarter, actor, replicate in (("2022-Q2", "KAZ", 2), ("2022-Q1", "RUS", 1)):
        code, out, _ = call(
            capsys, "explain", str(result), "--turn", quarter, "--actor", actor, "-r", str(replicate), "--json"
        )
        told = json.loads(out)
        assert code == 0
        here = (plain["turn"] == quarter) & (plain["actor"] == actor) & (plain["replicate"] == replicate)
        chosen = [d for d in told["decisions"] if not d["chosen"].endswith(":stop")]
        assert [d["chosen"] for d in chosen] == plain["entry"][here].tolist()
        for decision, odds in zip(chosen, plain["probability"][here], strict=True):
            (pick,) = (o for o in decision["options"] if o["entry"] == decision["chosen"])
            assert pick["probability"] == odds
            assert sum(o["probability"] for o in decision["options"]) == pytest.approx(1.0)


def test_the_page_has_a_table_the_choice_and_why_not_another(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "explain", str(result), "--turn", "2022-Q1")
    assert (code, err) == (0, "")
    assert "Rules that fired:" in out
    assert out.count("Slot ") == 3
    assert out.count("Chosen: ") == 3
    assert "Why not " in out or "Luck: " in out
    assert "do nothing more" in out
    assert max(len(line) for line in out.splitlines()) <= 80
    only = call(capsys, "explain", str(result), "--turn", "2022-Q1", "--slot", "2")[1]
    assert only.count("Chosen: ") == 1


def test_the_term_that_the_sentence_names_has_a_column() -> None:
    # Flip tried: columns by their spread alone; failed.
    def option(entry: str, value: float, *terms: float) -> Option:
        names = ("income", "regime", "cost", "security")
        return Option(entry, entry, None, True, value, 0.3, 1.0, dict(zip(names, terms, strict=True)))

    options = (option("best", 13.0, 5, 4, 3, 1), option("next", 12.0, 5, 4, 3, 0), option("stop", 0.0, 0, 0, 0, 0))
    lines = list(_table(Decision("KAZ", 1, options, 0, False), 80))
    assert lines[1].split() == ["P", "value", "security", "income", "regime", "rest"]
    assert max(len(line) for line in lines) <= 80


def test_entries_of_one_move_are_told_apart_by_their_target() -> None:
    # Flip tried: titles without their target; failed.
    title = "Send an envoy with a list of goods that may not go on"
    options = [
        Option(f"KAZ:envoy>{who}", title, who, True, value, 0.3, 1.0, {"income": value})
        for who, value in (("EU", 2.0), ("USA", 1.0))
    ]
    options.append(Option("stop", "do nothing more", None, True, 0.0, 0.4, 1.0, {"income": 0.0}))
    decision = Decision("KAZ", 1, tuple(options), 0, False)
    table, turn = list(_table(decision, 80)), SimpleNamespace(answers={})
    said = " ".join(_sentences(turn, decision, 80, ENGLISH))  # type: ignore[arg-type]
    assert [" ".join(table).count(f"({who})") for who in ("EU", "USA")] == [1, 1]
    assert f"Chosen: {title} (EU), probability 30%." in said
    assert f"Why not {title} (USA)?" in said
    assert max(map(len, table)) <= 80


def test_why_not_names_the_best_rejected_entry_and_the_term_that_sank_it(
    result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Flips tried: the term with the largest instead of the smallest difference; the worst entry instead of the best;
    # each failed.
    where = ("explain", str(result), "--turn", "2022-Q2")
    whole = json.loads(call(capsys, *where, "--json")[1])["decisions"]
    told = json.loads(call(capsys, *where, "--why-not", "explain-the-vote", "--json")[1])["why_not"]
    assert [each["slot"] for each in told] == [d["slot"] for d in whole]
    for each, decision in zip(told, whole, strict=True):
        mine = [o for o in decision["options"] if o["entry"].startswith("KAZ:explain-the-vote>")]
        assert (len(mine), each["feasible"]) == (4, True)
        (pick,) = (o for o in decision["options"] if o["entry"] == decision["chosen"])
        best = max(mine, key=lambda o: o["value"])
        assert (each["entry"], each["behind"]) == (best["entry"], pick["value"] - best["value"])
        gaps = {term: best["terms"][term] - pick["terms"][term] for term in best["terms"]}
        assert each["sunk_by"] == min(gaps, key=lambda t: gaps[t])
        assert each["loss"] == min(gaps.values()) < 0.0
        assert each["for_it"] == max(gaps, key=lambda t: gaps[t])
    code, page, _ = call(capsys, *where, "--why-not", "explain-the-vote>RUS")
    assert code == 0
    assert page.count("What sank it: ") == 3
    assert max(map(len, page.splitlines())) <= 80


def test_why_not_says_that_a_move_could_not_be_made_and_which_moves_there_are(
    result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("explain", str(result), "--turn", "2022-Q2")
    whole = json.loads(call(capsys, *where, "--json")[1])["decisions"]
    assert not [o for d in whole for o in d["options"] if "protest-note" in o["entry"]]
    page = call(capsys, *where, "--why-not", "protest-note>RUS")[1]
    assert page.count("Hand over a note of protest (RUS) could not be made") == 3
    code, _, err = call(capsys, *where, "--why-not", "dance")
    assert code == 2
    assert "set-enforcement-tighten" in err
    assert ">" not in err


def test_a_scenario_will_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "explain", "after-2022", "--turn", "2022-Q1", "--slot", "1")
    assert code == 0
    assert "seed 0 · replicate 0 · 2022-Q1 · KAZ" in out


def test_bad_input(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for args, said in (
        (("--turn", "2031-Q1"), "2022-Q1 to 2022-Q3"),
        (("--turn", "2022-Q1", "--actor", "FRA"), "KAZ"),
        (("--turn", "2022-Q1", "-r", "3"), "0 to 2"),
        (("--turn", "2022-Q1", "--slot", "9"), "slot"),
    ):
        code, out, err = call(capsys, "explain", str(result), *args)
        assert (code, out) == (2, "")
        assert said in err
    assert call(capsys, "explain", SMALL[0])[0] == 2


def test_a_result_whose_calendar_was_cut_can_be_explained(tmp_path: Path) -> None:
    """Events after the last quarter were left out; the resolved world that the result keeps still dates them."""
    changes = {"calendar.turns": 1, "decision.rule": "random"}
    import multivector as mv

    where = mv.run("after-2022", 1, overrides=changes).save(tmp_path)
    arms = arms_of(open_result(where))
    assert arms.scenario.events["cpc-repair"].turn == "2022-Q3"
    assert arms.scenario.quarters() == ["2022-Q1"]
