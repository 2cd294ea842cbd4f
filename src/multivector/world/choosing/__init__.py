"""Who chooses when, and by what policy."""
