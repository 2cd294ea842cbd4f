"""How actors decide: moves and offers, doctrines, look-ahead, choice. The world's step comes in as an argument."""
