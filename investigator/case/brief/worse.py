"""What gets worse while people look: what the evidence announces and what people said, with who owns it and by when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import shown
from investigator.case.say import day_clock
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.ledger import Entry

#: What people write when they hold something back.
HELD = re.compile(
    r"(?i)\b(paus\w+|stopp\w+|suspend\w+|held|hold\w*|disabl\w+|cancel\w+|fr[eo]ez\w*|froze\w*|extended)\b"
)
NOBODY = "nobody yet"
STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?")


@dataclass
class Worse:
    """One thing that takes away or spreads: what, by when, whose, and what holds it."""

    what: str
    due: datetime | None
    owner: str = NOBODY
    held: str = ""
    trend: str = ""
    by: str = ""  # who says so: the step that announces it, or the person
    maybe: bool = False  # it only closes, and may take nothing

    def left(self, now: datetime, zone: str) -> str:
        """When it is due, in words."""
        if self.due is None:
            return "no time known"
        left = self.due - now
        when = moment.show(self.due, zone)
        return (
            f"{when}, in {moment.duration(left)}"
            if left >= timedelta(0)
            else f"{when}, {moment.duration(-left)} ago"
        )


def of(snapshot: Snapshot) -> list[Worse]:
    """Everything that gets worse, the soonest first; what may take nothing, is held or has no time comes last."""
    out = []
    if snapshot.manifest().segments:
        finding = snapshot.once("what_gets_worse")
        for item in (finding.value or {}).get("items", []) if finding is not None else []:
            due = datetime.fromisoformat(item["next"]) if item["next"] else None
            # What only closes at the deadline is the deadline.
            if item["maybe"] and snapshot.deadline is not None and due == snapshot.deadline.due:
                continue
            # What only says that it ran, with nothing ahead and nothing growing, is no threat.
            if due is not None or item["number"] or item["sort"] == "rollout":
                out.append(_announced(snapshot, item, due))
    for note in snapshot.state.notes:
        content = note.content or {}
        if content.get("verb") == "worse":
            due = datetime.fromisoformat(content["due"]) if content.get("due") else None
            one = Worse(str(content["text"]), due, _named(content.get("who")) or note.author, by=note.author)
            one.held = _held(snapshot, [], note)
            out.append(one)
    return sorted(out, key=lambda w: (w.due is None, bool(w.held), w.maybe, w.due or snapshot.now, w.what))


def _announced(snapshot: Snapshot, item: dict[str, Any], due: datetime | None) -> Worse:
    words = [item["sort"]] + ([item["step"]] if item["sort"] != "purge" else [])
    held = f"the evidence says: {item['paused']}" if item["paused"] else _held(snapshot, words)
    number = item["number"]
    trend = f"{number['name']}: {number['first']:,g} to {number['last']:,g}" if number else ""
    what = STAMP.sub(lambda m: _clocked(m[0], snapshot), item["what"])
    if item["maybe"]:
        what += f" ({item['maybe']}: it may take nothing)"
    owner = _owner(snapshot, words)
    return Worse(f"{item['step']}: {what}", due, owner, held, trend, item["step"], bool(item["maybe"]))


def _clocked(stamp: str, snapshot: Snapshot) -> str:
    """A time of a message on the customer's wall."""
    try:
        when = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    return moment.show(when if when.tzinfo else when.replace(tzinfo=UTC), snapshot.zone, day=False)


def _speaks(text: str, words: list[str]) -> bool:
    return any(re.search(rf"(?i)\b{re.escape(word)}", text) for word in words)


def _held(snapshot: Snapshot, words: list[str], about: Entry | None = None) -> str:
    """What somebody wrote that holds it: a `did` that pauses what it speaks of, or that names its number."""
    for note in reversed(snapshot.state.notes):
        content = note.content or {}
        text = str(content.get("text", ""))
        mine = (
            note.about == about.id if about is not None else _speaks(text, words) and bool(HELD.search(text))
        )
        if content.get("verb") == "did" and mine:
            return f"{text} ({note.author}, {day_clock(note.happened[0], snapshot.zone, snapshot.now)})"
    return ""


def _owner(snapshot: Snapshot, words: list[str]) -> str:
    """Who has it: who did something about it, else who was asked about it last."""
    for note in reversed(snapshot.state.notes):
        content = note.content or {}
        if content.get("verb") == "did" and _speaks(str(content.get("text", "")), words):
            return note.author
    for ask in reversed(list(snapshot.state.asks.values())):
        if ask.who and _speaks(ask.text, words):
            return _named(ask.who)
    return NOBODY


def _named(who: Any) -> str:
    return ", ".join(f"@{name}" for name in who or ())


def worse(snapshot: Snapshot) -> Shown:
    """What gets worse while we look: what, when, whose, what holds it, and how its number moves."""
    found = of(snapshot)
    if not found:
        return shown.missing(
            "Nothing is known to get worse. What you know of, one line: worse old exports are deleted by 18:00 @pia"
        )
    rows = [
        [
            one.what if len(one.what) <= 160 else one.what[:157] + "...",
            one.left(snapshot.now, snapshot.zone),
            one.owner,
            one.held or "nothing",
            one.trend,
        ]
        for one in found
    ]
    return shown.table(["what", "when", "owner", "held by", "its number"], rows)
