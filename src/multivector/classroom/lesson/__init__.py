"""What a room is made from: lessons and their steps, seats, codes of moves, words and figures in three languages."""
