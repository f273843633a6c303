"""The incident split over people: every component, source and question, with who has it and how far they are.

There is no board to keep: a question put to somebody (`ask @ana indexer: why skipped? 15m`) is what gives a part of the
incident an owner. With one author the same list says what is still open to look at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case import shown
from investigator.case.brief.unseen import looked_at
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.facts.places import services_of

if TYPE_CHECKING:
    from investigator.case.record.model import Ask

#: What needs somebody comes first.
STATES = ("expired", "doubly owned", "unowned", "owned", "done", "looked at")
#: Components and sources that nobody asked about; more of them are counted.
UNOWNED_AT_MOST = 12
_STOP = frozenset(
    "the and for are was is in of to a an on at by do we it not no any all what why how who when which did does "
    "has have with from that this there can could please check look rows line lines log logs".split()
)


@dataclass
class Stream:
    """A part of the incident: a component, a source or a question; who has it; its state; what it rests on."""

    sort: str
    name: str
    state: str
    owners: tuple[str, ...] = ()
    asks: list[Ask] = field(default_factory=list)
    last: str = ""


def streams(snapshot: Snapshot) -> list[Stream]:
    """Every workstream, those that need somebody first."""
    state, now = snapshot.state, snapshot.now
    asks = list(state.asks.values())
    out = [_question(ask, asks, now) for ask in asks]
    places, looked = services_of(snapshot.events()), looked_at(snapshot)
    for name, sources in places.items():
        out.append(_part("component", name, asks, now, looked, sources))
    covered = {source for sources in places.values() for source in sources}
    for source in snapshot.events().sources:
        if source.name not in covered:
            out.append(_part("source", source.name, asks, now, looked, [source.name]))
    return sorted(
        out, key=lambda s: (STATES.index(s.state), ("question", "component", "source").index(s.sort))
    )


def workstreams(snapshot: Snapshot) -> Shown:
    """Each part of the incident with its owner and state; one grey line where nothing was asked and nothing is loaded."""
    found = streams(snapshot)
    if not found:
        return shown.missing(
            "Nothing to split yet: load evidence, or ask: %ask @ana indexer: why skipped? 15m"
        )
    free = [s for s in found if s.state in ("unowned", "looked at") and s.sort != "question"]
    kept = [s for s in found if s not in free] + [s for s in free if s.state == "unowned"][:UNOWNED_AT_MOST]
    rows = [[s.state, s.sort, s.name, ", ".join(f"@{who}" for who in s.owners), s.last] for s in kept]
    out = shown.table(["", "part", "what", "who", "so far"], rows) if rows else shown.Shown("", "")
    seen = sum(s.state == "looked at" for s in free)
    more = sum(s.state == "unowned" for s in free) - UNOWNED_AT_MOST
    tail = [f"{seen} more stand behind answers already"] if seen else []
    tail += [f"{more} more that nobody has"] if more > 0 else []
    return out + shown.missing("; ".join(tail) + ".") if tail else out


def _question(ask: Ask, asks: list[Ask], now: datetime) -> Stream:
    twins = [
        other
        for other in asks
        if other is not ask
        and other.answered is None
        and ask.answered is None
        and _same(ask.text, other.text)
        and set(other.who) - set(ask.who)
    ]
    owners = tuple(dict.fromkeys([*ask.who, *(who for other in twins for who in other.who)]))
    return Stream(
        "question",
        f"#{ask.entry.number} {ask.text}",
        _state([ask], bool(twins), now),
        owners,
        [ask],
        _last(ask, now),
    )


def _part(
    sort: str, name: str, asks: list[Ask], now: datetime, looked: set[str], sources: list[str]
) -> Stream:
    mine = [ask for ask in asks if _mentions(ask.text, name)]
    waiting = [ask for ask in mine if ask.answered is None]
    owners = tuple(dict.fromkeys(who for ask in (waiting or mine) for who in ask.who))
    doubly = len({who for ask in waiting for who in ask.who}) > 1
    if mine:
        return Stream(sort, name, _state(mine, doubly, now), owners, mine, _last(mine[-1], now))
    state = "looked at" if looked & set(sources) else "unowned"
    return Stream(sort, name, state, (), [], "in no answer so far" if state == "unowned" else "")


def _state(asks: list[Ask], doubly: bool, now: datetime) -> str:
    waiting = [ask for ask in asks if ask.answered is None]
    if not waiting:
        return "done"
    if any(ask.late(now) for ask in waiting):
        return "expired"
    if doubly:
        return "doubly owned"
    return "owned" if all(ask.who for ask in waiting) else "unowned"


def _last(ask: Ask, now: datetime) -> str:
    if ask.answered is not None:
        return ask.answer if len(ask.answer) <= 100 else ask.answer[:97] + "..."
    if ask.late(now) and ask.due is not None:
        return f"{moment.duration(now - ask.due)} late"
    if ask.due is not None:
        return f"{'seen, ' if ask.seen else ''}answer in {moment.duration(ask.due - now)}"
    return "seen" if ask.seen else "asked, no time set"


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[\w.-]*\w", text.lower()) if word not in _STOP}


def _same(one: str, other: str) -> bool:
    """Whether two questions ask the same: most of their words, without the small ones, are shared (Jaccard 1901)."""
    a, b = _words(one), _words(other)
    return bool(a & b) and len(a & b) >= 0.6 * len(a | b)


def _mentions(text: str, name: str) -> bool:
    stem = name.rsplit("/", 1)[-1]
    for shape in {name, stem, re.sub(r"\.(log|json|jsonl|csv|txt|gz|db|sqlite)$", "", stem)}:
        if len(shape) >= 3 and re.search(rf"(?<![\w-]){re.escape(shape)}(?![\w-])", text, re.IGNORECASE):
            return True
    return False
