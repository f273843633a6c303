"""The evidence of a case: the bytes, how they came in, and the events that were read from them."""
