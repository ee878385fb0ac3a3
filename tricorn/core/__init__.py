"""Floor 1: everything above stands on it; it imports nothing of ours but itself and `tree`."""
