"""What a run says, as plain data in the reader's language: summaries, quarters, single histories told whole."""
