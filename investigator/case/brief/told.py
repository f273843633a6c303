"""What people wrote into a section of the postmortem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.case import shown
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    pass


def told(snapshot: Snapshot, section: str) -> Shown:
    """What people wrote into a section of the postmortem; one grey line where nobody wrote it yet."""
    entry = snapshot.state.prose.get(section)
    if entry is None or entry.content is None:
        return shown.missing(f"Nobody wrote '{section}' yet. Write it: case.record.prose('{section}', '...')")
    text = str(entry.content["text"])
    parts = [part.strip() for part in text.split("\n") if part.strip()]
    if len(parts) > 1:
        return shown.wrapped("prose", shown.bullets(part.lstrip("-* ") for part in parts))
    return shown.wrapped("prose", shown.paragraph(text))
