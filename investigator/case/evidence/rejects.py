"""What could not be read: each unit with its origin, the reason and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

    from investigator.case.evidence.evidence import Evidence


def rejects(evidence: Evidence, limit: int = 50) -> pandas.DataFrame:
    """The units that could not be read, with origin, reason and text."""
    from investigator.events import schema

    events = evidence.events()
    files = evidence.store.reject_files(evidence.manifest())
    table = events.engine.table(files, schema.REJECT_COLUMNS)
    ordered = table.order_by(["evidence", "unit"]).limit(limit)
    return events.fetch(ordered)
