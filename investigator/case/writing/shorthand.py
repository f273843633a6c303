"""Lines put into the record: each verb with what it writes, and the echo that says what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import moment, re2
from investigator.case.reasoning import weighing
from investigator.case.record import mode, secrets, watch
from investigator.case.record.line import JUDGED, VERBS, Given, Line, understood
from investigator.case.record.model import SIDES, SURE
from investigator.case.record.retracted import taken_back
from investigator.case.record.state import State, fold
from investigator.case.shown import Shown, escape
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.case.record.model import Guess
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


def write(case: Case, verb: str, given: str, *, author: str | None = None, undo: str = "%undo") -> Written:
    """Put a line into the record; the echo says what became of it. `undo` is how it is taken back from here."""
    me = author or mode.author()
    entries = case.entries()  # read once: a line has half a second from a terminal
    state = fold(entries)
    line = understood(verb, given, zone=state.zone, now=case.now)
    doubts = [*line.doubts, *_unknown(entries, state, line, me), *_two_zones(case, line, state.zone)]
    key = mode.cell_key("line", verb, given.strip(), _code_of_last(case) if verb == "pin" else "")
    earlier = _saved(case, verb, line) if mode.reporting() else case.before(key) if key else None
    if earlier is not None:
        return Written(earlier, _echo(earlier, entries, state.zone, case.now, undo))
    entry, said = _WRITE.get(verb, _note)(case, line, {"author": me, "happened": line.happened, "key": key})
    if secrets.MASKED in str(entry.content):
        doubts.append(
            f"what looks like a secret was masked; if more of it is there: case.erase({entry.number}, 'a secret')"
        )
    late = "" if mode.reporting() else watch.line(fold([*entries, entry]), [*entries, entry], case.now)
    return Written(
        entry,
        _echo(entry, entries, state.zone, case.now, undo),
        (*said, *(f"note: {doubt}" for doubt in doubts), *((late,) if late else ())),
    )


def _echo(entry: Entry, entries: list[Entry], zone: str, now: datetime, undo: str) -> str:
    when = entry.happened[0]
    local, utc = moment.show(when, zone, day=False), f"{when:%H:%M} UTC"
    day = "" if when.date() == now.date() else f"{when:%Y-%m-%d} "
    taken = any(other.kind == "undo" and other.about == entry.id for other in entries)
    already = ("already, and taken back since: " if taken else "already ") if entry.already else ""
    return f"{already}#{entry.number} {day}{local if 'UTC' in local else f'{local} ({utc})'} · undo: {undo}"


def _code_of_last(case: Case) -> str:
    check = case.asked[-1].check if case.asked else None
    return check.code() if check else ""


def _saved(case: Case, verb: str, line: Line) -> Entry | None:
    """What stands in the record for a line whose words are not the entry's own, where nothing is written."""
    if verb == "undo":
        found = case.entries("undo")
    elif verb in JUDGED:
        found = [
            e for e in case.entries("guess") if e.about and (e.content or {}).get("state") == JUDGED[verb]
        ]
    elif verb in SIDES:
        found = [e for e in case.entries("guess") if (e.content or {}).get("side") == verb]
    else:
        return None
    guesses = {guess.entry.id: guess.entry.number for guess in case.state.guesses.values()}
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


def _two_zones(case: Case, line: Line, zone: str) -> list[str]:
    """A time without a zone is doubtful where the evidence has another zone than the case."""
    if line.happened is None or not line.happened.doubt:
        return []
    others = {segment.zone for segment in case.store.manifest().segments if segment.zone} - {zone, "UTC"}
    return [f"no zone given: read as {zone}; evidence here also speaks {', '.join(sorted(others))}"] if others else []  # fmt: skip


def _content(line: Line, **more: Any) -> dict[str, Any]:
    content: dict[str, Any] = {"text": line.text, **more}
    if line.who:
        content["who"] = list(line.who)
    if line.due:
        content["due"] = line.due.low.isoformat()
    return content


def _note(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    if line.verb == "promise" and line.due is None:
        raise ParameterError(
            "A promise needs its time.", f"It says: {line.text}.", f"Such as: {VERBS['promise'][1]}"
        )
    content = _content(line) if line.verb == "note" else _content(line, verb=line.verb)
    if line.ids:
        content["entities"] = list(line.ids)
    # `did #12 ...` is about entry 12: what was promised is kept, what gets worse is held.
    about = (
        next((e for e in case.entries() if e.number in line.numbers[:1]), None)
        if line.verb in ("did", "told")
        else None
    )
    entry = case.write("note", content, about=about.id if about else None, **given)
    return entry, _said_without(case, entry) if line.verb == "told" else ()


def _said_without(case: Case, entry: Entry) -> tuple[str, ...]:
    """That words of comfort went to the customer, and nothing pinned backs them."""
    from investigator.case.customer import guard
    from investigator.case.record import promises

    state, text = case.state, str((entry.content or {})["text"])
    if promises.with_customer(state, entry) != "out":
        return ()
    words = guard.unbacked(state, text)
    return (
        (f"note: no pinned check backs '{words}': check it now, and say it again if it is otherwise",)
        if words
        else ()
    )


def _heard(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    asks = {ask.entry.number: ask for ask in case.state.asks.values()}
    number = next((number for number in line.numbers if number in asks), None)
    if number is None:
        return _note(case, line, given)
    if line.text.lower().strip(" .!") in _SEEN:
        return case.answer(asks[number].entry, line.text, state="seen", **given), (f"#{number} is seen",)
    return case.answer(asks[number].entry, line.text, **given), (f"answers #{number}",)


def _ask(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    due = line.due.low.isoformat() if line.due else None
    entry = case.ask(line.text, who=list(line.who), minutes=line.minutes, due=due, **given)
    from investigator.case.brief.asks import for_chat

    return entry, (for_chat(case, entry),)


def _think(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    content: dict[str, Any] = {"text": line.text, "expect": line.parts.get("expect", ""), "state": "open"}
    for name in ("why", "sure"):
        if line.parts.get(name):
            content[name] = line.parts[name]
    if content.get("sure") and content["sure"] not in SURE:
        raise ParameterError(
            f"'{content['sure']}' does not say how sure.",
            f"There are: {', '.join(SURE)}.",
            "Use one of these.",
        )
    return case.write("guess", content, **given), ()


def _decide(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.reasoning import decisions

    return (decisions.written if line.verb == "decide" else decisions.answered)(case, line, given)


def _guess(case: Case, line: Line) -> Guess:
    """The guess that a line is about: by its number, else the one that we follow."""
    guesses = case.state.guesses
    wanted = next((g for n in line.numbers for g in guesses.values() if g.entry.number == n), None)
    if wanted is None and (not line.numbers or line.verb in SIDES):
        wanted = case.state.working_guess
    if wanted is None:
        listing = ", ".join(guess.name for guess in guesses.values()) or "none"
        raise ParameterError(
            f"There is no such guess to {line.verb}.", f"There are: {listing}.", f"Say which: {line.verb} #7"
        )
    return wanted


def _judge(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    wanted = _guess(case, line)
    state, why = JUDGED[line.verb], line.parts.get("why") or line.parts.get("anyway") or line.text
    entry = case.judge(wanted.entry, state, why, **given)
    passed = (entry.content or {}).get("untested")
    said = (f"{state}: {wanted.text}",)
    return entry, (*said, f"went ahead though {passed}; the reason stands in the report") if passed else said


def _hold(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    wanted = _guess(case, line)
    numbers = [number for number in line.numbers if number != wanted.entry.number]
    who = {"author": given["author"]}
    what: Any = numbers or None
    if what is None and not line.text:
        what = weighing.last(case, **who)
    entry = case.hold(wanted.entry, line.verb, what, line.text, anyway=line.parts.get("anyway", ""), **given)
    return entry, _stands(case, wanted, entry, line.verb)


def _stands(case: Case, wanted: Guess, entry: Entry, side: str) -> tuple[str, ...]:
    """The echo of evidence: what it was, how the guess stands now, and why it may count for nothing."""
    guess = case.state.guesses.get(wanted.entry.id, wanted)
    weighed = weighing.weigh(case, guess)
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


def _pin(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    if not case.asked:
        raise ParameterError(
            "There is no finding to pin yet.",
            "",
            "Run one, such as case.find.trace_entity(entity=case.about).",
        )
    side = _SIDE.match(line.text)
    text = line.text[side.end() :] if side else line.text
    guess = _guess(case, replace(line, verb=side[1], numbers=(int(side[2]),))) if side else None
    entry = case.pin(case.asked[-1], text, **given)
    said = (f"pinned: {(entry.content or {})['text']}",)
    if side is None or guess is None:
        return entry, said
    held = case.hold(guess.entry, side[1], entry, author=given["author"])
    return entry, (*said, *_stands(case, guess, held, side[1]))


def _plan(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.record import plans

    return plans.written(case.evidence.record, line, given)


def _claim(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    entry = case.claim(line.text, **given)
    content = entry.content or {}
    typed = content.get("reported") or []
    more = (f"reported, not checked: {', '.join(typed)}",) if typed else ()
    return entry, (str(content["text"]), *more)


def _draft(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.customer import drafts

    return drafts.written(case, line, given)


def _deadline(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.record import plans

    return plans.written_deadline(case.evidence.record, line, given)


def _office(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.record import plans

    return plans.written_office(case.evidence.record, line, given)


def _undo(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    entries, me = case.entries(), given["author"]
    gone = taken_back(entries)
    there = [entry for entry in entries if entry.id not in gone]
    if line.numbers:
        found = [entry for entry in there if entry.number == line.numbers[0]]
    else:
        found = [entry for entry in there if entry.author == me and entry.kind in _WRITTEN]
    if not found:
        what = f"#{line.numbers[0]}" if line.numbers else f"an entry of {me}"
        raise ParameterError(f"There is no {what} to take back.", "", "See case.record() for the numbers.")
    entry = found[-1]
    words = str((entry.content or {}).get("text", ""))
    if entry.author != me:
        # What somebody else wrote stays: a correction beside it, both kept.
        text = f"{me} takes back #{entry.number} of {entry.author} ({words[:80]}){': ' + line.text if line.text else ''}"
        content = {"text": text, "verb": "corrects"}
        return case.write("note", content, about=entry.id, **given), ("both are kept",)
    return case.undo(entry, **given), (f"taken back: #{entry.number} {words[:80]}",)


_WRITE = {
    "heard": _heard,
    "ask": _ask,
    "think": _think,
    "decide": _decide,
    "object": _decide,
    "agree": _decide,
    **dict.fromkeys(JUDGED, _judge),
    **dict.fromkeys(SIDES, _hold),
    "pin": _pin,
    "plan": _plan,
    "office": _office,
    "deadline": _deadline,
    "claim": _claim,
    "draft": _draft,
    "approve": _draft,
    "sent": _draft,
    "undo": _undo,
}
