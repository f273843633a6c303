"""Which answers were taken back, and who has to hear it."""

from __future__ import annotations

from investigator import moment
from investigator.case import shown
from investigator.case.reasoning.withdrawn import to_whom
from investigator.case.reasoning.withdrawn import withdrawn as withdrawn_of
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def withdrawn(snapshot: Snapshot) -> Shown:
    """Every answer that was taken back, struck: why, who was told it, and which other answers rest on the same."""
    found = withdrawn_of(snapshot)
    if not found:
        return shown.missing(
            "No answer was taken back. Take one back: case.record.undo(17, why='the log was cut')"
        )
    rows = []
    for one in found:
        told = [
            f"{to_whom(e)} ({moment.show(e.known, snapshot.zone)}, {e.author}, #{e.number})" for e in one.told
        ]
        rest = [f"#{other.number}, by {' and '.join(shared)}" for other, shared in one.rest]
        rows.append(
            [
                f"#{one.entry.number}",
                shown.Struck(moment.localised(str((one.entry.content or {}).get("text", "")), snapshot.zone)),
                f"{one.why or 'no reason was given'} ({one.by.author}, {moment.show(one.by.known, snapshot.zone)})",
                "; ".join(told) or "nobody, as far as the record says",
                "; ".join(rest) or "none",
            ]
        )
    return shown.table(["#", "taken back", "why", "who was told", "other answers on the same"], rows)
