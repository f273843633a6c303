"""What a case makes of it: guesses, what counts for and against them, and which check comes next."""
