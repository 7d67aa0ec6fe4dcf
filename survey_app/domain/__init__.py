"""Floor 1: the rules of surveying, in plain Python. Imports nothing from the floors above."""
