"""Where we are now; and that nothing is called resolved while something that was listed is unexplained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.case.evidence.evidence import Evidence
from investigator.case.record.entries import one_of
from investigator.case.record.mode import reporting
from investigator.case.record.model import PHASES
from investigator.case.recovery.standing import of
from investigator.case.snapshot import Snapshot
from investigator.errors import CaseError

if TYPE_CHECKING:
    from investigator.ledger import Entry


def phase(evidence: Evidence, name: str, *, why: str = "", anyway: str = "", **given: Any) -> Entry:
    """Where we are now: investigating, identified, monitoring, resolved; see `case.record.phase`."""
    one_of(name, PHASES, "phase")
    if name == "resolved" and not anyway and not reporting():
        problem = gate(Snapshot.of(evidence))
        if problem:
            raise CaseError(
                f"Not resolved: {problem}.",
                "What is called resolved must be explained to the last item.",
                "See case.recovery(), or say it with anyway='the reason'.",
            )
    if anyway:
        evidence.record.append("anyway", {"text": anyway, "gate": name}, **given)
    return evidence.record.append("phase", {"text": name, "why": why}, **given)


def gate(snapshot: Snapshot) -> str:
    """Why `resolved` may not be said yet; empty where it may, or where nothing was listed."""
    found = of(snapshot)
    if found.plan is None:
        return ""
    if found.counted is None:
        return "nothing was counted again yet"
    left = len(found.open)
    return f"{left:,} item{' is' if left == 1 else 's are'} unexplained" if left else ""
