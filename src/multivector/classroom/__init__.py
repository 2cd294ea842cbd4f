"""The classroom: people in the seats of the same engine, one room, one or many worlds, on a teacher's laptop."""
