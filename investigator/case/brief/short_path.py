"""The short path to the cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.case import shown
from investigator.case.reasoning.turns import turns
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    pass


def short_path(snapshot: Snapshot) -> Shown:
    """The checks that mattered, in the order in which they answered: what to run first next time."""
    # What was pinned after it was over is for the postmortem; what answered before is the path.
    found = {entry.id for part in turns(snapshot) for entry in part.entries}
    rows: list[list[str]] = []
    seen = set()
    for entry in snapshot.state.pins:
        if entry.id not in found:
            continue
        check = ((entry.content or {}).get("finding") or {}).get("check")
        question = str(((entry.content or {}).get("finding") or {}).get("question", ""))
        if check and check["analysis"] not in seen:
            seen.add(check["analysis"])
            rows.append([f"{len(rows) + 1}", question, f"case.find.{check['analysis']}"])
    if not rows:
        return shown.missing("Nothing is pinned yet, so there is no short path.")
    return shown.table(["", "the question", "the check"], rows)
