"""One line, one entry: an optional time, then words with @who, #id and `by 14:30` among them.

    did 14:05 paused purge @dana
    ask @ana rows in documents for the 40? 10m
    think indexer 2.3.1 dropped them | expect: healthy before 09:14

What can't be matched to what the case knows (a new name, an unknown number, a time to come) is taken, and said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment, zones
from investigator.case.reasoning import weighing
from investigator.case.reasoning.weighing import SIDES
from investigator.case.record import mode, secrets, watch
from investigator.case.record.retracted import taken_back
from investigator.case.record.state import SURE, State, fold
from investigator.case.shown import Shown, escape
from investigator.errors import MomentError, ParameterError
from investigator.moment import Moment

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.case.record.state import Guess
    from investigator.ledger import Entry

#: Each verb with what it writes down, and an example.
VERBS = {
    "note": ("Something worth keeping.", "note the customer sees the 41st document"),
    "did": ("Something that was done.", "did 14:05 paused purge @dana"),
    "heard": ("What somebody told us; with #12 the answer to that question.", "heard #12 40 rows, all there"),
    "told": ("What we told somebody.", "told @jonas next update 14:30"),
    "ask": ("A question to a person, with minutes to answer.", "ask @ana rows in documents for the 40? 10m"),
    "think": ("A guess, and what we should see if it is so.",
              "think indexer 2.3.1 dropped them | expect: healthy before 09:14"),
    "decide": ("A decision, between what, and why.",
               "decide pause the purge | options: pause; let it run | why: it deletes them at 18:00"),
    "object": ("What speaks against a decision; both stay.", "object #22 it loses the last hour"),
    "agree": ("Says yes to a decision.", "agree #22"),
    "for": ("What speaks for a guess: the last finding, an entry, or words.", "for #7 #12"),
    "against": ("What speaks against a guess; without a number against the one that we follow.",
                "against #7 healthy ones have schema 3 too"),
    "act": ("We act on a guess; that does not confirm it.", "act #7 the rollback costs nothing"),
    "park": ("A guess that nobody follows now; that does not refute it.", "park #7 no search is slow | why: ranking was off"),
    "reopen": ("A guess that is open again.", "reopen #7 it came back after the rollback"),
    "ruleout": ("A guess that can't be so; it stays, with the reason.", "ruleout #7 it was clean at the first try"),
    "confirm": ("A guess that is so; says what is untested, and goes ahead with a reason.",
                "confirm #7 all 412 have schema 3"),
    "pin": ("The last finding, or its sentence in your words; for or against a guess.",
            "pin for #7 {affected} documents are hidden"),
    "contact": ("Who else can be reached at the customer's.", "contact Petra Alt, customs agent, +49 40 5550 160"),
    "promise": ("Something that the customer gets by a time; `did #12` or `told #12` keeps it.",
                "promise you get the list of all 40 by 16:00"),
    "claim": ("A sentence for the status; {#12.affected} is filled by that pin's check.", "claim {#12.affected} are hidden"),
    "draft": ("A text for the customer, held against the gates.", "draft {#12}; you hear from us by 14:40"),
    "approve": ("Approves a draft as it is now; lapses when what it stands on changes.", "approve #31"),
    "sent": ("A draft went out; what stops it needs a reason.", "sent #31 | anyway: they asked on the phone"),
    "plan": ("A way to serve the deadline in steps, usual/bad minutes; or `plan A started`, `done 2`, `dropped`.",
             "plan A export by hand | steps: query 10/30, export 20/60, check 5/10 | buffer 15m"),
    "deadline": ("By when they need it, from here on.", "deadline tomorrow 12:00 | why: the office extended it"),
    "office": ("When the office that must have it is open.", "office mon-fri 08:00-16:00 | closed: 2026-12-25"),
    "worse": ("What gets worse while we look, by when, and whose it is.", "worse old exports are deleted by 18:00 @pia"),
    "undo": ("Takes your last entry back, or #17.", "undo #17"),
}  # fmt: skip

#: Who writes, when it happened, and what names the write.
Given = dict[str, Any]

_CLOCK = r"(?:\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m\b)?|\d{1,2}\s?[ap]m\b)"
_DAY = r"today|yesterday|tomorrow|\d{4}-\d{2}-\d{2}|(?:last )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_ZONE = (
    rf"\s?(?:UTC|GMT)[+-]\d{{1,2}}\b|\s?(?:{'|'.join(sorted(zones.LABELS, key=len, reverse=True))})\b"
    r"|\s?[+-]\d{2}:?\d{2}\b|\s[A-Z]\w+(?:/[A-Z]\w+)+"
)
_LEAD = re.compile(
    rf"(?:~|ca\. |(?i:around ))?(?i:(?:{_DAY})[ T])?{_CLOCK}(?:\s?[-\u2013]\s?{_CLOCK})?(?:{_ZONE})?(?=\s|$)"
)
_BY = re.compile(
    rf"\b(?:by|next (?:word|update|status|mail|call|message)(?: at| by)?) ((?i:(?:{_DAY})[ T])?{_CLOCK}(?:{_ZONE})?)(?=[\s,;.!?]|$)"
)
_WHO = re.compile(r"(?<![\w.])@(\w[\w.-]*\w|\w)")
_ID = re.compile(r"(?<![\w&])#(\w[\w.:/-]*\w|\w)")
_MINUTES = re.compile(r"\s+(\d{1,3})\s?(?:m|min|minutes)\s*$")
#: The parts that a line may have after a bar; a colon after `buffer` may be left out.
_PARTS = {"plan": "steps|buffer|why", "office": "closed", "sent": "anyway", "decide": "why|options|chose"}
_SIDE = re.compile(r"(for|against)\s+#(\d+)(?!\S)\s*")
_NUMBERS = re.compile(r"^(?:#\d+[\s,]*)+")
#: How a guess stands after each of these.
_JUDGED = {
    "act": "acting on",
    "park": "parked",
    "reopen": "open",
    "ruleout": "ruled out",
    "confirm": "confirmed",
}
#: Verbs that need no words.
_WORDLESS = ("pin", "undo", "approve", "sent", "agree", "object")
#: Answers that only say that somebody is on it.
_SEEN = ("seen", "ok", "okay", "on it", "looking", "ack", "will do")
#: Verbs that are also how an ordinary sentence begins: what does not read as one of them is a note.
ALSO_WORDS = ("plan", "office", "deadline", "object", "agree", "approve", "sent", "claim", "draft", "promise")
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


#: Verbs that also begin an ordinary sentence: in a terminal they are verbs only before a number.
_COMMON = ("for", "against", "act", "reopen", "confirm")


def parted(words: str) -> tuple[str, str]:
    """The verb of a line from a terminal and the rest; a line that begins with no verb is a note."""
    verb, _, rest = words.strip().partition(" ")
    if verb not in VERBS or (verb in _COMMON and not rest.lstrip().startswith("#")):
        return "note", words
    return verb, rest


@dataclass(frozen=True)
class Line:
    """A line as understood: its text, when it happened, whom and what it names, and what was doubtful."""

    verb: str
    text: str
    happened: Moment | None = None
    who: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()
    due: Moment | None = None
    minutes: int | None = None
    parts: dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def understood(verb: str, given: str, *, zone: str = "UTC", now: datetime | None = None) -> Line:
    """What a line says. Raises ParameterError for a verb that there is not, or a line without words."""
    if verb not in VERBS:
        raise ParameterError(
            f"There is no shorthand '{verb}'.",
            f"There are: {', '.join(VERBS)}.",
            f"Such as: {VERBS['did'][1]}",
        )
    now = now or moment.now()
    text, doubts = given.strip(), []
    happened = None
    lead = _LEAD.match(text)
    if lead and verb != "deadline":
        try:
            happened = _time(lead[0], zone, now)
            text = text[lead.end() :].strip()
        except MomentError as error:
            doubts.append(f"{error.what.rstrip('.')}: kept as words")
    if happened:
        doubts += [doubt for doubt in happened.doubt if not doubt.startswith("no zone")]
    if happened and happened.low > now + timedelta(minutes=1):
        doubts.append(
            f"that is {moment.duration(happened.low - now)} from now; for the day before write "
            f"`yesterday {lead[0] if lead else ''}`"
        )
    names = _PARTS.get(verb, "expect|why|sure|anyway")
    cut = re.split(rf"\s*\|\s*({names})(?:\s*:|(?<=buffer)\s)\s*", text, flags=re.IGNORECASE)
    text, parts = cut[0].strip(), dict(zip((name.lower() for name in cut[1::2]), cut[2::2], strict=True))
    minutes = None
    if verb == "ask":
        found = _MINUTES.search(text)
        if found:
            minutes, text = int(found[1]), text[: found.start()].strip()
    due = None
    by = _BY.search(text)
    if by:
        try:
            due = _time(by[1], zone, now)
        except MomentError as error:
            doubts.append(f"{error.what.rstrip('.')}: kept as words")
    who = tuple(dict.fromkeys(_WHO.findall(text)))
    marks = list(dict.fromkeys(_ID.findall(text)))
    if verb == "ask":
        text = " ".join(_WHO.sub("", text).split())
    elif verb in ("for", "against"):
        text = _NUMBERS.sub("", text)
    elif verb in ("heard", "undo", "approve", "sent", "agree", "object", *_JUDGED):
        text = re.sub(r"^#\d+\s*", "", text)
    if not text and verb not in (*_WORDLESS, *SIDES, *_JUDGED):
        raise ParameterError(f"A line for '{verb}' needs words.", "", f"Such as: {VERBS[verb][1]}")
    return Line(
        verb,
        text,
        happened,
        who,
        tuple(int(mark) for mark in marks if mark.isdecimal()),
        tuple(mark for mark in marks if not mark.isdecimal()),
        due,
        minutes,
        {name: value.strip() for name, value in parts.items()},
        tuple(doubts),
    )


def _time(text: str, zone: str, now: datetime) -> Moment:
    return moment.parse(text, zone_name=zone, reference=now)


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
    elif verb in _JUDGED:
        found = [
            e for e in case.entries("guess") if e.about and (e.content or {}).get("state") == _JUDGED[verb]
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
    known = [re.compile(pattern) for pattern in state.kinds.values()]
    out += [
        f"#{name} is no id of a kind that this case knows" for name in line.ids if not any(p.fullmatch(name) for p in known)
    ]  # fmt: skip
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
    state, why = _JUDGED[line.verb], line.parts.get("why") or line.parts.get("anyway") or line.text
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

    return plans.written(case, line, given)


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

    return plans.written_deadline(case, line, given)


def _office(case: Case, line: Line, given: Given) -> tuple[Entry, tuple[str, ...]]:
    from investigator.case.record import plans

    return plans.written_office(case, line, given)


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
    **dict.fromkeys(_JUDGED, _judge),
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
