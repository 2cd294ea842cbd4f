"""Results on disk: manifest, tables, store, and how two of them are compared. Knows tables, not runs."""
