"""Screens: each answers one question about a case at a glance."""
