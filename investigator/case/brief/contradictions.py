"""What can't both hold."""

from __future__ import annotations

from investigator.case.reasoning import contradictions as reasoning
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def contradictions(snapshot: Snapshot) -> Shown:
    """Findings and statements that can't both hold, each with its evidence and its grade."""
    return reasoning.contradictions(snapshot).shown()
