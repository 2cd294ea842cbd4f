"""Figures with their provenance, and the balanced base world built from them."""
