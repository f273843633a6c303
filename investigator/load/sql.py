"""What goes into the engine's queries as text. Only names that the kit or a key gave come here; values stay in columns."""

from __future__ import annotations


def quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def filled(column: str | None) -> str:
    """A text column whose empty texts are nothing; nothing where there is no column."""
    return f"nullif({column}, '')" if column else "NULL::VARCHAR"
