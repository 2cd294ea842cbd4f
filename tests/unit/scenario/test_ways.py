"""What `check` says of a corridor's way."""

from __future__ import annotations

from pathlib import Path

import pytest

from multivector.scenario import check

ROAD = """\
id: road
extends: after-2022
corridors:
  - id: road
    kind: goods
    legs: {legs}
    crosses: {crosses}
    pairs: {pairs}
    sectors: [metals]
    source: "my own assumption"
"""
LEG = '{from: "KAZ", to: "IRN:Gorgan", owner: IRN}'
LAST = '{from: "IRN:Gorgan", to: "EU", owner: IRN}'


@pytest.mark.parametrize(
    ("legs", "crosses", "pairs", "field", "found"),
    [
        ("[]", "[IRN]", "[[KAZ, EU]]", "pairs.0", "found a pair with KAZ and EU"),
        (f'[{LEG}, {{from: "IRN:Tabriz", to: EU, owner: IRN}}]', "[IRN]", "[]", "legs.1.from", 'found "IRN:Tabriz"'),
        (f'[{LEG}, {{from: "IRN:Gorgan", to: KAZ}}]', "[IRN]", "[]", "legs.1.to", 'found "KAZ" a second time'),
        (f"[{LEG}, {LAST}]", "[AZE]", "[]", "legs.0.to", "found a place in IRN"),
        (f"[{LEG}, {LAST}]", "[IRN]", "[[KAZ, CHN]]", "pairs.0", "found a pair with CHN"),
    ],
)
def test_broken_ways_are_refused(tmp_path: Path, legs: str, crosses: str, pairs: str, field: str, found: str) -> None:
    file = tmp_path / "road.yaml"
    file.write_text(ROAD.format(legs=legs, crosses=crosses, pairs=pairs), encoding="utf-8")
    problems = check(file).problems
    assert [(p.field.endswith(field), p.found.startswith(found)) for p in problems] == [(True, True)], problems


def test_a_goods_corridor_without_a_share_is_told_that_it_carries_nothing(tmp_path: Path) -> None:
    file = tmp_path / "road.yaml"
    file.write_text(ROAD.format(legs=f"[{LEG}, {LAST}]", crosses="[IRN]", pairs="[[KAZ, EU]]"), encoding="utf-8")
    report = check(file)
    assert not report.problems
    assert [p.found for p in report.warnings] == ["found a goods corridor that carries nothing"]
    assert "corridors.share.KAZ-EU.road" in report.warnings[0].allowed
