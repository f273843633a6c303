"""Many lines at once, by numpy, where that is worth it: what any of these does not surely read is left to the engine."""
