"""Rows that are versions of one thing: one that was superseded, and the one in force. They are no duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: What a row says that is not in force any more, in a state of its own; and the columns that number versions.
SUPERSEDED = (
    r"(?im)^(?:supersed(?:ed|es?)|replaced|obsolete|outdated|historic(?:al)?|previous(?: version)?|amended|corrected"
    r"|ersetzt|überholt|abgelöst|remplacé[e]?|périmé[e]?|sustituid[oa]|reemplazad[oa]|sostituit[oa]|vervangen|ersatt)$"
)
VERSIONS = ("version", "revision", "rev", "edition", "amendment", "version_no", "rev_no")


def not_versions(events: Events, rows: ir.Table) -> ir.Table:
    """Of things with several rows in a table, those whose rows are no versions of one another: id.

    A row that says itself that it was superseded is none beside the one in force; nor is one of another version.
    """
    import ibis

    table = events.table.select("evidence", "unit", "attributes")
    held = rows.select("id", "source", "evidence", "unit").distinct().join(table, ["evidence", "unit"])
    cells = held.attributes
    version = ibis.coalesce(*(cells.get(name) for name in VERSIONS), ibis.literal(""))
    old = cells.values().join("\n").re_search(SUPERSEDED).fill_null(False)
    each = held.mutate(version=version, old=old)
    current = each.filter(~each.old).group_by(["source", "id"])
    counted = current.aggregate(n=lambda t: t.count(), versions=lambda t: t.version.nunique())
    return counted.filter((counted.n > 1) & (counted.versions < counted.n)).select("id")
