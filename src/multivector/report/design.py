"""Element 4 of an ODD description: the eleven design concepts, from docstrings and from the scenario's registries."""

from __future__ import annotations

from collections import Counter

from multivector.outcomes.registry import OUTCOMES
from multivector.report.markdown import docstring, number, table
from multivector.report.submodels import families
from multivector.schema import STOCKS, Doctrine, Scenario
from multivector.schema.base import GOALS

CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
    "Stochasticity", "Collectives", "Observation",
)  # fmt: skip


def concepts(scenario: Scenario) -> list[str]:
    """All eleven, in the order of the protocol; one that plays no part says so."""
    made = {
        "Basic principles": _principles(),
        "Emergence": _emergence(),
        "Adaptation": [docstring("decisions.choice"), "", docstring("decisions.plan"), ""],
        "Objectives": [docstring("decisions.objective"), "", *_weights(scenario)],
        "Learning": [
            "Actors do not change how they choose. Sanctioning powers learn one thing, how permissive the focus actor "
            "is, by Bayes from a noisy record:",
            "", docstring("mechanisms.evasion"), "",
        ],
        "Prediction": [docstring("decisions.lookahead"), "", docstring("world.setup"), ""],
        "Sensing": _sensing(),
        "Interaction": [
            "Actors meet through moves and offers, through trade at common prices, through scarce corridors, through "
            "votes, and through what powers ask of each other. An offer shows both sides what they would gain, and "
            "takes effect only if it is accepted.",
            "",
        ],
        "Stochasticity": [docstring("randomness"), "", docstring("world.quarter.hazards"), ""],
        "Collectives": _blocs(scenario),
        "Observation": _observation(),
    }  # fmt: skip
    lines = []
    for name in CONCEPTS:
        lines += [f"### {name}", "", *made[name]]
    return lines


def _principles() -> list[str]:
    return [
        "Alignment is chosen, move by move, by actors with interests of their own, under interdependence that gives "
        "power to whoever could do without the other. Trade answers in general equilibrium; pressure, help in a "
        "crisis, evasion and opinion are hazards and stocks with cited equations. The families of equations, each in "
        "one module:",
        "",
        *(f"- {docstring(f'mechanisms.{name}', only_first=True)}" for name in families()),
        "",
    ]


def _emergence() -> list[str]:
    return [
        "How a country balances is a result: no doctrine names a move, and no rule of a shipped world says what "
        "Kazakhstan or a power does. What is imposed: the menu of moves and what each changes, the doctrines' weights, "
        "the dated measures, texts, events and series of element 6. What emerges: which moves are made, flows and "
        "prices, re-exports, rents, votes, pressure, crises and red lines crossed.",
        "",
    ]


def _weights(scenario: Scenario) -> list[str]:
    followed = {each.doctrine for each in scenario.actors.values()}
    return [
        "The doctrines that are followed in this scenario (words stand for the parameters `weights.*`):",
        "",
        *table(
            ["doctrine", *GOALS, "risk", "horizon", "precision"],
            (
                [name, *_words(each), each.risk, each.horizon, number(each.precision)]
                for name, each in scenario.doctrines.items()
                if name in followed
            ),
        ),
    ]  # fmt: skip


def _words(doctrine: Doctrine) -> list[float | str]:
    return [doctrine.weights.get(goal, "none") for goal in GOALS]


def _sensing() -> list[str]:
    hidden = ", ".join(stock.name for stock in STOCKS.values() if stock.visible != "public")
    return [
        "Actors know the world's structure and its published numbers, late: customs records of two quarters before, "
        f"incomes and prices of the last one. Of the stocks all are public but {hidden}; whoever does not see one puts "
        "its base value or a belief in its place. Motives are never seen.",
        "",
    ]


def _blocs(scenario: Scenario) -> list[str]:
    if not scenario.alignment.blocs:
        return ["None in this scenario.", ""]
    rows = ([each.label, each.kind, ", ".join(each.members)] for each in scenario.alignment.blocs.values())
    return ["Blocs are imposed, not formed; members that are no actors do not act.", "",
            *table(["bloc", "kind", "members"], rows)]  # fmt: skip


def _observation() -> list[str]:
    groups = Counter(outcome.group for outcome in OUTCOMES.values())
    return [
        f"Each turn's outcomes are computed from the state after it, {len(OUTCOMES)} in the shipped worlds: "
        + ", ".join(f"{count} on {name}" for name, count in groups.items())
        + ". Every one has a unit, a direction, a definition and a source in a result's dictionary.csv. Red lines are "
        "flags and are never averaged away. Every decision is kept with its options, utilities by term and odds.",
        "",
        docstring("world.watching.recorder"),
        "",
    ]
