"""The inside of a trade's world: what its files say, how lines are written, and what happens to each thing."""
