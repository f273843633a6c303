"""What was switched off meanwhile, and whether it is back."""

from __future__ import annotations

from investigator import moment
from investigator.case import shown
from investigator.case.reasoning.switched import switched
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def switched_off(snapshot: Snapshot) -> Shown:
    """What was switched off or put on hold, by whom, and when it was put back, or that it still is off."""
    found = switched(snapshot.state)
    if not found:
        return shown.missing("Nothing is written down as switched off: did paused the nightly job")
    rows = [
        [
            str((one.off.content or {})["text"]),
            one.off.author,
            moment.show(one.off.happened[0], snapshot.zone),
            f"{moment.show(one.on.happened[0], snapshot.zone)} by {one.on.author}"
            if one.on
            else "still off, as far as anybody wrote",
        ]
        for one in found
    ]
    return shown.table(["switched off", "by", "when", "put back"], rows)
