"""The foot of a page."""

from __future__ import annotations

import platform

from investigator.case import shown
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def foot(snapshot: Snapshot) -> Shown:
    """Hashes of the evidence and versions of the tools, for the end of a page."""
    from investigator.ledger import heads
    from investigator.version import __version__

    manifest = snapshot.manifest()
    rows = [[s.source, s.evidence, s.format, f"{s.rows:,}", str(s.units)] for s in manifest.standing]
    parts = [shown.paragraph(str(manifest.units))] if manifest.segments else []
    if rows:
        parts.append(shown.table(["source", "evidence", "read as", "events", "units"], rows))
    parts.append(
        shown.paragraph(
            f"Record {heads.text(snapshot.head(), 12).replace(',', ', ')} · investigator {__version__} · "
            f"Python {platform.python_version()} · times in {snapshot.zone}, UTC in brackets"
        )
    )
    return shown.wrapped("foot", *parts)
