"""The record as people read it."""

from __future__ import annotations

from investigator import moment
from investigator.case import shown
from investigator.case.reasoning.order import doubts
from investigator.case.reasoning.withdrawn import Withdrawn
from investigator.case.reasoning.withdrawn import withdrawn as withdrawn_of
from investigator.case.record import mode
from investigator.case.record.retracted import taken_back
from investigator.case.record.words import SPOKEN, label, sentence, speaker
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def record(snapshot: Snapshot, limit: int = 200) -> Shown:
    """The record in the order in which things happened: when, who, what. The newest `limit` entries."""
    entries = snapshot.entries()
    undone = taken_back(entries)
    # What was an answer stands struck in its place: somebody may have been told it.
    withdrawn = {one.entry.id: one for one in withdrawn_of(snapshot)}
    spoken = [e for e in entries if e.kind in SPOKEN and (e.id not in undone or e.id in withdrawn)]
    spoken.sort(key=lambda entry: (entry.happened[0], entry.known, entry.id))
    if not spoken:
        return shown.missing("The record is empty. Write a line: case.record.note('...')")
    odd = doubts(snapshot)
    rows = [
        [
            f"#{e.number}",
            moment.show(e.happened[0], snapshot.zone),
            speaker(e),
            label(e),
            _struck(withdrawn[e.id], snapshot.zone)
            if e.id in withdrawn
            else moment.localised(sentence(e), snapshot.zone) + (f" [{odd[e.id]}]" if e.id in odd else ""),
        ]
        for e in spoken[-limit:]
    ]
    made = shown.table(["#", "when", "who", "", "what"], rows)
    left = len(spoken) - len(rows)
    if not left:
        return made
    told = f"{left:,} earlier {'line is' if left == 1 else 'lines are'} not shown."
    if not mode.reporting():
        told += f" All of them: case.brief.record({len(spoken)})"
    return shown.paragraph(told, "more") + made


def _struck(one: Withdrawn, zone: str) -> str:
    why = f" (taken back by {one.by.author}{': ' + one.why if one.why else ''})"
    return shown.Struck(moment.localised(sentence(one.entry), zone) + why)
