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


def meaning(table: str, column: str) -> tuple[str, str]:
    """Unit and meaning of a column; both empty if it is not described.

    Examples
    --------
    >>> meaning("flows", "flow")[0], meaning("votes", "turn")[0], meaning("votes", "colour")
    ('US$ bn a year', 'quarter', ('', ''))
    """
    return MEANING.get((table, column)) or MEANING.get(("", column)) or ("", "")


def columns_text(tables: Mapping[str, Sequence[str]]) -> str:
    """The columns of some tables as CSV: table, column, unit, meaning.

    Examples
    --------
    >>> print(columns_text({"votes": ["turn"]}).splitlines()[1])
    votes,turn,quarter,"quarter, such as 2022-Q1"
    """
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("table", "column", "unit", "meaning"))
    rows.writerows((name, column, *meaning(name, column)) for name in sorted(tables) for column in tables[name])
    return out.getvalue()
