"""Texts that pages say from tables: the catalogues look for them here, where they cannot see what is said."""

from __future__ import annotations

from multivector.analysis.statistics.paired import HIGHER, LOWER, SAME, UNKNOWN
from multivector.report.amounts import LIKELY
from multivector.report.facts import STATES
from multivector.report.names import GOODS
from multivector.report.uncertain import CONFIDENCE

NAMED: tuple[str, ...] = (
    *(word for _, word in LIKELY), *STATES.values(), *GOODS.values(), *CONFIDENCE,
    HIGHER, LOWER, SAME, UNKNOWN, "better", "worse",
)  # fmt: skip
"""Words of an answer, states that corridors cross, critical goods, kinds of confidence, verdicts."""
