"""The person on the phone: what was promised, what may be said, and the texts that say it."""
