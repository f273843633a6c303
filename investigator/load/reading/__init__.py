"""How a content is read, by what its format is: JSON lines, lines by a pattern, records, or lines of several formats."""
