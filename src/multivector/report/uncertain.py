"""The assumption ledger of a page: what this run reads, by group; the uncertain numbers by what they move, where known.

What a number moves comes from the run itself, if it drew uncertain numbers, or from a sensitivity result of the same
world and model that stands beside it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from multivector.analysis.comparing.comparison import SURVIVAL_MARGIN
from multivector.analysis.comparing.inputs import labels
from multivector.data.ledger import LedgerRow
from multivector.experiment.telling import titles
from multivector.report.amounts import change
from multivector.report.conditions import thirds
from multivector.report.facts import Array, Facts

CONFIDENCE = ("data", "literature", "known", "assumed")
MOST = 40
"""Uncertain numbers that a page lists."""
MOVED = ("survival", "real_income")


@dataclass(frozen=True)
class Influence:
    """What numbers move.

    Attributes
    ----------
    by : path to outcome to the change of its mean over the number's range, in the outcome's unit.
    source : where it is from, in words; empty where nothing is known.
    unsure : paths and outcomes whose effect is not told from luck.
    """

    by: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    source: str = ""
    unsure: frozenset[tuple[str, str]] = frozenset()


def read_here(facts: Facts, rows: Sequence[LedgerRow]) -> list[LedgerRow]:
    """The numbers that this run reads: without those of doctrines that nobody plays."""
    played = {str(actor.doctrine) for actor in facts.scenario.actors.values()}
    return [row for row in rows if not row.id.startswith("doctrines.") or row.id.split(".")[1] in played]


def influence(facts: Facts) -> Influence:
    """What the numbers of a run move, from its own draws or from a sensitivity result beside it."""
    own = _drawn(facts)
    return own if own.by else _studied(facts)


def _drawn(facts: Facts) -> Influence:
    """Upper less lower third of each number that was drawn for the histories."""
    table = facts.stored.table("uncertain")
    if table is None or facts.n < 30:
        return Influence()
    names, ids = np.asarray(table["number"].plain()), np.asarray(table["replicate"])  # type: ignore[union-attr]
    values, out = np.asarray(table["value"], float), dict[str, dict[str, float]]()
    for name in sorted(set(names.tolist())):
        here = np.flatnonzero(names == name)
        known = dict(zip(ids[here].tolist(), values[here].tolist(), strict=True))
        drawn = np.array([known.get(int(i), np.nan) for i in facts.histories.ids])
        low, high = thirds(drawn, facts.histories.survived)
        out[name] = {"survival": high - low}
        if "real_income" in facts:
            out[name]["real_income"] = _gap(drawn, facts.histories.end("real_income"))
    say = facts.say
    return Influence(out, say("these histories: mean where a number is in its upper third less its lower third"))


def _gap(drawn: Array, values: Array) -> float:
    known = ~np.isnan(drawn) & ~np.isnan(values)
    if known.sum() < 3 or np.ptp(drawn[known]) == 0.0:
        return float("nan")
    low, high = np.quantile(drawn[known], (1 / 3, 2 / 3))
    return float(values[known & (drawn >= high)].mean() - values[known & (drawn <= low)].mean())


def _studied(facts: Facts) -> Influence:
    """Mean effects (mu*) of a Morris study of the same world and model among the results beside this one."""
    place, digests = facts.stored.folder.resolve().parent, facts.stored.manifest["digests"]
    best: tuple[int, str, dict[str, Any]] | None = None
    for folder in sorted(place.glob(f"{facts.summary['scenario']}-sensitivity-*")):
        found = _study(folder, digests["model"])
        if found is not None and found.get("doctrine") == facts.summary["doctrine"]:
            size = len(found["numbers"])
            best = (size, folder.name, found) if best is None or size > best[0] else best
    if best is None:
        return Influence()
    out: dict[str, dict[str, float]] = {}
    unsure = set()
    for outcome in MOVED:
        for row in best[2]["outcomes"].get(outcome, {}).get("indices", ()):
            if "mu_star" in row:
                sign = -1.0 if row["mu"]["value"] < 0.0 else 1.0
                out.setdefault(row["name"], {})[outcome] = sign * float(row["mu_star"]["value"])
                if row["mu_star"]["value"] and not row.get("beyond_luck"):
                    unsure.add((row["name"], outcome))
    source = facts.say("{result}: mean effect over the whole range (Morris)", result=best[1])
    return Influence(out, source, frozenset(unsure))


def _study(folder: Path, model: str) -> dict[str, Any] | None:
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest.get("kind") != "sensitivity" or manifest["digests"]["model"] != model:
            return None
        summary: dict[str, Any] = json.loads((folder / "summary.json").read_text("utf-8"))
    except (OSError, ValueError, KeyError):
        return None
    fits = summary.get("by") == "number" and summary.get("method") == "morris"
    return summary if fits and {"numbers", "outcomes"} <= set(summary) else None


def ledger_parts(facts: Facts, rows: Sequence[LedgerRow], left_out: int) -> dict[str, Any]:
    """The ledger of the page: counts by group, and the uncertain numbers, those that move most first."""
    say = facts.say
    table: dict[str, Counter[str]] = {}
    for row in rows:
        table.setdefault(titles.group(row.id), Counter())[row.confidence] += 1
    order = sorted(table, key=lambda key: (key not in titles.GROUPS, -sum(table[key].values()), key))
    lead = say(
        "Every number of the scenario carries unit, date, source and confidence. All of them: {command}",
        command=f"multivector describe {facts.summary['scenario']} --ledger",
    )
    if left_out:
        lead += " " + say.many(
            "{n} number of doctrines that nobody plays here is left out.",
            "{n} numbers of doctrines that nobody plays here are left out.",
            left_out,
        )
    return {
        "ledger_lead": lead,
        "ledger_columns": (say("what it is about"), *(say(kind) for kind in CONFIDENCE), say("all")),
        "ledger_rows": [
            (_cap(say(key)), *(say.number(n[kind], 0) for kind in CONFIDENCE), say.number(sum(n.values()), 0))
            for key in order
            for n in [table[key]]
        ],
        **_uncertain(facts, rows),
    }


def _uncertain(facts: Facts, rows: Sequence[LedgerRow]) -> dict[str, Any]:
    say, found, by_id = facts.say, influence(facts), {row.id: row for row in rows}
    ids = [
        id for id in {**dict.fromkeys(sorted(facts.scenario.uncertainties)), **dict.fromkeys(found.by)} if id in by_id
    ]
    ids.sort(key=lambda id: (-_size(facts, found, id), id))
    called = {label: title for label, (title, _) in labels(facts.histories.texts[0]).items()}
    heads = (say("number"), say("value"), say("from"), say("to"), say("unit"), say("confidence"))
    moved = (say("moves survival by"), say("moves real income by")) if found.by else ()
    out = []
    for id in ids[:MOST]:
        r = by_id[id]
        cells = (
            _cap(titles.number(say, id, called)), *(say.significant(x, 3) for x in (r.value, r.low, r.high)),
            say(r.unit), say(r.confidence),
        )  # fmt: skip
        effects = tuple(_told(facts, found, id, outcome) for outcome in MOVED) if found.by else ()
        out.append((*cells, *effects, r.source))
    title = say.many(
        "{n} uncertain number that this run reads", "{n} uncertain numbers that this run reads", len(ids)
    )  # fmt: skip
    if len(ids) > MOST:
        title += " " + say("(the first {n} shown)", n=MOST)
    if found.by:
        note = say("Sorted by what they move; source: {source}.", source=found.source)
    else:
        note = say(
            "What each of them moves has not been computed for this world; this would, beside this result: {command}",
            command=f"multivector sensitivity {facts.summary['scenario']} --out {_beside(facts)}",
        )
    return {
        "uncertain_title": title,
        "uncertain_note": note,
        "uncertain_columns": (*heads, *moved, say("source")),
        "uncertain_rows": out,
    }


def _beside(facts: Facts) -> str:
    """The folder in which a study would be found, as the command that made this result named it."""
    words = str(facts.stored.manifest.get("command", "")).split()
    return words[words.index("--out") + 1] if "--out" in words[:-1] else "results"


def _size(facts: Facts, found: Influence, id: str) -> float:
    """How much a number moves in multiples of what matters, the most of the outcomes; what may be luck is last."""
    margins = {"survival": SURVIVAL_MARGIN, "real_income": facts.outcome("real_income").margin or 1.0}
    sizes = [
        abs(x) / margins[outcome] * (1e-9 if (id, outcome) in found.unsure else 1.0)
        for outcome, x in found.by.get(id, {}).items()
        if x == x
    ]
    return max(sizes, default=0.0)


def _told(facts: Facts, found: Influence, id: str, outcome: str) -> str:
    effects = found.by.get(id, {})
    if outcome not in effects:
        return "–"
    unit = "share" if outcome == "survival" else facts.outcome(outcome).unit
    text = change(facts.say, effects[outcome], unit)
    return facts.say("{effect} (may be luck)", effect=text) if (id, outcome) in found.unsure else text


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
