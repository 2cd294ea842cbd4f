"""What is written down of a world while it runs; nothing here changes it."""
