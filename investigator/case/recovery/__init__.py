"""What must come back, how it stands, and the receipt for it."""
