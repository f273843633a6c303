"""Lines about the duties of an incident: clocks of the law, who leads, what a lawyer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.record import clocks, leading, news
from investigator.case.record import entries as verbs
from investigator.case.record.words import SPOKEN
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.case.record.line import Given, Line
    from investigator.ledger import Entry


def clock(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """A clock, with when it ends."""
    record = evidence.record
    start = line.happened.low if line.happened else record.now
    due = clocks.due(line, start)
    entry = verbs.note(record, line.text, verb="clock", who=line.who, due=due, **given)
    return entry, (
        f"it ends {moment.show(due, record.zone)}; it is asked about until: did #{entry.number} reported",
    )


def lead(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """Handing over who leads, or taking it; whoever takes it is told what is new since the last line of theirs."""
    record, me = evidence.record, str(given["author"])
    before = leading.lead(record.state)
    if line.verb == "lead":
        if len(line.who) != 1:
            raise ParameterError("Who leads from here on?", "One name is needed.", "Such as: lead @ana")
        entry = verbs.note(record, line.text, verb="lead", who=line.who, **given)
        after = leading.lead(record.state)
        return entry, (
            f"@{after.to} please say: inv note --case {record.id} accept"
            if after.to
            else f"{after.who} leads",
        )
    if before.offered is None:
        raise ParameterError(
            "Nothing was handed over.", before.says(record.zone) or "Nobody leads.", "Such as: lead @ana"
        )
    entries = record.entries()
    entry = verbs.note(
        record,
        line.text or f"leads from here on, handed over by {before.offered.author}",
        verb="accept",
        about=before.offered,
        **given,
    )
    fresh = [
        news.line(one, record.zone, entry.known)
        for one in leading.missed(entries, me, entry)
        if one.kind in SPOKEN
    ]
    more = f"and {len(fresh) - news.LAST} before that: inv news" if len(fresh) > news.LAST else ""
    return entry, (
        f"{me} leads; new since your last line: {len(fresh)}",
        *fresh[-news.LAST :],
        *((more,) if more else ()),
    )


def legal_hold(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """A lawyer's hold, or its end."""
    lifted = line.text.strip().lower() in ("lifted", "lift", "none", "over")
    entry = verbs.legal_hold(
        evidence.record, "" if lifted else line.text, why=line.parts.get("why", ""), **given
    )
    return entry, (
        "what was held may be erased again"
        if lifted
        else "nothing of this case is erased until: legalhold lifted",
    )


WRITE = {"clock": clock, "lead": lead, "accept": lead, "legalhold": legal_hold}
