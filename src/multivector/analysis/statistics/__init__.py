"""What samples say: means, shares, ranks and their intervals."""
