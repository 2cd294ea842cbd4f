"""The parts of a quarter that are no trade: hazards, votes, accounts, crises, what is read off the state."""
