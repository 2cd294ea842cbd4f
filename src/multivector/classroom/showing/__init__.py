"""What each role sees, and nothing else: pages of seats, projector, wall, debrief."""
