"""The ledger of a page: what the run reads, named, by what it moves where that is known."""

from __future__ import annotations

import dataclasses
import html
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from multivector.experiment.telling import titles
from multivector.language import LANGUAGES
from multivector.report.opening import facts_of
from multivector.report.page import one_page
from multivector.report.uncertain import Influence, influence, ledger_parts, read_here
from multivector.results.store import open_result
from multivector.results.tables import words
from multivector.scenario.ledger import ledger
from report_made import facts, result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


def study(place: Path, model: str, effects: dict[str, float], name: str = "after-2022-sensitivity-0a0d5d59") -> Path:
    """What `multivector sensitivity` leaves of a Morris study, as far as a page reads it."""
    where = place / name
    where.mkdir()
    (where / "manifest.json").write_text(json.dumps({"kind": "sensitivity", "digests": {"model": model}}))
    rows = [
        {"name": path, "mu_star": {"value": abs(x)}, "mu": {"value": x}, "beyond_luck": abs(x) > 0.01}
        for path, x in effects.items()
    ]
    summary = {"by": "number", "method": "morris", "doctrine": "hedge", "numbers": list(effects)}
    (where / "summary.json").write_text(json.dumps({**summary, "outcomes": {"survival": {"indices": rows}}}))
    return where


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_ledger_holds_what_the_run_reads_named(lang: str, folder: Path) -> None:
    # Tried: `read_here` without its filter; failed.
    world = facts_of(open_result(result(folder)), lang=lang, told=False)
    rows = ledger(world.scenario, who_reads=False)
    kept = read_here(world, rows)
    assert 100 < len(rows) - len(kept) < 400
    parts = ledger_parts(world, kept, len(rows) - len(kept))
    played = {str(actor.doctrine) for actor in world.scenario.actors.values()}
    known = [id for id in world.scenario.uncertainties if not id.startswith("doctrines.") or id.split(".")[1] in played]
    assert len(parts["uncertain_rows"]) == len(known) < len(world.scenario.uncertainties) / 2
    assert not [row[0] for row in parts["uncertain_rows"] if re.search(r"[a-z]\.[a-z]|_", row[0])]
    assert {row[0].casefold() for row in parts["ledger_rows"]} == {
        world.say(name).casefold() for name in {titles.group(row.id) for row in kept}
    }
    total = sum(int(re.sub(r"\D", "", row[-1])) for row in parts["ledger_rows"])
    assert total == len(kept)
    assert "multivector sensitivity after-2022" in parts["uncertain_note"]


def test_numbers_are_sorted_by_what_a_study_beside_the_result_says(folder: Path, tmp_path: Path) -> None:
    stored = open_result(result(folder))
    shutil.copytree(stored.folder, tmp_path / stored.folder.name)
    world = facts_of(open_result(tmp_path / stored.folder.name), told=False)
    assert influence(world) == Influence()
    model = stored.manifest["digests"]["model"]
    effects = {"actors.KAZ.relations.CHN": -0.04, "actors.RUS.relations.EU": 0.09, "actors.KAZ.relations.EU": 0.005}
    study(tmp_path, model, effects)
    study(tmp_path, "0" * 64, {"actors.CHN.relations.EU": 0.5}, name="after-2022-sensitivity-ffffffff")
    rows = ledger_parts(world, read_here(world, ledger(world.scenario, who_reads=False)), 0)["uncertain_rows"]
    assert [(row[0], row[6]) for row in rows[:3]] == [
        ("Relations: Russia and European Union", "+9.0 points"),
        ("Relations: Kazakhstan and China", "−4.0 points"),
        ("Relations: Kazakhstan and European Union", "+0.50 points (may be luck)"),
    ]
    assert {row[6] for row in rows[3:]} == {"–"}
    page = html.unescape(one_page(world))
    assert "after-2022-sensitivity-0a0d5d59: mean effect over the whole range (Morris)" in page
    assert "ffffffff" not in page


def test_drawn_numbers_are_told_by_the_histories_themselves(folder: Path) -> None:
    # Tried: the thirds exchanged in `_gap`; failed.
    world = facts(folder, 40, told=False)
    path, ids = "actors.KAZ.relations.CHN", world.histories.ids
    draws = np.linspace(0.35, 0.65, len(ids))
    table = {"number": words([path] * len(ids)), "replicate": ids, "value": draws}
    stored = dataclasses.replace(world.stored)
    object.__setattr__(stored, "table", {"uncertain": table}.get)
    series = world.histories.series.copy()
    series[world.histories.names.index("real_income")] = 1.0 + 0.1 * draws
    first = {id: np.full(world.n, -1) for id in world.histories.first}
    first["unrest"][draws < 0.45] = 1
    histories = dataclasses.replace(world.histories, series=series, first=first)
    found = influence(dataclasses.replace(world, stored=stored, histories=histories))
    low, high = np.quantile(draws, (1 / 3, 2 / 3))
    assert found.by[path]["survival"] == pytest.approx(1.0 - float((draws[draws <= low] >= 0.45).mean()))
    assert found.by[path]["real_income"] == pytest.approx(
        0.1 * float(draws[draws >= high].mean() - draws[draws <= low].mean())
    )
