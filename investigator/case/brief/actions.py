"""What is to do afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.case import shown
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    pass


def actions(snapshot: Snapshot) -> Shown:
    """What is to do afterwards, with owner and date."""
    found = list(snapshot.state.actions.values())
    if not found:
        return shown.missing(
            "No action yet. Add one: case.record.action('...', owner='...', due='2026-07-01')"
        )
    rows = [
        [a.text, a.owner or "nobody yet", a.due or "no date", "done" if a.done else "open"] for a in found
    ]
    return shown.table(["action", "owner", "due", ""], rows)
