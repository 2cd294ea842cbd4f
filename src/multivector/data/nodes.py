"""The economies whose accounts the figures hold, and the one that closes the world."""

from __future__ import annotations

CORE = ("CHN", "EU", "KAZ", "RUS", "USA")
"""Economies of the shipped base world; a scenario may add others."""

REST = "ROW"
"""The rest of the world: always the last node."""
