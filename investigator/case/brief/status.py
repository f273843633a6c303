"""The status as it would be sent now."""

from __future__ import annotations

from investigator.case.brief._proposal import customer, inside, propose
from investigator.case.shown import Shown, copied
from investigator.case.snapshot import Snapshot


def status(snapshot: Snapshot) -> Shown:
    """What we know, do and need, for inside and for the customer; to strike, add and send: `case.status()`."""
    found = propose(snapshot)
    text, theirs = inside(snapshot, found), customer(snapshot, found)
    markup = (
        f"<p class='question'>For inside.</p>{copied(text)}"
        f"<p class='question'>For the customer: only what a check backs.</p>{copied(theirs)}"
    )
    return Shown(f"{text}\n\nTo the customer:\n\n{theirs}", markup)
