"""What people pinned in a chat: a pin there is a pin here, as reported by who said it, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.ledger import Entry
    from investigator.load import LoadReport

#: The attribute that a chat's format gives a message that somebody pinned.
PINNED = "pinned"
AT_MOST = 200


def take(evidence: Evidence, report: LoadReport, author: str | None = None) -> list[Entry]:
    """Entries for the pinned messages of what was just loaded; those that are there already come back as they are."""
    record = evidence.record
    chats = {s.source for s in evidence.store.manifest().current if s.kind == "message"}
    out: list[Entry] = []
    for chat in sorted(chats.intersection(source.source for source in report.sources)):
        events = evidence.events(source=chat)
        table = events.table.filter(events.table.attributes.get(PINNED) == "true")
        table = table.order_by(["time", "evidence", "unit"]).limit(AT_MOST)
        rows = events.fetch(table.select("time", "body", "attributes", "evidence", "unit", "units"))
        for row in rows.itertuples(index=False):
            attributes = dict(row.attributes or {})
            content = {
                "text": str(row.body or "").strip() or "(a message without words)",
                "verb": "heard",
                "who": [str(attributes.get("user") or "somebody")],
                "why": f"pinned in #{attributes['channel']}"
                if attributes.get("channel")
                else "pinned in the chat",
                "origins": [str(row.origin)],
            }
            key = ["pinned", str(row.origin)]
            out.append(
                record.append("note", content, author=author, happened=row.time.to_pydatetime(), key=key)
            )
    return out
