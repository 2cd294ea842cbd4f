"""What every column of every table is: written into each result beside the tables, as ``columns.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

COLUMNS = "columns.csv"

MEANING: dict[tuple[str, str], tuple[str, str]] = {
    ("", "point"): ("", "point of a sweep, counted from 0 (table points); the one point of a run is 0"),
    ("", "replicate"): (
        "",
        "number of the history, counted from 0: the same number meets the same luck in every world",
    ),
    ("", "turn"): ("quarter", "quarter, such as 2022-Q1"),
    ("", "actor"): ("", "code of the actor"),
    ("outcomes", "actor"): ("", "whose the outcome is: the actor that its id ends with, else the focus actor"),
    ("outcomes", "outcome"): ("", "id of the outcome; dictionary.csv says what it is"),
    ("outcomes", "value"): ("unit of the outcome: dictionary.csv", "value in that quarter"),
    ("lines", "line"): ("", "id of the red line; scenario.yaml says what it is"),
    ("lines", "first"): ("quarter", "first quarter in which it counts as crossed; empty if never"),
    ("lines", "least_margin"): (
        "unit of the line's measure: scenario.yaml",
        "least distance to the bound; below 0 beyond it",
    ),
    ("lines", "at"): ("quarter", "quarter of the least distance"),
    ("votes", "text"): ("", "text that was voted on"),
    ("votes", "vote"): ("", "yes, no, abstain or absent"),
    ("votes", "probability"): ("probability", "of the vote that was cast, for the focus actor; empty for others"),
    ("moves", "actor"): ("", "code of the actor that chose"),
    ("moves", "slot"): ("", "which of the actor's moves in the quarter, counted from 1"),
    ("moves", "entry"): ("", "what was chosen: the move with its target"),
    ("moves", "move"): ("", "id of the move; scenario.yaml has them all"),
    ("moves", "target"): ("", "whom it addresses; empty for nobody"),
    ("moves", "kind"): ("", "kind of move"),
    ("moves", "answer"): (
        "",
        "accepted or refused; adopted or blocked; came about or came to nothing; empty if it was sure",
    ),
    ("moves", "probability"): ("probability", "with which it was chosen"),
    ("moves", "gain"): ("utility", "value above that of the best other entry; below 0 where luck overruled the values"),
    ("moves", "accept"): ("probability", "that it is accepted; 1 if it needs nobody"),
    ("moves", "transfer"): ("% of the payee's income", "payment that an offer carries; 0 for none"),
    ("moves", "paired_with"): ("", "slot of the contrary move of the same quarter; 0 for none"),
    ("flows", "exporter"): ("", "code of the exporter"),
    ("flows", "importer"): ("", "code of the importer"),
    ("flows", "sector"): ("", "sector of goods"),
    ("flows", "flow"): ("US$ bn a year", "trade as it went, at the yearly rate of the quarter"),
    ("flows", "customs"): (
        "US$ bn a year",
        "trade as customs record it: what goes by an intermediary goes into its state and out of it",
    ),
    ("uncertain", "number"): ("", "path of the number that was drawn"),
    ("uncertain", "value"): ("unit of the number: scenario.yaml", "what was drawn for this history"),
    ("points", "path"): ("", "path of what the point sets"),
    ("points", "value"): ("unit of the number: scenario.yaml", "what it is set to, in the words of --set"),
    ("points", "number"): ("unit of the number: scenario.yaml", "the same as a number; empty if it is none"),
}
"""Table (none: any) and column to unit and meaning. A verb that writes a new table has its columns here."""

ANALYSES: dict[tuple[str, str], tuple[str, str]] = {
    ("", "doctrine"): ("", "doctrine of the focus actor"),
    ("", "survival"): ("share", "no red line crossed: of a history 1 or 0, else the share of histories"),
    ("", "order"): ("", "order of play"),
    ("", "future"): ("", "future, counted from 0"),
    ("", "world"): ("", "world: the scenario with its changes"),
    ("", "n"): ("histories", "how many finished"),
    ("", "risk"): ("1", "dislike of risk in the doctrine"),
    ("futures", "half"): ("", "find or check: whether the future served to find conditions or to check them"),
    ("futures", "fails"): ("share", "histories that fail, as the question of summary.json has it"),
    ("indices", "outcome"): ("", "id of the outcome; dictionary.csv says what it is"),
    ("indices", "index"): ("", "which index: mu_star, mu, sigma; first, total"),
    ("indices", "name"): ("", "number, or class of numbers"),
    ("indices", "confidence"): ("", "data, literature or assumed"),
    ("indices", "numbers"): ("number", "how many numbers move together"),
    ("indices", "value"): ("unit of the outcome (Morris), share (Sobol')", "the index"),
    ("indices", "low"): ("unit of the index", "lower end of its interval"),
    ("indices", "high"): ("unit of the index", "upper end of its interval"),
    ("indices", "points"): ("unit of the index", "half width that comes from the design"),
    ("indices", "luck"): ("unit of the index", "half width that comes from luck"),
    ("ends", "outcome"): ("", "id of the outcome; dictionary.csv says what it is"),
    ("ends", "value"): ("unit of the outcome: dictionary.csv", "what the history came to"),
    ("evaluations", "evaluation"): ("", "candidate, counted from 0 in the order of the search"),
}
"""The same for the tables of analyses (sensitivity, tournament, robust, search): wide ones, whose columns are mostly
named after outcomes (`wide`)."""


def meaning(table: str, column: str) -> tuple[str, str]:
    """Unit and meaning of a column; both empty if it is not described.

    Examples
    --------
    >>> meaning("flows", "flow")[0], meaning("votes", "turn")[0], meaning("votes", "colour")
    ('US$ bn a year', 'quarter', ('', ''))
    """
    for known in (MEANING, ANALYSES):
        found = known.get((table, column)) or known.get(("", column))
        if found:
            return found
    return "", ""


WORDS = {
    "regret.": "regret: what the best doctrine of the future has more; ", "crossed.": "1 if the red line is crossed; ",
    "weights.": "weight in the doctrine of ", "_low": "lower end of the interval of ",
    "_high": "upper end of the interval of ",
}  # fmt: skip
"""What stands before or behind the name of an outcome, and what that makes of it."""


def wide(column: str, outcomes: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Unit and meaning of a column that is named after an outcome, a red line, a weight or a number.

    Parameters
    ----------
    outcomes : id to unit and title.

    Examples
    --------
    >>> known = {"rent": ("% of income", "rent from scarce routes")}
    >>> wide("rent", known), wide("rent_low", known)[0], wide("crossed.unrest", known)[0], wide("weights.income", known)
    (('% of income', 'rent from scarce routes'), '% of income', '1', ('1', 'weight in the doctrine of income'))
    """
    known = {"survival": ANALYSES["", "survival"], **outcomes}
    for mark, said in WORDS.items():
        if mark.endswith(".") and column.startswith(mark):
            rest = column.removeprefix(mark)
            unit, title = known.get(rest, ("", rest))
            return ("1" if mark != "regret." else unit), f"{said}{title}"
        if mark.startswith("_") and column.endswith(mark) and column.removesuffix(mark) in known:
            unit, title = known[column.removesuffix(mark)]
            return unit, f"{said}{title}"
    if column in known:
        return known[column]
    return ("unit of the number: scenario.yaml", "what is drawn") if "." in column else ("", "")


def columns_text(tables: Mapping[str, Sequence[str]], outcomes: Mapping[str, tuple[str, str]] | None = None) -> str:
    """The columns of some tables as CSV: table, column, unit, meaning.

    Parameters
    ----------
    outcomes : id to unit and title, for columns that are named after them.

    Examples
    --------
    >>> print(columns_text({"votes": ["turn"]}).splitlines()[1])
    votes,turn,quarter,"quarter, such as 2022-Q1"
    """
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("table", "column", "unit", "meaning"))
    known = outcomes or {}
    for name in sorted(tables):
        for column in tables[name]:
            told = meaning(name, column)
            rows.writerow((name, column, *(told if any(told) else wide(column, known))))
    return out.getvalue()


DICTIONARY = "dictionary.csv"


def outcomes_of(texts: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Outcomes with unit and title, from the dictionary among the texts of a result; nothing if there is none."""
    return {row["id"]: (row["unit"], row["title"]) for row in csv.DictReader(io.StringIO(texts.get(DICTIONARY, "")))}
