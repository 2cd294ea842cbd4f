"""Many histories: played by many hands, kept block by block, swept over points, gone on with, run again."""
