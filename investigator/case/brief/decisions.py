"""The decisions of a case."""

from __future__ import annotations

from investigator.case.reasoning import decisions as reasoning
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def decisions(snapshot: Snapshot) -> Shown:
    """Each decision with its options and objections, who chose and why, and what was known at that moment."""
    return reasoning.decisions(snapshot)
