"""The record of a case: what was said, decided and done, and what follows from it."""
