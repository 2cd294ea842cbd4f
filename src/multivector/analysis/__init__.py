"""What a result says, and with what certainty: paired differences, verdicts, ranks, what a difference goes through."""
