"""Rules of installed packages: found, checked, run, recorded; broken ones and twins are told, and no more."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from multivector.decisions.question import BadOdds, checked, example_question
from multivector.errors import BadInput
from multivector.experiment.histories.arms import prepare
from multivector.results.manifest import result_digest
from multivector.results.store import open_result
from multivector.scenario import check, policies
from multivector.scenario.policies import load_policy, offered, rule_names
from multivector.world.choosing.policies import RandomPolicy, ScriptPolicy
from multivector.world.model import DiplomacyModel, default_policy
from multivector.world.setup import Setup
from reproducibility.histories import Recorded, setup, unlike, world
from results_helper import call

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "add-a-policy.md"


class Site:
    """A folder in which packages are installed as an installer leaves them: modules, and metadata beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, package: str, rules: dict[str, str], code: dict[str, str], version: str = "1.0") -> None:
        for module, text in code.items():
            (self.folder / f"{module}.py").write_text(text, encoding="utf-8")
        about = self.folder / f"{package.replace('-', '_')}-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        lines = "".join(f"{name} = {where}\n" for name, where in rules.items())
        (about / "entry_points.txt").write_text(f"[multivector.policies]\n{lines}")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    folder = tmp_path / "site"
    folder.mkdir()
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(folder))
    policies._loaded.cache_clear()
    yield Site(folder)
    policies._loaded.cache_clear()
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(folder) in str(sys.modules[name].__file__):
            del sys.modules[name]


def documented(site: Site, version: str = "1.0") -> None:
    """The package of the how-to page, from its own text."""
    page = PAGE.read_text(encoding="utf-8")
    (module,) = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    (entry,) = re.findall(r'^(cautious) = "(.*)"$', page, flags=re.M)
    site.install("cautious-policies", dict([entry]), {"cautious": module}, version)


def written(tmp_path: Path, rule: str, more: str = "") -> Path:
    file = tmp_path / "a.yaml"
    file.write_text(f"id: a\nextends: after-2022\ncalendar: {{turns: 2}}\nbenchmark:\ndecision: {rule}\n{more}")
    return file


def said(file: Path) -> str:
    return "\n".join(str(p) for p in check(file, complete=True).problems)


def test_the_package_of_the_page_decides_and_is_on_record(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    documented(site)
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path, "{actors: {RUS: cautious}}")
    assert said(file) == ""
    code, out, err = call(capsys, "run", str(file), "-n", "3", "--json")
    assert code == 0, err
    folder = json.loads(out)["folder"]
    stored = open_result(folder)
    package = stored.manifest["policies"]["cautious"]
    assert (package["package"], package["version"], len(package["source"])) == ("cautious-policies", "1.0", 64)
    assert call(capsys, "verify", folder)[0] == 0
    code, out, _ = call(capsys, "explain", folder, "--turn", "2022-Q1", "--actor", "RUS", "--json")
    for decision in json.loads(out)["decisions"]:
        assert decision["rule"] == "cautious"
        unlikely = [o for o in decision["options"] if o["accept"] < 0.5]
        assert all(o["probability"] == 0.0 for o in unlikely)
        assert sum(o["probability"] for o in decision["options"]) == pytest.approx(1.0)
    assert "chosen by the rule cautious" in call(capsys, "explain", folder, "--turn", "2022-Q1", "--actor", "RUS")[1]


def test_another_version_of_a_package_is_another_result(site: Site, tmp_path: Path) -> None:
    documented(site)
    file = written(tmp_path, "cautious")
    first = prepare(file).digest(seed=0, replicates=1)
    old = next(site.folder.glob("*.dist-info"))
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: cautious-policies\nVersion: 1.1\n")
    assert prepare(file).digest(seed=0, replicates=1) != first
    assert result_digest("{}", None, seed=0, replicates=1, model="m", policies={}) == result_digest(
        "{}", None, seed=0, replicates=1, model="m"
    )


def test_the_same_luck_and_the_same_bits_alone_and_in_a_batch(site: Site) -> None:
    site.install(
        "same", {"same": "same_rule:same"}, {"same_rule": "def same(question):\n    return question.logit()\n"}
    )
    made = Setup(world(decision__rule="same"))
    alone, seven = (Recorded(DiplomacyModel(made, ids, seed=1)).run(2) for ids in ([5], [300, 5, 1, 9, 5, 70, 64]))
    assert unlike(alone, seven, 0, 1) == []
    assert unlike(alone, seven, 0, 4) == []
    # A rule with the built-in odds draws what the built-in rule draws.
    built_in = Recorded(DiplomacyModel(setup(), [5], seed=1)).run(2)
    assert [c.chosen[0] for c in alone.choices[1]] == [c.chosen[0] for c in built_in.choices[1]]


def test_nothing_is_imported_that_no_scenario_names(site: Site, tmp_path: Path) -> None:
    site.install("loud", {"loud": "loud_rule:loud"}, {"loud_rule": "raise SystemExit(3)\n"})
    assert said(written(tmp_path, "logit")) == ""
    assert "loud" in rule_names()
    assert "loud_rule" not in sys.modules


BROKEN = {
    "no module": ("gone:rule", {}, "cannot be loaded: ModuleNotFoundError"),
    "no attribute": ("part:rule", {"part": "other = 1\n"}, "cannot be loaded: AttributeError"),
    "fails on import": ("fails:rule", {"fails": "1 / 0\n"}, "cannot be loaded: ZeroDivisionError"),
    "leaves on import": ("leaves:rule", {"leaves": "raise SystemExit(7)\n"}, "cannot be loaded: SystemExit"),
    "no function": ("plain:rule", {"plain": "rule = 3\n"}, "which is no function"),
    "a class": ("classy:rule", {"classy": "class rule: ...\n"}, "which is no function"),
    "takes nothing": ("takes:rule", {"takes": "def rule(): ...\n"}, "which does not take a question alone"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_packages_are_one_message(
    case: str, site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where, code, message = BROKEN[case]
    site.install("broken-rules", {"mine": where}, code, "0.3")
    file = written(tmp_path, "mine")
    status, _, err = call(capsys, "run", str(file), "--out", str(tmp_path / "out"))
    assert status == 2
    assert message in err
    assert "broken-rules 0.3" in err
    assert "a.yaml:5:11: decision.rule" in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_two_packages_with_one_name_are_refused_and_built_in_names_are_kept(site: Site, tmp_path: Path) -> None:
    for package in ("one", "two"):
        site.install(package, {"twin": "twins:rule", "logit": "twins:rule"}, {"twins": "def rule(question): ...\n"})
    assert "2 packages offer it: one 1.0, two 1.0" in said(written(tmp_path, "twin"))
    assert said(written(tmp_path, "logit")) == ""
    assert default_policy(world(), "KAZ").rule == "logit"
    assert rule_names().count("logit") == 1


def test_an_unknown_rule_is_told_with_all_that_there_are(site: Site, tmp_path: Path) -> None:
    documented(site)
    message = said(written(tmp_path, "cautios"))
    assert "allowed: logit, qre, hold, random, scripted or cautious" in message
    assert 'did you mean "cautious"?' in message
    assert [o.name for o in offered()] == ["cautious"]
    with pytest.raises(BadInput, match="no installed package offers it"):
        load_policy("cautios")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("question.logit()[:-1]", "answered an array of shape"),
        ("-question.logit()", "negative or not finite"),
        ("0.0 * question.logit()", "zero for everything"),
        ("'much'", "no array of numbers"),
        ("1 / 0", "raised ZeroDivisionError"),
    ],
)
def test_odds_that_break_the_contract_stop_the_run(
    answer: str, message: str, site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.install("odd", {"odd": "odd_rule:odd"}, {"odd_rule": f"def odd(question):\n    return {answer}\n"})
    status, _, err = call(
        capsys, "run", str(written(tmp_path, "{rule: hold, actors: {KAZ: odd}}")), "--out", str(tmp_path / "out")
    )
    assert status == 2
    assert message in err
    assert "KAZ in 2022-Q1, slot 1" in err
    assert "Traceback" not in err
    assert not list((tmp_path / "out").glob("a-*"))


def test_odds_are_of_what_is_feasible_and_of_lanes_that_are_asked() -> None:
    one = example_question()
    one.feasible[0] = False
    asked = np.arange(8) < 4
    odds = checked(np.ones((3, 8)), one, asked)
    assert odds[:, 0].tolist() == [0.0, 0.5, 0.5]
    assert odds[:, 5].tolist() == [0.0, 0.0, 1.0]
    with pytest.raises(BadOdds, match="zero for everything"):
        checked(np.where([[True], [False], [False]], 1.0, 0.0) * np.ones((3, 8)), one, asked)


# ---- random and scripted


def test_random_takes_every_feasible_entry_alike_by_its_own_draws() -> None:
    model = DiplomacyModel(setup(decision__rule="random"), list(range(512)), seed=3)
    model.step()
    first = next(c for c in model.choices if c.actor == "EU" and c.slot == 1)
    may = first.feasible[:, :512]
    assert np.allclose(first.probability[:, :512], may / may.sum(axis=0))
    assert may[first.chosen[:512], np.arange(512)].all()
    counts = np.bincount(first.chosen[:512], minlength=len(may))
    expected = first.probability[:, :512].sum(axis=1)
    # Chi square of as many classes: far below where one in a thousand would lie.
    here = expected > 0.0
    assert ((counts[here] - expected[here]) ** 2 / expected[here]).sum() < 3.0 * here.sum()
    again = DiplomacyModel(setup(decision__rule="random"), [7], seed=3)
    again.step()
    assert next(c for c in again.choices if c.actor == "EU" and c.slot == 1).chosen[0] == first.chosen[7]
    assert isinstance(default_policy(world(decision__rule="random"), "EU"), RandomPolicy)


def test_scripted_plays_its_lines_where_they_are_feasible() -> None:
    script = "{KAZ: {2022-Q1: [humanitarian-aid, language-policy-state-language], 2022-Q2: []}}"
    given = {"decision__rule": "scripted", "decision__script": script}
    assert isinstance(default_policy(world(**given), "KAZ"), ScriptPolicy)
    assert default_policy(world(**given), "RUS").rule == "logit"
    model = DiplomacyModel(setup(**given), [0, 1], seed=1)
    for expected in (["KAZ:humanitarian-aid", "KAZ:language-policy-state-language"], []):
        model.step()
        entries = model.engine.layout.catalogue.entries
        own = [c for c in model.choices if c.actor == "KAZ"]
        assert own[0].rule == "scripted"
        for lane in (0, 1):
            plays = [entries[c.menu[c.chosen[lane]]].id for c in own if c.chosen[lane] < len(c.menu)]
            assert plays == expected
