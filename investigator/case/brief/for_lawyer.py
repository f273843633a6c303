"""For whoever must account for it: who knew what when, what was sent word for word, what is on hold."""

from __future__ import annotations

from investigator import moment
from investigator.case import shown
from investigator.case.brief.switched_off import switched_off
from investigator.case.record import clocks, promises
from investigator.case.record.words import SPOKEN, label, sentence
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.ledger import heads

_MOST = 400


def for_lawyer(snapshot: Snapshot) -> Shown:
    """Who knew what when, with when it was written down; what went to the customer, verbatim; what is on hold."""
    state = snapshot.state
    spoken = [entry for entry in snapshot.entries() if entry.kind in SPOKEN and entry.content]
    rows = [
        [
            f"#{entry.number}",
            moment.show(entry.happened[0], snapshot.zone),
            moment.show(entry.known, snapshot.zone),
            entry.author,
            label(entry),
            moment.localised(sentence(entry), snapshot.zone),
        ]
        for entry in spoken[:_MOST]
    ]
    contacts = promises.names(state)
    sent = [note for note in state.notes if promises.with_customer(state, note, contacts) == "out"]
    sent += [
        status for status in state.statuses if "customer" in str((status.content or {}).get("audience", ""))
    ]
    verbatim = [
        [
            f"#{entry.number}",
            moment.show(entry.happened[0], snapshot.zone),
            entry.author,
            str((entry.content or {})["text"]),
        ]
        for entry in sorted(sent, key=lambda entry: (entry.happened[0], entry.id))
    ]
    out = shown.paragraph(f"Head of the record: {heads.text(snapshot.head(), 16)}")
    out += _titled("Sent to the customer, word for word")
    out += (
        shown.table(["#", "when", "by", "words"], verbatim)
        if verbatim
        else shown.missing("Nothing was sent yet.")
    )
    told = [clock.says(snapshot.now, snapshot.zone) for clock in clocks.of(state)]
    if told:
        out += _titled("Clocks of the law and of contracts") + shown.bullets(told)
    hold = str(state.settings.get("hold") or "")
    out += shown.paragraph(f"Legal hold: {hold}. Nothing is erased.") if hold else Shown("", "")
    out += _titled("On hold") + switched_off(snapshot)
    private = [
        [f"#{entry.number}", moment.show(entry.happened[0], snapshot.zone), entry.author, sentence(entry)]
        for entry in snapshot.privileged()
    ]
    if private:
        out += _titled("Privileged: on this page alone") + shown.table(["#", "when", "by", "words"], private)
    out += _titled("Who knew what, when")
    out += (
        shown.table(["#", "happened", "written down", "who", "", "what"], rows)
        if rows
        else shown.missing("The record is empty.")
    )
    more = len(spoken) - _MOST
    return out + shown.paragraph(f"And {more:,} later lines: case.brief.record()") if more > 0 else out


def _titled(title: str) -> Shown:
    return Shown(title.upper(), f"<h3>{shown.escape(title)}</h3>")
