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
from investigator.case.customer import guard, words
from investigator.case.reasoning import claims
from investigator.case.reasoning.statements import Statement, newest
from investigator.case.reasoning.statements import statements as statements_of
from investigator.case.record import mode, plans, promises, watch
from investigator.case.say import LINE_AT_MOST, clock, short
from investigator.case.shown import Shown, copied
from investigator.errors import CaseError, KitError, ParameterError

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.case.record.state import State
    from investigator.case.recovery.standing import Standing
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

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")


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
    cites: list[Statement] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)

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
        """Add a line: `add("need: a hand for the database")`; without a section it is something we do.

        `{#12.affected}` is filled by the check of pin 12; what we know and nobody checked is marked reported.
        """
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
        claim = claims.of(self.case.snapshot(), text.strip())
        said = claim.text
        if section in ("know", "corrections"):
            said = claims.said(claim, mode.author(), clock(self.case.now, self.case.zone, self.case.now))
        self.lines.append(Line(section, said, number, by_hand=True))
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

    @property
    def customer_next(self) -> datetime | None:
        """By when the customer hears from us again: as promised already, where that is ahead; else by the cadence."""
        return words.next_word(self.case.snapshot())

    def inside(self, *, numbers: bool = False) -> str:
        """The text for colleagues: the clock first, then corrections, know, doing, need."""
        case, state = self.case, self.case.state
        head = f"{case.id} · {state.phase}"
        if state.deadline and state.phase != "resolved":
            head = f"{state.deadline.stands(case.now)} to {clock(state.deadline.due, case.zone, case.now)} · {head}"
        out = [
            head,
            f"{state.title or state.words}"[:LINE_AT_MOST],
            f"As of {moment.show(case.now, case.zone)}",
        ]
        out += [self.checked] if self.checked else []
        out += [f"Way out: {way}" for way in self.ways]
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
            out.append(f"Next status: {clock(self.next, case.zone, case.now)}")
        return "\n".join(out).rstrip()

    def markdown(self) -> str:
        """The text for colleagues as Markdown: headings, lists, every sign of the words kept as a sign."""
        out = []
        for number, line in enumerate(self.inside().split("\n")):
            bullet = line.startswith("- ")
            text = _SIGNS.sub(r"\\\1", line[2:] if bullet else line)
            head = line.endswith(":") and line[:-1] in HEADS.values()
            if not number:
                out.append(f"## {text}\n")
            elif head:
                out.append(f"### {text[:-1]}\n")
            else:
                out.append(f"- {text}" if bullet else f"{text}  " if text else "")
        return "\n".join(out) + "\n"

    def customer(self) -> str:
        """The text for the customer: only what a check on the evidence backs, no names, no promise but the next word."""
        return words.text(self.case.snapshot(), self.customer_knows, self.customer_next)

    def send(self, to: str = "inside", *, anyway: str = "", **given: Any) -> Entry:
        """Put into the record that it was sent: `to` is inside, customer or both. Sending itself is yours.

        What goes to the customer passes the gates, or goes with a reason: `anyway`.
        """
        if to not in ("inside", "customer", "both"):
            raise ParameterError(
                f"'{to}' is no reader.", "There are: inside, customer, both.", "Use one of these."
            )
        if to != "inside" and not mode.reporting():
            self._passes(anyway, given)
        texts = {"inside": self.inside(), "customer": self.customer()}
        content: dict[str, Any] = {
            "text": "\n\n".join(texts.values()) if to == "both" else texts[to],
            "audience": to,
            "struck": self.struck,
            **{section: [line.text for line in self.of(section)] for section in SECTIONS},
        }
        content["fared"], content["plans"] = self.checked, self.ways
        if self.next and to != "customer":
            content["next"] = self.next.isoformat()
        if self.customer_next and to != "inside":
            content["promised"] = self.customer_next.isoformat()
            content["cites"] = [statement.entry.id for statement in self.cites]
        return self.case.evidence.record.append("status", content, **given)

    def _passes(self, anyway: str, given: dict[str, Any]) -> None:
        """Hold the customer's text against the gates; with a reason that stands in the record it goes ahead."""
        author = str(given.get("author") or mode.author())
        found = guard.problems(self.case.snapshot(), self.customer(), self.cites, author=author)
        if found and not anyway:
            raise CaseError(
                f"This can't go to the customer as it is: {found[0]}.",
                f"In all {len(found)}: {'; '.join(map(str, found))}." if len(found) > 1 else "",
                "Reword it with case.customer().draft('...'), or go ahead with anyway='the reason'.",
            )
        if found:
            gate = f"to the customer: {'; '.join(map(str, found))}"
            self.case.evidence.record.append("anyway", {"text": anyway, "gate": gate}, **given)

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


def propose(case: Case) -> Status:
    """What a status would say now, from pins, claims, guesses, questions, decisions, plans and the clock since the last."""
    state = case.state
    sent = [entry for entry in state.statuses if watch.inside(entry)]
    last = sent[-1] if sent else None
    since = last.known if last else None
    statements = newest(statements_of(case.snapshot()))
    made = _claims(case, state)
    corrections = _corrections(case, state, statements, last)
    know = _know(case, state, statements, made, since, " ".join(corrections))
    lines = [
        *(Line("corrections", text) for text in corrections),
        *(Line("know", text) for text in know),
        *(Line("doing", text) for text in _doing(case, state, since)),
        *(Line("need", text) for text in _need(case, state)),
    ]
    struck = {text for entry in state.statuses for text in (entry.content or {}).get("struck", [])}
    lines = [line for line in lines if line.text not in struck]
    for number, line in enumerate(lines, 1):
        line.number = number
    reported = sum("(reported" in line.text or " reported, " in line.text for line in lines)
    told, cites = words.known(case.snapshot(), statements)
    return Status(
        case,
        lines,
        checked=fared(case, statements, made, reported),
        customer_knows=told,
        cites=cites,
        ways=plans.slack(state, case.now),
    )


def _claims(case: Case, state: State) -> list[tuple[Entry, claims.Claim]]:
    """Each claim of the record, filled now; one whose pin was taken back is left out."""
    out = []
    for entry in state.claims:
        try:
            out.append((entry, claims.of(case.snapshot(), str((entry.content or {})["sentence"]))))
        except KitError:
            continue
    return out


def fared(
    case: Case, statements: list[Statement], made: list[tuple[Entry, claims.Claim]], reported: int = 0
) -> str:
    """One line: how many statements were re-checked, and how they fared; what changed, from what to what."""
    counts: dict[str, list[str]] = {}
    upto = evidence_until(case) if case.state.recoveries else None
    for statement in statements:
        status: str = statement.status
        if status == "holds" and claims.stale(case.snapshot(), statement, upto):
            status = "stale"
        counts.setdefault(status, []).append(statement.why)
    for _, claim in made:
        if claim.cites:
            counts.setdefault(claim.status, []).extend(claim.changed or [""])
    again = sum(len(whys) for status, whys in counts.items() if status != "can't be re-run")
    total = sum(map(len, counts.values()))
    if not total:
        return f"No statement is checked; {reported} reported." if reported else ""
    parts = []
    for status in ("holds", "changed since", "contradicted", "stale", "can't be re-run"):
        whys = counts.get(status)
        if whys:
            parts.append(_fared(status, whys, clock(upto, case.zone, case.now) if upto else None))
    if reported:
        parts.append(f"{reported} reported")
    return f"{again} of {total} statements re-checked: {', '.join(parts)}."


def _fared(status: str, whys: list[str], upto: str | None) -> str:
    count = len(whys)
    if status == "holds":
        return f"{count} {'hold' if count > 1 else 'holds'}"
    if status == "stale":
        return f"{count} stale (the evidence ends {upto}, before the repair)"
    said = list(dict.fromkeys(why.removeprefix("changed since: ") for why in whys if why))
    return f"{count} {status}{f' ({short(said[0], 60)})' if said else ''}"


def next_due(case: Case) -> datetime | None:
    """When the next status for inside is due; None once resolved, and for one who works alone and has sent none."""
    return watch.next_status(case.state, case.entries())


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
    case: Case,
    state: State,
    statements: list[Statement],
    made: list[tuple[Entry, claims.Claim]],
    since: datetime | None,
    corrected: str,
) -> list[str]:
    out = []
    for guess in state.guesses.values():
        if guess.state == "confirmed":
            by = f"confirmed by {guess.history[-1].author}" if guess.history else f"{guess.entry.author}"
            out.append(f"The cause: {guess.text} ({f'{guess.why}; ' if guess.why else ''}{by})")
    recovery = case.recovery()
    if recovery.plan is not None:
        out += _recovered(case, recovery)
    upto = evidence_until(case) if state.recoveries else None
    fresh = [s for s in statements if since is None or s.entry.known > since]
    for statement in [*fresh, *(s for s in statements if s not in fresh)]:
        if statement.status == "can't be re-run" or _seen_again(recovery, statement):
            continue
        why = claims.stale(case.snapshot(), statement, upto)
        age = (
            f" (evidence up to {clock(upto, case.zone, case.now)}, before the repair)" if why and upto else ""
        )
        out.append(short(_sources_counted(case, moment.localised(statement.sentence, case.zone))) + age)
    for entry, claim in made:
        said = claims.said(claim, entry.author, clock(entry.happened[0], case.zone, case.now))
        out.append(short(moment.localised(said, case.zone)))
    for guess in state.guesses.values():
        if guess.text in corrected:
            continue
        if guess.state == "ruled out" and any(since is None or e.known > since for e in guess.history):
            out.append(f"Ruled out: {guess.text}{f' ({guess.why})' if guess.why else ''}")
    for note in _since(state.notes, since):
        content = note.content or {}
        if content.get("verb") in (None, "heard"):
            out.append(
                f"{short(str(content['text']))} (reported, {note.author}, {clock(note.happened[0], case.zone, case.now)})"
            )
    for ask in state.asks.values():
        reply = ask.answered
        # An answer that a guess was judged by stands there already.
        if (
            reply is None
            or (since is not None and reply.known <= since)
            or ask.answer in " ".join([*out, corrected])
        ):
            continue
        at = clock(reply.happened[0], case.zone, case.now)
        asked = f"{ask.text[:1].upper()}{short(ask.text[1:], 90)}"
        stop = "" if asked.endswith(("?", ".")) else ":"
        out.append(f"{asked}{stop} {short(ask.answer)} (reported, {reply.author}, {at})")
    return _capped(out)


def _recovered(case: Case, recovery: Standing) -> list[str]:
    """What people restored, what the customer saw, what is an exception: reported until another source counts it."""
    items = list(recovery.items.values())
    restored = [item for item in items if item.restored is not None]
    out = []
    if restored:
        last = max((i.restored for i in restored if i.restored is not None), key=lambda e: e.happened[0])
        back = sum(bool(item.back) for item in items)
        counted = (
            f"{back:,} counted back by another source"
            if recovery.counted is not None
            else "not counted again yet"
        )
        out.append(
            f"{len(restored):,} of {len(items):,} restored, {counted} "
            f"(reported, {last.author}, {clock(last.happened[0], case.zone, case.now)})"
        )
    reasons: dict[str, int] = {}
    for item in items:
        if item.exception:
            reasons[item.exception] = reasons.get(item.exception, 0) + 1
    out += [f"Not restored, {count:,}: {short(why)}" for why, count in reasons.items()]
    first = recovery.items.get(recovery.first)
    if first is not None and first.seen is not None:
        seen = first.seen
        by = str((seen.content or {}).get("by", "the customer"))
        out.append(
            f"{by} sees {first.id} (reported, {seen.author}, {clock(seen.happened[0], case.zone, case.now)})"
        )
    return out


def _seen_again(recovery: Standing, statement: Statement) -> bool:
    """Whether a statement says where a thing is that the customer has seen since: it was so, and is no longer."""
    value = statement.finding.value
    check = statement.then.check
    if check is None or check.analysis != "whereabouts" or not isinstance(value, dict):
        return False
    item = recovery.items.get(str(value.get("entity", "")))
    return item is not None and item.seen is not None and item.seen.known > statement.entry.known


def _sources_counted(case: Case, text: str) -> str:
    """A sentence with its list of three sources or more as their number: a status is no place for file names."""
    names = sorted((re.escape(source.name) for source in case.events().sources), key=len, reverse=True)
    if not names:
        return text
    one = rf"(?:{'|'.join(names)})"

    def number(match: re.Match[str]) -> str:
        more = int(match["more"] or 0)
        count = len(re.findall(one, match[0])) + more
        return f"{count} sources" if count > 2 else match[0]

    return re.sub(rf"{one}(?:, {one})*(?: and (?:(?P<more>\d+) more|{one}))?", number, text)


def _doing(case: Case, state: State, since: datetime | None) -> list[str]:
    out = []
    if state.phases and state.phase != "resolved":
        phase = state.phases[-1]
        why = str((phase.content or {}).get("why") or "")
        if why:
            out.append(
                f"{state.phase.capitalize()} since {clock(phase.happened[0], case.zone, case.now)}: {short(why)}"
            )
    if state.phase != "resolved":
        acting = [guess.text for guess in state.guesses.values() if guess.state == "acting on"]
        tested = [guess.text for guess in state.guesses.values() if guess.state == "open"]
        out += [f"We act on: {text}" for text in acting]
        out += [f"We test: {'; '.join(tested[-3:])}"] if tested else []
    for entry in _since(state.decisions, since):
        out.append(
            f"Decided {clock(entry.happened[0], case.zone, case.now)}: {(entry.content or {})['text']}"
        )
    for ask in state.asks.values():
        if ask.answered is None and not ask.late(case.now):
            by = f", by {clock(ask.due, case.zone, case.now)}" if ask.due else ""
            out.append(f"{ask.to()}: {ask.text}{by}")
    for note in _since(state.notes, since):
        content = note.content or {}
        if content.get("verb") in ("did", "told"):
            verb = "Done" if content["verb"] == "did" else "Told"
            out.append(f"{verb} {clock(note.happened[0], case.zone, case.now)}: {content['text']}")
    promised = (
        [p for p in promises.waiting(state) if not p.broken(case.now)] if state.phase != "resolved" else []
    )
    out += [
        f"Promised to the customer: {p.text} by {clock(p.due, case.zone, case.now)}" for p in promised[:2]
    ]
    return _capped(out)


def _need(case: Case, state: State) -> list[str]:
    out = [f"A decision: {text}" for text in plans.decide_now(state, case.now)]
    if state.phase != "resolved":
        for promise in promises.waiting(state):
            if promise.broken(case.now):
                late = moment.duration(case.now - promise.due)
                out.append(
                    f"A word to the customer: promised for {clock(promise.due, case.zone, case.now)}, {late} over"
                )
                break
    for ask in state.asks.values():
        if ask.late(case.now) and ask.due:
            late = moment.duration(case.now - ask.due)
            out.append(f"An answer from {ask.to()}, {late} late: {ask.text}")
    recovery = case.recovery()
    if recovery.plan is not None and state.phase != "resolved":
        out.append(recovery.next_step()[0])
    if state.deadline is None and state.phase != "resolved":
        out.append("The customer's deadline: nobody has asked for it yet")
    if state.phase != "resolved":
        from investigator.case.brief import worse

        for one in worse.of(case):
            if not one.held and one.due is not None and one.due > case.now:
                who = (
                    f"{one.owner} to stop what gets worse"
                    if one.owner != worse.NOBODY
                    else "Somebody to stop what gets worse"
                )
                what = short(moment.localised(one.what, case.zone), 90)
                out.append(
                    f"{who}: {what}, due {clock(one.due, case.zone, case.now)}, in {moment.duration(one.due - case.now)}"
                )
        if state.deadline and not state.plans and state.phase in ("investigating", "identified"):
            out.append("A plan B for the deadline: none is written down")
    if not state.contact:
        out.append("A contact at the customer's who can look and confirm")
    return _capped(out)


def evidence_until(case: Case) -> datetime | None:
    """The last event that machines wrote: what is known of later is known from people."""
    times = [
        s.last for s in case.events().sources if s.last is not None and s.kind in ("log", "access", "audit")
    ]
    return max(times, default=None)


def _capped(lines: list[str]) -> list[str]:
    unique = list(dict.fromkeys(lines))
    more = len(unique) - LINES_AT_MOST
    return unique[:LINES_AT_MOST] + ([f"and {more} more in the record"] if more > 0 else [])
