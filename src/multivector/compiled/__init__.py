"""The engine compiled: its own functions run once on symbols, and what they do to a lane as machine code."""
