"""For the person on the phone: what was said in and out, what was promised, what to ask, and what may be said now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from investigator import moment, re2
from investigator.case import shown
from investigator.case.customer import drafts, receipt
from investigator.case.customer.drafts import Draft
from investigator.case.customer.promises import promises as listed
from investigator.case.customer.receipt import Receipt
from investigator.case.customer.words import for_customer, greeting, next_word_due
from investigator.case.evidence.evidence import Evidence
from investigator.case.record import promises
from investigator.case.say import clock
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot

if TYPE_CHECKING:
    from investigator.ledger import Entry


class Question(NamedTuple):
    """Something to ask the contact: its words, why we ask, and whether it was asked or answered."""

    text: str
    why: str
    state: str


@dataclass
class Customer:
    """The customer's side of a case. Shown, it gives promises, contacts and questions."""

    evidence: Evidence

    def promises(self) -> Shown:
        """What we promised: kept, waiting, not kept."""
        return listed(self._now)

    def log(self) -> Shown:
        """Every contact, in and out, in the order in which it happened."""
        rows = contacts(self._now)
        if not rows:
            return shown.missing(
                "No contact yet. One line each: heard @name ..., told @name ...; next word by 14:30"
            )
        return shown.table(["#", "when", "", "who", "what"], rows)

    def questions(self) -> Shown:
        """What to ask them, from what is unknown: the open ones first."""
        found = questions(self._now)
        if not found:
            return shown.missing("Nothing is left to ask that we know of.")
        order = {"open": 0, "asked": 1, "answered": 2}
        found.sort(key=lambda question: order[question.state])
        return shown.table(["ask", "because", ""], [[q.text, q.why, q.state] for q in found])

    def acknowledge(self, next: str | datetime | None = None) -> Draft:
        """The first word: that we have their message, and when we write next. It claims nothing."""
        snapshot = self._now
        due = next_word_due(snapshot, next)
        out = [greeting(snapshot.state), ""]
        called = snapshot.state.call
        at = f" of {clock(called.happened[0], snapshot.zone, snapshot.now)}" if called else ""
        out += [
            f"we have your message{at}, and people are looking into it. Your reference is {snapshot.id}.",
            "",
        ]
        out.append(
            f"You hear from us by {clock(due, snapshot.zone, snapshot.now)} ({moment.city(snapshot.zone)} time), also if there is nothing new."
        )
        return drafts.drafted(self.evidence, "\n".join(out), promised=due, acknowledges=True)

    def update(self) -> Draft:
        """What we may say now: only what a check backs at this moment, and when we write next."""
        text, cites, due = for_customer(self._now)
        return drafts.drafted(self.evidence, text, promised=due, cites=tuple(cites))

    def draft(self, text: str, *, next: str | datetime | None = None) -> Draft:
        """A text of your own, `{#12.path}` filled by checks: what keeps it from going out, and what to write instead."""
        due = next_word_due(self._now, next) if next is not None else None
        return drafts.drafted(self.evidence, text, promised=due)

    def drafted(self, which: str | int | Entry) -> Draft:
        """A draft of the record, by its number, as it stands now."""
        return drafts.kept(self.evidence, which)

    def receipt(self, customer: str = "", *, anyway: str = "", author: str | None = None) -> Receipt:
        """What was brought back for one customer, as a file: no inside names, each line chained to the one before.

        Refused while an item of theirs is unexplained; `anyway` is a reason to write it all the same.
        """
        return receipt.write(self.evidence, customer, anyway=anyway, author=author)

    @property
    def _now(self) -> Snapshot:
        return Snapshot.of(self.evidence)

    def __str__(self) -> str:
        parts = [("Promised", self.promises()), ("In and out", self.log()), ("To ask", self.questions())]
        return "\n\n".join(f"{name}:\n{part}" for name, part in parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = [
            ("What we promised", self.promises()),
            ("In and out", self.log()),
            ("What to ask", self.questions()),
        ]
        markup = "".join(f"<p class='question'>{name}</p>{part.markup}" for name, part in parts)
        return Shown(str(self), markup)._repr_html_()


def contacts(snapshot: Snapshot) -> list[list[str]]:
    """Rows of every contact with the customer: number, when, in or out, who, what."""
    state = snapshot.state
    known = promises.names(state)
    found = [e for e in (state.call, *state.notes, *state.statuses, *state.recoveries) if e is not None]
    found.sort(key=lambda entry: (entry.happened[0], entry.known))
    rows = []
    for entry in found:
        way = promises.with_customer(state, entry, known)
        if way:
            content: dict[str, Any] = entry.content or {}
            who = state.contact.split(",")[0] if entry.kind == "call" else content.get("by") or entry.author
            what = state.words if entry.kind == "call" else str(content["text"])
            rows.append(
                [
                    f"#{entry.number}",
                    moment.show(entry.happened[0], snapshot.zone),
                    way,
                    str(who),
                    _to_them(entry, what),
                ]
            )
    return rows


def _to_them(entry: Entry, text: str) -> str:
    """What they read: of a status to both the part for them, without address and blank lines."""
    if entry.kind == "status" and (entry.content or {}).get("audience") == "both":
        text = re.split(r"\n\n(?=(?:Dear .+|Hello),\n)", text)[-1]
    line = " ".join(part.strip() for part in text.splitlines() if part.strip())
    return line if len(line) <= 400 else f"{line[:397].rsplit(' ', 1)[0]} ..."


# -- what to ask -----------------------------------------------------------------------------------------------


class _Unknown(NamedTuple):
    """What may be unknown: the question, why, words that ask it, and words that answer it."""

    text: str
    why: str
    asked: str
    answered: str


_SINCE = _Unknown("When did it last work, and since when does it not?", "the time of the first one tells what changed just before",
                  r"since when|last work", r"\bsince\b.*\d|this morning|yesterday|last (night|week|time)|\d{1,2}:\d{2}")  # fmt: skip
_SEE = _Unknown("What exactly do you see: an empty list, an error and its text, an older version?", "hidden, gone and refused look different",
                r"what (exactly )?do you see|what do they see", r"error|empty|blank|message says|they see|no results|nothing shows")  # fmt: skip
_PICTURE = _Unknown("Can you send a picture of the screen, with the clock and the address visible?", "it shows who is logged in, where, and when",
                    r"screenshot|picture of", r"screenshot (attached|sent|received)|picture (attached|sent|received)|sent (a|the) (screenshot|picture)")  # fmt: skip
_ZONE = _Unknown("Which time zone are your times in?", "an hour off leads to the wrong change",
                 r"time ?zone|which zone", r"time ?zone is|\b(CET|CEST|local time|UTC)\b")  # fmt: skip
_DEADLINE = _Unknown("Is there a deadline: when exactly, in which zone, set by whom?", "everything is planned back from it",
                     r"deadline", r"deadline (is|at)|due (at|by)|no deadline")  # fmt: skip
_EXTENSION = _Unknown("Can the deadline be extended, who decides that, and until when must one ask?", "it is another way out, and closes early",
                      r"exten(d|sion)", r"(no|an?|the) extension|can(not|'t)? be extended|extended (to|until)")  # fmt: skip
_BY_HAND = _Unknown("Would it serve you now to get them another way: a file, a mail, a list?", "they can be served before the cause is found",
                    r"by hand|another way|export|send (you )?(them|a copy)", r"(would|can) (also )?(take|use) (a|them)|by (mail|file) (is|works)")  # fmt: skip
_WHO = _Unknown("Who can look and confirm, and how do we reach them until when today?", "nothing counts as back before they see it",
                r"who can (look|confirm)", r"reach|until \d|number is")  # fmt: skip


def questions(snapshot: Snapshot) -> list[Question]:
    """What is unknown and only they can tell, each open, asked, or answered."""
    state = snapshot.state
    known = promises.names(state)
    heard = [state.words] + [_text(n) for n in state.notes if promises.with_customer(state, n, known) == "in"]
    heard += [
        ask.answer for ask in state.asks.values() if ask.answered and any(w.lower() in known for w in ask.who)
    ]
    out = [_text(n) for n in state.notes if promises.with_customer(state, n, known) == "out"]
    out += [_to_them(s, _text(s)) for s in state.statuses if promises.with_customer(state, s, known) == "out"]
    out += [ask.text for ask in state.asks.values() if any(w.lower() in known for w in ask.who)]
    listed = _ids(snapshot)
    unknown = [*listed, _SINCE, _SEE, _PICTURE]
    if state.zone == "UTC":
        unknown.append(_ZONE)
    if state.phase != "resolved":
        unknown += [_EXTENSION, _BY_HAND] if state.deadline else [_DEADLINE, _BY_HAND]
    if not state.contact:
        unknown.append(_WHO)
    found = []
    for one in unknown:
        if any(re.search(f"(?i){one.answered}", text) for text in heard):
            continue
        asked = any(re.search(f"(?i){one.asked}", text) for text in out)
        found.append(Question(one.text, one.why, "asked" if asked else "open"))
    return found


def _text(entry: Entry) -> str:
    return str((entry.content or {}).get("text", ""))


def _ids(snapshot: Snapshot) -> list[_Unknown]:
    """Which ones exactly: where they speak of more than they named, and no list of theirs is loaded."""
    from investigator.facts.customers import KINDS

    state = snapshot.state
    kinds = {kind: pattern for kind, pattern in state.kinds.items() if kind not in KINDS}
    named = [one for one in state.about if any(re2.whole(p, one) for p in kinds.values())]
    spoken = [int(n) for n in re.findall(r"(?<![\w-])(\d{1,6})(?= [a-z])", state.words)]
    more = max(spoken, default=0)
    if named and more <= len(named):
        return []
    lists = [
        s.name
        for s in snapshot.events().sources
        if s.kind == "record" and re.search(r"(?i)customer|list", s.name)
    ]
    if named and lists:
        return []
    text = f"Which {more} are they?" if more > 1 else "Which ones exactly?"
    why = f"you named {', '.join(named)}" if named else "one exact number is worth more than any description"
    return [_Unknown(f"{text} Their numbers, as a list or a file.", why, r"which (ones|\d+)|their numbers|list of", r"list (is )?(attached|sent)|\b[A-Z]{2,}-\d+.*\b[A-Z]{2,}-\d+")]  # fmt: skip
