"""A chat as it is copied out of Slack, Teams, WhatsApp, Telegram or Signal: who, a clock, and lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from investigator.sources._dates import WITHOUT_YEAR, day_first, find, month
from investigator.sources._format import Head, Record, Records, Sure

EXAMPLE = """\
Wednesday, June 17th, 2026
Dana Okafor  9:14 AM
purge is at 18:00, right?
Ivo Marek  9:15 AM
yes, I stop it
DOC-1 is still missing
  3 replies
Mira APP  9:16 AM
all 312 documents are back
"""

_WHO = r"(?P<who>[^\W\d_][^:\[\]<>|=/\\{}\n]{0,48}?)"
_CLOCK = r"(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:[ \u202f\u00a0]?[AaPp]\.?[Mm]\.?)?)"
_DATE = r"(?P<date>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|[A-Za-zÀ-ÿ]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?|\d{1,2}\.? [A-Za-zÀ-ÿ]{3,10}\.?(?: \d{4})?)"
_NEAR = r"(?P<near>[Tt]oday|[Yy]esterday|[Hh]eute|[Gg]estern|Mon|Tue|Wed|Thu|Fri|Sat|Sun|[A-Z][a-z]+day|[A-Z][a-z]+tag)"
_BETWEEN = r"(?:,? (?:at |um |à )?)"
_HEADERS = tuple(
    re.compile(text)
    for text in (
        # [17.06.26, 09:14:07] Dana: text, and 17/06/2026, 09:14 - Dana: text
        rf"^[\u200e\u200f]?\[{_DATE},? {_CLOCK}\] (?:[~‪] ?)?(?P<who>[^:\n]{{1,60}}): ?(?P<body>.*)$",
        rf"^[\u200e\u200f]?{_DATE}, {_CLOCK} [-–] (?P<who>[^:\n]{{1,60}}): ?(?P<body>.*)$",
        # [09:14] Dana Okafor, and [09:14] Dana Okafor: text
        rf"^\[(?:{_DATE}{_BETWEEN}|{_NEAR},? )?{_CLOCK}\] {_WHO}(?:: ?(?P<body>.+))?$",
        # Dana Okafor, [17.06.2026 09:14]
        rf"^{_WHO},? \[(?:{_DATE}{_BETWEEN}|{_NEAR},? (?:at )?)?{_CLOCK}\]:?(?P<body>)$",
        # Dana Okafor  9:14 AM, and Dana Okafor  Jun 17th at 9:14 AM
        rf"^{_WHO}(?:\s+\[?(?:APP|BOT|WORKFLOW)\]?)?(?:,? +|\s{{2,}}|\t)(?:{_DATE}{_BETWEEN}|{_NEAR},? (?:at )?)?{_CLOCK}(?P<body>)$",
    )
)
_ALONE = re.compile(rf"^\s*(?:(?::[\w+-]+:|APP)\s+)*{_CLOCK}(?:\s*\(edited\))?$")
_NAME = re.compile(r"^[^\W\d_][^:\[\]<>|=/\\{}\n.!?;]{1,40}$")
_SMALL = re.compile(
    r"^\s*(?:\d+ (?:replies|reply|Antworten|Antwort)|Last reply .*|View thread|New|:[\w+-]+:(?: ?\d+)?|\(?edited\)?|"
    r"(?:Also sent to|replied to a thread).*)\s*$"
)
_DAYS = re.compile(
    r"^[\s—–-]*(?:[A-Za-zÀ-ÿ]{2,10}day|[A-Za-zäö]{2,8}tag|Mittwoch)?,? ?(?P<rest>.*?)[\s—–-]*$"
)
_LEVELS = frozenset("trace debug info notice warn warning error err critical fatal".split())


@dataclass
class _Said:
    who: str
    day: str  # as it is written; empty where it says none
    clock: str
    body: str


def sure(head: Head) -> Sure:
    """Two or more lines with a name and a clock, in one of the ways that chats are copied, and text below or beside."""
    lines = head.lines
    found = [(place, said) for place, said in _heads(lines)]
    if len(found) < 2 or len(found) < 0.1 * len(lines) or found[0][0] > 6:
        return Sure(0.0)
    people = {said.who for _, said in found}
    if any(who.lower() in _LEVELS for who in people) or len(people) > 0.9 * len(found) + 1.5:
        return Sure(0.0)
    texts = sum(bool(said.body) for _, said in found)
    if not texts and len(found) > 0.75 * len(lines):
        return Sure(0.0)  # a table of names and times
    return Sure(0.965, f"{len(found)} messages of {len(people)} people")


def _heads(lines: list[str]) -> Iterator[tuple[int, _Said]]:
    """The lines that begin a message, with their place."""
    for place, line in enumerate(lines):
        said = _head(line, lines[place - 1] if place else "")
        if said:
            yield place, said


def _head(line: str, before: str) -> _Said | None:
    if _SMALL.match(line):
        return None
    for pattern in _HEADERS:
        match = pattern.match(line.rstrip())
        if match:
            found = match.groupdict()
            who = found["who"].strip()
            if len(who.split()) > 6:
                return None
            return _Said(who, found.get("date") or "", found["clock"], found.get("body") or "")
    match = _ALONE.match(line)
    if match and (_NAME.match(before.strip()) and len(before.split()) <= 4):
        return _Said(before.strip(), "", match["clock"], "")
    return None


def read(path: Path, content: Any) -> Iterator[Record]:
    """One record a message, over its lines; the day comes from it, or from a line that names one."""
    raw = [
        (byte, len(data), data.decode("utf-8", errors="backslashreplace").rstrip("\r\n"))
        for byte, data in content.lines()
    ]
    first = day_first(
        [_four(line) + " 00:00" for _, _, line in raw[:400]] + [_four(line) for _, _, line in raw[:400]]
    )
    day, held, begun = "", list[tuple[int, int, str]](), 0
    said: _Said | None = None
    before = ""
    waiting: tuple[int, int, int, str] | None = None  # a name whose clock comes in the next line
    for unit, (byte, length, line) in enumerate(raw, start=1):
        following = raw[unit][2] if unit < len(raw) else ""
        now = _head(line, before)
        before = line
        if now:
            yield from _message(begun, held, said, day, first)
            held, said, begun = [(byte, length, line)], now, unit
            if waiting:
                held, begun, waiting = [(waiting[1], waiting[2], waiting[3]), *held], waiting[0], None
            continue
        if _ALONE.match(following) and _NAME.match(line.strip()) and _head(following, line):
            waiting = (unit, byte, length, line)
            continue
        named = _day(line, first)
        if named is not None:
            yield from _message(begun, held, said, day, first)
            held, said, day = [], None, named
            yield Record({}, unit, 1, byte, length, structural="day")
        elif said is not None:
            held.append((byte, length, line))
        elif not line.strip():
            yield Record({}, unit, 1, byte, length, structural="blank")
        else:
            yield Record(
                {}, unit, 1, byte, length, reject="nobody said it: no name and clock above", text=line[:2000]
            )
    yield from _message(begun, held, said, day, first)


def _four(text: str) -> str:
    """Years of two digits with all four."""
    return re.sub(r"(?<![\d.])(\d{1,2}[./-]\d{1,2}[./-])(\d{2})(?=[, ]|$)", r"\g<1>20\g<2>", text)


def _day(line: str, first: bool | None) -> str | None:
    """The day that a line alone names, without the day of the week; None where it names none."""
    text = line.strip()
    if not 5 < len(text) < 45 or not re.search(r"\d", text):
        return None
    match = _DAYS.match(text)
    rest = match["rest"] if match else text
    return rest if _dated(rest, "00:00", first) else None


def _dated(day: str, clock: str, first: bool | None) -> str | None:
    """A day and a clock as a time; None where that is none."""
    text = _four(f"{day} {clock}")
    found = find(text, day_first=first)
    if found and found.start == 0 and found.end == len(text):
        return found.time
    match = re.match(r"^([A-Za-zÀ-ÿ]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?$", day)
    number = month(match[1]) if match else None
    return _dated(f"{match[2]} {match[1]}", clock, first) if match and number else None


def _message(
    unit: int, lines: list[tuple[int, int, str]], said: _Said | None, day: str, first: bool | None
) -> Iterator[Record]:
    if said is None or not lines:
        return
    blank = 0
    while len(lines) - blank > 1 and not lines[-1 - blank][2].strip():
        blank += 1
    kept = lines[: len(lines) - blank]
    texts = [line for _, _, line in kept[1:] if not _SMALL.match(line) and not _ALONE.match(line)]
    body = "\n".join([said.body, *texts] if said.body else texts).strip()
    when = said.day or day
    fields: dict[str, str | None] = {
        "time": _dated(when, said.clock, first) if when else None,
        "clock": said.clock,
        "user": said.who,
        "body": body,
    }
    yield Record(fields, unit, len(kept), kept[0][0], sum(length for _, length, _ in kept))
    for number, (byte, length, _) in enumerate(lines[len(kept) :]):
        yield Record({}, unit + len(kept) + number, 1, byte, length, structural="blank")


FORMAT = Records(
    read, kind="message", listing=True, time=WITHOUT_YEAR, roles={"time": "time", "body": "body"}
)
