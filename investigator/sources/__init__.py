"""One file a format: real lines, how it is recognised, how it is read. What formats share is in `_format`."""
