"""The hour after it is over, planned from what the record leaves open."""

from __future__ import annotations

from investigator.case import shown
from investigator.case.reasoning import meeting as meetings
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def meeting(snapshot: Snapshot) -> Shown:
    """Sixty minutes: what was corrected and is not settled, what can't both be so, where it turned, two questions at the end."""
    parts, left = meetings.plan(snapshot)
    who = ", ".join(meetings.participants(snapshot)) or "nobody has written yet"
    settled = [done for _, done in meetings.corrections(snapshot)]
    out = shown.paragraph(f"Who was there: {who}. Corrections: {len(settled)}, settled: {sum(settled)}.")
    out += shown.table(
        ["minute", "for", "about"],
        [
            [
                f"{part.at}-{part.at + part.minutes}" if not place else "",
                part.title if not place else "",
                item,
            ]
            for part in parts
            for place, item in enumerate(part.items)
        ],
    )
    if left:
        out += shown.paragraph("No room in the hour, so in writing:") + shown.bullets(left)
    return out
