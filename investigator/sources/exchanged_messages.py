"""Messages that firms and offices exchange in segments: EDIFACT, ANSI X12 and HL7, an event a message.

The first segment declares what parts a file: that is used, no list of vendors. Sources: ISO 9735 (UNA, UNB, UNH), ANSI
X12.5 and X12.6 (ISA, GS, ST), HL7 version 2 chapter 2 (MSH).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from investigator.sources._format import Head, Readable, Record, Records, Sure

EXAMPLE = """\
UNA:+.? '
UNB+UNOC:3+PORTAL+OFFICE+260617:0714+REF1'
UNH+1+ORDERS:D:96A:UN'
BGM+220+ORD-4711+9'
DTM+137:202606170715:203'
UNT+4+1'
UNH+2+CONTRL:4:1:UN'
UCI+REF0+OFFICE+PORTAL+4'
UNT+3+2'
UNZ+2+REF1'
"""
EXPECT = {
    "events": 2,
    "kind": "log",
    "time": "2026-06-17T07:15:00",
    "service": "PORTAL",
    "body": "ORDERS:D:96A:UN 1\nBGM+220+ORD-4711+9\nDTM+137:202606170715:203",
}

#: Where an answer says that a message was refused: segment -> (element, codes).
_REFUSED = {
    "MSA": (1, {"AE", "AR", "CE", "CR"}),
    "UCI": (4, {"4"}),
    "UCM": (3, {"4"}),
    "AK5": (1, {"R", "M", "W", "X"}),
    "AK9": (1, {"R", "M", "W", "X"}),
}
_OPENS, _CLOSES = {"MSH", "UNH", "ST"}, {"UNT", "SE"}
_ENVELOPE = {"UNA", "UNB", "UNG", "UNE", "UNZ", "ISA", "GS", "GE", "IEA", "FHS", "BHS", "BTS", "FTS"}


class _Marks(NamedTuple):
    """What parts a file: its elements, and where a segment ends (after no release sign)."""

    element: str
    end: re.Pattern[bytes]


def _marks(text: str) -> _Marks | None:
    """What the first segment declares; None where it is none."""
    if match := re.match(r"(?:MSH|FHS|BHS)([^\w\s])[^\w\s]{2,5}\1", text):
        return _Marks(match[1], re.compile(rb"[\r\n\x1c]+"))
    if match := re.match(r"(?:UNA.(.).(.).(.)\s*)?UNB(.)\w{4}[^\w\s]\d", text, re.DOTALL):
        release, end = (match[2] or "?").strip().encode(), (match[3] or "'").encode()
        before = rb"(?<!" + re.escape(release) + rb")" if release else rb""
        return _Marks(match[4], re.compile(before + re.escape(end) + rb"\s*"))
    if match := re.match(r"ISA([^\w\s])..\1.{10}\1", text):
        parts = text.split(match[1], 17)  # the sixteenth element is one sign wide, then the segment ends
        if len(parts) > 16 and len(parts[16]) > 1:
            return _Marks(match[1], re.compile(re.escape(parts[16][1].encode()) + rb"\s*"))
    return None


def sure(head: Head) -> Sure:
    """The first segment of an interchange, with the signs that it declares."""
    found = _marks(head.text.lstrip("\ufeff\x0b \r\n"))
    return Sure(0.98 if found else 0.0, "an interchange in segments")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a message, over all its segments; an envelope carries no event, what stands outside is rejected."""
    data = content.all()
    marks = _marks(data[:4096].decode("utf-8", errors="replace").lstrip("\ufeff\x0b \r\n"))
    if marks is None:  # somebody said that it is one
        yield Record(
            {}, 1, reject="no interchange begins it", text=data[:2000].decode("utf-8", errors="replace")
        )
        return
    envelope: dict[str, list[str]] = {}
    message: list[list[str]] = []
    number = first = begun = 0
    for number, (start, stop, end) in enumerate(_segments(data, marks.end), start=1):
        text = data[start:stop].decode("utf-8", errors="backslashreplace").strip("\ufeff\x0b \r\n\x1c")
        elements = text.split(marks.element)
        name = elements[0]
        if message and (name in _OPENS or name in _ENVELOPE):
            yield _message(message, envelope, first, number - first, begun, start - begun, marks)
            message = []
        if name in _OPENS:
            message, first, begun = [elements], number, start
        elif name in _ENVELOPE or name[:3] == "UNA":
            envelope[name] = elements
            yield Record({}, number, 1, start, end - start, structural="header")
        elif not message:
            yield Record({}, number, 1, start, end - start, reject="outside of a message", text=text[:2000])
        else:
            message.append(elements)
            if name in _CLOSES:
                yield _message(message, envelope, first, number + 1 - first, begun, end - begun, marks)
                message = []
    if message:
        yield _message(message, envelope, first, number + 1 - first, begun, len(data) - begun, marks)


def _segments(data: bytes, end: re.Pattern[bytes]) -> Iterator[tuple[int, int, int]]:
    """Where each segment begins and stops, and where the next one begins."""
    start = 0
    for match in end.finditer(data):
        if data[start : match.start()].strip(b"\x0b \r\n"):
            yield start, match.start(), match.end()
            start = match.end()
    if data[start:].strip(b"\x0b\x1c\x1a \r\n"):
        yield start, len(data), len(data)


def _message(
    segments: list[list[str]],
    envelope: dict[str, list[str]],
    unit: int,
    units: int,
    byte: int,
    length: int,
    marks: _Marks,
) -> Record:
    """A message: what it is, who sent it to whom, when it was issued (else sent), and its segments."""

    def of(segment: list[str] | None, place: int) -> str:
        return segment[place] if segment and len(segment) > place else ""

    head = segments[0]
    if head[0] == "MSH":  # the sign after MSH is its first element
        kind, number, sender, receiver = (of(head, place) for place in (8, 9, 2, 4))
        time = _time(of(head, 6))
    elif head[0] == "UNH":
        outer, kind, number = envelope.get("UNB"), of(head, 2), of(head, 1)
        sender, receiver = of(outer, 2), of(outer, 3)
        day, _, clock = of(outer, 4).partition(":")
        time = next(filter(None, (_issued(each) for each in segments)), None) or _time(day, clock)
    else:
        group, outer, kind, number = envelope.get("GS"), envelope.get("ISA"), of(head, 1), of(head, 2)
        sender, receiver = of(group, 2) or of(outer, 6).strip(), of(group, 3) or of(outer, 8).strip()
        time = _time(of(group, 4), of(group, 5)) or _time(of(outer, 9), of(outer, 10))
    body = [f"{kind} {number}".strip()] + [
        marks.element.join(each) for each in segments[1:] if each[0] not in _CLOSES
    ]
    refused = any(
        of(each, _REFUSED[each[0]][0]) in _REFUSED[each[0]][1] for each in segments if each[0] in _REFUSED
    )
    fields = {"time": time, "service": sender or None, "receiver": receiver or None, "type": kind or None,
              "number": number or None, "level": "error" if refused else None, "body": "\n".join(body)}  # fmt: skip
    return Record(fields, unit, units, byte, length)


def _issued(segment: list[str]) -> str | None:
    """When a message was issued (DTM 137), where it says so with a clock."""
    parts = segment[1].split(":") if segment[0] == "DTM" and len(segment) > 1 else []
    return _time(parts[1]) if parts[:1] == ["137"] and parts[2:3] in (["203"], ["204"]) else None


def _time(day: str, clock: str = "") -> str | None:
    """A time from digits: of a day with six or eight, with the clock behind it or beside it; None where it is none."""
    if len(day) == 6:
        day = "20" + day
    match = re.fullmatch(
        r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?(\.\d+)?)?\d*([+-]\d\d)?(\d\d)?", day + clock
    )
    if not match:
        return None
    year, month, date, hour, minute, second, part, zone, rest = match.groups()
    clocked = f"T{hour}:{minute}:{second or '00'}{part or ''}" if hour else ""
    offset = f"{zone}:{rest or '00'}" if zone and clocked else ""
    return f"{year}-{month}-{date}{clocked}{offset}"


FORMAT = Records(
    read, kind="log", roles={"time": "time", "service": "service", "level": "severity_text", "body": "body"}
)
