"""When it started."""

from __future__ import annotations

from investigator.case import marks
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot


def began(snapshot: Snapshot) -> Shown:
    """When it started, and how we know, in one sentence."""
    return marks.began(snapshot)
