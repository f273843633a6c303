"""The trail: which checks ran, by themselves, and which cells of somebody's own. Nothing is counted for persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.case.record import mode
from investigator.case.record.record import Record

if TYPE_CHECKING:
    from investigator.finding import Finding


def keep(record: Record, finding: Finding, seconds: float) -> None:
    """Keep that a check ran: its code, its answer, its verdict. A report keeps nothing, nor a case that can only be read."""
    if mode.reporting() or record.as_of is not None or record.unwritable or finding.check is None:
        return
    content = {
        "text": finding.answer,
        "check": finding.check.to_json(),
        "code": finding.check.code(),
        "verdict": finding.verdict,
        "sources": list(finding.coverage.sources),
        "shown": finding.evidence_sources,
        "seconds": round(seconds, 3),
    }
    record.append("check", content)


def keep_cell(record: Record, content: dict[str, Any]) -> None:
    """Keep a cell of somebody's own: its code, one sentence of what it gave, seconds, failure."""
    if record.as_of is None and not record.unwritable and not mode.reporting():
        record.append("scratch", content)
