"""A chat as it is copied out of Slack, Teams, WhatsApp, Telegram, Discord or Zoom: who, a clock, and lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator import months
from investigator.sources import _chat
from investigator.sources._dates import WITHOUT_YEAR, day_first, find
from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._spellings import iso, parse

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
EXPECT = {
    "events": 3,
    "kind": "message",
    "time": "2026-06-17T09:14:00",
    "body": "purge is at 18:00, right?",
}

#: As sure as it is at most.
AT_MOST = 0.965
#: A day and a clock to the second in front, as logs write them; a chat's are in brackets with a comma, or shorter.
_LOG = re.compile(
    r"^\W{0,2}(?:\d{4}[-/]\d\d[-/]\d\d[T ]|[A-Z][a-z]{2} [ \d]\d )\d\d:\d\d:\d\d"
    # The names of people begin with a capital, those of programs seldom.
    r"|^\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d) \d\d([:.])\d\d\1\d\d (?-i:[a-z])[\w.-]*(?:\[\d+\])?:"
)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)")
_IRC = re.compile(r"^\[?[\d:. -]*\]?\s*(?:<[^>\s]+>|-!-)\s")
_TWO_NUMBERS = re.compile(r"^\d{1,2}([/-])\d{1,2}\1\d{4}$")
_DAY_OF_WEEK = re.compile(r"^(?:[A-Za-zÀ-ÿ]{2,10}day|[A-Za-zäö]{2,8}tag|Mittwoch|[A-Z][a-z]{1,2}),? (?=.*\d)")


def sure(head: Head) -> Sure:
    """Two or more lines with a name and a clock, in one of the ways that chats are copied, and text below or beside."""
    lines = head.lines
    if len(_CLOCK.findall(head.text, 0, 1 << 18)) < 2:
        return Sure(0.0)
    logged = sum(bool(_LOG.match(line)) for line in lines)
    if logged > 0.3 * len(lines):
        return Sure(0.0)
    found = [said for said in _chat.messages(head.text) if said.clock]
    if len(found) < 2 or len(found) < 0.1 * len(lines) or found[0].line > 7:
        return Sure(0.0)
    people = {said.who for said in found}
    if logged > 0.3 * len(found):
        return Sure(0.0)
    if len(people) == 1 and len(found) > 3 and len({(said.day, said.clock) for said in found}) == 1:
        return Sure(
            0.0
        )  # in a talk time goes on: these are words of something else, such as "see note of ..."
    if len(people) > 0.9 * len(found) + 1.5 or sum(bool(_IRC.match(line)) for line in lines) > 0.3 * len(
        lines
    ):
        return Sure(0.0)
    return Sure(AT_MOST, f"{len(found)} messages of {len(people)} people")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a message, over its lines; the day comes from it, or from a line that names one."""
    raw = [
        (byte, len(data), data.decode("utf-8", errors="backslashreplace").rstrip("\r\n"))
        for byte, data in content.lines()
    ]
    texts = [line for _, _, line in raw]
    found = _chat.messages("\n".join(texts))
    first = content.order == "dmy" if content.order else _day_first(texts)
    days = [_four(_DAY_OF_WEEK.sub("", said.day)) for said in found]
    if first is None and any(_TWO_NUMBERS.match(day) for day in days):
        content.doubt.append("in its dates nothing tells day from month: read as month first")
    at = 0
    for said in found:
        yield from _between(raw, at, said.line - 1, first)
        at = said.line - 1 + said.lines
        mine = raw[said.line - 1 : at]
        blank = 0
        while len(mine) - blank > 1 and not mine[-1 - blank][2].strip():
            blank += 1
        kept = mine[: len(mine) - blank]
        fields = {
            "time": _dated(said.day, said.clock, first) if said.day and said.clock else None,
            "clock": said.clock or None,
            "user": said.who,
            "body": said.text,
        }
        yield Record(fields, said.line, len(kept), kept[0][0], sum(length for _, length, _ in kept))
        yield from _between(raw, said.line - 1 + len(kept), at, first)
    yield from _between(raw, at, len(raw), first)


def _day_first(texts: list[str]) -> bool | None:
    """Whether days come first, by any line of a chat; None where none tells."""
    return day_first([_four(line) + " 00:00" for line in texts] + [_four(line) for line in texts])


def _between(raw: list[tuple[int, int, str]], low: int, high: int, first: bool | None) -> Iterator[Record]:
    """Lines that nobody said: blank ones, days, and what the client writes of itself at a time; anything else is listed."""
    for place in range(low, high):
        byte, length, line = raw[place]
        if not line.strip():
            yield Record({}, place + 1, 1, byte, length, structural="blank")
        elif _chat.names_a_day(line):
            yield Record({}, place + 1, 1, byte, length, structural="day")
        elif (told := _chat.unsaid(line)) is not None:
            day, clock, words = told
            when = _dated(day, clock, first) if day else None
            fields = {"time": when, "clock": clock, "body": words, "action": "event"}
            yield Record(fields, place + 1, 1, byte, length)
        else:
            why = "nobody said it: no name and clock above"
            yield Record({}, place + 1, 1, byte, length, reject=why, text=line[:2000])


def _four(text: str) -> str:
    """Years of two digits with all four."""
    return re.sub(r"(?<![\d.])(\d{1,2}[./-]\d{1,2}[./-])(\d{2})(?=[, ]|$)", r"\g<1>20\g<2>", text)


def _dated(day: str, clock: str, first: bool | None) -> str | None:
    """A day and a clock as a time; None where that is none."""
    day = _DAY_OF_WEEK.sub("", day)
    text = _four(f"{day} {clock}")
    found = find(text, day_first=first)
    if found and found.start == 0 and found.end == len(text):
        return found.time
    if said := parse(text):
        return iso(said, "mdy" if not first and said.day("mdy") else "dmy")
    match = re.match(r"^([A-Za-zÀ-ÿ]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?$", day)
    number = months.number(match[1]) if match else None
    return _dated(f"{match[2]} {match[1]}", clock, first) if match and number else None


FORMAT = Records(
    read, kind="message", listing=True, time=WITHOUT_YEAR, roles={"time": "time", "body": "body"}
)
