"""Studies that the repository ships: what they fit, find and expect, each made again by one command."""
