"""The record: typed entries that are only ever added, each chained to the one before it.

    from investigator.ledger import Ledger

    ledger = Ledger.create("INC-2031/case.db", case_id="INC-2031")     # or a PostgreSQL URL
    ledger.append("note", {"text": "40 documents can't be found"}, author="mira")
    ledger.entries(kind="note")                       # in the one total order
    ledger.entries(as_of=yesterday)                   # exactly what was known then
    ledger.merge("copy-from-a-colleague.jsonl")       # union; twice changes nothing
    ledger.erase(entry.id, reason="a password", author="mira")
    ledger.verify()                                   # still whole

State is a fold over entries: `investigator.ledger.fold`. What an entry may say: `investigator.ledger.kinds`.
Opening a ledger runs no code from it: contents are JSON, and SQLAlchemy is imported only then.
"""

from investigator.ledger.entry import Entry, Happened, Verification
from investigator.ledger.kinds import KINDS, Kind
from investigator.ledger.ledger import Ledger

__all__ = ["KINDS", "Entry", "Happened", "Kind", "Ledger", "Verification"]
