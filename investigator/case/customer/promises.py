"""What the customer was promised, and whether it was kept."""

from __future__ import annotations

from investigator import moment
from investigator.case import shown
from investigator.case.record import promises as kept
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def promises(snapshot: Snapshot) -> Shown:
    """Every promise to the customer: when it was made, by whom, what, by when, and whether it was kept."""
    found = kept.of(snapshot.state)
    if not found:
        return shown.missing(
            "Nothing was promised yet. Say when you write next: told @name we are looking; next word by 14:30"
        )
    rows = [
        [
            f"#{p.entry.number}",
            moment.show(p.made, snapshot.zone),
            p.entry.author,
            p.text,
            moment.show(p.due, snapshot.zone, day=False),
            p.says(snapshot.now),
        ]
        for p in found
    ]
    return shown.table(["#", "made", "by", "what", "by when", ""], rows)
