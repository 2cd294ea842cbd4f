"""How a tournament is printed: payoffs by world, the best and how sure, the dominated, then the game."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from multivector.cli.common import cut, percent, style
from multivector.cli.printout.belief import how_sure
from multivector.cli.printout.sweep import spread

if TYPE_CHECKING:
    from multivector.results.store import Stored

Summary = Mapping[str, Any]
ASIDE = 2


def page(stored: Stored, known: bool, columns: int) -> Iterator[str]:
    """The printout of a stored tournament."""
    summary = stored.summary
    if known:
        yield f"stored result of {stored.manifest['timing']['finished']}, not computed again (--force would)"
    yield from _head(summary, columns)
    yield ""
    yield from _payoffs(summary, summary["outcome"], columns)
    for id in summary["judged"]:
        if id == "survival" != summary["outcome"]:
            yield ""
            yield from _payoffs(summary, id, columns)
    yield ""
    yield from _best(summary, columns)
    yield ""
    yield from _dominance(summary, columns)
    yield from _lines(summary, columns)
    if summary["game"] is not None:
        yield ""
        yield from _game(summary, columns)
    yield ""
    if summary["failed"]:
        yield f"{summary['failed']:,} histories failed and count nowhere: see failures.jsonl."
    yield from how_sure(((id, about["title"]) for id, about in summary["judged"].items()), columns)
    yield f"kept in {stored.folder} (histories, payoffs, summary.json)"


def _head(summary: Summary, columns: int) -> Iterator[str]:
    worlds, game = summary["worlds"], summary["game"]
    seen = f"{len(worlds)} worlds" if game is None else f"{len(worlds)} doctrines of {game['columns']}"
    quarters = sorted({f"{w['first']}…{w['last']}" for w in worlds})
    order = " · simultaneous" if set(summary["order"]) == {"simultaneous"} else ""
    text = (
        f"tournament · {len(summary['doctrines'])} doctrines of {summary['focus']} · {seen} · seed {summary['seed']} · "
        f"{summary['replicates']:,} histories each · {', '.join(quarters)}{order} · model {summary['version']} · "
        f"digest {summary['digest']}"
    )
    yield from (style(line, bold=True) for line in wrap(text, columns))
    yield from wrap(
        "All doctrines in all worlds on the same draws. Means over the last year, in brackets 95% intervals. * the "
        "best of its column, ~ not surely worse than it by what matters.", columns,
    )  # fmt: skip


def labels(summary: Summary) -> list[str]:
    """Short names of the columns: what tells the worlds apart."""
    game = summary["game"]
    return [w["world"] for w in summary["worlds"]] if game is None else list(game["answers"])


def _payoffs(summary: Summary, id: str, columns: int) -> Iterator[str]:
    """Doctrines by worlds; as many worlds beside each other as there is room for."""
    about, table, best = summary["judged"][id], summary["payoffs"][id], summary["best"][id]
    names, heads = summary["doctrines"], labels(summary)
    better = "less is better" if about["direction"] == "lower" else "more is better"
    yield style(cut(f"{about['title']} ({about['unit']}, {better})", columns), bold=True)
    wide = min(max(map(len, names)), 16)
    cells = [[spread(cell, about["unit"]) for cell in column] for column in table]
    most = max((len(text) for column in cells for text in column), default=8) + ASIDE
    across = max(1, (columns - wide) // (most + 1))
    for start in range(0, len(heads), across):
        some = range(start, min(start + across, len(heads)))
        yield f"{'':{wide}} " + " ".join(f"{cut(heads[k], most):{most}}" for k in some).rstrip()
        for j, name in enumerate(names):
            row = " ".join(f"{cells[k][j] + ' ' + _mark(best[k], name):{most}}" for k in some)
            yield f"{cut(name, wide):{wide}} {row}".rstrip()


def _mark(best: Summary, name: str) -> str:
    return "*" if name == best["doctrine"] else "" if name in best["worse"] else "~"


def _best(summary: Summary, columns: int) -> Iterator[str]:
    """In each world the best by each outcome, the share of redraws in which it is, and what can be told of the rest."""
    heads = labels(summary)
    wide = min(max(map(len, heads)), 24)
    others = len(summary["doctrines"]) - 1
    yield style("BEST, by the mean of each outcome", bold=True)
    yield from wrap(
        f"'first in' is the share of redrawn sets of histories in which it is the best; then of the {others} others, "
        "how many are worse by more than matters, how many are no different by what matters, and of how many neither "
        "can be told (differences are paired; their intervals hold together over all pairs and worlds).", columns,
    )  # fmt: skip
    for id, about in summary["judged"].items():
        yield f"{cut(about['title'], wide):{wide}}  {'best':17} first in  worse  same  cannot tell"
        for head, found in zip(heads, summary["best"][id], strict=True):
            counts = (len(found["worse"]), len(found["same"]), len(found["unknown"]))
            yield (
                f"{cut(head, wide):{wide}}  {cut(found['doctrine'], 17):17} {percent(found['share']):>8}"
                f"  {counts[0]:5}  {counts[1]:4}  {counts[2]:11}"
            )


def _dominance(summary: Summary, columns: int) -> Iterator[str]:
    about = summary["judged"][summary["outcome"]]
    yield style(f"DOMINATED, by {about['title']} in all columns", bold=True)
    yield from _dominated(summary["dominance"], about["margin"], columns)


def _dominated(found: Sequence[Summary], margin: float, columns: int) -> Iterator[str]:
    for answer, how in (
        ("strictly dominated", "surely worse in every column than"),
        ("weakly dominated", "nowhere better by what matters, and somewhere surely worse, than"),
    ):
        for row in found:
            if row["answer"] == answer:
                text = f"{row['doctrine']} is {answer}: {how} {', '.join(row['by'])}"
                most = max(row["matters_in"])
                text += f" (by more than {margin:g}, which matters, in {most} of {row['columns']} columns)."
                yield from wrap(text, columns, subsequent_indent="  ")
    safe = [row["doctrine"] for row in found if row["answer"] == "not dominated"]
    unsure = [row["doctrine"] for row in found if row["answer"] == "cannot tell"]
    for title, names in (("Not dominated", safe), ("Cannot tell", unsure)):
        if names:
            yield from wrap(f"{title}: {', '.join(names)}.", columns, subsequent_indent="  ")


def _lines(summary: Summary, columns: int) -> Iterator[str]:
    """Red lines that tell these doctrines apart, with their shares; those that tell nothing are named as such."""
    if not any(summary.get("lines", ())):
        return
    yield ""
    yield style("RED LINES: share of histories that cross them, lowest to highest doctrine", bold=True)
    for head, lines in zip(labels(summary), summary["lines"], strict=True):
        told = [line for line in lines if not line["uninformative"] and None not in line["shares"]]
        yield cut(head, columns)
        for line in sorted(told, key=lambda each: -max(each["shares"])):
            low, high = (percent(end(line["shares"])) for end in (min, max))
            yield f"  {cut(line['title'], 40):40} {low:>5} to {high:>5}"
        for how in ("hardly ever", "nearly always"):
            names = [line["title"] for line in lines if line["uninformative"] == how]
            bound = "under 1%" if how == "hardly ever" else "over 95%"
            if names:
                text = f"uninformative, {bound} with every doctrine: {', '.join(names)}."
                yield from wrap(text, columns, initial_indent="  ", subsequent_indent="    ")


def _game(summary: Summary, columns: int) -> Iterator[str]:
    game = summary["game"]
    rows, other = game["rows"], game["columns"]
    less = "less " if str(game["theirs"]).startswith("-") else ""
    about = summary["judged"][summary["outcome"]]
    yield style(f"THE GAME of {rows} and {other}", bold=True)
    yield from wrap(
        f"{rows} wants {'less' if about['direction'] == 'lower' else 'more'} {about['title']}; {other} wants "
        f"{less or 'more '}{game['theirs_title']}. Payoffs are means over {game['n']:,} histories.", columns,
    )  # fmt: skip
    yield from _their_answers(game, columns)
    yield from _dominated_by_other(game, columns)
    if game["degenerate"]:
        yield from wrap(
            "The game is degenerate: some payoffs are tied, and there may be more equilibria than these.", columns
        )
    if not game["equilibria"]:
        yield "No equilibrium was found that leaves neither side a gain from leaving."
    for k, found in enumerate(game["equilibria"][:6], 1):
        yield from _equilibrium(k, found, rows, other, columns)
    if len(game["equilibria"]) > 6:
        yield f"… and {len(game['equilibria']) - 6} more: summary.json has them all."


def _their_answers(game: Summary, columns: int) -> Iterator[str]:
    best = game["their_best"]
    tied = sum(not found["worse"] for found in best)
    names = sorted({found["doctrine"] for found in best})
    text = f"Best answers of {game['columns']}: {', '.join(names)}."
    if tied == len(best):
        text += f" Against no doctrine does its choice surely matter (by {game['margin']:g}): its side of any "
        text += "equilibrium rests on differences that are no larger than that or may be luck."
    elif tied:
        text += f" Against {tied} of {len(best)} doctrines its choice does not surely matter (by {game['margin']:g})."
    yield from wrap(text, columns)


def _dominated_by_other(game: Summary, columns: int) -> Iterator[str]:
    lines = [row for row in game["their_dominance"] if row["answer"].endswith(" dominated") and row["by"]]
    if lines:
        yield f"For {game['columns']}:"
        yield from _dominated(lines, game["margin"], columns)


def _equilibrium(k: int, found: Summary, rows: str, other: str, columns: int) -> Iterator[str]:
    kind = "pure" if found["pure"] else "mixed"
    yield ""
    yield style(f"equilibrium {k} ({kind})", bold=True)
    for side in (rows, other):
        for row in found[side]:
            low, high = 100.0 * row["low"], 100.0 * row["high"]
            if row["probability"] >= 0.0005 or high >= 5.0:
                name = f"{side} {row['doctrine']}"
                yield f"  {cut(name, 34):34} {percent(row['probability']):>5}  [{low:.0f}-{high:.0f} over redraws]"
    own, theirs = found["payoff"]
    yield f"  payoffs: {rows} {_number(own)} · {other} {_number(theirs)}"
    gain = max(found["regret"])
    yield f"  gain from leaving it, checked: {gain:.1g} at most"
    text = (
        f"The same doctrines are in play in an equilibrium of {percent(found['same_in'])} of {found['redrawn']} "
        f"redrawn sets of histories. In 95% of them {rows} could gain at most {_small(found['gain'][0])} by leaving, "
        f"{other} {_small(found['gain'][1])}."
    )
    yield from wrap(text, columns, initial_indent="  ", subsequent_indent="  ")


def _number(found: Summary) -> str:
    return spread(found, "index")


def _small(value: float) -> str:
    """A gain with two digits.

    Examples
    --------
    >>> _small(0.01234), _small(0.0)
    ('0.012', '0')
    """
    return "0" if value == 0.0 else f"{value:.{max(0, 1 - math.floor(math.log10(abs(value))))}f}"
