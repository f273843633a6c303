"""The status: what we know, do and need, proposed from the record; people strike and add, and send.

The order of know, doing, need is that of a CAN report (conditions, actions, needs), as fire services and incident
commanders give it. What was said last time and no longer holds comes first, before anything new.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case.card import clock_to
from investigator.case.shown import Shown, escape
from investigator.case.statements import Statement, tally
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.case.state import State
    from investigator.ledger import Entry

SECTIONS = ("corrections", "know", "doing", "need")
HEADS = {
    "corrections": "Corrections since the last",
    "know": "We know",
    "doing": "We do",
    "need": "We need",
}
#: What a part says that has no line: what is found counts once it is pinned.
EMPTY = {
    "know": "- nothing confirmed yet",
    "doing": "- nothing at the moment",
    "need": "- nothing at the moment",
}
#: What is added for whoever writes it, and not sent.
HINTS = {"know": " (%pin after a finding puts it here)"}
#: A status is read on a telephone: so many lines a section, so many characters a line.
LINES_AT_MOST = 6
LINE_AT_MOST = 180

_PHASE_FOR_CUSTOMER = {
    "investigating": "We are looking for the cause.",
    "identified": "We have found the cause and are working on the repair.",
    "monitoring": "The repair is done on our side. Please check your documents, and tell us of any that is missing.",
    "resolved": "The incident is over on our side. Tell us of anything that is still missing.",
}


@dataclass
class Line:
    """One line that can be struck by its number."""

    section: str
    text: str
    number: int = 0
    by_hand: bool = False


@dataclass
class Status:
    """A status before it is sent. Shown, it gives both texts, each with a button that copies it."""

    case: Case
    lines: list[Line]
    struck: list[str] = field(default_factory=list)
    checked: str = ""
    customer_knows: list[str] = field(default_factory=list)

    def strike(self, *numbers: int) -> Status:
        """Leave lines out, by their numbers; what was struck is not proposed again in the same words."""
        known = {line.number for line in self.lines}
        for number in numbers:
            if number not in known:
                there = ", ".join(map(str, sorted(known))) or "none"
                raise ParameterError(
                    f"There is no line {number}.", f"There are: {there}.", "Give one of these."
                )
        self.struck += [line.text for line in self.lines if line.number in numbers and not line.by_hand]
        self.lines = [line for line in self.lines if line.number not in numbers]
        return self

    def add(self, text: str, section: str = "") -> Status:
        """Add a line: `add("need: a hand for the database")`; without a section it is something we do."""
        head, colon, rest = text.partition(":")
        if not section and colon and head.strip().lower() in SECTIONS:
            section, text = head.strip().lower(), rest.strip()
        section = section or "doing"
        if section not in SECTIONS:
            raise ParameterError(
                f"'{section}' is no part of a status.",
                f"There are: {', '.join(SECTIONS)}.",
                "Use one of these.",
            )
        if not text.strip():
            raise ParameterError("A line needs words.", "", 'Such as: add("need: a hand for the database")')
        number = max([line.number for line in self.lines], default=0) + 1
        self.lines.append(Line(section, text.strip(), number, by_hand=True))
        return self

    def of(self, section: str) -> list[Line]:
        """The lines of one section."""
        return [line for line in self.lines if line.section == section]

    @property
    def next(self) -> datetime | None:
        """When the next one is due, by the case's cadence; none once it is resolved."""
        if self.case.state.phase == "resolved":
            return None
        return self.case.now + timedelta(minutes=self.case.state.cadence)

    def inside(self, *, numbers: bool = False) -> str:
        """The text for colleagues: the clock first, then corrections, know, doing, need."""
        case, state = self.case, self.case.state
        head = f"{case.id} · {state.phase}"
        if state.deadline and state.phase != "resolved":
            head = f"{clock_to(state.deadline.low, case.now)} to {_clock(case, state.deadline.low)} · {head}"
        out = [
            head,
            f"{state.title or state.words}"[:LINE_AT_MOST],
            f"As of {moment.show(case.now, case.zone)}",
        ]
        for section in SECTIONS:
            lines = self.of(section)
            if not lines and section == "corrections":
                continue
            out += ["", f"{HEADS[section]}:"]
            out += [f"{f'[{line.number}] ' if numbers else '- '}{line.text}" for line in lines] or [
                EMPTY[section] + (HINTS.get(section, "") if numbers else "")
            ]
        out.append("")
        if self.next:
            out.append(f"Next status: {_clock(case, self.next)}")
        if self.checked:
            out.append(self.checked)
        return "\n".join(out)

    def customer(self) -> str:
        """The text for the customer: only what a check on the evidence backs, no names, no promise but the next word."""
        case, state = self.case, self.case.state
        name = state.contact.split(",")[0].strip()
        out = [f"Dear {name}," if name else "Hello,", ""]
        out += [f"as of {_clock(case, case.now)} ({moment.city(case.zone)} time):", ""]
        out += [f"- {text}" for text in self.customer_knows]
        out.append(f"- {_PHASE_FOR_CUSTOMER.get(state.phase, _PHASE_FOR_CUSTOMER['investigating'])}")
        if state.deadline and state.phase != "resolved" and state.deadline.low > case.now:
            out.append(
                f"- Your deadline at {_clock(case, state.deadline.low)} stands on top of everything we do."
            )
        if self.next:
            out += ["", f"You hear from us again by {_clock(case, self.next)}, also if there is nothing new."]
        return "\n".join(out)

    def send(self, to: str = "inside", **given: Any) -> Entry:
        """Put into the record that it was sent: `to` is inside, customer or both. Sending itself is yours."""
        if to not in ("inside", "customer", "both"):
            raise ParameterError(
                f"'{to}' is no reader.", "There are: inside, customer, both.", "Use one of these."
            )
        texts = {"inside": self.inside(), "customer": self.customer()}
        content: dict[str, Any] = {
            "text": "\n\n".join(texts.values()) if to == "both" else texts[to],
            "audience": to,
            "struck": self.struck,
            **{section: [line.text for line in self.of(section)] for section in SECTIONS},
        }
        if self.next:
            content["next"] = self.next.isoformat()
        return self.case.write("status", content, **given)

    def __str__(self) -> str:
        return f"{self.inside(numbers=True)}\n\nTo the customer:\n\n{self.customer()}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        markup = (
            f"<p class='question'>For inside. Strike by number: status.strike(2). Add: status.add('need: ...')</p>"
            f"{copied(self.inside(numbers=True), self.inside())}"
            f"<p class='question'>For the customer: only what a check backs.</p>{copied(self.customer())}"
        )
        return Shown(str(self), markup)._repr_html_()


def copied(seen: str, text: str = "") -> str:
    """A text with a button that copies it. The page has a button of its own; JupyterLab takes this one."""
    click = "navigator.clipboard.writeText(this.dataset.text);this.textContent='copied'"
    return (
        f"<div class='copied'><pre>{escape(seen)}</pre>"
        f'<button class=\'copy\' data-text="{escape(text or seen)}" onclick="{click}">copy</button></div>'
    )


def propose(case: Case) -> Status:
    """What a status would say now, from pins, guesses, questions, decisions and the clock since the last one."""
    state = case.state
    last = state.statuses[-1] if state.statuses else None
    since = last.known if last else None
    statements = newest(case.statements())
    corrections = _corrections(case, state, statements, last)
    lines = [
        *(Line("corrections", text) for text in corrections),
        *(Line("know", text) for text in _know(case, state, statements, since, " ".join(corrections))),
        *(Line("doing", text) for text in _doing(case, state, since)),
        *(Line("need", text) for text in _need(case, state)),
    ]
    struck = {text for entry in state.statuses for text in (entry.content or {}).get("struck", [])}
    lines = [line for line in lines if line.text not in struck]
    for number, line in enumerate(lines, 1):
        line.number = number
    checked = tally(statements) if statements else ""
    return Status(case, lines, checked=checked, customer_knows=_for_customer(case, state, statements))


def newest(statements: list[Statement]) -> list[Statement]:
    """Of statements with the same check the last one: the same question asked again replaces its older answer."""
    kept: dict[str, Statement] = {}
    for statement in statements:
        check = statement.then.check
        kept[check.code() if check else statement.entry.id] = statement
    return list(kept.values())


def next_due(case: Case) -> datetime | None:
    """When the next status is due: as the last one or a word to the customer said, else the cadence after the call.

    None once resolved, and for one who works alone and has sent none.
    """
    state = case.state
    if state.phase == "resolved":
        return None
    said: list[tuple[datetime, datetime]] = []
    for entry in (*state.statuses, *state.notes):
        content = entry.content or {}
        when = content.get("next") or (content.get("due") if content.get("verb") == "told" else None)
        if when:
            said.append((entry.known, datetime.fromisoformat(when)))
    if said:
        return max(said)[1]
    alone = len({entry.author for entry in case.entries()}) < 2
    if alone or state.call is None:
        return None
    return state.call.known + timedelta(minutes=state.cadence)


def _clock(case: Case, when: datetime) -> str:
    """Hours and minutes as the customer's wall shows them; the day too, where it is another one."""
    place = moment.zone(case.zone)
    local, today = when.astimezone(place), case.now.astimezone(place).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"


def short(text: str, at_most: int = LINE_AT_MOST) -> str:
    """A sentence cut where a clause ends, so that it stays true."""
    if len(text) <= at_most:
        return text
    kept = ""
    for clause in re.split(r"(?<=;) ", text):
        if kept and len(kept) + len(clause) > at_most:
            break
        kept = f"{kept} {clause}".strip()
    kept = kept.rstrip(" ;.")
    return f"{kept}." if len(kept) <= 2 * at_most else f"{kept[: 2 * at_most].rsplit(' ', 1)[0]} …"


def _since(entries: list[Entry], since: datetime | None) -> list[Entry]:
    return [entry for entry in entries if since is None or entry.known > since]


def _corrections(case: Case, state: State, statements: list[Statement], last: Entry | None) -> list[str]:
    if last is None:
        return []
    out = []
    for statement in statements:
        if statement.entry.known <= last.known and statement.status in ("changed since", "contradicted"):
            now = short(moment.localised(statement.sentence, case.zone))
            out.append(f"{now} ({statement.why})")
    said = " ".join((last.content or {}).get("doing", []) + (last.content or {}).get("know", []))
    for guess in state.guesses.values():
        turned = [e for e in guess.history if e.known > last.known]
        if turned and guess.state in ("ruled out", "parked") and guess.text in said:
            out.append(f"We no longer think: {guess.text} ({guess.state}: {guess.why})")
    out += [str((entry.content or {})["text"]) for entry in _since(state.corrections, last.known)]
    entries = {entry.id: entry for entry in case.entries()}
    for entry in entries.values():
        if entry.kind == "undo" and entry.known > last.known and entry.about in entries:
            taken = entries[entry.about]
            if taken.known <= last.known and taken.content:
                out.append(f"Taken back: {short(str(taken.content.get('text', '')))}")
    return out[:LINES_AT_MOST]


def _know(
    case: Case, state: State, statements: list[Statement], since: datetime | None, corrected: str
) -> list[str]:
    out = []
    for guess in state.guesses.values():
        if guess.state == "confirmed":
            out.append(f"The cause: {guess.text}{f' ({guess.why})' if guess.why else ''}")
    fresh = [s for s in statements if since is None or s.entry.known > since]
    for statement in [*fresh, *(s for s in statements if s not in fresh)]:
        if statement.status == "can't be re-run":
            continue
        upto = _evidence_until(case)
        age = f" (evidence up to {_clock(case, upto)})" if upto and state.recoveries else ""
        out.append(short(moment.localised(statement.sentence, case.zone)) + age)
    for guess in state.guesses.values():
        if guess.text in corrected:
            continue
        if guess.state == "ruled out" and any(since is None or e.known > since for e in guess.history):
            out.append(f"Ruled out: {guess.text}{f' ({guess.why})' if guess.why else ''}")
    for note in _since(state.notes, since):
        content = note.content or {}
        if content.get("verb") in (None, "heard"):
            out.append(
                f"{short(str(content['text']))} (reported, {note.author}, {_clock(case, note.happened[0])})"
            )
    return _capped(out)


def _doing(case: Case, state: State, since: datetime | None) -> list[str]:
    out = []
    guess = state.working_guess
    if guess and guess.state != "confirmed" and state.phase != "resolved":
        out.append(f"We {'act on' if guess.state == 'acting on' else 'test'}: {guess.text}")
    recovery = case.recovery()
    if recovery.plan is not None and state.phase != "resolved":
        out.append(f"Recovery: {recovery.summary()}")
    for entry in _since(state.decisions, since):
        out.append(f"Decided {_clock(case, entry.happened[0])}: {(entry.content or {})['text']}")
    for ask in state.asks.values():
        if ask.answered is None and not ask.late(case.now):
            by = f", by {_clock(case, ask.due)}" if ask.due else ""
            out.append(f"{ask.to()}: {ask.text}{by}")
    for note in _since(state.notes, since):
        content = note.content or {}
        if content.get("verb") in ("did", "told"):
            verb = "Done" if content["verb"] == "did" else "Told"
            out.append(f"{verb} {_clock(case, note.happened[0])}: {content['text']}")
    return _capped(out)


def _need(case: Case, state: State) -> list[str]:
    out = []
    for ask in state.asks.values():
        if ask.late(case.now) and ask.due:
            late = moment.duration(case.now - ask.due)
            out.append(f"An answer from {ask.to()}, {late} late: {ask.text}")
    recovery = case.recovery()
    if recovery.plan is not None and state.phase != "resolved":
        out.append(recovery.next_step()[0])
    if state.deadline is None and state.phase != "resolved":
        out.append("The customer's deadline: nobody has asked for it yet")
    if not state.contact:
        out.append("A contact at the customer's who can look and confirm")
    return _capped(out)


def _evidence_until(case: Case) -> datetime | None:
    """The last event that machines wrote: what is known of later is known from people."""
    times = [
        s.last for s in case.events().sources if s.last is not None and s.kind in ("log", "access", "audit")
    ]
    return max(times, default=None)


def _capped(lines: list[str]) -> list[str]:
    unique = list(dict.fromkeys(lines))
    more = len(unique) - LINES_AT_MOST
    return unique[:LINES_AT_MOST] + ([f"and {more} more in the record"] if more > 0 else [])


def _for_customer(case: Case, state: State, statements: list[Statement]) -> list[str]:
    """What checks that hold now let us say: where their document is, how many of theirs, no inside names."""
    theirs = [name for name in state.about if name]
    items = case.recovery().items
    out = []
    for statement in statements:
        finding, check = statement.now, statement.then.check
        if (
            finding is None
            or check is None
            or finding.verdict != "found"
            or statement.status == "contradicted"
        ):
            continue
        value = finding.value if isinstance(finding.value, dict) else {}
        if check.analysis == "whereabouts" and value.get("entity") in theirs:
            name = value["entity"]
            item = items.get(name)
            if item is not None and item.seen is not None:
                out.append(
                    f"{name} can be found again: you told us so at {_clock(case, item.seen.happened[0])}."
                )
            elif item is not None and item.restored is not None:
                out.append(f"{name} was restored at {_clock(case, item.restored.happened[0])}: please look.")
            elif value.get("disposition") == "hidden":
                out.append(f"{name} is not lost: it is stored with us, and the search does not show it.")
            elif value.get("disposition") == "available":
                out.append(f"{name} can be found again.")
        if check.analysis == "who_else":
            mine = [c for c in value.get("customers", []) if c.get("customer") in theirs]
            if mine and mine[0].get("affected"):
                out.append(f"{int(mine[0]['affected']):,} of your documents are affected.")
        if check.analysis == "recount" and value.get("back"):
            out.append(f"{_mine_back(case, value):,} of your documents can be found again.")
    return list(dict.fromkeys(out))


def _mine_back(case: Case, value: dict[str, Any]) -> int:
    """How many of the calling customer's items a count has seen to be back."""
    theirs, items = set(case.state.about), case.recovery().items
    return sum(
        bool(back) and one in items and items[one].customer in theirs for one, back in value["items"].items()
    )
