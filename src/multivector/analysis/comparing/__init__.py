"""Two or more worlds on the same draws: what differs, how surely, through what, and whether it stands."""
