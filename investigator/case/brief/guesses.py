"""The guesses side by side."""

from __future__ import annotations

from investigator.case.reasoning import guesses as reasoning
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def guesses(snapshot: Snapshot) -> Shown:
    """What do we think: each guess with what is for it, against it and not looked at."""
    return reasoning.guesses(snapshot)
