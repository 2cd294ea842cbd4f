"""Which numbers matter, and on what an answer rests: screening, shares of variance, luck taken off."""
