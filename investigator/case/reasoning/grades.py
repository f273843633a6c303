"""The grade of a statement, never of a person: observed (a check on evidence), reported (somebody said), assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.ledger import Entry

GRADES = ("observed", "reported", "assumed")
_REPORTED = ("call", "note", "ask", "status", "decision", "phase", "action", "recovery", "anyway", "prose")


def grade(entry: Entry) -> str:
    """What an entry's words rest on.

    A pin rests on a check that anyone can run again: observed, where it could tell anything. A guess and a prediction
    are assumed; what people said, did and heard is reported.
    """
    content = entry.content or {}
    if entry.kind in ("pin", "check"):
        verdict = (content.get("finding") or {}).get("verdict") or content.get("verdict")
        return "assumed" if verdict == "inconclusive" else "observed"
    if entry.kind == "prediction":
        return "observed" if content.get("finding") else "reported" if content.get("outcome") else "assumed"
    return "reported" if entry.kind in _REPORTED else "assumed"
