"""Doctrines over futures that nobody knows: regret, and the conditions in which balancing fails."""
