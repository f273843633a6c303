"""Findings put into the record: a pin keeps the check with its finding, so that anyone can run it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.case.evidence.evidence import Evidence
from investigator.case.reasoning.statements import filled
from investigator.case.record.record import Record
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.finding import Finding
    from investigator.ledger import Entry


def pin(record: Record, finding: Finding, sentence: str = "", **given: Any) -> Entry:
    """Put a finding into the record. `sentence` may name its values: "{affected} documents were hidden"."""
    if finding.check is None:
        raise ParameterError(
            "This finding has no check, so nobody could make it again.",
            "Findings from case.find and inv.find have one.",
            "Run the analysis from there and pin what it gives.",
        )
    content = {
        "text": filled(sentence, finding) or finding.answer,
        "sentence": sentence,
        "finding": finding.to_json(),
    }
    return record.append("pin", content, **given)


def pinned(record: Record, finding: Finding) -> Entry | None:
    """The newest pin of the same check with the same value; None where nobody pinned it."""
    if finding.check is None:
        return None
    check = finding.check.to_json()
    for entry in reversed(record.state.pins):
        kept = (entry.content or {}).get("finding") or {}
        if same(kept.get("check") or {}, check) and kept.get("value") == finding.value:
            return entry
    return None


def last(evidence: Evidence, **given: Any) -> Entry | None:
    """What somebody means who names nothing: the last finding of this session, pinned; else the newest pin."""
    record, asked = evidence.record, evidence.asked
    if asked and asked[-1].check is not None:
        return pinned(record, asked[-1]) or pin(record, asked[-1], **given)
    pins = record.state.pins
    return pins[-1] if pins else None


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two checks, as they are kept, ask the same."""
    return all(one.get(name) == other.get(name) for name in ("analysis", "params", "selection"))
