"""The game: its worlds on the engine, what people may do, their staff; a function of its log."""
