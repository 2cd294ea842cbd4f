"""Many histories of a world: arms on the same draws, blocks of replicates, what to keep of them."""
