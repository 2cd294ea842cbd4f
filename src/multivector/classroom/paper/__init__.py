"""The game on paper: prints, the game by typed codes, what is read aloud, the class report."""
