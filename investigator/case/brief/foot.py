"""The foot of a page."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from investigator.case import shown
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.events.store import Manifest, Segment


def foot(snapshot: Snapshot) -> Shown:
    """Hashes of the evidence and versions of the tools, for the end of a page."""
    from investigator.ledger import heads
    from investigator.version import __version__

    manifest = snapshot.manifest()
    parts = [shown.paragraph(f"{manifest.units}. {_bridge(manifest)}")] if manifest.segments else []
    for said, segments in (
        ("", manifest.current),
        ("Not counted, as a newer export took its place:", _older(manifest)),
    ):
        if segments:
            rows = [[s.source, s.evidence, s.format, f"{s.rows:,}", str(s.units)] for s in segments]
            parts += [shown.paragraph(said)] if said else []
            parts.append(shown.table(["source", "evidence", "read as", "events", "units"], rows))
    parts.append(
        shown.paragraph(
            f"Record {heads.text(snapshot.head(), 12).replace(',', ', ')} · investigator {__version__} · "
            f"Python {platform.python_version()} · times in {snapshot.zone}, UTC in brackets"
        )
    )
    return shown.wrapped("foot", *parts)


def _older(manifest: Manifest) -> list[Segment]:
    """The exports whose place a newer one took."""
    counts = {id(segment) for segment in manifest.current}
    return [segment for segment in manifest.standing if id(segment) not in counts]


def _bridge(manifest: Manifest) -> str:
    """How the units become the events that every number of the page counts."""
    read, older = sum(s.rows for s in manifest.standing), sum(s.rows for s in _older(manifest))
    less = f", less {older:,} of older exports" if older else ""
    return f"They gave {read:,} events{less}: {read - older:,} are counted."
