"""The room: server, desk, store, the office's processes, what a class takes away."""
