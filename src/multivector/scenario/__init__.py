"""Scenario files: reading, extending, checking, and where each value came from."""

from __future__ import annotations

from multivector.scenario.find import find, shipped_names
from multivector.scenario.load import Report, check, load

__all__ = ["Report", "check", "find", "load", "shipped_names"]
