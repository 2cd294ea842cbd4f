"""Doctrines against worlds and each other, and the search for weights that nothing beats."""
