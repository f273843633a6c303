"""A case that was made on the side becomes the real one: its evidence, its events, and all that was said in it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from investigator.case.record import entries as verbs
from investigator.case.record.retracted import taken_back
from investigator.errors import CaseError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.ledger import Entry

#: What a new case writes by itself, or anew: its own call, the trail, pages.
_OWN = ("call", "check", "scratch", "report", "undo", "erase")


def take_over(evidence: Evidence, other: Evidence) -> int:
    """Bring all of another case into one that was just made; gives how many entries came. The other says where they went.

    Each entry keeps its author and when it happened. Raises CaseError where this case has evidence of its own.
    """
    if evidence.record.state.loads:
        raise CaseError(
            f"{evidence.record.id} has evidence of its own.",
            "Only a case that was just made takes over another.",
            f"Make a new one: inv new ID --from {other.record.id}",
        )
    for part in ("evidence", "events"):
        shutil.copytree(other.folder / part, evidence.folder / part, dirs_exist_ok=True)
    listed = other.record.everything()
    gone = taken_back(listed)
    kept = [entry for entry in listed if entry.content and entry.kind not in _OWN and entry.id not in gone]
    here: dict[str, Entry] = {}
    for entry in kept:
        about = here[entry.about].id if entry.about in here else None
        if entry.about and about is None and entry.kind in ("guess", "ask", "approval", "prediction"):
            continue  # what it was about did not come
        here[entry.id] = evidence.record.append(
            entry.kind,
            dict(entry.content or {}),
            author=entry.author,
            happened=entry.happened.moment,
            about=about,
            key=[],
        )
    evidence.forget()
    first = min((entry.known for entry in kept), default=evidence.record.now)
    verbs.note(
        evidence.record,
        f"taken over from {other.record.id}: {len(here)} entries, the first of {first:%Y-%m-%d %H:%M} UTC",
        verb="taken over",
    )
    verbs.note(other.record, f"went on as {evidence.record.id}: write there", verb="taken over")
    return len(here)
