"""Lines that people type and paste, put into the record."""
