"""What is asked about until somebody answers."""

from __future__ import annotations

from investigator.case import shown
from investigator.case.reasoning.unanswered import questions
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def unanswered(snapshot: Snapshot) -> Shown:
    """What was switched off and is not back, and actions that are overdue, each with the line that answers it."""
    found = questions(snapshot)
    if not found:
        return shown.missing(
            "Nothing is waiting for an answer: all that was off is back, no action is overdue."
        )
    return shown.table(
        ["asked", "of", "answer with"], [[one.text, one.who or "everybody", one.answer] for one in found]
    )
