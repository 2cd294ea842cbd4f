"""The world in motion: state, turn, look-ahead step, actors and model (Mesa), recorder."""
