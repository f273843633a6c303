"""For whoever talks to the customer: what may be said, what not, and which of theirs are back."""

from __future__ import annotations

from datetime import datetime

from investigator import moment
from investigator.case import shown
from investigator.case.customer import words
from investigator.case.reasoning.statements import newest, statements
from investigator.case.record import promises
from investigator.case.recovery import standing
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

_MOST = 60


def for_care(snapshot: Snapshot) -> Shown:
    """What the customer may be told now, what not, when the next word is due, and their ids, back or not yet."""
    state = snapshot.state
    knows, cites = words.known(snapshot, newest(statements(snapshot)))
    again = words.next_word(snapshot)
    due = f"By {moment.show(again, snapshot.zone)}." if again else "None is promised: it is over."
    kept = promises.summary(state, snapshot.now, snapshot.zone)
    return (
        _titled(
            "You may say",
            shown.bullets([*knows, words.PHASES.get(state.phase, words.PHASES["investigating"])]),
        )
        + _titled("You must not say", shown.bullets(_not(snapshot, bool(cites))))
        + _titled("The next word to them", shown.bullets([due, *([kept] if kept else [])]))
        + _titled("Theirs, back or not yet", _ids(snapshot))
    )


def _not(snapshot: Snapshot, backed: bool) -> list[str]:
    out = [
        "Names of our people, machines and services.",
        "Who else is affected, or any id that is not theirs.",
    ]
    if not any(guess.state == "confirmed" for guess in snapshot.state.guesses.values()):
        out.append("What caused it: nothing has shown it yet.")
    if snapshot.state.phase != "resolved":
        out.append("By when it is repaired: only the next word is promised.")
    if not backed:
        out.append("That nothing is lost, or that all is safe: nothing has shown it yet.")
    return out


def _ids(snapshot: Snapshot) -> Shown:
    found = standing.of(snapshot)
    whose = {found.items[one].customer for one in snapshot.state.about if one in found.items} - {""}
    whose |= {
        one for one in snapshot.state.about if any(item.customer == one for item in found.items.values())
    }
    items = [item for item in found.items.values() if item.customer in whose or not whose]
    items.sort(key=lambda item: (bool(item.back), item.id))
    if not items:
        return shown.missing("Nothing is listed for recovery yet.")
    rows = [
        [
            item.id,
            f"back {_when(item.back, snapshot.zone)}"
            if item.back
            else "set aside"
            if item.exception
            else "restored, not counted yet"
            if item.restored
            else "not yet",
            item.exception,
        ]
        for item in items[:_MOST]
    ]
    table = shown.table(["id", "", "set aside because"], rows)
    more = len(items) - _MOST
    return table + shown.paragraph(f"And {more:,} more.") if more > 0 else table


def _when(said: str, zone: str) -> str:
    """As people read it, where it is a time."""
    try:
        return moment.show(datetime.fromisoformat(said), zone)
    except ValueError:
        return said


def _titled(title: str, body: Shown) -> Shown:
    return Shown(title.upper(), f"<h3>{shown.escape(title)}</h3>") + body
