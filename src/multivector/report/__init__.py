"""Documents written from a scenario: its description by the ODD protocol."""

from __future__ import annotations

from multivector.report.odd import odd

__all__ = ["odd"]
