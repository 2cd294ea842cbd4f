"""The table of distances that the page on validation prints is what is measured here."""

from __future__ import annotations

import pytest

from conformance.keep import rows
from multivector.analysis.validating.validation import conformance


@pytest.mark.slow
def test_what_is_kept_is_what_is_measured() -> None:
    pytest.importorskip("puremacro.trade.caliendo_parro")
    kept = list(conformance())
    for row, now in zip(kept, rows(), strict=True):
        assert (row.case, row.quantity, row.n) == (now["against"], now["quantity"], now["n"])
        assert row.note.startswith(f"{now['version']}; ")
        # The last digits are those of the machine; that they are small is not.
        assert row.value < 1e-8
        assert now["value"] < 1e-8
    assert kept[0].value < 1e-9
