"""Lines put into the record: each verb with what it writes, and the echo that says what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment, re2, secrets
from investigator.case.brief.asks import for_chat
from investigator.case.customer import guard
from investigator.case.evidence.evidence import Evidence
from investigator.case.reasoning import decisions, pins, weighing
from investigator.case.record import entries as verbs
from investigator.case.record import mode, plans, promises, watch
from investigator.case.record.line import JUDGED, Given, Line, understood
from investigator.case.record.model import SIDES, Guess
from investigator.case.record.record import Record
from investigator.case.record.retracted import taken_back
from investigator.case.record.state import State, fold
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.ledger import Entry

_SIDE = re.compile(r"(for|against)\s+#(\d+)(?!\S)\s*")
#: Answers that only say that somebody is on it.
_SEEN = ("seen", "ok", "okay", "on it", "looking", "ack", "will do")
#: What `undo` takes back when no number is given: what a person wrote.
_WRITTEN = (
    "note",
    "ask",
    "guess",
    "decision",
    "pin",
    "phase",
    "action",
    "prose",
    "status",
    "plan",
    "claim",
    "draft",
    "approval",
)


@dataclass(frozen=True)
class Written:
    """The echo of an entry: its number, its time on both clocks, how to undo it, and what was doubtful."""

    entry: Entry
    echo: str
    more: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((self.echo, *self.more))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rest = "".join(f"<br>{escape(line)}" for line in self.more)
        return Shown(str(self), f"<p class='missing'>{escape(self.echo)}{rest}</p>")._repr_html_()


def write(
    evidence: Evidence, verb: str, given: str, *, author: str | None = None, undo: str = "%undo"
) -> Written:
    """Put a line into the record; the echo says what became of it. `undo` is how it is taken back from here."""
    me, record = author or mode.author(), evidence.record
    entries = record.entries()  # read once: a line has half a second from a terminal
    state = fold(entries)
    line = understood(verb, given, zone=state.zone, now=record.now)
    if verb == "heard":
        _asked(state, given)
    doubts = [*line.doubts, *_unknown(entries, state, line, me), *_two_zones(evidence, line, state.zone)]
    key = mode.cell_key("line", verb, given.strip(), _code_of_last(evidence) if verb == "pin" else "")
    earlier = _saved(record, verb, line) if mode.reporting() else record.before(key) if key else None
    if earlier is not None:
        return Written(earlier, _echo(earlier, record, entries, state.zone, undo))
    entry, said = _WRITE.get(verb, _note)(
        evidence, line, {"author": me, "happened": line.happened, "key": key}
    )
    if secrets.MASKED in str(entry.content):
        doubts.append(
            f"what looks like a secret was masked; if more of it is there: case.record.erase({entry.number}, 'a secret')"
        )
    late = "" if mode.reporting() else watch.line(fold([*entries, entry]), [*entries, entry], record.now)
    return Written(
        entry,
        _echo(entry, record, entries, state.zone, undo),
        (*said, *(f"note: {doubt}" for doubt in doubts), *((late,) if late else ())),
    )


def _asked(state: State, given: str) -> None:
    """Raises ParameterError where an answer begins with the number of what is no question."""
    number, known = re.match(r"\s*#(\d+)(?!\S)", given), {a.entry.number: a for a in state.asks.values()}
    if number and int(number[1]) not in known:
        there = ", ".join(f"#{n} {a.text[:50]}" for n, a in known.items() if a.answered is None)
        raise ParameterError(
            f"#{number[1]} is no question, so nothing can be its answer.",
            f"Open questions: {there or 'none'}.",
            "Say which, or leave the number out: heard @name what they said",
        )


def _echo(entry: Entry, record: Record, entries: list[Entry], zone: str, undo: str) -> str:
    """Its number, time and case: with the day of the clock that is shown where that isn't today, and both ends of a stretch."""
    now = record.now
    when, last = entry.happened[:2]
    place = moment.zone(zone)
    local = moment.show(when, zone, day=False)
    if last - when > timedelta(minutes=1):
        local = f"{when.astimezone(place):%H:%M} to {last.astimezone(place):%H:%M} {moment.city(zone)}"
        local += (
            "" if zone == "UTC" else f" ({when.astimezone(UTC):%H:%M} to {last.astimezone(UTC):%H:%M} UTC)"
        )
    day = (
        ""
        if when.astimezone(place).date() == now.astimezone(place).date()
        else f"{when.astimezone(place):%Y-%m-%d} "
    )
    taken = any(other.kind == "undo" and other.about == entry.id for other in entries)
    already = ("already, and taken back since: " if taken else "already ") if entry.already else ""
    return f"{already}#{entry.number} {day}{local} · {record.id} · undo: {undo}"


def _code_of_last(evidence: Evidence) -> str:
    check = evidence.asked[-1].check if evidence.asked else None
    return check.code() if check else ""


def _saved(record: Record, verb: str, line: Line) -> Entry | None:
    """What stands in the record for a line whose words are not the entry's own, where nothing is written."""
    if verb == "undo":
        found = record.entries("undo")
    elif verb in JUDGED:
        found = [
            e for e in record.entries("guess") if e.about and (e.content or {}).get("state") == JUDGED[verb]
        ]
    elif verb in SIDES:
        found = [e for e in record.entries("guess") if (e.content or {}).get("side") == verb]
    else:
        return None
    guesses = {guess.entry.id: guess.entry.number for guess in record.state.guesses.values()}
    same = [e for e in found if line.numbers and guesses.get(e.about or "") == line.numbers[0]]
    return (same or found)[-1] if found else None


def _unknown(entries: list[Entry], state: State, line: Line, me: str) -> list[str]:
    names = {entry.author.lower() for entry in entries} | {me.lower()}
    for entry in entries:
        names |= {str(name).lower() for name in (entry.content or {}).get("who", [])}
    words = set(re.findall(r"\w+", f"{' '.join(names)} {state.contact}".lower()))
    out = [f"@{name} is new in this record" for name in line.who if name.lower() not in words | names]
    there = {entry.number for entry in entries}
    out += [f"there is no entry #{number} yet" for number in line.numbers if number not in there]
    out += [
        f"#{name} is no id of a kind that this case knows"
        for name in line.ids
        if name not in state.about and not any(re2.whole(pattern, name) for pattern in state.kinds.values())
    ]
    return out


def _two_zones(evidence: Evidence, line: Line, zone: str) -> list[str]:
    """A time without a zone is doubtful where the evidence has another zone than the case."""
    if line.happened is None or not line.happened.doubt:
        return []
    others = {segment.zone for segment in evidence.store.manifest().segments if segment.zone} - {zone, "UTC"}
    return [f"no zone given: read as {zone}; evidence here also speaks {', '.join(sorted(others))}"] if others else []  # fmt: skip


def _note(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    record = evidence.record
    # `did #12 ...` is about entry 12: what was promised is kept, what gets worse is held.
    named = line.numbers[:1] if line.verb in ("did", "told") else ()
    about = next((entry for entry in record.entries() if entry.number in named), None)
    due = line.due.low if line.due else None
    entry = verbs.note(
        record, line.text, verb=line.verb, who=line.who, due=due, ids=line.ids, about=about, **given
    )
    return entry, _said_without(record, entry) if line.verb == "told" else ()


def _said_without(record: Record, entry: Entry) -> tuple[str, ...]:
    """That words of comfort went to the customer, and nothing pinned backs them."""
    state, text = record.state, str((entry.content or {})["text"])
    if promises.with_customer(state, entry) != "out":
        return ()
    words = guard.unbacked(state, text)
    return (
        (f"note: no pinned check backs '{words}': check it now, and say it again if it is otherwise",)
        if words
        else ()
    )


def _heard(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    record = evidence.record
    asks = {ask.entry.number: ask.entry for ask in record.state.asks.values()}
    number = next((number for number in line.numbers if number in asks), None)
    if number is None:
        return _note(evidence, line, given)
    seen = line.text.lower().strip(" .!") in _SEEN
    entry = verbs.answer(record, asks[number], line.text, state="seen" if seen else "answered", **given)
    return entry, (f"#{number} is seen" if seen else f"answers #{number}",)


def _ask(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    due = line.due.low if line.due else None
    entry = verbs.ask(evidence.record, line.text, who=line.who, minutes=line.minutes, due=due, **given)
    return entry, (for_chat(Snapshot.of(evidence), entry),)


def _think(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.reasoning import guesses

    told = {name: line.parts.get(name, "") for name in ("expect", "sure", "why")}
    return guesses.guess(evidence.record, line.text, **told, **given), ()


def _decide(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """A decision; with a second author, the question for the chat whether anybody objects."""
    record = evidence.record
    chose = [name.strip().lstrip("@") for name in line.parts.get("chose", "").split(",") if name.strip()]
    entry = decisions.decide(
        record,
        line.text,
        why=line.parts.get("why", ""),
        options=decisions.options(line.parts.get("options") or line.parts.get("instead of", "")),
        who=chose or line.who,
        due=line.due.low if line.due else None,
        **given,
    )
    others = {e.author for e in record.entries()} - {str(given["author"])}
    if not others:
        return entry, ()
    ask = f"Decided: {line.text}. Does anybody object? object #{entry.number} why, or agree #{entry.number} ({record.id})"
    return entry, (ask,)


def _answer(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """`object #12 why` and `agree #12`; without a number they are about the newest decision."""
    record = evidence.record
    known = {entry.number: entry for entry in record.state.decisions}
    found = next((known[number] for number in line.numbers if number in known), None)
    if found is None and not line.numbers and known:
        found = record.state.decisions[-1]
    if found is None:
        there = ", ".join(f"#{n} {str((e.content or {})['text'])[:50]}" for n, e in known.items())
        raise ParameterError(
            "Which decision?", f"There are: {there or 'none'}.", f"Such as: {line.verb} #22 why"
        )
    entry = decisions.answer(record, found, line.verb, line.text, **given)
    said = "objects to" if line.verb == "object" else "agrees to"
    return entry, (f"{said} #{found.number} {str((found.content or {})['text'])[:80]}",)


def _guess(state: State, line: Line) -> Guess:
    """The guess that a line is about: by its number, else the one that we follow."""
    guesses = state.guesses
    wanted = next((g for n in line.numbers for g in guesses.values() if g.entry.number == n), None)
    if wanted is None and (not line.numbers or line.verb in SIDES):
        wanted = state.working_guess
    if wanted is None:
        listing = ", ".join(guess.name for guess in guesses.values()) or "none"
        raise ParameterError(
            f"There is no such guess to {line.verb}.", f"There are: {listing}.", f"Say which: {line.verb} #7"
        )
    return wanted


def _judge(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.reasoning import guesses

    wanted = _guess(evidence.record.state, line)
    state, why = JUDGED[line.verb], line.parts.get("why") or line.parts.get("anyway") or line.text
    entry = guesses.judge(evidence, wanted.entry, state, why, **given)
    passed = (entry.content or {}).get("untested")
    said = (f"{state}: {wanted.text}",)
    return entry, (*said, f"went ahead though {passed}; the reason stands in the report") if passed else said


def _hold(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    wanted = _guess(evidence.record.state, line)
    numbers = [number for number in line.numbers if number != wanted.entry.number]
    who = {"author": given["author"]}
    what: Any = numbers or None
    if what is None and not line.text:
        what = pins.last(evidence, **who)
    entry = weighing.hold(
        evidence.record,
        wanted.entry,
        line.verb,
        what,
        line.text,
        anyway=line.parts.get("anyway", ""),
        **given,
    )
    return entry, _stands(evidence.record, wanted, entry, line.verb)


def _stands(record: Record, wanted: Guess, entry: Entry, side: str) -> tuple[str, ...]:
    """The echo of evidence: what it was, how the guess stands now, and why it may count for nothing."""
    guess = record.state.guesses.get(wanted.entry.id, wanted)
    weighed = weighing.weigh(guess, record.entries())
    number = {name: sum(one.side == name and one.counts for one in weighed) for name in SIDES}
    text = str((entry.content or {}).get("text", ""))
    out = [f"{side} {guess.name}: {text[:120]}", f"now {number['for']} for, {number['against']} against"]
    held = (entry.content or {}).get("held", ())
    for one in weighed:
        if one.source in held and not one.counts:
            out.append(
                f"note: #{one.number} counts for nothing: {one.weak}. If it counts all the same: "
                f"{side} #{guess.entry.number} #{one.number} | anyway: the reason"
            )
    return tuple(out)


def _pin(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    if not evidence.asked:
        raise ParameterError(
            "There is no finding to pin yet.",
            "",
            "Run one, such as case.find.trace_entity(entity=case.about).",
        )
    side = _SIDE.match(line.text)
    text = line.text[side.end() :] if side else line.text
    guess = (
        _guess(evidence.record.state, replace(line, verb=side[1], numbers=(int(side[2]),))) if side else None
    )
    entry = pins.pin(evidence.record, evidence.asked[-1], text, **given)
    said = (f"pinned: {(entry.content or {})['text']}",)
    if side is None or guess is None:
        return entry, said
    held = weighing.hold(evidence.record, guess.entry, side[1], entry, author=given["author"])
    return entry, (*said, *_stands(evidence.record, guess, held, side[1]))


def _plan(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    return plans.written(evidence.record, line, given)


def _claim(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.reasoning import claims

    entry = claims.claim(evidence, line.text, **given)
    content = entry.content or {}
    typed = content.get("reported") or []
    more = (f"reported, not checked: {', '.join(typed)}",) if typed else ()
    return entry, (str(content["text"]), *more)


def _draft(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.customer import drafts

    return drafts.written(evidence, line, given)


def _deadline(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    return plans.written_deadline(evidence.record, line, given)


def _office(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    return plans.written_office(evidence.record, line, given)


def _duty(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.writing import duties

    return duties.WRITE[line.verb](evidence, line, given)


def _zone(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    before = evidence.record.state
    entry = verbs.declare(evidence.record, zone=line.text.strip(), **given)
    after = evidence.record.state
    said = [f"times are read in {after.zone} from here on, no longer in {before.zone}"]
    if before.stated and after.stated and before.stated.low != after.stated.low:
        said.append(f"the deadline named no zone: it is {after.stated}, and was taken for {before.stated}")
    return entry, tuple(said)


def _undo(evidence: Evidence, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    record, me = evidence.record, given["author"]
    entries = record.entries()
    gone = taken_back(entries)
    there = [entry for entry in entries if entry.id not in gone]
    if line.numbers:
        found = [entry for entry in there if entry.number == line.numbers[0]]
    else:
        found = [entry for entry in there if entry.author == me and entry.kind in _WRITTEN]
    if not found:
        what = f"#{line.numbers[0]}" if line.numbers else f"an entry of {me}"
        raise ParameterError(
            f"There is no {what} to take back.", "", "See case.brief.record() for the numbers."
        )
    entry = found[-1]
    words = str((entry.content or {}).get("text", ""))
    if entry.author != me:
        # What somebody else wrote stays: a correction beside it, both kept.
        text = f"{me} takes back #{entry.number} of {entry.author} ({words[:80]}){': ' + line.text if line.text else ''}"
        return verbs.note(record, text, verb="corrects", about=entry, **given), ("both are kept",)
    return verbs.undo(record, entry, why=line.text, **given), (f"taken back: #{entry.number} {words[:80]}",)


_WRITE = {
    "heard": _heard,
    "ask": _ask,
    "think": _think,
    "decide": _decide,
    "object": _answer,
    "agree": _answer,
    **dict.fromkeys(JUDGED, _judge),
    **dict.fromkeys(SIDES, _hold),
    "pin": _pin,
    "plan": _plan,
    "office": _office,
    "zone": _zone,
    **dict.fromkeys(("clock", "lead", "accept", "legalhold"), _duty),
    "deadline": _deadline,
    "claim": _claim,
    "draft": _draft,
    "approve": _draft,
    "sent": _draft,
    "undo": _undo,
}
