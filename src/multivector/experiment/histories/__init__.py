"""Histories of a world: arms on the same draws, uncertain numbers, blocks of replicates, reasons."""
