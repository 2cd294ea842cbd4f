"""A strategy simulation of multi-vector diplomacy."""

__version__ = "0.1.0"
