"""What stands in the record before what it follows from: an effect before its cause. It is marked, not moved.

A word that a repair has begun before it was decided, a repair before the first was missing, `resolved` before the last
was back. One of the two times is wrong, or what was said was not so.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.ledger import Entry

#: Words of a repair that was begun or done.
REPAIR = re.compile(
    r"(?i)\b(?:repair(?:ed|s|ing)?|restor(?:ed|ing|e)|re-?index(?:ed|ing)?|index again|rollback|recover(?:ed|ing)|fixed|re-?sent|"
    r"re-?played|brought (?:\S+ ){0,4}?back|roll(?:ed|ing)? (?:\S+ ){0,4}?back|"
    r"(?:(?:index|load|import|publish|process|deliver|book|print|stor)ed|sent) (?:\S+ ){0,4}?again|"
    r"(?:erneut|noch ?mals?|noch einmal) (?:geladen|gedruckt|gesendet|geschickt|verschickt|eingespielt|indiziert|importiert)|"
    r"repariert|wiederhergestellt|zurückgerollt|behoben)\b"
)
#: Words of one that is to be done, for what was decided.
TO_REPAIR = re.compile(
    r"(?i)\b(?:fix|recover|re-?send|re-?play|(?:bring|roll) (?:\S+ ){0,4}?back|reparieren|wiederherstellen|zurückrollen|beheben|"
    r"(?:index|load|import|publish|process|deliver|book|print|store|send) (?:\S+ ){0,4}?again)\b"
)
#: Words that put it off, or deny it.
NOT_YET = re.compile(
    r"(?i)\b(?:will|would|shall|may|plan(?:ned)?|going to|about to|not|no|never|until|before|when|once|soon|should|could|want|"
    r"werden|wird|nicht|kein\w*|noch)\b"
)
MINUTE = timedelta(minutes=1)


def repairs(snapshot: Snapshot) -> list[Entry]:
    """What people wrote that they did to repair it."""
    return [note for note in snapshot.state.notes if _says(note, ("did",))]


def doubts(snapshot: Snapshot) -> dict[str, str]:
    """By entry why its time can't be: it stands before what it follows from."""
    state, out = snapshot.state, {}
    start, back = _span(snapshot)
    said = {e.id: str((e.content or {}).get("text", "")) for e in state.decisions}
    to_repair = [e for e in state.decisions if REPAIR.search(said[e.id]) or TO_REPAIR.search(said[e.id])]
    decided = min(to_repair or state.decisions, key=lambda e: e.happened.low, default=None)
    for note in state.notes:
        when = note.happened.low
        if not _says(note, ("did", "told", "heard")):
            continue
        if start is not None and when < start - MINUTE and _says(note, ("did",)):
            out[note.id] = (
                f"that is {moment.duration(start - when)} before the first was affected, by the evidence"
            )
        elif (
            decided is not None
            and when < decided.happened.low
            # What was decided before this was written is its cause only where it speaks of a repair, too.
            and (to_repair or decided.known >= note.known)
        ):
            by = moment.duration(decided.happened.low - when)
            out[note.id] = f"that is {by} before it was decided (#{decided.number})"
    for phase in state.phases:
        over = str((phase.content or {}).get("text", "")) == "resolved"
        if over and back is not None and phase.happened.low < back - MINUTE:
            at = moment.show(back, snapshot.zone, day=False)
            out[phase.id] = f"that is before the last was back, {at} by the evidence"
    return out


def _says(note: Entry, verbs: tuple[str, ...]) -> bool:
    content: dict[str, Any] = note.content or {}
    text = str(content.get("text", ""))
    found = REPAIR.search(text)
    return bool(content.get("verb") in verbs and found and not NOT_YET.search(text[: found.start()]))


def _span(snapshot: Snapshot) -> tuple[datetime | None, datetime | None]:
    """When the first was affected, and when the last of those that are back was back, by the evidence."""
    finding = snapshot.once("harm", like=snapshot.about) if snapshot.about else None
    if finding is None or finding.verdict != "found":
        return None, None
    times = [datetime.fromisoformat(back) for _, back in finding.value["items"].values() if back]
    return datetime.fromisoformat(finding.value["first"]), max(times, default=None)
