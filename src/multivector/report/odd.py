"""The description of a scenario's model by the ODD protocol, written from the scenario, the ledger and the docstrings.

Seven elements in the order of Grimm et al. 2020 (JASSS 23(2) 7, doi 10.18564/jasss.4259). The same scenario and
code give the same text: there is no date, path or number of this machine in it.
"""

from __future__ import annotations

from collections import Counter

from multivector.data.ledger import LedgerRow
from multivector.experiment.shipped.facts import shipped_facts
from multivector.report.design import concepts
from multivector.report.entities import entities, initialization, inputs
from multivector.report.markdown import docstring, number, span, table
from multivector.report.submodels import submodels
from multivector.scenario.ledger import ledger
from multivector.schema import Scenario
from multivector.schema.turn import CHOOSING, PHASES

ELEMENTS = (
    "1. Purpose and patterns", "2. Entities, state variables and scales", "3. Process overview and scheduling",
    "4. Design concepts", "5. Initialization", "6. Input data", "7. Submodels",
)  # fmt: skip


def odd(scenario: Scenario) -> str:
    """Write the ODD description of a scenario as Markdown.

    Parameters
    ----------
    scenario : Scenario
        Resolved, as `load` returns it.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> text = odd(load("after-2022"))
    >>> [line for line in text.splitlines() if line.startswith("## ")] == [f"## {each}" for each in ELEMENTS]
    True
    """
    rows = ledger(scenario)
    parts = [_purpose(scenario, rows), entities(scenario), _process(scenario), concepts(scenario),
             initialization(rows), inputs(scenario), submodels(scenario, rows)]  # fmt: skip
    lines = [f"# {scenario.id}: description by the ODD protocol", "", *_head(scenario)]
    for title, part in zip(ELEMENTS, parts, strict=True):
        lines += [f"## {title}", "", *part]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(scenario: Scenario) -> list[str]:
    return [
        f"Written by `multivector odd {scenario.id}` from the scenario, the assumption ledger and the docstrings of "
        "the code, in the order of the protocol (Grimm et al. 2020, JASSS 23(2) 7). Not to be edited by hand.",
        "",
    ]


def _purpose(scenario: Scenario, rows: list[LedgerRow]) -> list[str]:
    counts = Counter(row.confidence for row in rows)
    facts = shipped_facts()
    return [
        "A stylised laboratory for reasoning about balancing between great powers: what a middle power that depends on "
        "several of them can do, what each choice costs, and which assumption a conclusion rests on. It is not a "
        "forecast.",
        "",
        f"Question of this scenario: {scenario.question or 'none stated'}",
        "",
        f"It rests on {len(rows)} numbers: "
        + ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])))
        + f". `multivector describe {scenario.id} --ledger` lists each with unit, date, source, confidence and range.",
        "",
        "Patterns: the model is held against these facts, with ranges that were written down before. "
        "How it does is in validation.md, misses first.",
        "",
        *table(
            ["fact", "value", "range", "unit", "source"],
            ([fact.id, number(fact.value), span(fact.low, fact.high), fact.unit, fact.source] for fact in facts),
        ),
    ]


def _process(scenario: Scenario) -> list[str]:
    together = scenario.order == "simultaneous"
    order = (
        "All actors choose on the same information." if together
        else "Those who choose later see what was chosen before them."
    )  # fmt: skip
    return [
        f"A turn is a quarter; its phases follow each other in this order. {order}",
        "",
        *table(
            ["", "phase", "what happens", "who or what"],
            (
                [place, phase.name, phase.doc, "actors" if phase.name in CHOOSING else "the world"]
                for place, phase in enumerate(PHASES, 1)
            ),
        ),
        docstring("world.choosing.deciding"),
        "",
        "Stocks advance once, at the end of a turn; moves take effect together when all have chosen, so that the order "
        "in which they are listed plays no part. A batch of histories is played at once, one lane each, and no lane's "
        "numbers depend on its neighbours.",
        "",
    ]
