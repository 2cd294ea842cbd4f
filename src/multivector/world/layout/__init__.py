"""What does not change while a world runs: indices, parameters by lane, packages of measures, ways overland."""
