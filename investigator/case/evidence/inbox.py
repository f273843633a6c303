"""What was dropped into a case's inbox: taken in as evidence, each file once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.case import shown
from investigator.case.evidence import intake
from investigator.case.shown import Shown
from investigator.errors import KitError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence


def take(evidence: Evidence, author: str | None = None) -> Shown:
    """Loads every file of the inbox; what can't be read is said with its reason, and the others are loaded."""
    place = evidence.folder / "inbox"
    files = sorted(p for p in place.glob("*") if not p.name.startswith(".")) if place.is_dir() else []
    if not files:
        return shown.missing(f"Nothing was dropped into {place}. Files that you drag there are taken in.")
    rows = []
    for file in files:
        try:
            report = intake.add(evidence, file, author=author, index=False)
            if any(source.state != "already here" for source in report.sources):
                said = "; ".join(f"{s.format}, {s.events:,} events" for s in report.sources)
            else:
                said = "already there"
        except KitError as error:
            said = f"not read: {error.what}"
        rows.append([file.name, said])
    evidence.index()
    return shown.table(["file", "what became of it"], rows)
